import ArgumentParser
import Foundation
import RLCore
import RLRuns

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Play episodes with what a run has learned.",
        discussion: """
            Examples:
              rl evaluate dqn-gridworld
              rl evaluate results/dqn-CartPole-v1/3 --best --episodes 1000 --json
              rl evaluate dqn-gridworld --trajectories episodes.safetensors

            A run is a name, results/NAME, or results/NAME/SEED; of a name, every seed is evaluated.
            --trajectories writes the same episodes as arrays for other tools: for each N
            episode.N.observations (one more than steps), .actions, .rewards, .terminated
            and .truncated; beside them returns (not a number where cut), lengths, seed.
            """)

    @Argument(help: ArgumentHelp("NAME, results/NAME or results/NAME/SEED.", valueName: "run"))
    var runName: String
    @Flag(help: "The policy of the best evaluation instead of the last one.")
    var best = false
    @Flag(help: "Act with the exploration of the training's end instead of greedily.")
    var stochastic = false
    @Option(parsing: .unconditional, help: "Episodes to play.", transform: settingNumber)
    var episodes = 100
    @Option(parsing: .unconditional, help: "Seed of the episodes.", transform: settingNumber)
    var seed = 0
    @Option(help: "Another environment with the same spaces.")
    var environment: String?
    @OptionGroup var settings: SettingOptions
    @Option(
        help: ArgumentHelp(
            "Write every step of the episodes to a safetensors file that is not there yet.", valueName: "file"
        ))
    var trajectories: String?
    @Flag(help: "Print JSON, a line a seed.")
    var json = false

    func run() throws {
        guard episodes >= 1 else {
            throw ConfigurationError("episodes=\(episodes) does not fit: expected an integer, at least 1")
        }
        guard seed >= 0 else {
            throw ConfigurationError("seed=\(seed) does not fit: expected an integer, at least 0")
        }
        let folders = try ResultsFolder().seeds(of: runName)
        if trajectories != nil, let first = folders.first, folders.count > 1 {
            throw ConfigurationError(
                "--trajectories is for one seed, and \(runName) has \(folders.count): name one, \(first.path)"
            )
        }
        let output = try trajectories.map { try TrajectoryOutput($0) }
        for folder in folders {
            let (evaluation, written) = try evaluate(folder, output)
            try printLine(json ? try jsonLine(evaluation, folder) : line(evaluation, folder))
            if !json, let written { try printLine(written) }
        }
    }

    /// The evaluation, and a line about the file where one was written.
    private func evaluate(
        _ folder: RunFolder, _ output: TrajectoryOutput?
    ) throws -> (Evaluation, written: String?) {
        let trained = try TrainedPolicy(
            of: folder, best: best, in: environment, settings: try settings.texts(),
            catalog: CommandCatalog.current)
        let mode = stochastic ? ActingMode.stochastic : .greedy
        let evaluation = try Evaluation(
            of: { rows, seed in try trained.policy(mode, rows: rows, seed: seed) },
            in: trained.plan.environment, episodes: episodes, seed: UInt64(seed),
            observed: { output?.recording($0) ?? $0 })
        let written = try output?.write(
            trained.plan.environment, seed: UInt64(seed),
            metadata: ["run": folder.path, "policy": policyName, "acting": mode.rawValue])
        return (evaluation, written)
    }

    private var policyName: String { best ? "best" : "final" }

    private func line(_ evaluation: Evaluation, _ folder: RunFolder) -> String {
        var text =
            "\(folder.path): return \(evaluation.mean.asScore) ± \(evaluation.std.asScore) over "
            + "\(evaluation.returns.count) episodes (min \((evaluation.returns.min() ?? 0).asScore), "
            + "max \((evaluation.returns.max() ?? 0).asScore)), mean length "
            + "\((Double(evaluation.lengths.reduce(0, +)) / Double(evaluation.lengths.count)).asScore)"
        if evaluation.cutEpisodes > 0 {
            text +=
                "; \(evaluation.cutEpisodes) did not end within \(Evaluation.stepLimit.grouped) steps and were cut"
        }
        return text
    }

    private func jsonLine(_ evaluation: Evaluation, _ folder: RunFolder) throws -> String {
        struct Line: Encodable {
            let run: String
            let policy: String
            let episodes: Int
            let mean, std: Double
            let returns: [Double]
            let lengths: [Int]
            let cutEpisodes: Int
        }
        let line = Line(
            run: folder.path, policy: policyName, episodes: evaluation.returns.count,
            mean: evaluation.mean, std: evaluation.std, returns: evaluation.returns,
            lengths: evaluation.lengths,
            cutEpisodes: evaluation.cutEpisodes)
        return try line.jsonLine()
    }
}
