import RLCore

/// The last `capacity` transitions, sampled uniformly with replacement (Lin 1992; Mnih et al. 2015).
///
/// Observations keep their scalar type, so pixels stay bytes and discrete states integers. A transition holds the
/// true successor, at a time limit too, and `terminated` alone: a truncated transition bootstraps. Noncopyable,
/// because an accidental copy would be all of it.
public struct ReplayBuffer: ~Copyable, Sendable {
    /// Transitions held at most.
    public let capacity: Int
    /// Transitions held.
    public private(set) var count = 0
    private let observationSpace: Space
    private let actionSpace: Space
    private var next = 0
    private var observations: ObservationBatch
    private var nextObservations: ObservationBatch
    private var actions: ActionBatch
    private var rewards: [Float]
    private var terminated: [Bool]

    /// Room for `capacity` transitions, at least one, taken at once. Throws where the machine has less memory.
    public init(
        capacity: Int, observationSpace: Space, actionSpace: Space
    ) throws(ConfigurationError) {
        if capacity < 1 { failure("a replay buffer holds at least 1 transition, not \(capacity)") }
        try checkMemory(
            for: capacity,
            transitionsOf: 2 * observationSpace.byteCount + 4 * actionSpace.count + 5,
            "replayCapacity=\(capacity)")
        self.capacity = capacity
        self.observationSpace = observationSpace
        self.actionSpace = actionSpace
        observations = ObservationBatch(for: observationSpace, count: capacity)
        nextObservations = ObservationBatch(for: observationSpace, count: capacity)
        actions = ActionBatch(for: actionSpace, count: capacity)
        rewards = Array(repeating: 0, count: capacity)
        terminated = Array(repeating: false, count: capacity)
    }

    /// Stores the transition of every row, over the oldest where full. Between `step` and `advance`.
    public mutating func append(_ batch: borrowing StepBatch, actions taken: borrowing ActionBatch) {
        for row in 0..<batch.count {
            observations.copyRow(next, from: batch.observations, row: row)
            nextObservations.copyRow(next, from: batch.nextObservations, row: row)
            actions.copyRow(next, from: taken, row: row)
            rewards[next] = batch.rewards[row]
            terminated[next] = batch.terminated[row]
            next = next + 1 == capacity ? 0 : next + 1
            count = min(count + 1, capacity)
        }
    }

    /// Fills `sample` with transitions drawn uniformly with replacement; at least one is held.
    public func sample(into sample: inout ReplaySample, using random: inout PCG64) {
        if count == 0 { failure("sampling from an empty replay buffer") }
        for row in 0..<sample.count {
            let index = random.integers(count)
            sample.observations.copyRow(row, from: observations, row: index)
            sample.nextObservations.copyRow(row, from: nextObservations, row: index)
            sample.actions.copyRow(row, from: actions, row: index)
            sample.rewards[row] = rewards[index]
            sample.continuations[row] = terminated[index] ? 0 : 1
        }
    }

    /// Visits contents and place.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("count", &count)
        try archive.field("next", &next)
        guard (0...capacity).contains(count), (0..<capacity).contains(next),
            count == capacity || next == count
        else {
            throw ArchiveError("a replay buffer of \(capacity) cannot hold \(count) and write at \(next)")
        }
        try archive.scope("observations") { archive throws(ArchiveError) in
            try observations.archive(&archive)
        }
        try archive.scope("nextObservations") { archive throws(ArchiveError) in
            try nextObservations.archive(&archive)
        }
        try archive.scope("actions") { archive throws(ArchiveError) in try actions.archive(&archive) }
        try archive.check(observations.indices, in: observationSpace)
        try archive.check(nextObservations.indices, in: observationSpace)
        try archive.check(actions.indices, in: actionSpace)
        try archive.field("rewards", &rewards)
        try archive.field("terminated", &terminated)
    }
}

/// A minibatch of transitions, `count` rows, overwritten by every `sample`.
public struct ReplaySample: Sendable {
    /// Rows.
    public let count: Int
    /// What was acted on, `[count, width]`.
    public var observations: ObservationBatch
    /// True successors, `[count, width]`.
    public var nextObservations: ObservationBatch
    /// Actions taken, `[count, width]`.
    public var actions: ActionBatch
    /// Rewards, `[count]`.
    public var rewards: [Float]
    /// 0 where the task ended, else 1: what the successor's value is multiplied by, `[count]`.
    public var continuations: [Float]

    /// Room for `count` transitions.
    public init(count: Int, observationSpace: Space, actionSpace: Space) {
        self.count = count
        observations = ObservationBatch(for: observationSpace, count: count)
        nextObservations = ObservationBatch(for: observationSpace, count: count)
        actions = ActionBatch(for: actionSpace, count: count)
        rewards = Array(repeating: 0, count: count)
        continuations = Array(repeating: 0, count: count)
    }
}
