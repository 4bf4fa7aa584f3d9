/// A change to a task, written once for any environment: a time limit, sticky actions, a smaller picture.
///
/// A modifier holds its own state and is handed the environment it changes; what it does not change it leaves to the
/// defaults below, so most are a few lines.
public protocol Modifier<Base>: Sendable {
    /// What is modified.
    associatedtype Base: Environment
    /// Scalars observed after the change.
    associatedtype Scalar: ObservationScalar = Base.Scalar
    /// Actions taken before the change.
    associatedtype Action: ActionValue = Base.Action

    /// What is observed after the change.
    func observationSpace(of base: Base) -> Space
    /// What can be done before the change.
    func actionSpace(of base: Base) -> Space
    /// What the choices are called before the change.
    func actionNames(of base: Base) -> [String]
    /// What the keys of a person do before the change, given what they do after it.
    func keyboard(_ base: KeyboardMap) -> KeyboardMap
    /// Steps of the base in one step, where no end comes before: the pace at which people watch and play goes by it.
    var baseSteps: Int { get }
    /// Starts an episode.
    mutating func reset(
        _ base: inout Base, into observation: inout MutableSpan<Scalar>, using random: inout Base.Random)
    /// Acts once.
    mutating func step(
        _ base: inout Base, _ action: Action, into observation: inout MutableSpan<Scalar>,
        using random: inout Base.Random
    ) -> Outcome
    /// Forgets what the next episode would go on with, so that it starts anew.
    mutating func giveUp()
    /// Visits the modifier's own state.
    mutating func archive(_ archive: inout Archive) throws(ArchiveError)
}

extension Modifier {
    /// The base's.
    @inlinable public func observationSpace(of base: Base) -> Space { base.observationSpace }
    /// The base's.
    @inlinable public func actionSpace(of base: Base) -> Space { base.actionSpace }
    /// The base's.
    @inlinable public func actionNames(of base: Base) -> [String] { base.actionNames }
    /// The base's.
    public func keyboard(_ base: KeyboardMap) -> KeyboardMap { base }
    /// One.
    public var baseSteps: Int { 1 }
    /// Nothing: most episodes start anew by themselves.
    public mutating func giveUp() {}
}

extension Modifier where Scalar == Base.Scalar {
    /// The base's.
    @inlinable
    public mutating func reset(
        _ base: inout Base, into observation: inout MutableSpan<Scalar>, using random: inout Base.Random
    ) {
        base.reset(into: &observation, using: &random)
    }
}

/// An environment with a modifier around it: the composition that `environment.timeLimit(500)` makes.
public struct Modified<M: Modifier>: Environment {
    /// The environment inside.
    public var base: M.Base
    /// The change around it.
    public var modifier: M

    /// `base`, changed by `modifier`.
    public init(_ base: M.Base, _ modifier: M) {
        self.base = base
        self.modifier = modifier
    }

    /// What is observed after the change.
    public var observationSpace: Space { modifier.observationSpace(of: base) }
    /// What can be done before the change.
    public var actionSpace: Space { modifier.actionSpace(of: base) }
    /// What the choices are called before the change.
    public var actionNames: [String] { modifier.actionNames(of: base) }

    /// Starts an episode.
    @inlinable
    public mutating func reset(
        into observation: inout MutableSpan<M.Scalar>, using random: inout M.Base.Random
    ) {
        modifier.reset(&base, into: &observation, using: &random)
    }

    /// Acts once.
    @inlinable
    public mutating func step(
        _ action: M.Action, into observation: inout MutableSpan<M.Scalar>, using random: inout M.Base.Random
    ) -> Outcome {
        modifier.step(&base, action, into: &observation, using: &random)
    }

    /// Visits the environment's state and the modifier's: under `modifier` that of the first one around a task, under
    /// `modifier2` that of the next, so that two of one kind do not meet in a name.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try base.archive(&archive)
        let name = Self.modifierCount == 1 ? "modifier" : "modifier\(Self.modifierCount)"
        try archive.scope(name) { archive throws(ArchiveError) in try modifier.archive(&archive) }
    }
}

extension Modified: HoldingModifiers {
    fileprivate static var modifierCount: Int {
        ((M.Base.self as? any HoldingModifiers.Type)?.modifierCount ?? 0) + 1
    }
}

private protocol HoldingModifiers {
    /// Modifiers around the task, this one included.
    static var modifierCount: Int { get }
}

/// An environment whose next episode may go on with what the last one left, as a game with lives does.
protocol ContinuesGames {
    /// Forgets it: an episode that a fresh seed starts is the seed's alone.
    mutating func giveUp()
}

extension Modified: ContinuesGames {
    mutating func giveUp() {
        modifier.giveUp()
        giveUpGame(in: &base)
    }
}

/// Makes the next episode of `environment` start anew, whatever was played before.
@usableFromInline
func giveUpGame<E: Environment>(in environment: inout E) {
    guard var game = environment as? any Environment & ContinuesGames else { return }
    game.giveUp()
    if let anew = game as? E { environment = anew }
}

/// A modifier that leaves states, transitions and rewards as they are, so that the exact model still holds.
public protocol PreservesDynamics {}

extension Modified: TransitionModel where M: PreservesDynamics, M.Base: TransitionModel {
    /// The base's.
    public var state: Int { base.state }
    /// The base's.
    public var stateCount: Int { base.stateCount }
    /// The base's.
    public var actionCount: Int { base.actionCount }
    /// The base's.
    public var initialStates: [(state: Int, probability: Double)] { base.initialStates }
    /// The base's.
    public func transitions(from state: Int, action: Int) -> [Transition] {
        base.transitions(from: state, action: action)
    }
}

extension Modified: MappedModel where M: PreservesDynamics, M.Base: MappedModel {
    /// The base's.
    public var mapRows: Int { base.mapRows }
    /// The base's.
    public var mapColumns: Int { base.mapColumns }
    /// The base's.
    public var actionSymbols: [Character] { base.actionSymbols }
    /// The base's.
    public func place(of state: Int) -> MapPlace? { base.place(of: state) }
    /// The base's.
    public func symbol(row: Int, column: Int) -> Character? { base.symbol(row: row, column: column) }
    /// The base's.
    public func symbol(at place: MapPlace) -> Character? { base.symbol(at: place) }
}

extension Modified: Drawable where M.Base: Drawable {
    /// As the base looks, at the pace of these steps.
    public func draw(on canvas: inout Canvas) {
        base.draw(on: &canvas)
        canvas.stepsPerSecond /= Double(modifier.baseSteps)
    }
}
