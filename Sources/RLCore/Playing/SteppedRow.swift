/// One environment that is seeded as the reference seeds it, as a vector of one row: what a person plays, so that
/// `rl trace` of the same actions is the same episode.
public final class SteppedRow: VectorEnvironment {
    /// What happened, in the words of `rl trace`.
    public enum Event {
        /// An episode started, with a seed the first time.
        case reset(seed: UInt64?)
        /// An action was taken.
        case step(ActionBatch, Outcome)
    }

    /// One row.
    public let count = 1
    /// Told of everything, after it happened.
    public var observer: ((any SteppedEnvironment, Event) throws -> Void)?
    /// What the observer threw; nothing is observed afterwards.
    public private(set) var observerError: (any Error)?
    private let environment: any SteppedEnvironment
    private var score = 0.0
    private var length = 0

    /// Plays `environment`.
    public init(_ environment: any SteppedEnvironment) {
        self.environment = environment
    }

    /// What is observed.
    public var observationSpace: Space { environment.observationSpace }
    /// What can be done.
    public var actionSpace: Space { environment.actionSpace }

    /// Starts from a fresh stream.
    public func reset(seed: UInt64, into batch: inout StepBatch) {
        batch.terminated[0] = false
        batch.truncated[0] = false
        restart(seed: seed, into: &batch)
    }

    /// Acts once.
    public func step(
        _ actions: borrowing ActionBatch, into batch: inout StepBatch
    ) throws(EnvironmentError) {
        let outcome = try environment.step(actions)
        batch.nextObservations = environment.observation
        batch.rewards[0] = Float(outcome.reward)
        batch.terminated[0] = outcome.terminated
        batch.truncated[0] = outcome.truncated
        batch.finished.removeAll(keepingCapacity: true)
        score += outcome.score
        length += 1
        if outcome.episodeEnded {
            batch.finished.append(
                FinishedEpisode(row: 0, return: score, length: length, terminated: outcome.terminated))
        }
        tell(.step(copy actions, outcome))
    }

    /// Goes on in the same stream where the episode is over.
    public func advance(_ batch: inout StepBatch) {
        swap(&batch.observations, &batch.nextObservations)
        batch.starts[0] = batch.isDone(0)
        if batch.isDone(0) { restart(seed: nil, into: &batch) }
    }

    /// Starts another episode in the same stream, whether or not this one is over.
    public func restart(seed: UInt64? = nil, into batch: inout StepBatch) {
        environment.reset(seed: seed)
        batch.observations = environment.observation
        batch.starts[0] = true
        batch.finished.removeAll(keepingCapacity: true)
        (score, length) = (0, 0)
        tell(.reset(seed: seed))
    }

    /// Draws it.
    public func draw(row: Int, on canvas: inout Canvas) -> Bool { environment.draw(on: &canvas) }

    /// Visits the environment's state, without the stream.
    public func archive(_ archive: inout Archive) throws(ArchiveError) { try environment.archive(&archive) }

    private func tell(_ event: Event) {
        guard observerError == nil, let observer else { return }
        do { try observer(environment, event) } catch { observerError = error }
    }
}
