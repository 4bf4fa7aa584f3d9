import ArgumentParser
import Foundation
import RLCore
import RLRuns

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Train an agent on an environment, or carry out an experiment file.",
        discussion: """
            Examples:
              rl run dqn gridworld
              rl run dqn cartpole --seeds 4 --set agent.learningRate=1e-3
              rl run experiments/dqn-cartpole.yaml --steps 20000

            Files go to results/NAME/SEED/. Settings come from declared defaults, then tuned settings for this agent \
            and environment, then the experiment file, then flags. Ctrl-C finishes the iteration, writes everything \
            and exits with 130.
            """)

    @Argument(
        help: ArgumentHelp(
            "An agent (`rl list agents`), or an experiment's YAML file.", valueName: "agent|file"))
    var agentOrFile: String
    @Argument(help: "An environment (`rl list environments`).")
    var environment: String?
    @Option(
        parsing: .unconditional, help: "Environment steps over all rows (default: tuned, else 100000).",
        transform: settingNumber)
    var steps: Int?
    @Option(parsing: .unconditional, help: "Seed of all randomness (default: 1).", transform: settingNumber)
    var seed: Int?
    @Option(parsing: .unconditional, help: "Train this many seeds, counting up.", transform: settingNumber)
    var seeds: Int?
    @Option(
        parsing: .unconditional, help: "Copies of the environment stepped together (default: 1).",
        transform: settingNumber)
    var envs: Int?
    @OptionGroup var settings: SettingOptions
    @Option(help: "The run's name (default: AGENT-ENVIRONMENT, then -2, -3 …).")
    var name: String?
    @Option(
        parsing: .unconditional, help: "Stop once an evaluation's mean return reaches this.",
        transform: settingNumber)
    var untilReturn: Double?
    @Option(
        parsing: .unconditional,
        help:
            "Environment steps between greedy evaluations; 0 for none but the last (default: a tenth of the steps).",
        transform: settingNumber)
    var evalEvery: Int?
    @Option(
        parsing: .unconditional, help: "Episodes an evaluation takes; 0 for no evaluation (default: 20).",
        transform: settingNumber)
    var evalEpisodes: Int?
    @Option(
        parsing: .unconditional,
        help:
            "Threads in all: as many seeds are trained at the same time, and what is left shares the work on large minibatches. Changes no result (default: the machine's cores).",
        transform: settingNumber)
    var threads: Int?
    @Option(
        parsing: .unconditional,
        help:
            "Threads that step the copies of the environment, for each seed; more than 1 pays where a step takes microseconds, and changes no result (default: 1).",
        transform: settingNumber)
    var rowThreads = 1
    @Flag(help: "Leave out the settings tuned for this agent and environment.")
    var untuned = false
    @Flag(
        help:
            "Open a window on the policy while it is trained (of the first seed). It costs the training nothing, and closing it leaves the training alone; w and Enter open it again."
    )
    var watch = false
    @Flag(help: "Print nothing but errors.")
    var quiet = false
    @Flag(help: "Print the outcome as JSON, a line a seed.")
    var json = false

    func run() throws {
        let plan = try RunPlan(layers(), catalog: CommandCatalog.current)
        let threads = threads ?? availableCores()
        guard threads >= 1 else {
            throw ConfigurationError("threads=\(threads) does not fit: expected an integer, at least 1")
        }
        let rowThreads = rowThreads
        guard (1...1024).contains(rowThreads) else {
            throw ConfigurationError(
                "row-threads=\(rowThreads) does not fit: expected an integer from 1 to 1024")
        }
        // Before anything is written, since a window that cannot be opened is a mistake and no training.
        let window = try watch ? TrainingWindow(plan) : nil
        let results = ResultsFolder()
        let run = try results.makeRun(named: plan.name, default: plan.defaultName)
        let reporter = ProgressReporter(steps: plan.steps, seeds: plan.seeds.count)
        Interruption.listen()
        let showsProgress = !quiet
        let threadsEach = max(1, threads / min(threads, plan.seeds.count))
        let mailbox = window?.mailbox
        let train: @Sendable () -> [Result<RunOutcome, any Error>?] = {
            onThreads(Array(plan.seeds), threads: threads) { seed in
                if Interruption.isRequested { return nil }
                let isWatched = seed == plan.seeds.lowerBound
                return Result {
                    try plan.train(
                        seed: seed, into: RunFolder(making: "\(run)/\(seed)"), threads: threadsEach,
                        rowThreads: rowThreads, shouldStop: { Interruption.isRequested },
                        report: { if showsProgress { reporter.report($0) } },
                        observe: isWatched
                            ? mailbox.map { mailbox in
                                { agent, steps in
                                    mailbox.offer({ agent.policy(.greedy, rows: 1, seed: 0) }, steps: steps)
                                }
                            } : nil)
                }
            }
        }
        let outcomes = try window?.show(during: train) ?? train()
        if showsProgress { reporter.finish() }
        try tell(outcomes.compactMap { $0 }, plan: plan, run: run)
    }

    /// From the least to the most specific.
    private func layers() throws -> [RunLayer] {
        var flags = RunLayer(origin: "flag")
        (flags.steps, flags.seed, flags.seeds, flags.envs) = (steps, seed, seeds, envs)
        (flags.evalEvery, flags.evalEpisodes, flags.untilReturn) = (evalEvery, evalEpisodes, untilReturn)
        flags.name = name
        flags.settings = try settings.texts()
        flags.environment = environment
        var layers: [RunLayer] = []
        if ["yaml", "yml"].contains(URL(fileURLWithPath: agentOrFile).pathExtension) {
            layers.append(try ExperimentFile.layer(at: agentOrFile))
        } else {
            flags.agent = agentOrFile
        }
        layers.append(flags)
        return untuned ? layers : try TunedSettings.underlying(layers)
    }

    private func tell(_ outcomes: [Result<RunOutcome, any Error>], plan: RunPlan, run: String) throws {
        for case .failure(let error) in outcomes { printError("rl: \(error)") }
        let finished = outcomes.compactMap { try? $0.get() }
        if json {
            for outcome in finished { try printLine(outcome.line()) }
        } else if !quiet {
            for outcome in finished { try printLine(line(outcome, plan: plan)) }
            if !finished.isEmpty {
                let name = URL(fileURLWithPath: run).lastPathComponent
                let seed = finished.count == 1 ? "\(finished[0].seed)" : "SEED"
                try printLine(
                    aligned([
                        ["  curves", "\(run)/\(seed)/episodes.csv"],
                        ["  watch", "rl watch \(name)"],
                        ["  evaluate", "rl evaluate \(name)"],
                        ["  compare", "rl compare \(name)"],
                    ]))
            }
        }
        if finished.count < outcomes.count { throw ExitCode(1) }
        if Interruption.isRequested { throw ExitCode(130) }
    }

    private func line(_ outcome: RunOutcome, plan: RunPlan) -> String {
        let summary = outcome.summary
        var text =
            "\(plan.agent.name) on \(plan.environmentName), seed \(outcome.seed): \(summary.steps.grouped) steps in "
            + "\(summary.seconds.rounded(to: 1)) s (\(Int(summary.stepsPerSecond).grouped) steps/s)"
        if summary.interrupted == true { text += ", interrupted" }
        if let last = summary.finalEvaluation {
            text +=
                "; greedy return \(last.mean.asScore) ± \(last.std.asScore) over \(last.episodes) episodes"
        }
        return text
    }
}

extension RunPlan {
    fileprivate var defaultName: String {
        // A run is a folder, and an environment may be called MinAtar/Breakout-v1.
        "\(agent.name)-\(environmentName.replacingOccurrences(of: "/", with: "-"))"
    }
}

extension RunOutcome {
    fileprivate func line() throws -> String {
        struct Line: Encodable {
            let seed: Int
            let folder: String
            let summary: RunSummary
        }
        return try Line(seed: seed, folder: folder.path, summary: summary).jsonLine()
    }
}
