import RLCore

/// The arcade games.
public let arcadeEnvironments: [EnvironmentEntry] = [
    EnvironmentEntry(
        "Arcade/Pong-v0", aliases: ["pong"], summary: "Play a ball past the other paddle, to 21."
    ) {
        () throws(ConfigurationError) in Arcade<ArcadePong>()
    },
    EnvironmentEntry(
        "Arcade/SpaceInvaders-v0", aliases: ["space-invaders"], summary: "Shoot down rows of invaders."
    ) {
        () throws(ConfigurationError) in Arcade<ArcadeSpaceInvaders>()
    },
]
