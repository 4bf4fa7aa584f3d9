/// Any environment, with the episodes that are played in it gathered: what is asked of it goes through unchanged, so that
/// whoever acts, agent or policy, does the same with it and without it.
///
///     let recorder = TrajectoryRecorder(try Vectorized(CartPole().timeLimit(500), count: 8), limit: .episodes(100))
///     …
///     recorder.trajectories[0].observations        // [length + 1, 4]
///
/// Only whole episodes of the learner are kept. Where the environment is restored from an archive, those that run are
/// forgotten, since their beginnings are not in it.
public final class TrajectoryRecorder: VectorEnvironment {
    /// When enough has been gathered. Afterwards all goes on without being recorded.
    public enum Limit: Sendable, Equatable {
        /// After so many episodes. The first to end are the shorter ones: for what episodes are like on average it is
        /// `episodesPerRow`.
        case episodes(Int)
        /// With the episode by which the whole ones have so many steps together.
        case steps(Int)
        /// So many episodes in each row, as an evaluation counts them.
        case episodesPerRow(Int)
    }

    /// The episodes gathered so far, in the order in which they ended.
    public private(set) var trajectories: [Trajectory] = []
    /// Bytes that the episodes take, whole and running.
    public private(set) var bytes = 0
    private let environment: any VectorEnvironment
    private let limit: Limit
    private let bytesAllowed: Int
    private let bytesPerStep: Int
    private var running: [Trajectory?]
    private var episodes: [Int]
    private var steps = 0

    /// What is played in `environment` from its next reset on; no more than `bytesAllowed` bytes, above which a step
    /// throws.
    public init(_ environment: any VectorEnvironment, limit: Limit, bytesAllowed: Int = .max) {
        self.environment = environment
        self.limit = limit
        self.bytesAllowed = bytesAllowed
        let observation = environment.observationSpace
        // The reward is 4 bytes, each flag one.
        bytesPerStep =
            observation.count * observation.scalarType.size + 4 * environment.actionSpace.count + 6
        running = Array(repeating: nil, count: environment.count)
        episodes = Array(repeating: 0, count: environment.count)
    }

    /// The environment's.
    public var count: Int { environment.count }
    /// The environment's.
    public var observationSpace: Space { environment.observationSpace }
    /// The environment's.
    public var actionSpace: Space { environment.actionSpace }

    /// Starts an episode in every row; those that ran are forgotten.
    public func reset(seed: UInt64, into batch: inout StepBatch) {
        environment.reset(seed: seed, into: &batch)
        forgetRunning()
        begin(batch)
    }

    /// Acts once in every row and keeps what came of it.
    ///
    /// - Throws: What the environment throws, and where the episodes take more memory than is allowed.
    public func step(
        _ actions: borrowing ActionBatch, into batch: inout StepBatch
    ) throws(EnvironmentError) {
        try environment.step(actions, into: &batch)
        for row in 0..<count where running[row] != nil {
            running[row]?.append(batch, actions)
            bytes += bytesPerStep
            if batch.isDone(row) { finish(row) }
        }
        if bytes > bytesAllowed {
            throw EnvironmentError(
                "the recorded episodes take more than \(bytesAllowed >> 20) MB of memory; record fewer or shorter ones"
            )
        }
    }

    /// Makes the successors the observations to act on.
    public func advance(_ batch: inout StepBatch) {
        environment.advance(&batch)
        begin(batch)
    }

    /// Takes the running episodes for truncated where they are: for whoever stops here and wants what was played.
    public func cutRunning() {
        for row in 0..<count where running[row].map({ $0.length > 0 }) == true {
            running[row]?.cut()
            finish(row)
        }
    }

    /// Draws as the environment does.
    public func draw(row: Int, on canvas: inout Canvas) -> Bool {
        environment.draw(row: row, on: &canvas)
    }

    /// Visits the environment's state. What was recorded is not part of it.
    public func archive(_ archive: inout Archive) throws(ArchiveError) {
        try environment.archive(&archive)
        if archive.isRestoring { forgetRunning() }
    }

    private func begin(_ batch: borrowing StepBatch) {
        for row in 0..<count where batch.starts[row] && !isFull(row) {
            running[row] = Trajectory(startingAt: batch.observations, row: row, of: environment)
        }
    }

    private func finish(_ row: Int) {
        guard let episode = running[row] else { return }
        running[row] = nil
        trajectories.append(episode)
        episodes[row] += 1
        steps += episode.length
        if isFull(nil) { forgetRunning() }
    }

    private func forgetRunning() {
        for row in 0..<count {
            bytes -= (running[row]?.length ?? 0) * bytesPerStep
            running[row] = nil
        }
    }

    /// Whether nothing more is gathered in a row, or in any.
    private func isFull(_ row: Int?) -> Bool {
        switch limit {
        case .episodes(let limit): trajectories.count >= limit
        case .steps(let limit): steps >= limit
        case .episodesPerRow(let limit): row.map { episodes[$0] >= limit } ?? false
        }
    }
}
