import RLCore

/// The arcade games: each as a learner meets it, and raw, as a person does.
public let arcadeEnvironments: [EnvironmentEntry] =
    entries(ArcadePong.self, "Pong", alias: "pong", summary: "Play a ball past the other paddle, to 21.")
    + entries(
        ArcadeBreakout.self, "Breakout", alias: "breakout",
        summary: "Break two walls of bricks with five balls.")
    + entries(
        ArcadeFreeway.self, "Freeway", alias: "freeway", summary: "Lead a chicken across ten lanes of cars.")
    + entries(
        ArcadeSpaceInvaders.self, "SpaceInvaders", alias: "space-invaders",
        summary: "Shoot down rows of invaders.")
    + entries(
        ArcadeMazeChase.self, "MazeChase", alias: "maze-chase",
        summary: "Eat up a maze, away from four chasers.")

private func entries<Game: ArcadeGame>(
    _ game: Game.Type, _ title: String, alias: String, summary: String
) -> [EnvironmentEntry] {
    [
        EnvironmentEntry(
            "Arcade/\(title)-v0", aliases: [alias], summary: summary, settings: ArcadeOptions.self
        ) { options throws(ConfigurationError) in
            presented(game, options)
        }.played(as: "Arcade/\(title)Raw-v0"),
        EnvironmentEntry(
            "Arcade/\(title)Raw-v0", aliases: ["\(alias)-raw"],
            summary: summary + " Every frame of it, in colours.", defaults: .raw
        ) { (options: ArcadeOptions) throws(ConfigurationError) in
            presented(game, options)
        },
    ]
}

/// The Atari protocol around a game: what happens in single frames inside, what is seen outside.
private func presented<Game: ArcadeGame>(_ game: Game.Type, _ options: ArcadeOptions) -> some Environment {
    Arcade<Game>(options.grey ? .grey : .rgb, actions: options.actions)
        .sticky(options.sticky)
        .startingWithNoOps(options.noops)
        .timeLimit(options.limit * options.skip)
        .episodicLife(options.episodicLife)
        .startingWithFire(options.fire ? options.skip : 0)
        .skippingFrames(options.skip)
        .resized(options.size, options.size)
        .stacked(options.stack)
        .rewardSign(options.sign)
}
