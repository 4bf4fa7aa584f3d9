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
    EnvironmentEntry(
        "Arcade/MazeChase-v0", aliases: ["maze-chase"], summary: "Eat up a maze, away from four chasers."
    ) {
        () throws(ConfigurationError) in Arcade<ArcadeMazeChase>()
    },
]
