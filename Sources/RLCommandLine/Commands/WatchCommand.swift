import ArgumentParser
import RLCore
import RLRuns
import Viewer

struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Watch what a run has learned, in a window or in the terminal.",
        discussion: """
            Examples:
              rl watch dqn-gridworld
              rl watch results/dqn-CartPole-v1/3 --best --episodes 5 --speed 25
              rl watch dqn-gridworld --terminal

            Space pauses and goes on, → takes one step, Esc or closing the window quits; in the terminal q and Ctrl-C \
            too.
            A run is a name, results/NAME, or results/NAME/SEED; of a name, the first seed is watched.
            """)

    @Argument(help: ArgumentHelp("NAME, results/NAME or results/NAME/SEED.", valueName: "run"))
    var runName: String
    @Flag(help: "The policy of the best evaluation instead of the last one.")
    var best = false
    @Option(
        parsing: .unconditional, help: "Episodes to play (default: until the window is closed).",
        transform: settingNumber)
    var episodes: Int?
    @Option(
        parsing: .unconditional, help: "Seed of the episodes, as of `rl evaluate`.", transform: settingNumber)
    var seed = 0
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Steps shown a second (default: the environment's pace).", valueName: "frames"),
        transform: settingNumber)
    var speed: Double?
    @Flag(help: "Draw in the terminal, which needs no display.")
    var terminal = false

    func run() throws {
        if let episodes, episodes < 1 {
            throw ConfigurationError("episodes=\(episodes) does not fit: expected an integer, at least 1")
        }
        guard seed >= 0 else {
            throw ConfigurationError("seed=\(seed) does not fit: expected an integer, at least 0")
        }
        if let speed, !(0.1...1000).contains(speed) {
            throw ConfigurationError("speed=\(speed) does not fit: expected a number from 0.1 to 1000")
        }
        guard let folder = try ResultsFolder().seeds(of: runName).first else { return }
        let trained = try TrainedPolicy(of: folder, best: best, catalog: CommandCatalog.current)
        // The streams of `rl evaluate`, so that the first episode is its first one.
        let streams = RandomStreams(seed: UInt64(seed))
        var playback = try Playback(
            of: try trained.policy(.greedy, rows: 1, seed: streams.seed("policy 0")),
            in: trained.plan.environment, seed: streams.seed("environment 0"), name: folder.path)
        playback.episodes = episodes
        playback.stepsPerSecond = speed
        let size = playback.windowSize
        try playback.run(
            on: terminal
                ? try openTerminal()
                : try openWindow(title: playback.title, width: size.width, height: size.height))
    }
}
