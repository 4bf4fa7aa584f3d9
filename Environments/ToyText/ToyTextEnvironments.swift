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
    EnvironmentEntry(
        "CliffWalking-v1", aliases: ["cliffwalking"],
        summary: "Walk from one end of a cliff to the other without falling off.",
        settings: CliffWalking.Options.self
    ) { options throws(ConfigurationError) in
        CliffWalking(options).timeLimit(options.limit)
    },
    EnvironmentEntry(
        "CliffWalkingSlippery-v1", aliases: ["cliffwalking-slippery"],
        summary: "CliffWalking-v1 on ground that is slippery.",
        defaults: CliffWalking.Options(slippery: true)
    ) { options throws(ConfigurationError) in
        CliffWalking(options).timeLimit(options.limit)
    },
    EnvironmentEntry(
        "Taxi-v4", aliases: ["taxi"], summary: "Bring a passenger where they want to go.",
        settings: Taxi.Options.self
    ) { options throws(ConfigurationError) in
        Taxi(options).timeLimit(options.limit)
    },
    EnvironmentEntry(
        "Blackjack-v1", aliases: ["blackjack"],
        summary: "Get closer to 21 than the dealer, but not beyond it.",
        settings: Blackjack.Options.self
    ) { options throws(ConfigurationError) in
        Blackjack(options).timeLimit(options.limit)
    },
]
