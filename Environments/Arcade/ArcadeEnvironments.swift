import RLCore

/// The arcade games.
public let arcadeEnvironments: [EnvironmentEntry] = [
    EnvironmentEntry(
        "Arcade/Pong-v0", aliases: ["pong"], summary: "Play a ball past the other paddle, to 21."
    ) {
        () throws(ConfigurationError) in Arcade<ArcadePong>()
    }
]
