import RLCore

/// What a policy has just lived through: `steps` steps of `rows` rows, [steps, rows] in every array, in the order in
/// which it happened. On-policy learners fill it, learn from it and fill it again.
///
/// Noncopyable, because an accidental copy would be all of it.
public struct Rollout: ~Copyable, Sendable {
    /// Steps it holds.
    public let steps: Int
    /// Rows of each.
    public let rows: Int
    /// What was acted on.
    public private(set) var observations: ObservationBatch
    /// What was done.
    public private(set) var actions: ActionBatch
    /// log π(a | s) of it, by the policy that did it.
    public private(set) var logProbabilities: [Float]
    /// V(s) as the critic saw it then, from `append` or `setValues`.
    public private(set) var values: [Float]
    /// Rewards as the learner sees them.
    public private(set) var rewards: [Float]
    /// Where the task ended.
    public private(set) var terminated: [Bool]
    /// Where the learner's episode ended, for either reason.
    public private(set) var ended: [Bool]
    /// V(s′) of the true successor, also where the episode was cut; 0 where the task ended. Complete after `finish`.
    public private(set) var successorValues: [Float]
    /// Filled by `finish`.
    public private(set) var advantages: [Float]
    /// What the critic learns, advantages + values. Filled by `finish`.
    public private(set) var returns: [Float]
    /// Steps filled so far.
    public private(set) var filled = 0
    private let observationSpace: Space
    private let actionSpace: Space

    /// Room for `steps` steps of `rows` rows, at least one of each, taken at once. Throws where the machine has less
    /// memory.
    public init(steps: Int, rows: Int, observationSpace: Space, actionSpace: Space) throws(ConfigurationError)
    {
        if steps < 1 || rows < 1 { failure("a rollout of \(steps) steps and \(rows) rows") }
        let count = steps * rows
        try checkMemory(
            for: count, transitionsOf: observationSpace.byteCount + 4 * actionSpace.count + 26,
            "rolloutSteps=\(steps) of \(rows) rows")
        self.steps = steps
        self.rows = rows
        self.observationSpace = observationSpace
        self.actionSpace = actionSpace
        observations = ObservationBatch(for: observationSpace, count: count)
        actions = ActionBatch(for: actionSpace, count: count)
        logProbabilities = Array(repeating: 0, count: count)
        values = Array(repeating: 0, count: count)
        rewards = Array(repeating: 0, count: count)
        terminated = Array(repeating: false, count: count)
        ended = Array(repeating: false, count: count)
        successorValues = Array(repeating: 0, count: count)
        advantages = Array(repeating: 0, count: count)
        returns = Array(repeating: 0, count: count)
    }

    /// Transitions it holds.
    public var count: Int { steps * rows }
    /// Whether there is something to learn from.
    public var isFull: Bool { filled == steps }

    /// Stores a step of every row, between `step` and `advance`. `cutValues` holds V(s′) where the step was truncated; it
    /// is not read elsewhere.
    public mutating func append(
        _ batch: borrowing StepBatch, _ decisions: borrowing Decisions, cutValues: borrowing [Float]
    ) {
        if isFull { failure("a rollout of \(steps) steps is full") }
        if batch.count != rows { failure("a batch of \(batch.count) rows for a rollout of \(rows)") }
        observations.copyRows(block: filled, from: batch.observations)
        actions.copyRows(block: filled, from: decisions.actions)
        for row in 0..<rows {
            let index = filled * rows + row
            logProbabilities[index] = decisions.logProbabilities[row]
            values[index] = decisions.values[row]
            rewards[index] = batch.rewards[row]
            terminated[index] = batch.terminated[row]
            ended[index] = batch.isDone(row)
            successorValues[index] = batch.truncated[row] && !batch.terminated[row] ? cutValues[row] : 0
        }
        filled += 1
    }

    /// Sets V(s) of every step at once, for a critic that was not asked while acting: `body` fills what it is handed, in the
    /// order of the observations.
    public mutating func setValues(
        _ body: (_ observations: borrowing ObservationBatch, _ values: UnsafeMutableBufferPointer<Float>) ->
            Void
    ) {
        if !isFull { failure("a rollout of \(steps) steps has only \(filled)") }
        values.withUnsafeMutableBufferPointer { body(observations, $0) }
    }

    /// Computes advantages and returns (`Returns.advantages`), where `lastValues` holds V of what is acted on next. The
    /// next `append` is the first step again.
    public mutating func finish(lastValues: borrowing [Float], discount: Float, lambda: Float) {
        if !isFull { failure("a rollout of \(steps) steps has only \(filled)") }
        for index in 0..<count where !ended[index] {
            successorValues[index] =
                index + rows < count ? values[index + rows] : lastValues[index + rows - count]
        }
        Returns.advantages(
            rewards: rewards, values: values, successorValues: successorValues, terminated: terminated,
            ended: ended, rows: rows, discount: discount, lambda: lambda, into: &advantages)
        for index in 0..<count { returns[index] = advantages[index] + values[index] }
        filled = 0
    }

    /// `Returns.normalize` over all of them; `finish` computes them anew.
    public mutating func normalizeAdvantages() { Returns.normalize(&advantages) }

    /// Share of the returns' variance that the critic's values explained.
    public var explainedVariance: Float { Returns.explainedVariance(of: returns, by: values) }

    /// Visits what `append` has stored, and where it goes on.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        var place = filled
        try archive.field("filled", &place)
        guard (0..<steps).contains(place) else {
            throw ArchiveError("a rollout of \(steps) steps cannot go on after \(place)")
        }
        filled = place
        try archive.scope("observations") { archive throws(ArchiveError) in
            try observations.archive(&archive)
        }
        try archive.scope("actions") { archive throws(ArchiveError) in try actions.archive(&archive) }
        try archive.check(observations.indices, in: observationSpace)
        try archive.check(actions.indices, in: actionSpace)
        try archive.field("logProbabilities", &logProbabilities)
        try archive.field("values", &values)
        try archive.field("rewards", &rewards)
        try archive.field("terminated", &terminated)
        try archive.field("ended", &ended)
        try archive.field("successorValues", &successorValues)
    }
}
