import ArgumentParser
import RLCore
import RLRuns
import Viewer

struct PlayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "play",
        abstract: "Play an environment with the keyboard.",
        discussion: """
            Examples:
              rl play minatar-breakout
              rl play taxi --seed 3 --record ride.jsonl
              rl trace taxi --seed 3 --actions ride.jsonl

            The keys are printed and shown beside the game; ? shows those of the window. A recording holds the lines of \
            `rl trace`, which plays the same episodes from it.

            A game that learners see in a few small grey pictures is played as it is, every frame of it in colours: \
            `rl play pong` plays pong-raw, and so does `rl trace pong-raw` with a recording of it.
            """)

    @Argument(help: "An environment (`rl list environments`).")
    var environment: String
    @Option(
        parsing: .unconditional, help: "Seed, as the published environment takes it.",
        transform: settingNumber)
    var seed = 0
    @Option(
        parsing: .unconditional, help: "Episodes to play (default: until the window is closed).",
        transform: settingNumber)
    var episodes: Int?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Steps a second (default: a pace for people).", valueName: "steps"),
        transform: settingNumber)
    var speed: Double?
    @Option(help: ArgumentHelp("Write every transition to a new file, as JSON lines.", valueName: "file"))
    var record: String?
    @OptionGroup var settings: SettingOptions

    func run() throws {
        if let episodes, episodes < 1 {
            throw ConfigurationError("episodes=\(episodes) does not fit: expected an integer, at least 1")
        }
        if let speed, !(0.1...1000).contains(speed) {
            throw ConfigurationError("speed=\(speed) does not fit: expected a number from 0.1 to 1000")
        }
        let catalog = CommandCatalog.current
        let asked = try catalog.environment(environment)
        let entry = try asked.playedAs.map(catalog.environment) ?? asked
        let made = try entry.make(settings.environmentTexts())
        guard let keyboard = made.keyboard else {
            throw ConfigurationError(
                "\(made.name) has no keys: its actions are \(made.actionSpace), and it does not say how to play it"
            )
        }
        let stepped = made.stepped()
        guard seed >= 0, stepped.seeds.contains(UInt64(seed)) else {
            throw ConfigurationError(
                "seed=\(seed) does not fit: \(made.name) takes seeds from 0 to \(stepped.seeds.upperBound)")
        }
        let row = SteppedRow(stepped)
        let game = GameRecord(observing: row)
        var playback = try Playback(row, of: made, by: keyboard, seed: UInt64(seed), name: made.name)
        playback.episodes = episodes
        playback.stepsPerSecond = speed
        playback.saveScreenshot = Screenshots.save
        playback.allowsRestart = record == nil
        playback.shouldEnd = { row.observerError != nil }
        let size = playback.windowSize
        let window = try openWindow(title: playback.title, width: size.width, height: size.height)
        // Once there is something to write: without a window nobody plays.
        if let record { try game.write(to: record) }
        if entry.name != asked.name { try printLine("\(asked.name) is played as \(entry.name)") }
        try printLine(
            aligned(
                keyboard.bindings.map { binding in
                    ["  " + binding.keys.map(\.description).sorted().joined(separator: "+"), binding.name]
                }))
        try playback.run(on: window)
        if let error = row.observerError { throw error }
        try game.finish()
        try printLine(game.summary)
    }
}
