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
    ///
    /// - Throws: Before anything has moved, where the action cannot be taken.
    func step(_ actions: borrowing ActionBatch) throws(EnvironmentError) -> Outcome
    /// Draws the state; false where the environment has no look.
    func draw(on canvas: inout Canvas) -> Bool
    /// Visits the state by named fields.
    func archive(_ archive: inout Archive) throws(ArchiveError)
}

/// `SteppedEnvironment` for any environment. It is not generic, as `Vectorized` is not: its closures are made where the
/// environment's type is known.
public final class Stepped: SteppedEnvironment {
    /// What is observed.
    public let observationSpace: Space
    /// What can be done.
    public let actionSpace: Space
    /// The generator's.
    public let seeds: ClosedRange<UInt64>
    /// The latest observation, one row.
    public var observation: ObservationBatch { latest }
    @usableFromInline var latest: ObservationBatch
    @usableFromInline let name: String
    @usableFromInline let start: (UInt64?, UnsafeMutableRawPointer) -> Void
    @usableFromInline let act: (borrowing ActionBatch, UnsafeMutableRawPointer) -> Outcome
    @usableFromInline let drawing: (inout Canvas) -> Bool
    @usableFromInline let archiving: (inout Archive) throws(ArchiveError) -> Void

    /// Holds `environment`, which errors call `name`; reset it before the first step.
    @inlinable
    public init<E: Environment>(_ environment: E, name: String? = nil) {
        self.name = name ?? "\(E.self)"
        observationSpace = environment.observationSpace
        actionSpace = environment.actionSpace
        seeds = E.Random.seeds
        latest = ObservationBatch(for: environment.observationSpace, count: 1)
        let width = environment.observationSpace.count
        let simulator = Simulator(environment)
        start = { simulator.start($0, $1, width) }
        act = { simulator.act($0, $1, width) }
        drawing = { simulator.draw(on: &$0) }
        archiving = { archive throws(ArchiveError) in try simulator.archive(&archive) }
    }

    /// Starts an episode.
    public func reset(seed: UInt64?) {
        latest.withMemory { start(seed, $0) }
    }

    /// Acts with row 0 of `actions`.
    public func step(_ actions: borrowing ActionBatch) throws(EnvironmentError) -> Outcome {
        if let (_, action) = actions.violation(of: actionSpace) {
            throw EnvironmentError("\(name): the action \(action) is not in \(actionSpace)")
        }
        var outcome = Outcome(reward: 0)
        latest.withMemory { outcome = act(actions, $0) }
        return outcome
    }

    /// Draws the state.
    public func draw(on canvas: inout Canvas) -> Bool { drawing(&canvas) }

    /// Visits the state by named fields.
    public func archive(_ archive: inout Archive) throws(ArchiveError) { try archiving(&archive) }
}

/// One environment and its stream, in memory of their own: a class would ask at every step whether somebody else writes.
@usableFromInline
final class Simulator<E: Environment> {
    @usableFromInline let environment: UnsafeMutablePointer<E>
    @usableFromInline let random: UnsafeMutablePointer<E.Random>

    @inlinable
    init(_ environment: E) {
        self.environment = .allocate(capacity: 1)
        self.environment.initialize(to: environment)
        random = .allocate(capacity: 1)
        random.initialize(to: E.Random(seed: 0))
    }

    @inlinable
    deinit {
        environment.deinitialize(count: 1)
        environment.deallocate()
        random.deinitialize(count: 1)
        random.deallocate()
    }

    @inlinable
    func start(_ seed: UInt64?, _ memory: UnsafeMutableRawPointer, _ width: Int) {
        if let seed {
            random.pointee = E.Random(seed: seed)
            giveUpGame(in: &environment.pointee)
        }
        var observation = scalars(memory, width).mutableSpan
        environment.pointee.reset(into: &observation, using: &random.pointee)
    }

    @inlinable
    func act(_ actions: borrowing ActionBatch, _ memory: UnsafeMutableRawPointer, _ width: Int) -> Outcome {
        var observation = scalars(memory, width).mutableSpan
        return environment.pointee.step(
            E.Action(row: 0, of: actions), into: &observation, using: &random.pointee)
    }

    @inlinable
    func scalars(_ memory: UnsafeMutableRawPointer, _ width: Int) -> UnsafeMutableBufferPointer<E.Scalar> {
        UnsafeMutableBufferPointer(start: memory.assumingMemoryBound(to: E.Scalar.self), count: width)
    }

    @usableFromInline
    func draw(on canvas: inout Canvas) -> Bool {
        RLCore.draw(environment.pointee, on: &canvas)
    }

    @usableFromInline
    func archive(_ archive: inout Archive) throws(ArchiveError) {
        try environment.pointee.archive(&archive)
    }
}
