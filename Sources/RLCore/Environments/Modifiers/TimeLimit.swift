/// Truncates an episode after a number of steps. The limit is part of the task (CartPole-v1 is CartPole within 500
/// steps), so the task's own episode ends with it.
///
/// `truncated` is set at the limit whatever `terminated` is: both can be true in one step, and the learner goes by
/// `terminated` (Pardo et al. 2018, "Time Limits in Reinforcement Learning").
public struct TimeLimit<Base: Environment>: Modifier, PreservesDynamics {
    /// Steps an episode may take; 0 where there is no limit.
    public let limit: Int
    @usableFromInline var steps = 0

    /// A limit of `limit` steps, or none where that is 0.
    public init(_ limit: Int) {
        if limit < 0 { failure("a time limit is at least 1 step, or 0 for none, not \(limit)") }
        self.limit = limit
    }

    /// Starts an episode and its count.
    @inlinable
    public mutating func reset(
        _ base: inout Base, into observation: inout MutableSpan<Base.Scalar>,
        using random: inout Base.Random
    ) {
        steps = 0
        base.reset(into: &observation, using: &random)
    }

    /// Acts once and counts it.
    @inlinable
    public mutating func step(
        _ base: inout Base, _ action: Base.Action, into observation: inout MutableSpan<Base.Scalar>,
        using random: inout Base.Random
    ) -> Outcome {
        var outcome = base.step(action, into: &observation, using: &random)
        count(&outcome)
        return outcome
    }

    @inlinable
    mutating func count(_ outcome: inout Outcome) {
        guard limit > 0 else { return }
        steps += 1
        if steps >= limit {
            outcome.truncated = true
            outcome.episodeEnded = true
        }
    }

    /// Visits the count.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        var restored = steps
        try archive.field("steps", &restored)
        guard (0...limit).contains(restored) else {
            throw ArchiveError("field 'steps' is \(restored), but the limit is \(limit)")
        }
        steps = restored
    }
}

extension TimeLimit: LazyModifier where Base: LazilyObserved {
    /// Starts an episode and its count.
    @inlinable
    public mutating func start(_ base: inout Base, using random: inout Base.Random) {
        steps = 0
        base.start(using: &random)
    }

    /// Acts once and counts it.
    @inlinable
    public mutating func advance(
        _ base: inout Base, _ action: Base.Action, using random: inout Base.Random
    ) -> Outcome {
        var outcome = base.advance(action, using: &random)
        count(&outcome)
        return outcome
    }
}

extension Environment {
    /// The same task, truncated after `limit` steps; 0 is no limit.
    public func timeLimit(_ limit: Int) -> Modified<TimeLimit<Self>> {
        Modified(self, TimeLimit(limit))
    }
}
