import RLCore

/// One episode of an evaluation, played once more and step by step, to be looked at.
///
/// It is the evaluation's episode and not only a similar one: its whole round is played, with the same seeds.
public struct EpisodeReplay: ~Copyable {
    /// Steps taken.
    public private(set) var length = 0
    /// The sum of what the learner is rewarded with; once the episode is over, the task's own return.
    public private(set) var `return` = 0.0
    /// Whether the episode is over.
    public private(set) var isOver = false

    private let environment: any VectorEnvironment
    private let row: Int
    private var policy: any Policy
    private var batch: StepBatch
    private var actions: ActionBatch

    /// Begins episode `episode`, counted from 0, of what `Evaluation` plays with the same arguments.
    public init(
        of makePolicy: (_ rows: Int, _ seed: UInt64) throws -> any Policy, in environment: MadeEnvironment,
        episode: Int, of episodes: Int, seed: UInt64
    ) throws {
        let round = EvaluationRound(of: episode, of: episodes, seed: seed)
        let rows = try environment.vectorized(round.rows)
        policy = try makePolicy(round.rows, round.policySeed)
        var start = StepBatch(observationSpace: environment.observationSpace, count: round.rows)
        rows.reset(seed: round.environmentSeed, into: &start)
        batch = start
        actions = ActionBatch(for: environment.actionSpace, count: round.rows)
        row = episode - round.start
        self.environment = rows
    }

    /// Takes a step of the episode, which is not over yet.
    public mutating func step() throws(EnvironmentError) {
        if length > 0 { environment.advance(&batch) }
        policy.act(on: batch, into: &actions)
        try environment.step(actions, into: &batch)
        length += 1
        self.return += Double(batch.rewards[row])
        if let finished = batch.finished.first(where: { $0.row == row }) {
            (isOver, self.return, length) = (true, finished.return, finished.length)
        }
    }

    /// Draws where it stands, the state it ends in too; false where the environment has no look.
    public func draw(on canvas: inout Canvas) -> Bool {
        environment.draw(row: row, on: &canvas)
    }
}
