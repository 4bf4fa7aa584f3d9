import RLCore
import RLTraining
import Testing

/// Four steps of one row, worked out by hand, and random rollouts against sums written out forwards in Double.
@Suite struct ReturnsTests {
    /// A rollout's arrays, [steps, rows].
    struct Arrays {
        var rewards: [Float] = [1, 2, 3, 4]
        var values: [Float] = [1, 1, 1, 1]
        // Cut after the third step, where V of the final observation is 10; V of what follows the last is 2.
        var successorValues: [Float] = [1, 1, 10, 2]
        var terminated = [false, false, false, false]
        var ended = [false, false, true, false]
        var ratios: [Float] = [2, 0.5, 1, 1]
        var rows = 1

        var count: Int { rewards.count }
        var zeros: [Float] { Array(repeating: 0, count: count) }

        func advantages(discount: Float, lambda: Float) -> [Float] {
            var result = zeros
            Returns.advantages(
                rewards: rewards, values: values, successorValues: successorValues, terminated: terminated,
                ended: ended, rows: rows, discount: discount, lambda: lambda, into: &result)
            return result
        }

        func discounted(discount: Float) -> [Float] {
            var result = zeros
            Returns.discountedReturns(
                rewards: rewards, successorValues: successorValues, terminated: terminated, ended: ended,
                rows: rows, discount: discount, into: &result)
            return result
        }

        func lambdaReturns(discount: Float, lambda: Float) -> [Float] {
            var result = zeros
            Returns.lambdaReturns(
                rewards: rewards, successorValues: successorValues, terminated: terminated, ended: ended,
                rows: rows, discount: discount, lambda: lambda, into: &result)
            return result
        }

        func nStep(_ length: Int, discount: Float) -> [Float] {
            var result = zeros
            Returns.nStepReturns(
                rewards: rewards, successorValues: successorValues, terminated: terminated, ended: ended,
                rows: rows, discount: discount, length: length, into: &result)
            return result
        }

        func vTrace(discount: Float, ratioLimit: Float = 1, traceLimit: Float = 1) -> [Float] {
            var result = zeros
            Returns.vTrace(
                rewards: rewards, values: values, successorValues: successorValues, ratios: ratios,
                terminated: terminated, ended: ended, rows: rows, discount: discount, ratioLimit: ratioLimit,
                traceLimit: traceLimit, into: &result)
            return result
        }
    }

    private let cut = Arrays()
    private var over: Arrays {
        var arrays = Arrays()
        arrays.terminated[2] = true
        return arrays
    }

    // MARK: - By hand

    @Test func advantagesByHand() {
        // δ = 0.5, 1.5, 7, 4: a truncation adds γ V(final observation).
        #expect(cut.advantages(discount: 0.5, lambda: 0.5) == [1.3125, 3.25, 7, 4])
        // Terminated: δ₂ = 3 - 1.
        #expect(over.advantages(discount: 0.5, lambda: 0.5) == [1, 2, 2, 4])
        #expect(cut.advantages(discount: 0.5, lambda: 0) == [0.5, 1.5, 7, 4])
        #expect(cut.advantages(discount: 0, lambda: 1) == [0, 1, 2, 3])
    }

    @Test func discountedReturnsByHand() {
        #expect(cut.discounted(discount: 0.5) == [4, 6, 8, 5])
        #expect(over.discounted(discount: 0.5) == [2.75, 3.5, 3, 5])
    }

    @Test func lambdaReturnsByHand() {
        #expect(cut.lambdaReturns(discount: 0.5, lambda: 0.5) == [2.3125, 4.25, 8, 5])
        #expect(over.lambdaReturns(discount: 0.5, lambda: 0.5) == [2, 3, 3, 5])
        #expect(cut.lambdaReturns(discount: 0.5, lambda: 0) == [1.5, 2.5, 8, 5])
    }

    @Test func nStepReturnsByHand() {
        #expect(cut.nStep(2, discount: 0.5) == [2.25, 6, 8, 5])
        #expect(over.nStep(2, discount: 0.5) == [2.25, 3.5, 3, 5])
        #expect(cut.nStep(1, discount: 0.5) == [1.5, 2.5, 8, 5])
        #expect(cut.nStep(9, discount: 0.5) == [4, 6, 8, 5])
    }

    @Test func vTraceByHand() {
        // ρδ = 0.5, 0.75, 7, 4
        #expect(cut.vTrace(discount: 0.5) == [2.75, 3.5, 8, 5])
        // ρ̄ = 2: ρδ = 1, 0.75, 7, 4; c as before.
        #expect(cut.vTrace(discount: 0.5, ratioLimit: 2) == [3.25, 3.5, 8, 5])
        // c̄ = 0.25: v₁ = 1.75 + 0.125 · 7, v₀ = 1.5 + 0.125 · 1.625
        #expect(cut.vTrace(discount: 0.5, traceLimit: 0.25) == [1.703125, 2.625, 8, 5])
    }

    /// Where both flags are set, the task has ended.
    @Test func terminationWins() {
        #expect(over.advantages(discount: 1, lambda: 0)[2] == 2)
        #expect(over.nStep(3, discount: 1)[2] == 3)
        #expect(over.vTrace(discount: 1)[2] == 3)
    }

    // MARK: - Against plain loops

    @Test(arguments: [1, 3]) func randomRollouts(rows: Int) {
        var random = PCG64(seed: 7)
        for _ in 0..<30 {
            let arrays = Arrays(steps: 12, rows: rows, using: &random)
            let (discount, lambda) = (random.random(), random.random())
            let oracle = Oracle(arrays, discount: discount, lambda: lambda)
            func expectEqual(_ found: [Float], _ expected: (Int) -> Double, _ name: String) {
                for index in found.indices {
                    #expect(abs(Double(found[index]) - expected(index)) < 2e-5, "\(name) at \(index)")
                }
            }
            let (γ, λ) = (Float(discount), Float(lambda))
            expectEqual(arrays.advantages(discount: γ, lambda: λ), oracle.advantage, "advantages")
            expectEqual(arrays.discounted(discount: γ), { oracle.nStep($0, 12) }, "discounted")
            expectEqual(arrays.nStep(4, discount: γ), { oracle.nStep($0, 4) }, "n-step")
            expectEqual(arrays.lambdaReturns(discount: γ, lambda: λ), oracle.lambdaReturn, "λ-returns")
            expectEqual(
                arrays.vTrace(discount: γ, ratioLimit: 1.2, traceLimit: 0.8),
                { oracle.vTrace($0, 1.2, 0.8) }, "V-trace")
        }
    }

    /// On-policy and unlimited by time, V-trace with λ = 1 is what the rewards were.
    @Test func vTraceOnPolicyIsTheReturn() {
        var random = PCG64(seed: 8)
        var arrays = Arrays(steps: 9, rows: 2, using: &random)
        arrays.ratios = Array(repeating: 1, count: arrays.count)
        // V(s′) of a step that goes on is V(s) of the next.
        for index in 0..<arrays.count - 2 where !arrays.ended[index] {
            arrays.successorValues[index] = arrays.values[index + 2]
        }
        for (trace, sum) in zip(arrays.vTrace(discount: 0.9), arrays.discounted(discount: 0.9)) {
            #expect(abs(trace - sum) < 1e-4)
        }
    }

    // MARK: - Normalising and explaining

    @Test func normalizing() {
        var advantages: [Float] = [1, 2, 3, 6]
        Returns.normalize(&advantages)
        // mean 3, variance (4 + 1 + 0 + 9) / 3
        let deviation = (Float(14) / 3).squareRoot()
        for (found, expected) in zip(advantages, [-2, -1, 0, 3] as [Float]) {
            #expect(abs(found - expected / deviation) < 1e-6)
        }
        var one: [Float] = [5]
        Returns.normalize(&one)
        #expect(one == [5])
        var equal: [Float] = [2, 2, 2]
        Returns.normalize(&equal)
        #expect(equal == [0, 0, 0])
    }

    @Test func explaining() {
        #expect(Returns.explainedVariance(of: [1, 2, 3], by: [1, 2, 3]) == 1)
        #expect(Returns.explainedVariance(of: [1, 2, 3], by: [7, 7, 7]) == 0)
        // A constant error explains everything.
        #expect(Returns.explainedVariance(of: [1, 2, 3], by: [2, 3, 4]) == 1)
        #expect(Returns.explainedVariance(of: [1, 2, 3], by: [3, 2, 1]) == -3)
        #expect(Returns.explainedVariance(of: [4, 4], by: [1, 2]) == 0)
    }
}

extension ReturnsTests.Arrays {
    fileprivate init(steps: Int, rows: Int, using random: inout PCG64) {
        let count = steps * rows
        func numbers() -> [Float] { (0..<count).map { _ in Float(random.uniform(-2, 2)) } }
        self.rows = rows
        rewards = numbers()
        values = numbers()
        successorValues = numbers()
        ratios = (0..<count).map { _ in Float(random.uniform(0.2, 2)) }
        terminated = (0..<count).map { _ in random.random() < 0.15 }
        ended = terminated.map { $0 || random.random() < 0.15 }
    }
}

/// The definitions, summed forwards from each step.
private struct Oracle {
    let arrays: ReturnsTests.Arrays
    let discount, lambda: Double

    init(_ arrays: ReturnsTests.Arrays, discount: Double, lambda: Double) {
        (self.arrays, self.discount, self.lambda) = (arrays, discount, lambda)
    }

    /// The steps from `start` on that belong together.
    private func path(_ start: Int) -> [Int] {
        var path = [start]
        while let last = path.last, !arrays.ended[last], last + arrays.rows < arrays.count {
            path.append(last + arrays.rows)
        }
        return path
    }

    private func next(_ index: Int) -> Double {
        arrays.terminated[index] ? 0 : discount * Double(arrays.successorValues[index])
    }

    private func error(_ index: Int) -> Double {
        Double(arrays.rewards[index]) + next(index) - Double(arrays.values[index])
    }

    func advantage(_ start: Int) -> Double {
        var (sum, weight) = (0.0, 1.0)
        for index in path(start) {
            sum += weight * error(index)
            weight *= discount * lambda
        }
        return sum
    }

    func nStep(_ start: Int, _ length: Int) -> Double {
        var (sum, weight) = (0.0, 1.0)
        let path = path(start).prefix(length)
        for index in path {
            sum += weight * Double(arrays.rewards[index])
            if index == path.last { sum += weight * next(index) }
            weight *= discount
        }
        return sum
    }

    /// The mixture of all n-step returns (Sutton and Barto 2018, equation 12.3): weights (1 - λ) λⁿ⁻¹, the rest on the last.
    func lambdaReturn(_ start: Int) -> Double {
        let lengths = path(start).count
        var (sum, weight) = (0.0, 1.0)
        for length in 1..<max(lengths, 1) {
            sum += (1 - lambda) * weight * nStep(start, length)
            weight *= lambda
        }
        return sum + weight * nStep(start, lengths)
    }

    func vTrace(_ start: Int, _ ratioLimit: Double, _ traceLimit: Double) -> Double {
        var (sum, weight) = (Double(arrays.values[start]), 1.0)
        for index in path(start) {
            let ratio = Double(arrays.ratios[index])
            sum += weight * min(ratioLimit, ratio) * error(index)
            weight *= discount * min(traceLimit, ratio)
        }
        return sum
    }
}
