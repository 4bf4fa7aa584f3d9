/// The learner is rewarded with the sign of what a step brings, -1, 0 or 1, so that one step size serves games with small
/// and with large points (Mnih et al. 2015). `score` stays the game's.
public struct RewardSign<Base: Environment>: Modifier {
    /// Whether it does anything.
    public let isOn: Bool

    /// A modifier that does nothing where it is not on.
    public init(_ isOn: Bool = true) {
        self.isOn = isOn
    }

    /// Acts once.
    @inlinable
    public mutating func step(
        _ base: inout Base, _ action: Base.Action, into observation: inout MutableSpan<Base.Scalar>,
        using random: inout Base.Random
    ) -> Outcome {
        var outcome = base.step(action, into: &observation, using: &random)
        if isOn, outcome.reward != 0 { outcome.reward = outcome.reward > 0 ? 1 : -1 }
        return outcome
    }

    /// It has no state.
    public mutating func archive(_ archive: inout Archive) {}
}

extension Environment {
    /// The same task, rewarded with the sign of its rewards.
    public func rewardSign(_ isOn: Bool = true) -> Modified<RewardSign<Self>> {
        Modified(self, RewardSign(isOn))
    }
}
