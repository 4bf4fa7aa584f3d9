/// Many rows of one task and the loops over them, of which a call takes a range: what `Vectorized` drives, on as many
/// threads as there are ranges. A row's results depend on nothing but its own stream and actions.
public protocol EnvironmentRows: AnyObject {
    /// Gives row `r` the stream `SeedSequence(seed, spawnKey: [r])` and forgets running episodes.
    func seed(_ seed: UInt64)
    /// Acts once in the rows of `range`, and appends the episodes that ended to `finished`.
    func step(
        _ range: Range<Int>, _ actions: borrowing ActionBatch, into memory: StepMemory,
        finished: inout [FinishedEpisode])
    /// Starts an episode in the rows of `range` that `memory.starts` marks.
    func restart(_ range: Range<Int>, into memory: StepMemory)
    /// Draws one row; false where the environment has no look.
    func draw(_ row: Int, on canvas: inout Canvas) -> Bool
    /// Visits the state of every row by name.
    func archive(_ archive: inout Archive) throws(ArchiveError)
}

/// An environment with a faster way to step many rows than one after another: an array of each quantity instead of an
/// array of environments, and a loop over vectors. The rows must do to the bit what the environment does alone.
public protocol RowStepping: Environment {
    /// `count` rows of this task, truncated after `limit` steps; 0 for no limit.
    func rows(count: Int, limit: Int) -> any EnvironmentRows
}

/// A modifier that does nothing but truncate, so that rows can count for themselves.
public protocol CountsSteps {
    /// Steps an episode may take; 0 where there is no limit.
    var limit: Int { get }
}

extension TimeLimit: CountsSteps {}

extension Modified: RowStepping where M: CountsSteps, M.Base: RowStepping, M.Scalar == M.Base.Scalar {
    /// The base's, with the tighter of both limits.
    public func rows(count: Int, limit: Int) -> any EnvironmentRows {
        let limits = [limit, modifier.limit].filter { $0 > 0 }
        return base.rows(count: count, limit: limits.min() ?? 0)
    }
}

/// Where the rows of a step write: the memory of a `StepBatch`, of which different threads take different rows. Valid
/// within the call it is passed to.
public struct StepMemory: @unchecked Sendable {
    /// The successors in `step`, what is acted on in `restart`; `[count, width]` scalars.
    public let observations: UnsafeMutableRawPointer
    /// Scalars in a row of them.
    public let width: Int
    /// `[count]`
    public let rewards: UnsafeMutablePointer<Float>
    /// `[count]`
    public let terminated: UnsafeMutablePointer<Bool>
    /// `[count]`
    public let truncated: UnsafeMutablePointer<Bool>
    /// `[count]`
    public let starts: UnsafeMutablePointer<Bool>

    @usableFromInline
    init(
        observations: UnsafeMutableRawPointer, width: Int, rewards: UnsafeMutablePointer<Float>,
        terminated: UnsafeMutablePointer<Bool>, truncated: UnsafeMutablePointer<Bool>,
        starts: UnsafeMutablePointer<Bool>
    ) {
        self.observations = observations
        self.width = width
        self.rewards = rewards
        self.terminated = terminated
        self.truncated = truncated
        self.starts = starts
    }

    /// The observation of one row.
    @inlinable
    public func observation<Scalar>(of row: Int, as: Scalar.Type) -> UnsafeMutableBufferPointer<Scalar> {
        UnsafeMutableBufferPointer(
            start: observations.assumingMemoryBound(to: Scalar.self) + row &* width, count: width)
    }
}

extension StepBatch {
    /// Gives `body` the memory of the successors and of what comes with them.
    mutating func withSuccessors(_ body: (StepMemory) -> Void) {
        lend(&nextObservations, &rewards, &terminated, &truncated, &starts, body)
    }

    /// Gives `body` the memory of what is acted on.
    mutating func withObservations(_ body: (StepMemory) -> Void) {
        lend(&observations, &rewards, &terminated, &truncated, &starts, body)
    }
}

/// The memory of several arrays of as many rows at once. They are never empty.
private func lend(
    _ observations: inout ObservationBatch, _ rewards: inout [Float], _ terminated: inout [Bool],
    _ truncated: inout [Bool], _ starts: inout [Bool], _ body: (StepMemory) -> Void
) {
    let width = observations.width
    observations.withMemory { observations in
        rewards.withUnsafeMutableBufferPointer { rewards in
            terminated.withUnsafeMutableBufferPointer { terminated in
                truncated.withUnsafeMutableBufferPointer { truncated in
                    starts.withUnsafeMutableBufferPointer { starts in
                        guard let rewards = rewards.baseAddress, let terminated = terminated.baseAddress,
                            let truncated = truncated.baseAddress, let starts = starts.baseAddress
                        else { return }
                        body(
                            StepMemory(
                                observations: observations, width: width, rewards: rewards,
                                terminated: terminated, truncated: truncated, starts: starts))
                    }
                }
            }
        }
    }
}

extension ObservationBatch {
    mutating func withMemory(_ body: (UnsafeMutableRawPointer) -> Void) {
        func give(_ buffer: UnsafeMutableRawBufferPointer) {
            if let start = buffer.baseAddress { body(start) }
        }
        switch scalarType {
        case .float32: floats.withUnsafeMutableBytes { give($0) }
        case .uint8: bytes.withUnsafeMutableBytes { give($0) }
        case .int32: indices.withUnsafeMutableBytes { give($0) }
        }
    }
}
