import RLCore

/// Episodes played by a frozen policy.
public struct Evaluation: Sendable, Equatable {
    /// Environment steps of training before it.
    public let step: Int
    /// The task's own returns, in the order of rows.
    public let returns: [Double]
    /// Agent steps of each episode.
    public let lengths: [Int]
    /// Episodes that the evaluator cut because they did not end within `stepLimit`.
    public let cutEpisodes: Int

    /// Steps after which an episode of a task without a limit is cut.
    public static let stepLimit = 27_000

    /// Mean return.
    public var mean: Double { Statistics.mean(returns) }
    /// Standard deviation of the returns, over their count.
    public var std: Double { Statistics.standardDeviation(returns, degreesOfFreedom: 0) }

    /// Plays `episodes` episodes, at least one: one a row, so that short episodes are not counted more often than
    /// long ones, in rounds (`EvaluationRound`). `observed` may put something around the environment of each round that
    /// looks on, as a `TrajectoryRecorder` does.
    public init(
        of makePolicy: (_ rows: Int, _ seed: UInt64) throws -> any Policy, in environment: MadeEnvironment,
        episodes: Int, seed: UInt64, step: Int = 0,
        observed: (any VectorEnvironment) -> any VectorEnvironment = { $0 }
    ) throws {
        var returns: [Double] = []
        var lengths: [Int] = []
        var cutEpisodes = 0
        while returns.count < episodes {
            let round = EvaluationRound(of: returns.count, of: episodes, seed: seed)
            var policy = try makePolicy(round.rows, round.policySeed)
            let played = try Evaluation.play(
                &policy, observed(try environment.vectorized(round.rows)), seed: round.environmentSeed)
            returns += played.map(\.return)
            lengths += played.map(\.length)
            cutEpisodes += played.count { $0.isCut }
        }
        self.step = step
        self.returns = returns
        self.lengths = lengths
        self.cutEpisodes = cutEpisodes
    }

    private struct Played {
        var `return` = 0.0
        var length = 0
        var isCut = true
    }

    private static func play(
        _ policy: inout any Policy, _ environment: any VectorEnvironment, seed: UInt64
    ) throws(EnvironmentError) -> [Played] {
        var batch = StepBatch(observationSpace: environment.observationSpace, count: environment.count)
        var actions = ActionBatch(for: environment.actionSpace, count: environment.count)
        var played = [Played](repeating: Played(), count: environment.count)
        var running = environment.count
        environment.reset(seed: seed, into: &batch)
        var steps = 0
        while running > 0, steps < stepLimit {
            policy.act(on: batch, into: &actions)
            try environment.step(actions, into: &batch)
            steps += 1
            for row in played.indices where played[row].isCut {
                // The learner's rewards stand in for the score of an episode that never ends.
                played[row].return += Double(batch.rewards[row])
                played[row].length = steps
            }
            for episode in batch.finished where played[episode.row].isCut {
                played[episode.row] = Played(return: episode.return, length: episode.length, isCut: false)
                running -= 1
            }
            environment.advance(&batch)
        }
        return played
    }
}
