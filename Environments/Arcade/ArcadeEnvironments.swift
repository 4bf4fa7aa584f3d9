import RLCore

/// The arcade games.
public let arcadeEnvironments: [EnvironmentEntry] = [
    EnvironmentEntry(
        "Arcade/Pong-v0", aliases: ["pong"], summary: "Play a ball past the other paddle, to 21."
    ) {
        () throws(ConfigurationError) in Arcade<ArcadePong>()
    },
    EnvironmentEntry(
        "Arcade/Breakout-v0", aliases: ["breakout"], summary: "Break two walls of bricks with five balls."
    ) {
        () throws(ConfigurationError) in Arcade<ArcadeBreakout>()
    },
    EnvironmentEntry(
        "Arcade/Freeway-v0", aliases: ["freeway"], summary: "Lead a chicken across ten lanes of cars."
    ) {
        () throws(ConfigurationError) in Arcade<ArcadeFreeway>()
    },
]
