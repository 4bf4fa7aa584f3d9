import RLCore

/// What the transitions of a rollout were worth: functions of arrays [steps, rows] with one right answer each.
///
/// Of transition (t, row): `rewards` is r, `values` V(s), `successorValues` V(s′) of the true successor, also where the
/// episode was cut there. What `terminated` marks has no value after it. `ended` marks terminated and truncated alike:
/// what comes after it in the arrays is another episode, and nothing flows back from there.
public enum Returns {
    /// Generalized advantages (Schulman et al. 2016, equation 16): Â = Σₗ (γλ)ˡ δ with δ = r + γ V(s′) - V(s), up to the
    /// end of the episode or of the rollout.
    public static func advantages(
        rewards: [Float], values: [Float], successorValues: [Float], terminated: [Bool], ended: [Bool],
        rows: Int, discount: Float, lambda: Float, into advantages: inout [Float]
    ) {
        check(
            rewards.count, rows,
            [values.count, successorValues.count, terminated.count, ended.count, advantages.count])
        for index in rewards.indices.reversed() {
            let next = terminated[index] ? 0 : discount * successorValues[index]
            let isLast = ended[index] || index + rows >= rewards.count
            let after = isLast ? 0 : discount * lambda * advantages[index + rows]
            advantages[index] = rewards[index] + next - values[index] + after
        }
    }

    /// Discounted sums of the rewards up to the end of the episode, and γᵏ V(s′) of what lies beyond a cut or the
    /// rollout: λ-returns with λ = 1.
    public static func discountedReturns(
        rewards: [Float], successorValues: [Float], terminated: [Bool], ended: [Bool], rows: Int,
        discount: Float, into returns: inout [Float]
    ) {
        lambdaReturns(
            rewards: rewards, successorValues: successorValues, terminated: terminated, ended: ended,
            rows: rows, discount: discount, lambda: 1, into: &returns)
    }

    /// λ-returns (Sutton and Barto 2018, equation 12.18): G = r + γ ((1 - λ) V(s′) + λ G′), with V(s′) in place of a G′
    /// that lies beyond the rollout or a cut. With λ = 0 they are one-step targets.
    public static func lambdaReturns(
        rewards: [Float], successorValues: [Float], terminated: [Bool], ended: [Bool], rows: Int,
        discount: Float, lambda: Float, into returns: inout [Float]
    ) {
        check(rewards.count, rows, [successorValues.count, terminated.count, ended.count, returns.count])
        for index in rewards.indices.reversed() {
            let isLast = ended[index] || index + rows >= rewards.count
            let after =
                isLast
                ? successorValues[index]
                : (1 - lambda) * successorValues[index] + lambda * returns[index + rows]
            returns[index] = rewards[index] + (terminated[index] ? 0 : discount * after)
        }
    }

    /// n-step returns (Sutton and Barto 2018, equation 7.1): the discounted rewards of up to `length` steps and the value
    /// of the state after them; fewer steps where the episode or the rollout ends first.
    public static func nStepReturns(
        rewards: [Float], successorValues: [Float], terminated: [Bool], ended: [Bool], rows: Int,
        discount: Float, length: Int, into returns: inout [Float]
    ) {
        check(rewards.count, rows, [successorValues.count, terminated.count, ended.count, returns.count])
        if length < 1 { failure("n-step returns are of at least 1 step, not \(length)") }
        for start in rewards.indices {
            var (sum, weight, index) = (Float(0), Float(1), start)
            for step in 1...length {
                sum += weight * rewards[index]
                weight *= discount
                if ended[index] || step == length || index + rows >= rewards.count { break }
                index += rows
            }
            returns[start] = sum + (terminated[index] ? 0 : weight * successorValues[index])
        }
    }

    /// V-trace targets (Espeholt et al. 2018, equation 1) for what another policy did: v = V(s) + Σ γᵏ (Π c) δ with
    /// δ = ρ (r + γ V(s′) - V(s)), ρ = min(ρ̄, π/μ) and c = min(c̄, π/μ). `ratios` is π/μ of the actions taken,
    /// `ratioLimit` ρ̄, `traceLimit` c̄.
    public static func vTrace(
        rewards: [Float], values: [Float], successorValues: [Float], ratios: [Float], terminated: [Bool],
        ended: [Bool], rows: Int, discount: Float, ratioLimit: Float = 1, traceLimit: Float = 1,
        into targets: inout [Float]
    ) {
        check(
            rewards.count, rows,
            [
                values.count, successorValues.count, ratios.count, terminated.count, ended.count,
                targets.count,
            ])
        for index in rewards.indices.reversed() {
            let next = terminated[index] ? 0 : discount * successorValues[index]
            let error = min(ratioLimit, ratios[index]) * (rewards[index] + next - values[index])
            let isLast = ended[index] || index + rows >= rewards.count
            let after = isLast ? 0 : targets[index + rows] - values[index + rows]
            targets[index] = values[index] + error + discount * min(traceLimit, ratios[index]) * after
        }
    }

    /// Makes the mean of some advantages 0 and their standard deviation 1: (Â - mean) / (std + 1e-8), the deviation over
    /// one less than their count, as the field does. One alone stays as it is.
    public static func normalize(_ advantages: inout [Float]) {
        guard advantages.count > 1 else { return }
        let (mean, variance) = moments(advantages.count) { advantages[$0] }
        let count = Double(advantages.count)
        let scale = 1 / ((variance * count / (count - 1)).squareRoot() + 1e-8)
        for index in advantages.indices {
            advantages[index] = Float((Double(advantages[index]) - mean) * scale)
        }
    }

    /// Share of the returns' variance that `values` explained: 1 is all, 0 what a constant does; 0 too where all returns
    /// are equal.
    public static func explainedVariance(of returns: [Float], by values: [Float]) -> Float {
        check(returns.count, 1, [values.count])
        let whole = moments(returns.count) { returns[$0] }.variance
        let rest = moments(returns.count) { returns[$0] - values[$0] }.variance
        return whole > 0 ? Float(1 - rest / whole) : 0
    }

    /// Of numbers given one by one, summed in Double.
    private static func moments(
        _ count: Int, _ number: (Int) -> Float
    ) -> (mean: Double, variance: Double) {
        var (sum, squares) = (0.0, 0.0)
        for index in 0..<count { sum += Double(number(index)) }
        let mean = sum / Double(max(count, 1))
        for index in 0..<count {
            let distance = Double(number(index)) - mean
            squares += distance * distance
        }
        return (mean, squares / Double(max(count, 1)))
    }

    // Not an array: that would be memory for every call.
    private static func check<let others: Int>(
        _ count: Int, _ rows: Int, _ counts: InlineArray<others, Int>
    ) {
        var areEqual = rows >= 1 && count % max(rows, 1) == 0
        for index in counts.indices { areEqual = areEqual && counts[index] == count }
        if !areEqual {
            let others = counts.indices.map { counts[$0] }
            failure("arrays of \(count) and \(others) elements are not [steps, \(rows)]")
        }
    }
}
