import ArgumentParser
import RLCore
import RLRuns
import Viewer

struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Watch what a run has learned, or a fresh agent, in a window or in the terminal.",
        discussion: """
            Examples:
              rl watch dqn-gridworld
              rl watch results/dqn-CartPole-v1/3 --best --episodes 5 --speed 25
              rl watch random minatar-breakout --set sticky=0
              rl watch dqn-gridworld --terminal

            Space pauses and goes on, → takes one step and ← takes it back, G shows nine rows at once, Esc or closing the \
            window quits; ? shows every key. In the terminal q and Ctrl-C quit too.
            A run is a name, results/NAME, or results/NAME/SEED; of a name, the first seed is watched.
            """)

    @Argument(
        help: ArgumentHelp(
            "NAME, results/NAME or results/NAME/SEED; or, with an environment, an agent.",
            valueName: "run|agent"))
    var subject: String
    @Argument(help: "The environment of a fresh agent.")
    var environment: String?
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
    @OptionGroup var settings: SettingOptions

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
        let watched = try WatchedPolicy(
            subject, environment, best: best, settings: try settings.texts(), seed: seed)
        // The streams of `rl evaluate`, so that the first episode is its first one.
        let streams = RandomStreams(seed: UInt64(seed))
        var playback = try Playback(
            in: watched.environment, seed: streams.seed("environment 0"), name: watched.name
        ) { rows in try watched.policy(rows, streams.seed("policy 0")) }
        playback.episodes = episodes
        playback.stepsPerSecond = speed
        playback.saveScreenshot = Screenshots.save
        if terminal {
            // Its pixels are too few for letters.
            playback.hasPanel = false
            try playback.run(on: try openTerminal())
        } else {
            let size = playback.windowSize
            try playback.run(
                on: try openWindow(title: playback.title, width: size.width, height: size.height))
        }
    }
}
