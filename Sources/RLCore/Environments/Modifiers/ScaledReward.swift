/// Multiplies the learner's reward: Gymnasium's `TransformReward` with a product. The task's own score stays, and with
/// it every reported return.
public struct ScaledReward<Base: Environment>: Modifier {
    /// What rewards are multiplied by.
    public let factor: Double

    /// Rewards times `factor`, a finite number.
    public init(by factor: Double) {
        if !factor.isFinite { failure("scalingReward takes a finite factor, not \(factor)") }
        self.factor = factor
    }

    /// Acts once.
    @inlinable
    public mutating func step(
        _ base: inout Base, _ action: Base.Action, into observation: inout MutableSpan<Base.Scalar>,
        using random: inout Base.Random
    ) -> Outcome {
        var outcome = base.step(action, into: &observation, using: &random)
        outcome.reward *= factor
        return outcome
    }

    /// Nothing: it has no state.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}
}

extension Environment {
    /// The same task, with the learner's reward times `factor`.
    public func scalingReward(by factor: Double) -> Modified<ScaledReward<Self>> {
        Modified(self, ScaledReward(by: factor))
    }
}
