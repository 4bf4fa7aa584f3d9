import Foundation
import RLCore
import RLTraining

/// Where a run stands, for a person who waits for it.
public struct RunProgress: Sendable {
    /// The run's seed.
    public let seed: Int
    /// Environment steps taken.
    public let steps: Int
    /// Seconds since the start.
    public let seconds: Double
    /// Episodes finished.
    public let episodes: Int
    /// Mean return of the last 20 episodes finished while training.
    public let recentReturn: Double?
    /// Mean return of the latest evaluation.
    public let evaluation: Double?
    /// Whether that evaluation has just ended.
    public let isEvaluated: Bool
}

/// What became of one seed.
public struct RunOutcome: Sendable {
    /// The seed.
    public let seed: Int
    /// The folder it wrote.
    public let folder: RunFolder
    /// What `summary.json` holds.
    public let summary: RunSummary
}

extension RunPlan {
    /// Environment steps between two rows of `metrics.csv`.
    public static let metricsInterval = 1000

    /// Carries the plan out for one seed, into a folder that exists and is empty: until the steps are spent, iterate;
    /// between iterations record, evaluate, stop. When `shouldStop` says so, the iteration in progress is finished and
    /// everything written. `report` is called a few times a second. The agent may use
    /// `threads` threads, and `rowThreads` step the rows; their number changes no result. `observe` is shown the agent after every iteration and the steps
    /// it has taken: it may take a policy, which changes nothing.
    public func train(
        seed: Int, into folder: RunFolder, threads: Int = 1, rowThreads: Int = 1, shouldStop: () -> Bool,
        report: (RunProgress) -> Void, observe: ((any MadeAgent, _ steps: Int) -> Void)? = nil
    ) throws -> RunOutcome {
        let agent = try makeAgent(seed: seed, threads: threads)
        let environment = try environment.vectorized(rows, threads: rowThreads)
        let recorder = RunRecorder(metrics: self.agent.metrics)
        let record = RunRecord(self, seed: seed)
        let writer = try RunWriter(folder, record: record, columns: recorder.columns)
        let clock = Stopwatch()
        var evaluations = EvaluationHistory()
        var recent = RecentReturns()
        var nextReport = 0.0
        var lastRow = 0
        var isInterrupted = false

        func writeMetrics() throws {
            // A run may stop where a row has just been written.
            if recorder.steps > lastRow {
                lastRow = recorder.steps
                try writer.write(metrics: recorder.takeRow(), step: recorder.steps)
                try writer.write(seconds: clock.seconds, step: recorder.steps)
            }
            try writer.flush()
        }
        func tell(isEvaluated: Bool) {
            report(
                RunProgress(
                    seed: seed, steps: recorder.steps, seconds: clock.seconds,
                    episodes: recorder.episodeCount, recentReturn: recent.mean,
                    evaluation: evaluations.last?.mean, isEvaluated: isEvaluated))
        }
        func evaluate() throws {
            // The same episodes' starts at every evaluation, so that two of them differ by the policy and not by luck.
            let streams = RandomStreams(seed: UInt64(clamping: seed))
            let evaluation = try Evaluation(
                of: { agent.policy(.greedy, rows: $0, seed: $1) }, in: self.environment,
                episodes: evaluationEpisodes, seed: streams.seed("evaluation"), step: recorder.steps)
            try writer.write(evaluation)
            if evaluations.add(evaluation) {
                try writer.write(agent.policy(.greedy, rows: 1, seed: 0), as: .best, record: record)
            }
        }

        do {
            while recorder.steps < steps {
                let before = recorder.steps
                try agent.iterate(in: environment, recorder: recorder)
                observe?(agent, recorder.steps)
                let episodes = recorder.takeEpisodes()
                for episode in episodes { recent.add(episode.episode.return) }
                try writer.write(episodes)
                let isDone = recorder.steps >= steps
                if isDone || recorder.hasPassed(RunPlan.metricsInterval, since: before) { try writeMetrics() }
                if !isDone, evaluationEpisodes > 0, recorder.hasPassed(evaluationInterval, since: before) {
                    try evaluate()
                    tell(isEvaluated: true)
                    if let untilReturn, let last = evaluations.last, last.mean >= untilReturn { break }
                }
                if isDone || clock.seconds >= nextReport {
                    nextReport = clock.seconds + 0.2
                    tell(isEvaluated: false)
                }
                if !isDone, shouldStop() {
                    isInterrupted = true
                    break
                }
            }
        } catch {
            // What has been seen is worth keeping, whatever stopped the run; a second failure adds nothing.
            try? writer.write(recorder.takeEpisodes())
            try? writeMetrics()
            throw error
        }
        if recorder.steps < steps { try writeMetrics() }
        // Before the last evaluation, which may be long: what was learned is safe whatever happens to that.
        try writer.write(agent.policy(.greedy, rows: 1, seed: 0), as: .policy, record: record)
        if evaluationEpisodes > 0, evaluations.last?.step != recorder.steps { try evaluate() }
        let seconds = clock.seconds
        let summary = RunSummary(
            steps: recorder.steps, seconds: seconds, stepsPerSecond: Double(recorder.steps) / seconds,
            episodes: recorder.episodeCount, finalEvaluation: evaluations.last.map(EvaluationSummary.init),
            bestEvaluation: evaluations.best.map(EvaluationSummary.init),
            interrupted: isInterrupted ? true : nil)
        try writer.flush()
        try writer.write(summary)
        return RunOutcome(seed: seed, folder: folder, summary: summary)
    }
}

extension RunRecorder {
    /// Whether the steps have passed a multiple of `interval` (0: never) since they were `before`.
    fileprivate func hasPassed(_ interval: Int, since before: Int) -> Bool {
        interval > 0 && steps / interval > before / interval
    }
}

/// The evaluations of a run that matter later.
private struct EvaluationHistory {
    private(set) var last: Evaluation?
    private(set) var best: Evaluation?

    /// Whether this one is the best so far.
    mutating func add(_ evaluation: Evaluation) -> Bool {
        last = evaluation
        guard best.map({ evaluation.mean > $0.mean }) ?? true else { return false }
        best = evaluation
        return true
    }
}

/// The returns of the last 20 episodes.
private struct RecentReturns {
    private var returns: [Double] = []

    mutating func add(_ value: Double) {
        returns.append(value)
        if returns.count > 20 { returns.removeFirst() }
    }

    var mean: Double? { returns.isEmpty ? nil : returns.reduce(0, +) / Double(returns.count) }
}

private struct Stopwatch {
    private let start = ContinuousClock.now

    var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }
}
