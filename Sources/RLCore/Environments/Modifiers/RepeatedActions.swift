/// Takes every action several times in a row, as one step: Gymnasium's `RepeatAction`.
///
/// Rewards and scores are summed, the last observation is seen, and an end stops the repetition: its flags are those of
/// the step. A limit outside counts the learner's steps, one inside the task's.
public struct RepeatedActions<Base: Environment>: Modifier {
    /// How often an action is taken.
    public let times: Int

    /// Every action `times` times.
    public init(_ times: Int) {
        if times < 1 { failure("an action is taken at least once, not \(times) times") }
        self.times = times
    }

    /// The same for the base.
    public var baseSteps: Int { times }

    /// Acts until it has acted often enough or the episode is over.
    @inlinable
    public mutating func step(
        _ base: inout Base, _ action: Base.Action, into observation: inout MutableSpan<Base.Scalar>,
        using random: inout Base.Random
    ) -> Outcome {
        var total = base.step(action, into: &observation, using: &random)
        var taken = 1
        while taken < times, !total.isDone {
            total.add(base.step(action, into: &observation, using: &random))
            taken += 1
        }
        return total
    }

    /// Nothing: it has no state.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}
}

extension Environment {
    /// The same task, in which every action is taken `times` times in a row.
    public func repeatingActions(_ times: Int) -> Modified<RepeatedActions<Self>> {
        Modified(self, RepeatedActions(times))
    }
}
