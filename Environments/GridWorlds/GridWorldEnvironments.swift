import RLCore

/// Tasks on maps.
public let gridWorldEnvironments: [EnvironmentEntry] = [
    EnvironmentEntry(
        "gridworld", summary: "Walk to the goal on a small map, round walls and pits.",
        settings: GridWorld.Options.self
    ) { options throws(ConfigurationError) in
        try GridWorld(options).timeLimit(options.limit)
    }
]
