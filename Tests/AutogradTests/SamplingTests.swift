import Autograd
import Foundation
import Testing

@Suite("Samples of distributions", .serialized)
struct SamplingTests {
    private static let count = 60_000

    /// Σ (observed - expected)² / expected; with `observed.count - 1` degrees of freedom, of that mean and twice that
    /// variance.
    private func chiSquare(_ observed: [Int], _ probabilities: [Double]) -> Double {
        let total = Double(observed.reduce(0, +))
        return zip(observed, probabilities).reduce(0) { sum, pair in
            let expected = pair.1 * total
            return sum + (expected == 0 ? 0 : pow(Double(pair.0) - expected, 2) / expected)
        }
    }

    private func expectFrequencies(_ indices: [Int32], _ logits: [Float]) {
        let exact = Reference<Double>(rows: 1, columns: logits.count, logits.map(Double.init)).softmax()
            .elements
        var observed = [Int](repeating: 0, count: logits.count)
        for index in indices { observed[Int(index)] += 1 }
        let freedom = Double(logits.filter { $0 != -.infinity }.count - 1)
        let limit = freedom + 4 * (2 * freedom).squareRoot() + 0.1
        #expect(chiSquare(observed, exact) < limit, "\(observed)")
        for (index, logit) in logits.enumerated() where logit == -.infinity { #expect(observed[index] == 0) }
    }

    @Test("Choices occur as often as they should", arguments: availableSets)
    func categorical(set: InstructionSet) {
        var source = SplitMix(state: 12)
        let cases: [[Float]] = [
            [0.5], [0, 1], [1, -1, 0.3, -3], [-.infinity, 2, -.infinity, 2.5, -.infinity],
            source.floats(18), source.floats(33), [Float](repeating: -.infinity, count: 40) + [0, 0, 1],
            [5000, 5001, -5000],
        ]
        for (key, logits) in cases.enumerated() {
            set.run {
                var random = CounterRandom(key: UInt64(key))
                withTape {
                    let rows = Tensor(copying: logits).broadcast(to: [SamplingTests.count, logits.count])
                    let sample = Categorical(logits: rows).sample(using: &random)
                    #expect(sample.shape == [SamplingTests.count])
                    expectFrequencies(sample.values, logits)
                }
                #expect(random.position == UInt64(SamplingTests.count))
            }
        }
    }

    @Test("Every row is drawn from its own logits")
    func rows() {
        withTape {
            var random = CounterRandom(key: 1)
            let choices = (0..<100).map { Int32($0 * 7 % 11) }
            let logits = IndexTensor(copying: choices).oneHot(depth: 11) * 1000
            #expect(Categorical(logits: logits).sample(using: &random).values == choices)
            #expect(Categorical(logits: logits).mode.values == choices)
        }
    }

    @Test("Groups are drawn each by its own logits, independently", arguments: availableSets)
    func multiCategorical(set: InstructionSet) {
        let (first, second): ([Float], [Float]) = ([0.2, -1, 0.7], [1, 0])
        set.run {
            withTape {
                var random = CounterRandom(key: 3)
                let logits = Tensor(copying: first + second).broadcast(to: [SamplingTests.count, 5])
                let distribution = MultiCategorical(logits: logits, sizes: [3, 2])
                let sample = distribution.sample(using: &random)
                #expect(sample.shape == [SamplingTests.count, 2])
                #expect(distribution.mode.values[..<4] == [2, 0, 2, 0])
                let values = sample.values
                let rows = stride(from: 0, to: values.count, by: 2)
                expectFrequencies(rows.map { values[$0] }, first)
                expectFrequencies(rows.map { values[$0 + 1] }, second)
                // The pair as one choice of six.
                let joint = first.flatMap { a in second.map { a + $0 } }
                expectFrequencies(rows.map { 2 * values[$0] + values[$0 + 1] }, joint)
            }
        }
    }

    private func moments(_ values: [Float]) -> (mean: Double, deviation: Double) {
        let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
        let variance = values.reduce(0) { $0 + pow(Double($1) - mean, 2) } / Double(values.count)
        return (mean, variance.squareRoot())
    }

    @Test("Normal samples have their mean and deviation; squashed ones are their tangents")
    func normal() {
        let count = SamplingTests.count
        withTape {
            let mean = Tensor(copying: [0.5, -2] as [Float]).broadcast(to: [count, 2])
            let deviation = Tensor(copying: [-0.5, 0.7] as [Float])
            var random = CounterRandom(key: 6)
            let sample = DiagonalGaussian(mean: mean, logStandardDeviation: deviation).sample(using: &random)
            for (column, (centre, scale)) in [(0.5, exp(-0.5)), (-2, exp(0.7))].enumerated() {
                let own = moments(sample.columns(column..<column + 1).values)
                #expect(abs(own.mean - centre) < 4 * scale / Double(count).squareRoot())
                #expect(abs(own.deviation / scale - 1) < 4 / Double(2 * count).squareRoot())
            }
            random.position = 0
            let squashed = SquashedGaussian(mean: mean, logStandardDeviation: deviation).sample(
                using: &random)
            #expect(differences(squashed.values, sample.tanh().values.map(Double.init), 1e-6, "tanh") == [])
            #expect(squashed.values.allSatisfy { abs($0) <= 1 })
            #expect(random.position == UInt64(2 * count))
        }
    }

    @Test("Entropy is the mean of -log p over samples")
    func entropies() {
        let count = SamplingTests.count
        func check(_ logProbability: Tensor, _ entropy: Tensor, _ name: String) {
            let (mean, deviation) = moments(logProbability.values)
            let exact = Double(entropy.values[0])
            #expect(abs(mean + exact) < 4 * deviation / Double(count).squareRoot() + 1e-6, "\(name)")
        }
        withTape {
            var random = CounterRandom(key: 7)
            let logits = Tensor(copying: [0.3, -1, 2, 0.5] as [Float]).broadcast(to: [count, 4])
            let categorical = Categorical(logits: logits)
            check(
                categorical.logProbability(of: categorical.sample(using: &random)), categorical.entropy(),
                "categorical")
            let multi = MultiCategorical(logits: logits, sizes: [2, 2])
            check(
                multi.logProbability(of: multi.sample(using: &random)), multi.entropy(), "multi-categorical")
            let bernoulli = Bernoulli(logits: logits)
            check(
                bernoulli.logProbability(of: bernoulli.sample(using: &random)), bernoulli.entropy(),
                "Bernoulli")
            let normal = DiagonalGaussian(
                mean: logits, logStandardDeviation: Tensor(copying: [0, 0.1, -1, 0.4] as [Float]))
            check(normal.logProbability(of: normal.sample(using: &random)), normal.entropy(), "normal")
        }
    }

    @Test("Divergence is the mean of log p - log q over samples of p")
    func divergences() {
        let count = SamplingTests.count
        func check(_ difference: Tensor, _ divergence: Tensor, _ name: String) {
            let (mean, deviation) = moments(difference.values)
            let exact = Double(divergence.values[0])
            #expect(exact > 0.01 && abs(mean - exact) < 4 * deviation / Double(count).squareRoot(), "\(name)")
        }
        withTape {
            var random = CounterRandom(key: 17)
            let x = Tensor(copying: [0.3, -1, 2, 0.5] as [Float]).broadcast(to: [count, 4])
            let z = Tensor(copying: [1, 0.5, 1, -0.5] as [Float]).broadcast(to: [count, 4])
            let (p, q) = (Categorical(logits: x), Categorical(logits: z))
            let choice = p.sample(using: &random)
            check(
                p.logProbability(of: choice) - q.logProbability(of: choice), p.divergence(from: q),
                "categorical")
            let (b, c) = (Bernoulli(logits: x), Bernoulli(logits: z))
            let bits = b.sample(using: &random)
            check(b.logProbability(of: bits) - c.logProbability(of: bits), b.divergence(from: c), "Bernoulli")
            let s = SquashedGaussian(mean: 0.3 * x, logStandardDeviation: Tensor(zeros: [4]))
            let t = SquashedGaussian(mean: 0.3 * z, logStandardDeviation: Tensor(zeros: [4]) + 0.3)
            let (action, own) = s.sampleWithLogProbability(using: &random)
            check(own - t.logProbability(of: action), s.divergence(from: t), "squashed")
        }
    }

    @Test("Bits are set as often as they should; certain ones always", arguments: availableSets)
    func bernoulli(set: InstructionSet) {
        let logits: [Float] = [0, 1.5, -3, 1e4, -1e4, .infinity, -.infinity]
        set.run {
            withTape {
                var random = CounterRandom(key: 5)
                let rows = Tensor(copying: logits).broadcast(to: [SamplingTests.count, logits.count])
                let bernoulli = Bernoulli(logits: rows)
                let bits = bernoulli.sample(using: &random)
                #expect(bits.values.allSatisfy { $0 == 0 || $0 == 1 })
                let share = bits.mean(axis: 0).values
                for (index, logit) in logits.enumerated() {
                    let p = 1 / (1 + exp(-Double(logit)))
                    let deviation = (p * (1 - p) / Double(SamplingTests.count)).squareRoot()
                    #expect(abs(Double(share[index]) - p) <= 4 * deviation, "\(logit)")
                }
                #expect(bernoulli.mode.values[..<7] == [0, 1, 0, 1, 0, 1, 0])
                let certain = Bernoulli(logits: rows.columns(3..<7)).entropy().values
                #expect(certain.allSatisfy { $0 == 0 })
            }
        }
    }

    @Test("Dropout takes out its share and keeps the mean; the next draws others", arguments: availableSets)
    func dropout(set: InstructionSet) {
        set.run {
            withTape {
                var random = CounterRandom(key: 2)
                let ones = Tensor(zeros: [200, 300]) + 1
                let values = ones.dropout(probability: 0.2, using: &random).values
                #expect(random.position == 60_000)
                #expect(values.allSatisfy { $0 == 0 || $0 == 1.25 })
                let share = Double(values.filter { $0 == 0 }.count) / 60_000
                #expect(abs(share - 0.2) < 4 * (0.16 / 60_000).squareRoot())
                #expect(ones.dropout(probability: 0.2, using: &random).values != values)
                #expect(ones.dropout(probability: 0, using: &random).values.allSatisfy { $0 == 1 })
                #expect(ones.dropout(probability: 1, using: &random).values.allSatisfy { $0 == 0 })
                #expect(random.position == 240_000)
            }
        }
    }
}
