import RLCore
import RLTraining

/// Acts uniformly at random and learns nothing: the score that an agent has to beat.
public struct RandomAgent: Agent, ~Copyable {
    /// `random`
    public static let name = "random"
    /// For `rl list agents`.
    public static let summary = "acts uniformly at random and learns nothing; the score to beat"
    /// None.
    public static let metrics: [Metric] = []

    private let streams: RandomStreams
    private var acting: RandomPolicy
    private var batch: StepBatch
    private var actions: ActionBatch
    private var hasStarted = false
    private let task: TrainingTask

    /// A random agent. Throws where the actions have no bounds to draw from.
    public init(_: NoSettings, for task: TrainingTask, seed: UInt64) throws(ConfigurationError) {
        if case .box(let box) = task.actionSpace, !(box.low + box.high).allSatisfy(\.isFinite) {
            throw ConfigurationError(
                "random draws actions between bounds, but those of \(task.name) are \(task.actionSpace)")
        }
        self.task = task
        streams = RandomStreams(seed: seed)
        acting = RandomPolicy(space: task.actionSpace, random: streams.stream("actions"))
        batch = StepBatch(observationSpace: task.observationSpace, count: task.rows)
        actions = ActionBatch(for: task.actionSpace, count: task.rows)
    }

    /// One step of every row.
    public mutating func iterate(in environment: any VectorEnvironment, recorder: RunRecorder) throws {
        if !hasStarted {
            environment.reset(seed: streams.seed("environment"), into: &batch)
            hasStarted = true
        }
        acting.act(on: batch, into: &actions)
        try environment.step(actions, into: &batch)
        recorder.record(batch)
        environment.advance(&batch)
    }

    /// The same, with a stream of its own; greedy and stochastic are the same here.
    public func policy(_ mode: ActingMode, rows: Int, seed: UInt64) -> RandomPolicy {
        RandomPolicy(space: task.actionSpace, random: RandomStreams(seed: seed).stream("actions"))
    }

    /// Visits the stream and the batch.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("hasStarted", &hasStarted)
        try archive.scope("random") { archive throws(ArchiveError) in
            try acting.random.archive(&archive)
        }
        try archive.scope("batch") { archive throws(ArchiveError) in try batch.archive(&archive) }
    }
}

/// Uniform over the action space, whatever is observed.
public struct RandomPolicy: Policy {
    private let space: Space
    fileprivate var random: PCG64

    /// A policy that draws from `random`.
    public init(space: Space, random: PCG64) {
        self.space = space
        self.random = random
    }

    /// Draws an action for every row.
    public mutating func act(on batch: borrowing StepBatch, into actions: inout ActionBatch) {
        for row in 0..<batch.count { actions.draw(row: row, from: space, using: &random) }
    }

    /// Every action is as likely as any other.
    public func explain(row: Int) -> Insight {
        guard case .discrete(let count) = space else { return Insight() }
        return Insight(actionProbabilities: Array(repeating: 1 / Float(count), count: count))
    }

    /// Nothing was learned.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}
}
