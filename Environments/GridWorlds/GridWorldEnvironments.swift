import RLCore

/// Tasks on maps.
public let gridWorldEnvironments: [EnvironmentEntry] = [
    EnvironmentEntry(
        "gridworld", summary: "Walk to the goal on a small map, round walls and pits.",
        settings: GridWorld.Options.self
    ) { options, made throws(ConfigurationError) in
        let world = try GridWorld(options)
        return options.observation == .index
            ? made(world.timeLimit(options.limit)) : made(try world.viewed(options).timeLimit(options.limit))
    },
    EnvironmentEntry(
        "rooms",
        summary: "Find the goal in rooms laid out anew for every episode, with locked doors if wished.",
        settings: Rooms.Options.self
    ) { options throws(ConfigurationError) in
        try Rooms(options).timeLimit(options.limit)
    },
]
