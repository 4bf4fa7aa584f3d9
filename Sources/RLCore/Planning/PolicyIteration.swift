extension FiniteModel {
    /// Policy iteration (Howard 1960; Sutton and Barto 2018, section 4.3): evaluate a policy, let every state take an
    /// action that is better by the values found, and so on until none is.
    ///
    /// The first policy goes to an end by the fewest steps. A policy is evaluated by sweeps in place, forward
    /// and backward, from the values of the one before, roughly at first; and a state changes its action only for one that is better by more than
    /// the error of the evaluation. So every policy is better than the last, and none comes back. Where none is better
    /// a look at all actions bounds the error: if no state's value is more than ρ from that of its best action, all
    /// are within ρ / (1 − γ) of the exact ones (Puterman 1994, theorem 6.3.1). While that is above the tolerance the
    /// evaluation goes on, ten times as precise.
    ///
    /// With discount 1, 1 / (1 − γ) is the largest expected number of steps to an end, as in value iteration; going in
    /// circles for nothing is worth 0 wherever it is possible, which the values alone would not tell; and a policy that
    /// gathers reward without reaching an end is an error.
    public func policyIteration(
        discount: Double, limits: PlanningLimits = PlanningLimits()
    ) throws(PlanningError) -> Plan {
        try limits.check(discount: discount)
        let all = Array(0..<actionCount)
        let circles = discount == 1 ? freeCircles { _ in all } : [Int?](repeating: nil, count: stateCount)
        var policy = zip(waysToAnEnd { _ in all }, circles).map { $0 ?? $1 ?? 0 }
        var values = [Double](repeating: 0, count: stateCount)
        var (sweeps, policies) = (0, 1)
        var precision =
            0.1 * (0..<stateCount).reduce(limits.tolerance) { max($0, abs(reward($1, policy[$1]))) }
        while true {
            let settled = settle(&values, following: policy, discount: discount, limit: limits.sweeps)
            guard let horizon = settled?.horizon else {
                throw PlanningError(
                    "policy iteration came to a policy that goes on for ever: with discount 1 its return has no "
                        + "bound; take a discount below 1")
            }
            var change = Double.infinity
            while change * horizon > precision {
                guard sweeps < limits.sweeps else {
                    throw unsettled("policy iteration", change: change, discount: discount, limits)
                }
                change = evaluate(policy, &values, discount: discount, isBackward: sweeps.isMultiple(of: 2))
                sweeps += 1
            }
            let (isBetter, residual) = improve(
                &policy, values, circles, discount: discount, margin: 2 * change * horizon)
            if isBetter {
                policies += 1
            } else if residual * horizon <= limits.tolerance {
                return Plan(
                    discount: discount, values: values,
                    actions: greedyPolicy(
                        values: values, discount: discount, margin: 2 * residual * horizon),
                    sweeps: sweeps, policies: policies, errorBound: residual * horizon)
            } else {
                precision /= 10
            }
        }
    }

    /// One sweep of a policy's values; the largest change.
    private func evaluate(
        _ policy: [Int], _ values: inout [Double], discount: Double, isBackward: Bool
    ) -> Double {
        var change = 0.0
        for index in 0..<stateCount {
            let state = isBackward ? stateCount - 1 - index : index
            let value = actionValue(state, policy[state], values: values, discount: discount)
            change = max(change, abs(value - values[state]))
            values[state] = value
        }
        return change
    }

    /// Gives every state a better action where there is one by more than `margin`; how far the values are from those
    /// of the best actions.
    private func improve(
        _ policy: inout [Int], _ values: [Double], _ circles: [Int?], discount: Double, margin: Double
    ) -> (isBetter: Bool, residual: Double) {
        var (isBetter, residual) = (false, 0.0)
        for state in 0..<stateCount {
            var candidates = actionValues(state, values: values, discount: discount)
            if let circle = circles[state] { candidates[circle] = max(candidates[circle], 0) }
            let (best, current) = (candidates.max() ?? 0, candidates[policy[state]])
            residual = max(residual, abs(best - values[state]))
            if best > current + max(margin, 1e-13 * abs(best)), let action = candidates.firstIndex(of: best) {
                policy[state] = action
                isBetter = true
            }
        }
        return (isBetter, residual)
    }
}
