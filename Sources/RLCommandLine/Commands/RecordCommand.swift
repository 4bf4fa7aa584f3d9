import ArgumentParser
import Foundation
import RLCore
import RLRuns

struct RecordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Write episodes of a policy to a GIF, a video or a page of pictures, without a display.",
        discussion: """
            Examples:
              rl record dqn-gridworld --output gridworld.gif
              rl record dqn-CartPole-v1 --best --pick median --of 100 --output cartpole.mp4
              rl record random minatar-breakout --episodes 3 --size 300 --output breakout.png

            .gif needs nothing else installed and plays for ever. .mp4 needs ffmpeg. .png is one page of up to \
            \(RecordingWriter.pageFrames) frames, evenly spaced from the first to the last, with their steps under them.
            The episodes are those of `rl evaluate` with the same seed and number of episodes; --pick chooses among them \
            by return. A run is a name, results/NAME, or results/NAME/SEED; of a name, the first seed is recorded.
            """)

    @Argument(
        help: ArgumentHelp(
            "NAME, results/NAME or results/NAME/SEED; or an agent, before an environment.",
            valueName: "run|agent"))
    var runOrAgent: String
    @Argument(help: "An environment, for an agent that has learned nothing.")
    var environment: String?
    @Option(help: ArgumentHelp("Where to: a name that ends in .gif, .mp4 or .png.", valueName: "file"))
    var output: String
    @Flag(help: "Replace a file that is there.")
    var force = false
    @Flag(help: "The policy of the best evaluation instead of the last one.")
    var best = false
    @Option(parsing: .unconditional, help: "Episodes to record.", transform: settingNumber)
    var episodes = 1
    @Option(help: "Which episodes, by return: first, best, worst or median.")
    var pick = EpisodeChoice.first
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Episodes to pick from (default: \(RunPlan.defaultEvaluationEpisodes)).", valueName: "episodes"),
        transform: settingNumber)
    var of: Int?
    @Option(
        parsing: .unconditional, help: "Seed of the episodes, as of `rl evaluate`.", transform: settingNumber)
    var seed = 0
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The longer side of a frame.", valueName: "pixels"),
        transform: settingNumber)
    var size = 480
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Steps shown a second (default: the environment's pace).", valueName: "steps"),
        transform: settingNumber)
    var speed: Double?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Cut an episode after this many.", valueName: "steps"),
        transform: settingNumber)
    var maxSteps = 2000
    @OptionGroup var settings: SettingOptions

    func run() throws {
        let format = try RecordingFormat(of: output)
        let evaluated = try evaluatedEpisodes()
        if !force, FileManager.default.fileExists(atPath: output) {
            throw ConfigurationError("\(output) is there already; choose another name or give --force")
        }
        if format == .mp4 { _ = try VideoProcess.find() }
        let watched = try WatchedPolicy(
            runOrAgent, environment, best: best, settings: try settings.texts(), seed: seed)
        let look = try watched.environment.look(seed: UInt64(seed))
        // Nobody should wait for an evaluation to learn that the file cannot be made.
        _ = try GrowingFile(output)  // gone at once
        let recording = Recording(
            watched: watched, episodes: try picked(from: evaluated, watched), evaluated: evaluated,
            seed: UInt64(seed), pace: speed ?? look.stepsPerSecond, maxSteps: maxSteps)
        let pixels = look.size(longerSide: size)
        let writer = RecordingWriter(recording: recording, width: pixels.width, height: pixels.height)

        Interruption.listen()
        let file = try GrowingFile(output)
        let written =
            switch format {
            case .gif: try writer.gif(to: file)
            case .mp4: try writer.mp4(to: file, by: try VideoProcess.find())
            case .png: try writer.png(to: file)
            }
        let bytes = try file.finish()
        for episode in written.episodes { try printLine(line(episode, of: recording)) }
        try printLine("\(output): \(written.content), \(((bytes + 999) / 1000).grouped) kB")
    }

    /// Checks the numbers, and returns how many episodes are played to choose from.
    private func evaluatedEpisodes() throws(ConfigurationError) -> Int {
        guard (1...1_000_000).contains(episodes) else {
            throw ConfigurationError(
                "episodes=\(episodes) does not fit: expected an integer, from 1 to 1000000")
        }
        guard seed >= 0 else {
            throw ConfigurationError("seed=\(seed) does not fit: expected an integer, at least 0")
        }
        if let speed, !(0.1...1000).contains(speed) {
            throw ConfigurationError("speed=\(speed) does not fit: expected a number from 0.1 to 1000")
        }
        guard maxSteps >= 1 else {
            throw ConfigurationError("max-steps=\(maxSteps) does not fit: expected an integer, at least 1")
        }
        try Canvas.check(size: size)
        guard pick != .first else {
            if let of {
                throw ConfigurationError("--of \(of) needs --pick best, worst or median to choose by")
            }
            return episodes
        }
        let all = of ?? max(episodes, RunPlan.defaultEvaluationEpisodes)
        guard (episodes...1_000_000).contains(all) else {
            throw ConfigurationError(
                "of=\(all) does not fit: expected an integer, from \(episodes) (--episodes) to 1000000")
        }
        return all
    }

    private func picked(from count: Int, _ watched: WatchedPolicy) throws -> [Int] {
        guard pick != .first else { return Array(0..<count) }
        let evaluation = try Evaluation(
            of: watched.policy, in: watched.environment, episodes: count, seed: UInt64(seed))
        return pick.choose(episodes, among: evaluation.returns)
    }

    private func line(_ episode: Recording.Episode, of recording: Recording) -> String {
        let choice = pick == .first ? "" : " of \(recording.evaluated.grouped) (\(pick.rawValue))"
        let cut = episode.isCut ? ", cut there (--max-steps)" : ""
        return "\(recording.watched.name) on \(recording.watched.environment.name), "
            + "episode \(episode.number + 1)\(choice): return \(episode.return.asScore) "
            + "in \(episode.length.grouped) steps\(cut)"
    }
}
