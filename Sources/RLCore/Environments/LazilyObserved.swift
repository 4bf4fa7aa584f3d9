/// An environment whose steps can be taken without looking: a frame that is skipped need not be painted.
///
/// Acting is `advance`, looking is `observe`; `reset` and `step` are both, one after the other.
public protocol LazilyObserved: Environment {
    /// Starts an episode.
    mutating func start(using random: inout Random)
    /// Acts once, as `step` does.
    mutating func advance(_ action: Action, using random: inout Random) -> Outcome
    /// Writes what is observed now, `[observationSpace.count]`. Changes nothing: `mutating` lets it read the state where
    /// it is, while Swift 6.3 copies all of it for a method that is not.
    mutating func observe(into observation: inout MutableSpan<Scalar>)
}

extension LazilyObserved {
    /// Starts an episode and looks.
    @inlinable
    public mutating func reset(into observation: inout MutableSpan<Scalar>, using random: inout Random) {
        start(using: &random)
        observe(into: &observation)
    }

    /// Acts once and looks.
    @inlinable
    public mutating func step(
        _ action: Action, into observation: inout MutableSpan<Scalar>, using random: inout Random
    ) -> Outcome {
        let outcome = advance(action, using: &random)
        observe(into: &observation)
        return outcome
    }
}

/// A game in which an attempt can fail without the game being over.
public protocol HasLives {
    /// Attempts left, the running one included; 0 in a game without lives.
    var lives: Int { get }
}

extension Modified: HasLives where M.Base: HasLives {
    /// The base's.
    public var lives: Int { base.lives }
}
