extension FiniteModel {
    /// Value iteration (Sutton and Barto 2018, "Reinforcement Learning: An Introduction", section 4.4): every state's
    /// value becomes that of its best action, v(s) ← max r(s, a) + γ Σ p(s′ | s, a) v(s′), in place, state after
    /// state, and every other sweep from the last to the first, because news travels far along the order.
    ///
    /// A sweep is a contraction by γ, so that after one that changed no value by more than δ every value is within
    /// δ γ / (1 − γ) of the exact one (Puterman 1994, "Markov Decision Processes", theorem 6.3.1): it stops as soon as
    /// that is no more than the tolerance.
    ///
    /// With discount 1 there is no such bound. Values start from 0; and in the end they are within δ N of what the
    /// policy found is worth, where N is the largest number of steps that it is expected to take to an end. A state in
    /// which it goes in circles for nothing is worth 0, whatever a sweep leaves there. Where returns grow without end
    /// nothing settles, and after the limit of sweeps an error says so.
    public func valueIteration(
        discount: Double, limits: PlanningLimits = PlanningLimits()
    ) throws(PlanningError) -> Plan {
        try limits.check(discount: discount)
        var values = [Double](repeating: 0, count: stateCount)
        var largest = discount < 1 ? limits.tolerance * (1 - discount) / discount : limits.tolerance
        var change = 0.0
        for sweep in 1...limits.sweeps {
            change = improve(&values, discount: discount, isBackward: sweep.isMultiple(of: 2))
            guard change <= largest else { continue }
            var bound = discount < 1 ? change * discount / (1 - discount) : change
            let policy = greedyPolicy(values: values, discount: discount, margin: 2 * bound)
            if discount == 1 {
                let settled = settle(&values, following: policy, discount: 1, limit: limits.sweeps)
                bound = settled.map { $0.isChanged ? .infinity : change * $0.horizon } ?? .infinity
                guard bound <= limits.tolerance else {
                    largest = change / 4
                    continue
                }
            }
            return Plan(
                discount: discount, values: values, actions: policy, sweeps: sweep, policies: 0,
                errorBound: bound)
        }
        throw unsettled("value iteration", change: change, discount: discount, limits)
    }

    /// One sweep; the largest change.
    private func improve(_ values: inout [Double], discount: Double, isBackward: Bool) -> Double {
        var change = 0.0
        for index in 0..<stateCount {
            let state = isBackward ? stateCount - 1 - index : index
            var best = -Double.infinity
            for action in 0..<actionCount {
                best = max(best, actionValue(state, action, values: values, discount: discount))
            }
            change = max(change, abs(best - values[state]))
            values[state] = best
        }
        return change
    }

    /// Why a planner gave up.
    func unsettled(
        _ method: String, change: Double, discount: Double, _ limits: PlanningLimits
    ) -> PlanningError {
        let facts =
            "\(method) has not settled after \(limits.sweeps) sweeps, the last changed a value by \(change)"
        guard discount == 1 else {
            return PlanningError("\(facts); take a smaller discount, a greater tolerance or more sweeps")
        }
        let ways = waysToAnEnd { _ in Array(0..<actionCount) }
        let reason =
            ways.firstIndex(of: nil).map { "no end can be reached from state \($0)" }
            ?? "rewards may add up without end"
        return PlanningError("\(facts): with discount 1 \(reason); take a discount below 1, or more sweeps")
    }
}
