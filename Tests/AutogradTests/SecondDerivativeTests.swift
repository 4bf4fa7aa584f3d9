import Autograd
import Testing

/// A function whose second derivatives are available: a line of the table.
struct TwiceDifferentiable: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let shapes: [Shape]
    let range: ClosedRange<Float>
    let function: @Sendable ([Tensor]) -> Tensor

    init(
        _ name: String, _ shapes: [Shape], in range: ClosedRange<Float> = -2...2,
        _ function: @escaping @Sendable ([Tensor]) -> Tensor
    ) {
        testDescription = name
        self.shapes = shapes
        self.range = range
        self.function = function
    }
}

private let table: [TwiceDifferentiable] = [
    TwiceDifferentiable("+", [[3, 4], [4]]) { ($0[0] + $0[1]).squared() },
    TwiceDifferentiable("-", [[3, 1], [4]]) { ($0[0] - $0[1]).squared() },
    TwiceDifferentiable("*", [[2, 3, 4], [3, 1]]) { $0[0] * $0[1] },
    TwiceDifferentiable("/", [[3, 4], [4]], in: 0.5...2) { $0[0] / $0[1] },
    TwiceDifferentiable("minimum", [[3, 4], [3, 4]]) { minimum($0[0], $0[1]).squared() },
    TwiceDifferentiable("maximum", [[3, 4], [4]]) { maximum($0[0], $0[1]).squared() },
    TwiceDifferentiable("affine", [[3, 4]]) { (3 - 2 * $0[0]).squared() },
    TwiceDifferentiable("reciprocal", [[3, 4]], in: 0.5...2) { 3 / $0[0] },
    TwiceDifferentiable("exp", [[3, 4]]) { $0[0].exp() },
    TwiceDifferentiable("log", [[3, 4]], in: 0.5...2) { $0[0].log() },
    TwiceDifferentiable("tanh", [[3, 4]]) { $0[0].tanh() },
    TwiceDifferentiable("relu", [[3, 4]]) { $0[0].relu().squared() },
    TwiceDifferentiable("sigmoid", [[3, 4]]) { $0[0].sigmoid() },
    TwiceDifferentiable("squared", [[3, 4]]) { $0[0].squared() },
    TwiceDifferentiable("squareRoot", [[3, 4]], in: 0.5...2) { $0[0].squareRoot() },
    TwiceDifferentiable("absolute", [[3, 4]]) { $0[0].absolute() * $0[0] },
    TwiceDifferentiable("clamped", [[3, 4]]) { $0[0].clamped(to: -1...1).squared() },
    TwiceDifferentiable("matmul", [[3, 4], [4, 2]]) { matmul($0[0], $0[1]) },
    TwiceDifferentiable("matmul, batched", [[2, 3, 4], [2, 4, 2]]) { matmul($0[0], $0[1]) },
    TwiceDifferentiable("matmul, rows of several axes", [[2, 3, 4], [4, 2]]) { matmul($0[0], $0[1]) },
    TwiceDifferentiable("a · bᵀ", [[3, 4], [2, 4]]) { $0[0].matmul(transposed: $0[1]) },
    TwiceDifferentiable("aᵀ · b", [[4, 3], [4, 2]]) { $0[0].transposedMatmul($0[1]) },
    TwiceDifferentiable("sum", [[3, 4]]) { $0[0].sum().squared() },
    TwiceDifferentiable("sum(axis:)", [[2, 3, 4]]) { $0[0].sum(axis: 1).squared() },
    TwiceDifferentiable("rowMean", [[3, 4]]) { $0[0].rowMean().squared() },
    TwiceDifferentiable("max(axis:)", [[3, 4]]) { $0[0].max(axis: 0).squared() },
    TwiceDifferentiable("min(axis:)", [[3, 4]]) { $0[0].min(axis: -1).squared() },
    TwiceDifferentiable("broadcast", [[3, 1]]) { $0[0].broadcast(to: [2, 3, 4]).squared() },
    TwiceDifferentiable("summed(to:)", [[3, 4]]) { $0[0].summed(to: [4]).squared() },
    TwiceDifferentiable("reshaped", [[3, 4]]) { $0[0].reshaped([2, 6]).squared() },
    TwiceDifferentiable("permuted", [[2, 3, 4]]) { $0[0].permuted([2, 0, 1]).squared() },
    TwiceDifferentiable("sliced", [[3, 4]]) { $0[0].sliced(axis: 0, 1..<3).squared() },
    TwiceDifferentiable("concatenated", [[3, 4], [3, 2]]) {
        concatenated([$0[0], $0[1]], axis: 1).squared()
    },
    TwiceDifferentiable("gathered", [[3, 4]]) { $0[0].gathered(at: [1, 3, 0]).squared() },
    TwiceDifferentiable("selectingRows", [[3, 4]]) { $0[0].selectingRows(at: [1, 1, 0]).squared() },
    TwiceDifferentiable("scatteringRows", [[3, 4]]) {
        $0[0].scatteringRows(at: IndexTensor(copying: [1, 1, 0]), count: 2).squared()
    },
    TwiceDifferentiable("select", [[3, 4], [4]]) {
        select($0[0].isGreater(than: 0), $0[0], $0[1]).squared()
    },
    TwiceDifferentiable("huberMean", [[3, 4]]) { $0[0].huberMean(delta: 0.7) },
    TwiceDifferentiable("squaredMean", [[3, 4]]) { $0[0].squaredMean() },
    TwiceDifferentiable("logSumExp", [[3, 4]]) { $0[0].logSumExp() },
    TwiceDifferentiable("softmax", [[3, 4]]) { $0[0].softmax() },
    TwiceDifferentiable("logSoftmax", [[2, 3, 4]]) { $0[0].logSoftmax() },
    TwiceDifferentiable("categoricalLogProbability", [[3, 4]]) {
        $0[0].categoricalLogProbability(of: [1, 3, 0])
    },
    TwiceDifferentiable("categoricalEntropy", [[3, 4]]) { $0[0].categoricalEntropy() },
]

@Suite("Second derivatives")
struct SecondDerivativeTests {
    private func model(_ shapes: [Shape], in range: ClosedRange<Float>, _ random: inout SplitMix)
        -> Parameters
    {
        var model = Parameters([])
        model.all = shapes.map { Parameter(shape: $0.dimensions, random.floats($0.count, in: range)) }
        return model
    }

    @Test(
        "The gradient as tensors is the gradient, and its own gradient is right in Double", arguments: table)
    func secondDerivative(_ function: TwiceDifferentiable) {
        var random = SplitMix(state: 11)
        let model = model(function.shapes, in: function.range, &random)
        let (shape, count) = withTape {
            let shape = function.function(model.all.map(\.tensor)).shape
            return (shape, shape.count)
        }
        let weights = random.floats(count)
        let directions = function.shapes.map { random.floats($0.count) }
        func loss(_ model: Parameters) -> Tensor {
            (function.function(model.all.map(\.tensor)) * Tensor(copying: weights, shape)).sum()
        }
        withTape {
            let first = valueAndGradients(at: model, loss).gradients
            let (_, inspection) = inspecting(checkingGradients: true) {
                _ = valueAndGradients(at: model) { model in
                    let gradients = gradients(of: loss(model), at: model.all.map(\.tensor))
                    var product = Tensor(0)
                    for (index, gradient) in gradients.enumerated() {
                        let values = gradient.values
                        let expected = first[index].map(Double.init)
                        #expect(differences(values, expected, 1e-5, "gradient \(index)") == [])
                        product =
                            product + (gradient * Tensor(copying: directions[index], gradient.shape)).sum()
                    }
                    return product
                }
            }
            #expect(inspection.gradients.count == function.shapes.count)
            for check in inspection.gradients { #expect((check.error ?? .infinity) < 2e-5, "\(check)") }
            #expect(inspection.gradients.contains { $0.norm > 0.01 }, "nothing was differentiated")
        }
    }

    @Test("A Fisher product of a policy: the second derivative of a divergence times a vector")
    func fisherProduct() {
        var random = SplitMix(state: 5)
        let network = MultilayerPerceptron([3, 8, 8, 4], activation: .tanh, using: &random)
        let states = random.floats(5 * 3)
        let vector = random.floats(network.parameterCount)
        let old = withTape { network(Tensor(copying: states, [5, 3])).logSoftmax().values }
        let (_, inspection) = inspecting(checkingGradients: true) {
            withTape {
                let (value, gradients) = valueAndGradients(at: network) { network in
                    let new = network(Tensor(copying: states, [5, 3])).logSoftmax()
                    let before = Tensor(copying: old, [5, 4])
                    let divergence = (before.exp() * (before - new)).rowSum().mean()
                    return (flatGradient(of: divergence, at: network) * Tensor(copying: vector)).sum()
                }
                // At the old policy the divergence is least: its gradient is 0, its second derivative is not.
                #expect(abs(value) < 1e-5 && gradients.norm > 0.01)
                // vᵀ F v ≥ 0
                let flat = (0..<gradients.count).flatMap { gradients[$0] }
                #expect(zip(flat, vector).reduce(0) { $0 + Double($1.0 * $1.1) } > 0)
            }
        }
        #expect(inspection.gradients.count == 6)
        for check in inspection.gradients { #expect((check.error ?? .infinity) < 1e-4, "\(check)") }
    }

    @Test("A gradient penalty: the norm of a critic's gradient at its input")
    func gradientPenalty() {
        var random = SplitMix(state: 6)
        let critic = MultilayerPerceptron([3, 8, 1], activation: .tanh, using: &random)
        let points = random.floats(5 * 3)
        let (_, inspection) = inspecting(checkingGradients: true) {
            withTape {
                _ = valueAndGradients(at: critic) { critic in
                    let x = Tensor(copying: points, [5, 3]).asVariable()
                    let slope = gradient(of: critic(x), at: x)
                    return ((slope.squared().rowSum() + 1e-6).squareRoot() - 1).squaredMean()
                }
            }
        }
        #expect(inspection.gradients.filter { $0.norm > 1e-4 }.count >= 3)
        for check in inspection.gradients { #expect((check.error ?? .infinity) < 1e-4, "\(check)") }
    }

    @Test("A third derivative")
    func thirdDerivative() {
        let model = Parameters([Reference(rows: 1, columns: 2, [1.5, -0.5])])
        withTape {
            let gradients = valueAndGradients(at: model) { model in
                let x = model.all[0].tensor
                let first = gradient(of: x * x * x * x, at: x)
                return gradient(of: first, at: x).sum()
            }.gradients
            #expect(gradients[0] == [36, -12])
        }
    }

    @Test("The gradient at a tensor")
    func gradientAtTensor() {
        withTape {
            let x = Tensor(copying: [1, -2, 3] as [Float])
            let (value, gradient) = valueAndGradient(at: x) { ($0.squared() * 2).sum() }
            #expect(value == 28 && gradient.values == [4, -8, 12] && gradient.shape == [3])
        }
    }
}
