import Autograd
import Foundation
import Testing

private let shapes: [[(Int, Int)]] = [[(1, 1)], [(3, 5)], [(1, 17)], [(7, 33)], [(0, 4)]]

private func element(
    _ name: String, in range: ClosedRange<Float> = -3...3, _ tensor: @escaping @Sendable (Tensor) -> Tensor,
    _ reference: @escaping @Sendable (Double) -> Double
) -> OperationCase {
    OperationCase(name, shapes, in: range, { tensor($0[0]) }, { $0[0].map(reference) })
}

private let functions: [OperationCase] = [
    element("expMinusOne", { $0.expMinusOne() }, Foundation.expm1),
    element("logOnePlus", in: -0.9...3, { $0.logOnePlus() }, Foundation.log1p),
    element("sin", { $0.sin() }, Foundation.sin),
    element("cos", { $0.cos() }, Foundation.cos),
    element("raised(to: 2.5)", in: 0.2...3, { $0.raised(to: 2.5) }, { Foundation.pow($0, 2.5) }),
    element("raised(to: -2)", in: 0.4...3, { $0.raised(to: -2) }, { 1 / ($0 * $0) }),
    element("raised(to: 3)", { $0.raised(to: 3) }, { $0 * $0 * $0 }),
    element("raised(to: 1)", { $0.raised(to: 1) }, { $0 }),
    element("raised(to: 0)", { $0.raised(to: 0) }, { _ in 1 }),
    element("softplus", { $0.softplus() }, { Foundation.log(1 + Foundation.exp($0)) }),
    element("logSigmoid", { $0.logSigmoid() }, { -Foundation.log(1 + Foundation.exp(-$0)) }),
    element(
        "normalDistribution", { $0.normalDistribution() }, { Foundation.erfc(-$0 / 2.0.squareRoot()) / 2 }),
    element("gelu", { $0.gelu() }, { $0 * Foundation.erfc(-$0 / 2.0.squareRoot()) / 2 }),
    element("silu", { $0.silu() }, { $0 / (1 + Foundation.exp(-$0)) }),
    element("elu", { $0.elu(alpha: 0.7) }, { $0 > 0 ? $0 : 0.7 * Foundation.expm1($0) }),
    element("leakyRelu", { $0.leakyRelu(slope: 0.1) }, { $0 > 0 ? $0 : Double(Float(0.1)) * $0 }),
    element("softsign", { $0.softsign() }, { $0 / (1 + abs($0)) }),
]

private let others: [OperationCase] = [
    OperationCase(
        "cumulativeSum", [[(1, 1)], [(3, 40)], [(2, 0)]], { $0[0].cumulativeSum() },
        { x in
            Reference(rows: x[0].rows, columns: x[0].columns) { row, column in
                (0...column).reduce(0) { $0 + x[0][row, $1] }
            }
        }
    ),
    OperationCase(
        "cumulativeSum, reversed, first axis", [[(1, 1)], [(3, 5)], [(9, 33)]],
        { $0[0].cumulativeSum(axis: 0, reversed: true) },
        { x in
            Reference(rows: x[0].rows, columns: x[0].columns) { row, column in
                (row..<x[0].rows).reduce(0) { $0 + x[0][$1, column] }
            }
        }),
    OperationCase(
        "crossEntropy, classes", [[(1, 1)], [(5, 3)]],
        { x in x[0].crossEntropy(with: (0..<x[0].rows).map { Int32($0 % x[0].columns) }) },
        { x in
            let logarithms = x[0].logSoftmax()
            return Reference(rows: 1, columns: x[0].rows) { -logarithms[$1, $1 % x[0].columns] }
        }),
    OperationCase(
        "crossEntropy, probabilities", [[(1, 1), (1, 1)], [(5, 3), (5, 3)]],
        { $0[0].crossEntropy(with: $0[1]) },
        { ($0[1] * $0[0].logSoftmax()).rowSum().map(-) }),
    OperationCase(
        "quantileHuberLoss", [[(1, 1), (1, 1)], [(3, 5), (3, 18)], [(4, 17), (4, 4)]],
        {
            $0[0].quantileHuberLoss(
                to: $0[1], levels: Tensor(quantileMidpoints: $0[0].columns), threshold: 0.7)
        },
        { x in
            let count = Double(x[0].columns)
            let levels = Reference(rows: 1, columns: x[0].columns) { (2 * Double($1) + 1) / (2 * count) }
            return x[0].quantileHuberLoss(x[1], levels: levels, 0.7)
        }),
    OperationCase(
        "quantileHuberLoss, each row's levels, no threshold", [[(3, 5), (3, 18)]],
        { x in
            let levels = (0..<x[0].count).map { Float($0 + 1) / 20 }
            return x[0].quantileHuberLoss(to: x[1], levels: Tensor(copying: levels, x[0].shape), threshold: 0)
        },
        { x in
            let levels = Reference(rows: 3, columns: 5) { (Double($0 * 5 + $1) + 1) / 20 }
            return x[0].quantileHuberLoss(x[1], levels: levels, 0)
        }),
]

@Suite("Functions of one element, running sums and losses")
struct ElementFunctionTests {
    @Test("Value and gradient against the reference in Double", arguments: functions + others)
    func values(of function: OperationCase) { operation(function) }

    @Test(
        "Second derivatives",
        arguments: functions + others.filter { !$0.testDescription.hasPrefix("quantile") })
    func secondDerivatives(of function: OperationCase) {
        var random = SplitMix(state: 8)
        for shapes in function.shapes where shapes[0].0 * shapes[0].1 > 0 {
            let inputs = function.inputs(shapes, &random)
            #expect(secondDerivativeDisagreements(function.pair.tensor, at: inputs) == [], "\(shapes)")
        }
    }

    @Test("The quantile loss is a mean of |τ - 1{u < 0}| L(u), by hand")
    func quantileLossByHand() {
        // One prediction 1 with τ = 0.25 and samples 0 (u = -1) and 3 (u = 2), κ = 1:
        // (0.75 · ½ + 0.25 · 1.5) / 2
        let loss = withTape {
            Tensor(copying: [1], [1, 1]).quantileHuberLoss(
                to: Tensor(copying: [0, 3], [1, 2]), levels: Tensor(copying: [0.25])
            )
            .scalar
        }
        #expect(abs(loss - 0.375) < 1e-6)
    }

    /// Positive and negative numbers of all sizes, and every float of `narrow` that is a multiple of its step.
    private func numbers(_ range: ClosedRange<Float>) -> [Float] {
        let sizes = (0..<0x7f80).map { Float(bitPattern: UInt32($0) << 16 | 0x2b37) }
        let narrow = stride(from: Float(-25), to: 25, by: 0.00371).map { $0 }
        return (sizes + sizes.map(-) + narrow).filter(range.contains)
    }

    /// The largest error relative to the true value, which is at least the smallest normal number.
    private func error(
        _ range: ClosedRange<Float>, _ function: (Tensor) -> Tensor, _ exact: (Double) -> Double
    ) -> Double {
        let x = numbers(range)
        let y = withTape { function(Tensor(aliasing: x)).values }
        return zip(x, y).reduce(0) { worst, pair in
            let exact = exact(Double(pair.0))
            if Float(exact).isInfinite && Float(exact) == pair.1 { return worst }
            // NaN compares as no error would.
            let error = abs(Double(pair.1) - exact) / max(abs(exact), 1e-35)
            return error <= worst ? worst : error.isNaN ? .infinity : error
        }
    }

    @Test("Relative errors stay below 10⁻⁶ over the whole range", arguments: availableSets)
    func accuracy(set: InstructionSet) {
        let all = -Float.greatestFiniteMagnitude...Float.greatestFiniteMagnitude
        let bound = 1e-6
        set.run {
            #expect(error(all, { $0.expMinusOne() }, Foundation.expm1) < bound)
            #expect(error(-1 + 0x1p-24...all.upperBound, { $0.logOnePlus() }, Foundation.log1p) < bound)
            #expect(error(all, { $0.sin() }, Foundation.sin) < bound)
            #expect(error(all, { $0.cos() }, Foundation.cos) < bound)
            #expect(
                error(0...all.upperBound, { $0.raised(to: 0.3) }) { Foundation.pow($0, Double(Float(0.3))) }
                    < bound)
            #expect(error(all, { $0.raised(to: 5) }) { Foundation.pow($0, 5) } < bound)
            #expect(
                error(all, { $0.softplus() }) { max($0, 0) + Foundation.log1p(Foundation.exp(-abs($0))) }
                    < bound)
            #expect(
                error(all, { $0.logSigmoid() }) { min($0, 0) - Foundation.log1p(Foundation.exp(-abs($0))) }
                    < bound)
            #expect(error(all, { $0.gelu() }) { $0 * Foundation.erfc(-$0 / 2.0.squareRoot()) / 2 } < bound)
            #expect(error(-80...all.upperBound, { $0.silu() }) { $0 / (1 + Foundation.exp(-$0)) } < bound)
            #expect(error(all, { $0.elu() }) { $0 > 0 ? $0 : Foundation.expm1($0) } < bound)
            #expect(error(all, { $0.softsign() }) { $0 / (1 + abs($0)) } < bound)
        }
    }

    @Test("What is not a finite number stays visible", arguments: availableSets)
    func specialValues(set: InstructionSet) {
        let x: [Float] = [.nan, .infinity, -.infinity, 0]
        func apply(_ function: (Tensor) -> Tensor) -> [Double] {
            set.run { withTape { function(Tensor(aliasing: x)).values.map(Double.init) } }
        }
        let (nan, infinity) = (Float.nan, Float.infinity)
        let log2 = Float(Foundation.log(2.0))
        #expect(differences([nan, infinity, -1, 0], apply { $0.expMinusOne() }, 1e-6, "expMinusOne") == [])
        #expect(differences([nan, infinity, nan, 0], apply { $0.logOnePlus() }, 1e-6, "logOnePlus") == [])
        #expect(differences([nan, nan, nan, 0], apply { $0.sin() }, 1e-6, "sin") == [])
        #expect(differences([nan, nan, nan, 1], apply { $0.cos() }, 1e-6, "cos") == [])
        #expect(
            differences([nan, infinity, infinity, 0], apply { $0.raised(to: 1.5) }, 1e-6, "raised") == [])
        #expect(differences([nan, 0, 0, infinity], apply { $0.raised(to: -4) }, 1e-6, "raised") == [])
        #expect(differences([nan, infinity, -infinity, 0], apply { $0.raised(to: 5) }, 1e-6, "raised") == [])
        #expect(differences([1, 1, 1, 1], apply { $0.raised(to: 0) }, 1e-6, "raised") == [])
        #expect(differences([nan, infinity, 0, log2], apply { $0.softplus() }, 1e-6, "softplus") == [])
        #expect(differences([nan, 0, -infinity, -log2], apply { $0.logSigmoid() }, 1e-6, "logSigmoid") == [])
        #expect(differences([nan, 1, 0, 0.5], apply { $0.normalDistribution() }, 1e-6, "normal") == [])
        #expect(differences([nan, infinity, -1, 0], apply { $0.elu() }, 1e-6, "elu") == [])
        #expect(
            differences([nan, infinity, -infinity, 0], apply { $0.leakyRelu() }, 1e-6, "leakyRelu") == [])
        #expect(differences([nan, nan, nan, 0], apply { $0.softsign() }, 1e-6, "softsign") == [])
    }

    @Test("A cumulative sum of many numbers keeps its digits", arguments: availableSets)
    func longSums(set: InstructionSet) {
        var random = SplitMix(state: 4)
        let (count, columns) = (20_000, 3)
        let x = random.floats(count * columns, in: 0...1)
        let sums = set.run {
            withTape { Tensor(aliasing: x, [count, columns]).cumulativeSum(axis: 0).values }
        }
        for column in 0..<columns {
            let exact = stride(from: column, to: x.count, by: columns).reduce(0.0) { $0 + Double(x[$1]) }
            #expect(abs(Double(sums[(count - 1) * columns + column]) / exact - 1) < 2e-7)
        }
    }
}
