import Autograd
import Testing

/// A convolution's sizes, as a test says them.
struct ConvolutionCase: CustomTestStringConvertible, Sendable {
    var input: [Int]
    var kernel: Extent
    var outputs: Int
    var stride: Extent = 1
    var padding = Padding.none
    var dilation: Extent = 1

    static let all = [
        ConvolutionCase(input: [2, 5, 6, 3], kernel: 3, outputs: 4),
        ConvolutionCase(input: [1, 7, 5, 1], kernel: Extent(3, 2), outputs: 1, stride: 2),
        ConvolutionCase(input: [3, 4, 4, 2], kernel: 1, outputs: 17),
        ConvolutionCase(input: [2, 3, 3, 2], kernel: 4, outputs: 3, padding: .each(2)),
        ConvolutionCase(input: [2, 9, 9, 2], kernel: 2, outputs: 3, stride: Extent(3, 4)),
        ConvolutionCase(input: [2, 8, 7, 5], kernel: 3, outputs: 6, padding: .same),
        ConvolutionCase(input: [2, 7, 8, 3], kernel: 4, outputs: 5, stride: Extent(2, 1), padding: .same),
        ConvolutionCase(
            input: [1, 5, 6, 2], kernel: 3, outputs: 4,
            padding: .sides(top: 1, bottom: 0, left: 2, right: 3)),
        ConvolutionCase(input: [2, 9, 8, 2], kernel: Extent(3, 2), outputs: 3, dilation: Extent(2, 3)),
        ConvolutionCase(
            input: [1, 6, 6, 2], kernel: 3, outputs: 2, stride: 2, padding: .each(2), dilation: 2),
        ConvolutionCase(input: [2, 6, 6, 3], kernel: Extent(1, 3), outputs: 4, padding: .same),
        ConvolutionCase(input: [2, 3, 3, 2], kernel: 3, outputs: 5),
        ConvolutionCase(input: [70, 2, 2, 1], kernel: 2, outputs: 2),
        ConvolutionCase(input: [0, 5, 5, 2], kernel: 3, outputs: 3),
        // Many enough pixels for fewer multiplications, where the kernel has 3 × 3 or 2 × 2 cells.
        ConvolutionCase(input: [3, 9, 11, 16], kernel: 3, outputs: 16, padding: .same),
        ConvolutionCase(input: [4, 13, 12, 16], kernel: 4, outputs: 32, stride: 2),
        ConvolutionCase(input: [2, 30, 41, 4], kernel: 8, outputs: 16, stride: 4, padding: .each(2)),
    ]

    /// Whether the window fits nowhere in, or nothing is in the batch.
    var isEmpty: Bool { input[0] == 0 }

    var shape: ConvolutionShape {
        let size = Extent(input[1], input[2])
        let window = Window(
            kernel: kernel, stride: stride, dilation: dilation, padding: padding, over: size, "test")
        return ConvolutionShape(input: Shape(input), window: window, outputs: outputs)
    }

    var weightShape: Shape { [kernel.height, kernel.width, input[3], outputs] }

    var testDescription: String {
        "\(Shape(input)) by \(kernel) to \(outputs), stride \(stride), dilation \(dilation), padding \(padding)"
    }

    /// Images, weights, bias.
    func inputs(_ random: inout SplitMix) -> [Reference<Double>] {
        [Shape(input), weightShape, .matrix(1, outputs)].map { shape in
            Reference(rows: shape.rows, columns: shape.columns) { _, _ in
                Double(random.float(in: -1...1))
            }
        }
    }

    func convolve(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ activation: Activation = .identity)
        -> Tensor
    {
        x.reshaped(Shape(input)).convolved(
            by: weight.reshaped(weightShape), bias: bias, stride: stride, padding: padding,
            dilation: dilation,
            activation: activation)
    }
}

/// For an operation on images, where the reference is a function of all elements.
func images(
    _ tensor: @escaping @Sendable ([Tensor]) -> Tensor, columns: Int,
    _ reference: @escaping @Sendable ([[Double]]) -> [Double]
) -> Pair {
    Pair(tensor) { inputs in
        let elements = reference(inputs.map(\.elements))
        return Reference(rows: elements.count / max(columns, 1), columns: columns, elements)
    }
}

@Suite("Convolution")
struct ConvolutionTests {
    @Test("Value and gradients are the plain loops' in Double", arguments: ConvolutionCase.all, availableSets)
    func againstReference(_ test: ConvolutionCase, _ set: InstructionSet) {
        var random = SplitMix(state: 1)
        let inputs = test.inputs(&random)
        let pair = images({ test.convolve($0[0], $0[1], $0[2]) }, columns: test.outputs) {
            test.shape.convolve($0[0], $0[1], bias: $0[2])
        }
        set.run { #expect(disagreements(pair, at: inputs) == []) }
    }

    @Test("The activation inside is the one behind", arguments: Activation.allCases)
    func activation(_ activation: Activation) {
        var random = SplitMix(state: 2)
        for test in ConvolutionCase.all where !test.isEmpty {
            let model = Parameters(test.inputs(&random))
            func gradients(_ body: @escaping ([Parameter]) -> Tensor) -> [[Float]] {
                withTape {
                    let (value, gradients) = valueAndGradients(at: model) { body($0.all).squared().sum() }
                    return [[value]] + model.all.indices.map { gradients[$0] }
                }
            }
            let inside = gradients {
                test.convolve($0[0].tensor, $0[1].tensor, $0[2].tensor, activation)
            }
            let behind = gradients { parameters in
                let sums = test.convolve(parameters[0].tensor, parameters[1].tensor, parameters[2].tensor)
                switch activation {
                case .identity: return sums
                case .relu: return sums.relu()
                case .tanh: return sums.tanh()
                }
            }
            for (one, other) in zip(inside, behind) {
                #expect(differences(one, other.map(Double.init), 1e-6, "\(test.testDescription)") == [])
            }
        }
    }

    @Test("Bytes are floats times the scale", arguments: availableSets)
    func bytes(_ set: InstructionSet) {
        var random = SplitMix(state: 3)
        for test in ConvolutionCase.all {
            let pixels = (0..<Shape(test.input).count).map { _ in UInt8(random.next() & 255) }
            let model = Parameters(Array(test.inputs(&random)[1...]))
            set.run {
                withTape {
                    let x = ByteTensor(aliasing: pixels, Shape(test.input))
                    let (value, gradients) = valueAndGradients(at: model) { model in
                        x.convolved(
                            by: model.all[0].tensor.reshaped(test.weightShape), bias: model.all[1].tensor,
                            stride: test.stride, padding: test.padding, dilation: test.dilation,
                            activation: .tanh, scale: 1 / 255
                        ).squared().sum()
                    }
                    let floats = x.scaled(by: 1 / 255)
                    let (expected, others) = valueAndGradients(at: model) { model in
                        test.convolve(floats, model.all[0].tensor, model.all[1].tensor, .tanh).squared().sum()
                    }
                    let scale = 1 + abs(expected)
                    #expect(abs(value - expected) <= 1e-5 * scale, "\(test.testDescription)")
                    for index in 0..<2 {
                        let problems = differences(
                            gradients[index], others[index].map(Double.init), 1e-5, test.testDescription)
                        #expect(problems == [])
                    }
                }
            }
        }
    }

    @Test("A layer is its operation, tracked or not, and the same bits each time")
    func layer() {
        var random = SplitMix(state: 4)
        let layer = Convolution(
            3, 5, kernel: Extent(3, 2), stride: Extent(1, 2), padding: .same, activation: .relu,
            using: &random)
        #expect(layer.weight.shape == [3, 2, 3, 5] && layer.parameterCount == 95)
        let pixels = random.floats(2 * 6 * 7 * 3)
        withTape {
            let x = Tensor(copying: pixels, [2, 6, 7, 3])
            let y = layer(x)
            let direct = x.convolved(
                by: layer.weight.tensor, bias: layer.bias.tensor, stride: Extent(1, 2), padding: .same,
                activation: .relu)
            let (_, _, tracked) = valueAndGradients(at: layer) { layer in
                let y = layer(x)
                return (y.sum(), y.values)
            }
            #expect(y.shape == [2, 6, 4, 5])
            #expect(y.values == direct.values && y.values == tracked && y.values == layer(x).values)
        }
    }

    @Test("The replay of a step in Double agrees")
    func inspection() {
        var random = SplitMix(state: 5)
        let layer = Convolution(2, 4, kernel: 3, activation: .tanh, using: &random)
        let pixels = (0..<2 * 5 * 5 * 2).map { _ in UInt8(random.next() & 255) }
        let (_, inspection) = inspecting(checkingGradients: true) {
            withTape {
                let x = ByteTensor(aliasing: pixels, [2, 5, 5, 2])
                _ = valueAndGradients(at: layer) { layer in
                    let y = layer(x, scale: 1 / 255)
                    let pooled = y.maxPooled(2, stride: 1) + y.averagePooled(2, stride: 1)
                    return pooled.resized(to: 5).globalAveragePooled().squared().sum()
                }
            }
        }
        #expect(inspection.gradients.map(\.parameter) == ["weight", "bias"])
        #expect(inspection.operations[0].multiplyAdds == 2 * 9 * 9 * 2 * 4)
        #expect(inspection.gradients.allSatisfy { ($0.error ?? 1) < 1e-5 })
        #expect(
            inspection.operations.map(\.name) == [
                "convolved", "maxPooled", "averagePooled", "+", "resized", "averagePooled", "reshaped",
                "squared",
                "sum",
            ])
    }
}
