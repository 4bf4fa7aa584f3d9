/// One environment behind a type-erased face, seeded as the reference seeds it: for tracing, playing and watching.
public protocol SteppedEnvironment: AnyObject {
    /// What is observed.
    var observationSpace: Space { get }
    /// What can be done.
    var actionSpace: Space { get }
    /// The seeds that can be asked for.
    var seeds: ClosedRange<UInt64> { get }
    /// The latest observation, one row.
    var observation: ObservationBatch { get }
    /// Starts an episode: with a seed from a fresh stream, without one going on in the same stream.
    func reset(seed: UInt64?)
    /// Acts with row 0 of `actions`.
    func step(_ actions: borrowing ActionBatch) -> Outcome
    /// Draws the state; false where the environment has no look.
    func draw(on canvas: inout Canvas) -> Bool
    /// Visits the state by named fields.
    func archive(_ archive: inout Archive) throws(ArchiveError)
}

/// `SteppedEnvironment` for any environment.
public final class Stepped<E: Environment>: SteppedEnvironment {
    private var environment: E
    private var random: E.Random
    /// The latest observation, one row.
    public private(set) var observation: ObservationBatch

    /// Holds `environment`; reset it before the first step.
    public init(_ environment: E) {
        self.environment = environment
        random = E.Random(seed: 0)
        observation = ObservationBatch(for: environment.observationSpace, count: 1)
    }

    /// What is observed.
    public var observationSpace: Space { environment.observationSpace }
    /// What can be done.
    public var actionSpace: Space { environment.actionSpace }
    /// The generator's.
    public var seeds: ClosedRange<UInt64> { E.Random.seeds }

    /// Starts an episode.
    public func reset(seed: UInt64?) {
        if let seed { random = E.Random(seed: seed) }
        var (environment, random) = (environment, random)
        E.Scalar.withStorage(of: &observation) { storage in
            var span = storage.mutableSpan
            environment.reset(into: &span, using: &random)
        }
        (self.environment, self.random) = (environment, random)
    }

    /// Acts with row 0 of `actions`.
    public func step(_ actions: borrowing ActionBatch) -> Outcome {
        var (environment, random) = (environment, random)
        let action = E.Action(row: 0, of: actions)
        let outcome = E.Scalar.withStorage(of: &observation) { storage in
            var span = storage.mutableSpan
            return environment.step(action, into: &span, using: &random)
        }
        (self.environment, self.random) = (environment, random)
        return outcome
    }

    /// Draws the state.
    public func draw(on canvas: inout Canvas) -> Bool {
        RLCore.draw(environment, on: &canvas)
    }

    /// Visits the state by named fields.
    public func archive(_ archive: inout Archive) throws(ArchiveError) {
        try environment.archive(&archive)
    }
}
