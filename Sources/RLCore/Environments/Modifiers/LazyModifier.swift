/// A modifier that can act without looking, as what it modifies can, so that a chain of them paints only what is seen in
/// the end.
///
/// Acting is `advance`, looking is `observe`; `reset` and `step` are both, one after the other. What it leaves as it is
/// it leaves to the defaults.
public protocol LazyModifier<Base>: Modifier {
    /// Starts an episode.
    mutating func start(_ base: inout Base, using random: inout Base.Random)
    /// Acts once.
    mutating func advance(_ base: inout Base, _ action: Action, using random: inout Base.Random) -> Outcome
    /// Writes what is observed now, `[observationSpace.count]`, and changes nothing that matters later.
    mutating func observe(_ base: inout Base, into observation: inout MutableSpan<Scalar>)
}

extension LazyModifier {
    /// Starts an episode and looks.
    @inlinable
    public mutating func reset(
        _ base: inout Base, into observation: inout MutableSpan<Scalar>, using random: inout Base.Random
    ) {
        start(&base, using: &random)
        observe(&base, into: &observation)
    }

    /// Acts once and looks.
    @inlinable
    public mutating func step(
        _ base: inout Base, _ action: Action, into observation: inout MutableSpan<Scalar>,
        using random: inout Base.Random
    ) -> Outcome {
        let outcome = advance(&base, action, using: &random)
        observe(&base, into: &observation)
        return outcome
    }
}

extension LazyModifier where Base: LazilyObserved {
    /// As the base starts.
    @inlinable
    public mutating func start(_ base: inout Base, using random: inout Base.Random) {
        base.start(using: &random)
    }
}

extension LazyModifier where Base: LazilyObserved, Action == Base.Action {
    /// As the base acts.
    @inlinable
    public mutating func advance(
        _ base: inout Base, _ action: Action, using random: inout Base.Random
    ) -> Outcome {
        base.advance(action, using: &random)
    }
}

extension LazyModifier where Base: LazilyObserved, Scalar == Base.Scalar {
    /// What the base observes.
    @inlinable
    public mutating func observe(_ base: inout Base, into observation: inout MutableSpan<Scalar>) {
        base.observe(into: &observation)
    }
}

extension Modified: LazilyObserved where M: LazyModifier {
    /// Starts an episode.
    @inlinable
    public mutating func start(using random: inout M.Base.Random) {
        modifier.start(&base, using: &random)
    }

    /// Acts once.
    @inlinable
    public mutating func advance(_ action: M.Action, using random: inout M.Base.Random) -> Outcome {
        modifier.advance(&base, action, using: &random)
    }

    /// Writes what is observed now.
    @inlinable
    public mutating func observe(into observation: inout MutableSpan<M.Scalar>) {
        modifier.observe(&base, into: &observation)
    }
}
