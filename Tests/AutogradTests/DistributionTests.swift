import Autograd
import Foundation
import Testing

private typealias Matrix = Reference<Double>

private let logitShapes: [[(Int, Int)]] = [
    [(1, 1)], [(5, 1)], [(3, 2)], [(37, 4)], [(2, 32)], [(2, 33)], [(18, 50)],
]
private let pairShapes = logitShapes.map { [$0[0], $0[0]] }
private let groupedShapes: [[(Int, Int)]] = [[(1, 10)], [(3, 10)], [(35, 10)]]
private let groups = [3, 1, 4, 2]
private let normalShapes: [[(Int, Int)]] = [[(1, 1)], [(3, 5)], [(20, 3)], [(4, 17)], [(0, 2)]]

private func triple(_ shape: (Int, Int), shared: Bool) -> [(Int, Int)] {
    [shape, shape, (shared ? 1 : shape.0, shape.1)]
}

/// One choice for each row and group, none special.
private func choices(_ rows: Int, _ sizes: [Int]) -> [Int32] {
    (0..<rows * sizes.count).map { Int32(($0 * 7 + 1) % sizes[$0 % sizes.count]) }
}

private func chosen(_ x: Tensor) -> IndexTensor { IndexTensor(copying: choices(x.rows, [x.columns])) }

extension Reference where Scalar == Double {
    /// The columns of each group as a matrix of its own.
    fileprivate func split(_ sizes: [Int]) -> [Matrix] {
        sizes.indices.map { group in
            let start = sizes[..<group].reduce(0, +)
            return Matrix(rows: rows, columns: sizes[group]) { self[$0, start + $1] }
        }
    }

    /// Σ p (log p - log q) of each row.
    fileprivate func divergence(from other: Matrix) -> Matrix {
        let (p, q) = (logSoftmax(), other.logSoftmax())
        return p.zip(q) { $0 == -.infinity ? 0 : Foundation.exp($0) * ($0 - $1) }.rowSum()
    }

    /// Σ log p of normal numbers, row by row.
    fileprivate func normalLogProbability(_ mean: Matrix, _ logDeviation: Matrix) -> Matrix {
        let z = (self - mean) / logDeviation.exp()
        return z.zip(logDeviation) { -0.5 * $0 * $0 - $1 - 0.5 * Foundation.log(2 * Double.pi) }.rowSum()
    }

    /// Σ log p of bits, row by row.
    fileprivate func bernoulliLogProbability(_ bits: Matrix) -> Matrix {
        zip(bits) { Foundation.log($1 == 1 ? 1 / (1 + Foundation.exp(-$0)) : 1 / (1 + Foundation.exp($0))) }
            .rowSum()
    }

    /// As many rows as another, each the only one of this.
    fileprivate func repeated(_ rows: Int) -> Matrix { Matrix(rows: rows, columns: columns) { self[0, $1] } }
}

/// The noise that a sampling operation draws from this stream.
private let noiseKey: UInt64 = 31
private func noise(_ shape: Matrix) -> Matrix {
    var random = CounterRandom(key: noiseKey, position: 5)
    var values = [Float](repeating: 0, count: shape.elements.count)
    random.fillNormal(&values)
    return Matrix(rows: shape.rows, columns: shape.columns, values.map(Double.init))
}
private func drawn<R>(_ body: (inout CounterRandom) -> R) -> R {
    var random = CounterRandom(key: noiseKey, position: 5)
    return body(&random)
}

/// 0 where neither choice 0 of a row nor one of an even place is.
private func mask(_ rows: Int, _ columns: Int) -> [UInt8] {
    (0..<rows * columns).map { $0 % columns == 0 || $0 % 2 == 0 ? 1 : 0 }
}
private func masked(_ x: Tensor) -> Categorical {
    Categorical(logits: x, allowed: ByteTensor(aliasing: mask(x.rows, x.columns), x.shape))
}
private func masked(_ x: Matrix) -> Matrix {
    let mask = mask(x.rows, x.columns)
    return Matrix(rows: x.rows, columns: x.columns) {
        mask[$0 * x.columns + $1] == 1 ? x[$0, $1] : -.infinity
    }
}

private func bits(_ rows: Int, _ columns: Int) -> [Float] {
    (0..<rows * columns).map { $0 * 5 % 7 < 3 ? 1 : 0 }
}
private func bits(_ x: Matrix) -> Matrix {
    Matrix(rows: x.rows, columns: x.columns, bits(x.rows, x.columns).map(Double.init))
}

private let distributionCases: [OperationCase] = [
    OperationCase(
        "categorical log-probability", logitShapes,
        { Categorical(logits: $0[0]).logProbability(of: chosen($0[0])) },
        { $0[0].logSoftmax().gathered(choices($0[0].rows, [$0[0].columns])) }),
    OperationCase(
        "categorical entropy", logitShapes, { Categorical(logits: $0[0]).entropy() },
        { $0[0].categoricalEntropy() }),
    OperationCase(
        "categorical divergence", pairShapes,
        { Categorical(logits: $0[0]).divergence(from: Categorical(logits: $0[1])) },
        { $0[0].divergence(from: $0[1]) }),
    OperationCase(
        "categorical divergence from itself", logitShapes,
        { Categorical(logits: $0[0]).divergence(from: Categorical(logits: 2 * $0[0])) },
        { $0[0].divergence(from: $0[0].map { 2 * $0 }) }),
    OperationCase(
        "masked log-probability", [[(3, 2)], [(20, 5)], [(3, 40)]],
        { masked($0[0]).logProbability(of: [Int32](repeating: 0, count: $0[0].rows)) },
        { masked($0[0]).logSoftmax().gathered([Int32](repeating: 0, count: $0[0].rows)) }),
    OperationCase(
        "masked entropy", [[(3, 2)], [(20, 5)], [(3, 40)]], { masked($0[0]).entropy() },
        { masked($0[0]).categoricalEntropy() }),
    OperationCase(
        "masked divergence", [[(3, 2), (3, 2)], [(20, 5), (20, 5)], [(3, 40), (3, 40)]],
        { masked($0[0]).divergence(from: masked($0[1])) }, { masked($0[0]).divergence(from: masked($0[1])) }),
    OperationCase(
        "multi-categorical log-probability", groupedShapes,
        { x in
            let indices = IndexTensor(copying: choices(x[0].rows, groups), .matrix(x[0].rows, groups.count))
            return MultiCategorical(logits: x[0], sizes: groups).logProbability(of: indices)
        },
        { x in
            let (parts, indices) = (x[0].split(groups), choices(x[0].rows, groups))
            return parts.indices.map { group in
                let own = (0..<x[0].rows).map { indices[$0 * groups.count + group] }
                return parts[group].logSoftmax().gathered(own)
            }.reduce(Matrix(rows: 1, columns: 1, [0]), +)
        }),
    OperationCase(
        "multi-categorical probabilities", groupedShapes,
        { MultiCategorical(logits: $0[0], sizes: groups).probabilities() * $0[0] },
        { x in
            let parts = x[0].split(groups).map { $0.logSoftmax().exp() }
            var (starts, start): ([Int], Int) = ([], 0)
            for size in groups {
                starts += [Int](repeating: start, count: size)
                start += size
            }
            let owners = groups.enumerated().flatMap { [Int](repeating: $0, count: $1) }
            return Matrix(rows: x[0].rows, columns: x[0].columns) { row, column in
                parts[owners[column]][row, column - starts[column]]
            } * x[0]
        }),
    OperationCase(
        "multi-categorical entropy", groupedShapes,
        { MultiCategorical(logits: $0[0], sizes: groups).entropy() },
        { $0[0].split(groups).map { $0.categoricalEntropy() }.reduce(Matrix(rows: 1, columns: 1, [0]), +) }),
    OperationCase(
        "multi-categorical divergence", groupedShapes.map { [$0[0], $0[0]] },
        {
            MultiCategorical(logits: $0[0], sizes: groups)
                .divergence(from: MultiCategorical(logits: $0[1], sizes: groups))
        },
        { x in
            zip(x[0].split(groups), x[1].split(groups)).map { $0.divergence(from: $1) }
                .reduce(Matrix(rows: 1, columns: 1, [0]), +)
        }),
    OperationCase(
        "normal log-probability", normalShapes.map { triple($0[0], shared: false) },
        { DiagonalGaussian(mean: $0[1], logStandardDeviation: $0[2]).logProbability(of: $0[0]) },
        { $0[0].normalLogProbability($0[1], $0[2]) }),
    OperationCase(
        "normal log-probability, one deviation for all rows",
        normalShapes.map { triple($0[0], shared: true) },
        {
            let shared = $0[2].reshaped(.vector($0[2].count))
            return DiagonalGaussian(mean: $0[1], logStandardDeviation: shared).logProbability(of: $0[0])
        }, { $0[0].normalLogProbability($0[1], $0[2].repeated($0[0].rows)) }),
    OperationCase(
        "normal entropy", normalShapes.map { [$0[0], $0[0]] },
        { DiagonalGaussian(mean: $0[0], logStandardDeviation: $0[1]).entropy() },
        { $0[1].map { $0 + 0.5 * Foundation.log(2 * Double.pi * M_E) }.rowSum() }),
    OperationCase(
        "normal entropy, one deviation for all rows", normalShapes.map { [$0[0], (1, $0[0].1)] },
        {
            let shared = $0[1].reshaped(.vector($0[1].count))
            return DiagonalGaussian(mean: $0[0], logStandardDeviation: shared).entropy()
        },
        { x in
            x[1].repeated(x[0].rows).map { $0 + 0.5 * Foundation.log(2 * Double.pi * M_E) }.rowSum()
        }),
    OperationCase(
        "normal divergence", normalShapes.map { [$0[0], $0[0], $0[0], $0[0]] }, in: -1...1,
        {
            DiagonalGaussian(mean: $0[0], logStandardDeviation: $0[1])
                .divergence(from: DiagonalGaussian(mean: $0[2], logStandardDeviation: $0[3]))
        },
        { x in
            let distance = x[0] - x[2]
            let squares = x[1].map { Foundation.exp(2 * $0) } + distance * distance
            let quotient = squares / x[3].map { 2 * Foundation.exp(2 * $0) }
            return (x[3] - x[1] + quotient).map { $0 - 0.5 }.rowSum()
        }),
    OperationCase(
        "normal sample", normalShapes.map { [$0[0], $0[0]] },
        { x in drawn { DiagonalGaussian(mean: x[0], logStandardDeviation: x[1]).sample(using: &$0) } },
        { $0[0] + $0[1].exp() * noise($0[0]) }),
    OperationCase(
        "normal log-probability of its own sample", normalShapes.map { [$0[0], $0[0]] },
        { x in
            let distribution = DiagonalGaussian(mean: x[0], logStandardDeviation: x[1])
            return distribution.logProbability(of: drawn { distribution.sample(using: &$0) })
        }, { ($0[0] + $0[1].exp() * noise($0[0])).normalLogProbability($0[0], $0[1]) }),
    OperationCase(
        "squashed sample", normalShapes.map { [$0[0], $0[0]] }, in: -1...1,
        { x in drawn { SquashedGaussian(mean: x[0], logStandardDeviation: x[1]).sample(using: &$0) } },
        { ($0[0] + $0[1].exp() * noise($0[0])).tanh() }),
    OperationCase(
        "squashed sample's log-probability", normalShapes.map { [$0[0], $0[0]] }, in: -1...1,
        { x in
            let distribution = SquashedGaussian(mean: x[0], logStandardDeviation: x[1])
            return drawn { distribution.sampleWithLogProbability(using: &$0).logProbability }
        }, { squashedLogProbability($0[0], $0[1]) }),
    OperationCase(
        "squashed, one deviation for all rows: both results", normalShapes.map { [$0[0], (1, $0[0].1)] },
        in: -1...1,
        { x in
            let shared = x[1].reshaped(.vector(x[1].count))
            let distribution = SquashedGaussian(mean: x[0], logStandardDeviation: shared)
            let (action, logProbability) = drawn { distribution.sampleWithLogProbability(using: &$0) }
            return action.rowSum() * logProbability
        },
        { x in
            let deviation = x[1].repeated(x[0].rows)
            let action = (x[0] + deviation.exp() * noise(x[0])).tanh()
            return action.rowSum() * squashedLogProbability(x[0], deviation)
        }),
    OperationCase(
        "squashed log-probability of given actions", normalShapes.map { triple($0[0], shared: false) },
        in: -0.9...0.9,
        { SquashedGaussian(mean: $0[1], logStandardDeviation: $0[2]).logProbability(of: $0[0]) },
        { x in
            let u = x[0].map { Foundation.atanh($0) }
            return u.normalLogProbability(x[1], x[2]) - x[0].map { Foundation.log(1 - $0 * $0) }.rowSum()
        }),
    OperationCase(
        "Bernoulli log-probability", normalShapes,
        {
            let bits = Tensor(copying: bits($0[0].rows, $0[0].columns), $0[0].shape)
            return Bernoulli(logits: $0[0]).logProbability(of: bits)
        }, { $0[0].bernoulliLogProbability(bits($0[0])) }),
    OperationCase(
        "Bernoulli entropy", normalShapes, { Bernoulli(logits: $0[0]).entropy() },
        { x in
            x[0].map { x in
                let p = 1 / (1 + Foundation.exp(-x))
                return -p * Foundation.log(p) - (1 - p) * Foundation.log(1 - p)
            }.rowSum()
        }),
    OperationCase(
        "Bernoulli divergence", normalShapes.dropLast().map { [$0[0], $0[0]] },
        { Bernoulli(logits: $0[0]).divergence(from: Bernoulli(logits: $0[1])) },
        { x in
            x[0].zip(x[1]) { x, z in
                let (p, q) = (1 / (1 + Foundation.exp(-x)), 1 / (1 + Foundation.exp(-z)))
                return p * Foundation.log(p / q) + (1 - p) * Foundation.log((1 - p) / (1 - q))
            }.rowSum()
        }),
    OperationCase(
        "dropout", [[(1, 1)], [(3, 5)], [(7, 33)], [(0, 4)]],
        { x in
            drawn {
                $0.position = 6; return x[0].dropout(probability: 0.25, using: &$0)
            }
        },
        { x in
            var random = CounterRandom(key: noiseKey, position: 6)
            var mask = [UInt8](repeating: 0, count: x[0].elements.count)
            random.fillMask(&mask, probability: 0.75)
            return Matrix(
                rows: x[0].rows, columns: x[0].columns,
                zip(x[0].elements, mask).map { $0 * Double($1) / 0.75 })
        }),
]

private func squashedLogProbability(_ mean: Matrix, _ logDeviation: Matrix) -> Matrix {
    let u = mean + logDeviation.exp() * noise(mean)
    return u.normalLogProbability(mean, logDeviation)
        - u.map { Foundation.log(1 - Foundation.pow(Foundation.tanh($0), 2)) }.rowSum()
}

/// Those whose derivative can be differentiated again.
private let twiceDifferentiable = distributionCases.filter {
    !$0.testDescription.contains("squashed sample") && !$0.testDescription.contains("both results")
}

@Suite("Distributions")
struct DistributionTests {
    @Test("Value and gradient against formulas in Double", arguments: distributionCases)
    func formulas(_ operation: OperationCase) {
        var random = SplitMix(state: 8)
        for shapes in operation.shapes {
            let inputs = operation.inputs(shapes, &random)
            for set in availableSets {
                set.run {
                    #expect(disagreements(operation.pair, at: inputs) == [], "\(set) \(shapes)")
                    #expect(disagreements(operation.pair.twice, at: inputs) == [], "\(set) \(shapes), twice")
                }
            }
        }
    }

    @Test("The recorded operations say the same in Double", arguments: distributionCases)
    func replays(_ operation: OperationCase) {
        var random = SplitMix(state: 9)
        for shapes in operation.shapes where shapes[0].0 > 0 {
            let model = Parameters(operation.inputs(shapes, &random))
            let (_, inspection) = inspecting(checkingGradients: true) {
                withTape {
                    _ = valueAndGradients(at: model) { operation.pair.tensor($0.all).squaredMean() }
                }
            }
            #expect(inspection.gradients.count == shapes.count)
            for check in inspection.gradients where check.norm > 1e-4 {
                #expect((check.error ?? .infinity) < 1e-4, "\(shapes) \(check)")
            }
        }
    }

    @Test("Second derivatives along a direction", arguments: twiceDifferentiable)
    func secondDerivatives(_ operation: OperationCase) {
        var random = SplitMix(state: 10)
        for shapes in operation.shapes where shapes[0].0 > 0 && shapes[0].0 * shapes[0].1 < 100 {
            let inputs = operation.inputs(shapes, &random).map { $0.map { Double(Float($0)) } }
            #expect(secondDerivativeDisagreements(operation.pair, at: inputs) == [], "\(shapes)")
        }
    }

    private func logProbabilities(_ logits: [Float], rows: Int = 1) -> [Float] {
        let columns = logits.count / rows
        return withTape {
            let categorical = Categorical(logits: Tensor(copying: logits, rows: rows, columns: columns))
            return (0..<columns).map {
                categorical.logProbability(of: [Int32](repeating: Int32($0), count: rows)).values[0]
            }
        }
    }

    @Test("Large logits lose nothing", arguments: availableSets)
    func largeLogits(set: InstructionSet) {
        set.run {
            let values = logProbabilities([10_000, 10_000.5, 9_999, -10_000])
            let exact = Matrix(rows: 1, columns: 4, [10_000, 10_000.5, 9_999, -10_000]).logSoftmax()
            #expect(differences([Float](values[..<3]), [Double](exact.elements[..<3]), 1e-6, "log p") == [])
            #expect(abs(Double(values[3]) - exact.elements[3]) < 0.01)
            let entropies = withTape {
                Categorical(
                    logits: Tensor(copying: [1e4, -1e4, 3, 3, 1e4, 1e4] as [Float], rows: 3, columns: 2)
                )
                .entropy().values
            }
            #expect(differences(entropies, [0, Foundation.log(2), Foundation.log(2)], 1e-6, "entropy") == [])
        }
    }

    @Test("A choice that is not allowed has probability 0, and no gradient", arguments: availableSets)
    func masks(set: InstructionSet) {
        set.run {
            let model = Parameters([Matrix(rows: 2, columns: 3, [0.3, 9, 1.1, 4, 5, 6])])
            withTape {
                let allowed = ByteTensor(aliasing: [1, 0, 1, 0, 1, 0], [2, 3])
                let (_, gradients) = valueAndGradients(at: model) { model in
                    let categorical = Categorical(logits: model.all[0].tensor, allowed: allowed)
                    let divergence = categorical.divergence(
                        from: Categorical(logits: 3 * model.all[0].tensor, allowed: allowed))
                    return (categorical.entropy() + categorical.logProbability(of: [0, 1]) + divergence).sum()
                }
                #expect(gradients[0][1] == 0 && gradients[0][3...] == [0, 0, 0])
                #expect(gradients[0].allSatisfy { $0.isFinite })
                let categorical = Categorical(logits: model.all[0].tensor, allowed: allowed)
                #expect(categorical.probabilities().values[1] == 0)
                #expect(categorical.logProbability(of: [1, 0]).values == [-.infinity, -.infinity])
                #expect(categorical.mode.values == [2, 1])
                #expect(categorical.entropy().values[1] == 0)
                let forbidden = Categorical(
                    logits: model.all[0].tensor, allowed: ByteTensor(aliasing: [0, 0, 0, 1, 1, 1], [2, 3]))
                #expect(forbidden.entropy().values[0].isNaN && forbidden.entropy().values[1].isFinite)
            }
        }
    }

    @Test("Numbers that are not finite stay visible", arguments: availableSets)
    func nonFinite(set: InstructionSet) {
        set.run {
            withTape {
                let logits = Tensor(copying: [1, .nan, 2, 3, 4, 5] as [Float], rows: 2, columns: 3)
                let categorical = Categorical(logits: logits)
                let values = categorical.entropy().values + categorical.logProbability(of: [0, 0]).values
                #expect(values[0].isNaN && values[1].isFinite && values[2].isNaN && values[3].isFinite)
                let normal = DiagonalGaussian(mean: logits, logStandardDeviation: Tensor(zeros: [3]))
                #expect(normal.logProbability(of: Tensor(zeros: [2, 3])).values[0].isNaN)
                #expect(Bernoulli(logits: logits).entropy().values[0].isNaN)
                var random = CounterRandom(key: 1)
                #expect(categorical.sample(using: &random).values.allSatisfy { (0..<3).contains($0) })
            }
        }
    }

    @Test("Tiny deviations and large means", arguments: availableSets)
    func narrow(set: InstructionSet) {
        set.run {
            withTape {
                let mean = Tensor(copying: [0.5, -1000, 1000] as [Float], rows: 3, columns: 1)
                let deviation = Tensor(copying: [-20] as [Float])
                var random = CounterRandom(key: 4)
                let squashed = SquashedGaussian(mean: mean, logStandardDeviation: deviation)
                let (action, logProbability) = squashed.sampleWithLogProbability(using: &random)
                #expect(differences(action.values, [Foundation.tanh(0.5), -1, 1], 1e-6, "action") == [])
                // At the mean, up to the noise: 20 - ½ log 2π - ½ε² - log(1 - tanh²).
                #expect(logProbability.values.allSatisfy { $0.isFinite })
                #expect(abs(logProbability.values[1] - logProbability.values[2]) < 10)
                #expect(abs(logProbability.values[1] - (20 - 0.92 + 2000 - 1.39)) < 10)
                let normal = DiagonalGaussian(mean: mean, logStandardDeviation: deviation)
                #expect(normal.logProbability(of: mean).values.allSatisfy { abs($0 - 19.081) < 1e-3 })
                // At ±1 the density is asked for where it cannot be told from 1: finite all the same.
                let edges = Tensor(copying: [1, -1, 0] as [Float], rows: 3, columns: 1)
                let wide = SquashedGaussian(
                    mean: Tensor(zeros: [3, 1]), logStandardDeviation: Tensor(zeros: [1]))
                #expect(wide.logProbability(of: edges).values.allSatisfy { $0.isFinite })
            }
        }
    }

    @Test("A squashed density integrates to 1")
    func integral() {
        let count = 20_000
        let grid = (0..<count).map { (Float($0) + 0.5) / Float(count) * 2 - 1 }
        let sum = withTape {
            let mean = Tensor(copying: [0.4] as [Float]).broadcast(to: [count, 1])
            let squashed = SquashedGaussian(
                mean: mean, logStandardDeviation: Tensor(copying: [-0.7] as [Float]))
            return squashed.logProbability(of: Tensor(copying: grid, rows: count, columns: 1)).exp().mean()
                .scalar
        }
        #expect(abs(2 * sum - 1) < 1e-4)
    }

    @Test("A sample's log-probability is that of the action")
    func sampleAgainstDensity() {
        withTape {
            var random = CounterRandom(key: 8)
            let mean = Tensor(uniform: [50, 3], using: &random) - 0.5
            let deviation = Tensor(uniform: [50, 3], using: &random) - 1.5
            let squashed = SquashedGaussian(mean: mean, logStandardDeviation: deviation)
            let (action, logProbability) = squashed.sampleWithLogProbability(using: &random)
            let again = squashed.logProbability(of: action).values.map(Double.init)
            #expect(differences(logProbability.values, again, 2e-5, "log p") == [])
        }
    }

    @Test("What stays the same bits: rows alone or among others", arguments: availableSets)
    func rowsAlone(set: InstructionSet) {
        set.run {
            var random = SplitMix(state: 3)
            let logits = random.floats(7 * 40)
            let together = withTape {
                Categorical(logits: Tensor(copying: logits, rows: 40, columns: 7)).entropy().values
            }
            for row in 0..<40 {
                let alone = withTape {
                    Categorical(logits: Tensor(copying: logits[row * 7..<row * 7 + 7], rows: 1, columns: 7))
                        .entropy().values
                }
                #expect(alone == [together[row]])
            }
        }
    }
}

/// Where H v of Σ weight · value, by the operations' own rules, leaves mixed central differences of the reference.
private func secondDerivativeDisagreements(_ pair: Pair, at inputs: [Reference<Double>]) -> [String] {
    var random = SplitMix(state: 11)
    let weights = random.floats(pair.reference(inputs).elements.count, in: -1...1)
    let directions = inputs.map { random.floats($0.elements.count, in: -1...1) }
    let products = withTape {
        let (_, products) = valueAndGradients(at: Parameters(inputs)) { model in
            let output = pair.tensor(model.all)
            let y = (output * Tensor(copying: weights, output.shape)).sum()
            let slopes = gradients(of: y, at: model.all.map(\.tensor))
            return zip(slopes, directions).reduce(Tensor(0)) {
                $0 + ($1.0 * Tensor(copying: $1.1, $1.0.shape)).sum()
            }
        }
        return inputs.indices.map { products[$0] }
    }
    let step = 2e-4
    func loss(_ along: Double, _ input: Int, _ position: Int, _ by: Double) -> Double {
        var moved = zip(inputs, directions).map { input, direction in
            var input = input
            for index in direction.indices { input.elements[index] += along * Double(direction[index]) }
            return input
        }
        moved[input].elements[position] += by
        return zip(pair.reference(moved).elements, weights).reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    return inputs.indices.flatMap { input in
        let numeric = inputs[input].elements.indices.map { position in
            let above = loss(step, input, position, step) - loss(-step, input, position, step)
            let below = loss(step, input, position, -step) - loss(-step, input, position, -step)
            return (above - below) / (4 * step * step)
        }
        return differences(products[input], numeric, 1e-4, "second derivative \(input)")
    }
}
