/// One episode as the learner saw it, from its first observation to its last.
public struct Trajectory: Sendable, Equatable {
    /// The row it ran in.
    public let row: Int
    /// `[length + 1, …]`: what was acted on and, last, what the episode ended in.
    public private(set) var observations: ObservationBatch
    /// `[length, …]`, as they were given to the environment, which may have clipped them.
    public private(set) var actions: ActionBatch
    /// As the learner saw them, `[length]`.
    public private(set) var rewards: [Float] = []
    /// `[length]`, true at the end alone.
    public private(set) var terminated: [Bool] = []
    /// `[length]`, true at the end alone; both flags may be.
    public private(set) var truncated: [Bool] = []
    /// The task's own return where its episode ended with this one. Nil where only the learner's did, as with the loss of
    /// a life, or where it was cut.
    public private(set) var `return`: Double?

    /// Steps taken.
    public var length: Int { rewards.count }

    init(
        startingAt observations: borrowing ObservationBatch, row: Int, of environment: any VectorEnvironment
    ) {
        self.row = row
        self.observations = ObservationBatch(copyingRow: row, of: observations)
        actions = ActionBatch(for: environment.actionSpace, count: 0)
    }

    /// Adds the step that `batch` is between `step` and `advance`.
    mutating func append(_ batch: borrowing StepBatch, _ taken: borrowing ActionBatch) {
        observations.append(row: row, of: batch.nextObservations)
        actions.append(row: row, of: taken)
        rewards.append(batch.rewards[row])
        terminated.append(batch.terminated[row])
        truncated.append(batch.truncated[row])
        if !batch.finished.isEmpty {
            let row = row
            `return` = batch.finished.first { $0.row == row }?.return
        }
    }

    /// Ends it where it is.
    mutating func cut() {
        truncated[length - 1] = true
    }
}
