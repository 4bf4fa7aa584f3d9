import RLCore

/// The five games of MinAtar, each with all six actions (v0) and with those that have a meaning in it (v1).
public let minAtarEnvironments: [EnvironmentEntry] =
    entries(Asterix.self, "Asterix", alias: "asterix", summary: "Collect gold and avoid enemies.")
    + entries(Breakout.self, "Breakout", alias: "breakout", summary: "Break bricks with a ball.")
    + entries(Freeway.self, "Freeway", alias: "freeway", summary: "Cross a road with eight lanes of cars.")
    + entries(
        Seaquest.self, "Seaquest", alias: "seaquest",
        summary: "Shoot fish and submarines, take divers aboard and come up for air.")
    + entries(
        SpaceInvaders.self, "SpaceInvaders", alias: "space-invaders",
        summary: "Shoot at rows of aliens that come down.")

private func entries<Game: MinAtarGame>(
    _ game: Game.Type, _ title: String, alias: String, summary: String
) -> [EnvironmentEntry] {
    [
        EnvironmentEntry(
            "MinAtar/\(title)-v0", aliases: ["minatar-\(alias)-v0"], summary: summary + " All six actions.",
            settings: Game.Options.self
        ) { options throws(ConfigurationError) in
            MinAtar<Game>(options, actions: .all).timeLimit(options.limit)
        },
        EnvironmentEntry(
            "MinAtar/\(title)-v1", aliases: ["minatar-\(alias)"], summary: summary,
            settings: Game.Options.self
        ) { options throws(ConfigurationError) in
            MinAtar<Game>(options, actions: .minimal).timeLimit(options.limit)
        },
    ]
}
