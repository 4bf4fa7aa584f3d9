import RLCore

/// Gymnasium's toy text: finite tasks from textbooks.
public let toyTextEnvironments: [EnvironmentEntry] = [
    EnvironmentEntry(
        "FrozenLake-v1", aliases: ["frozenlake"],
        summary: "Cross slippery ice to the goal without falling into a hole.",
        settings: FrozenLake.Options.self
    ) { options throws(ConfigurationError) in
        try FrozenLake(options).timeLimit(options.limit)
    },
    EnvironmentEntry(
        "FrozenLake8x8-v1", aliases: ["frozenlake8x8"], summary: "FrozenLake-v1 on the larger map.",
        defaults: FrozenLake.Options(map: "8x8", limit: 200)
    ) { options throws(ConfigurationError) in
        try FrozenLake(options).timeLimit(options.limit)
    },
]
