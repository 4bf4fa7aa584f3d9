import Autograd
import Testing

/// x³, with a wrong derivative when asked for.
struct Cube: CustomOperation {
    static let name = "cube"
    var isWrong = false

    func outputShape(for inputs: [Shape]) -> Shape { inputs[0] }

    func evaluate(_ inputs: CustomInputs, into output: UnsafeMutableBufferPointer<Float>) {
        for (index, x) in inputs.values(0).enumerated() { output[index] = x * x * x }
    }

    func propagate(
        _ outputGradient: UnsafeBufferPointer<Float>, output: UnsafeBufferPointer<Float>,
        inputs: CustomInputs,
        to gradients: CustomGradients
    ) {
        guard let dx = gradients(0) else { return }
        for (index, x) in inputs.values(0).enumerated() {
            dx[index] += outputGradient[index] * (isWrong ? 2 : 3) * x * x
        }
    }

    func evaluate(_ inputs: [[Double]], shapes: [Shape]) -> [Double]? { inputs[0].map { $0 * $0 * $0 } }
}

@Suite("Inspection of a step, and operations from elsewhere")
struct InspectionTests {
    private let model = Parameters([Reference(rows: 1, columns: 3, [0.5, -1, 2])])

    @Test("A custom operation has a value, a gradient and a constant side")
    func customOperation() {
        withTape {
            let (value, gradients) = valueAndGradients(at: model) { model in
                Tensor.applying(Cube(), to: [model.all[0].tensor]).sum()
                    + Tensor.applying(Cube(), to: [Tensor(2)]).sum()
            }
            #expect(value == 0.125 - 1 + 8 + 8 && gradients[0] == [0.75, 3, 12])
        }
    }

    @Test("The check finds a wrong derivative, and only that")
    func gradientCheck() {
        for isWrong in [false, true] {
            let (_, inspection) = inspecting(checkingGradients: true) {
                withTape {
                    _ = valueAndGradients(at: model) { model in
                        Tensor.applying(Cube(isWrong: isWrong), to: [model.all[0].tensor]).sum()
                    }
                }
            }
            #expect(inspection.gradients.map(\.parameter) == ["all.0.value"])
            #expect(((inspection.gradients[0].error ?? 0) > 0.1) == isWrong)
        }
    }

    @Test("All operations in order, with shapes, names and norms")
    func listing() {
        var random = SplitMix(state: 1)
        let network = MultilayerPerceptron([4, 8, 2], activation: .relu, using: &random)
        let (loss, inspection) = inspecting {
            withTape {
                let x = Tensor(zeros: [3, 4]) + 1
                let targets = network(x).rowMax()
                return valueAndGradients(at: network) { (($0(x).rowMax() - targets * 2)).huberMean() }.value
            }
        }
        #expect(
            inspection.operations.map(\.name) == [
                "affine", "linear", "linear", "max(axis:)", "linear", "linear", "max(axis:)", "affine", "-",
                "huberMean",
            ])
        let layer = inspection.operations[4]
        #expect(
            layer.inputs == ["3×4", "layers.0.weight 4×8", "layers.0.bias [8]"] && layer.output == [3, 8])
        #expect(layer.multiplyAdds == 3 * 4 * 8 && inspection.gradients.allSatisfy { $0.error == nil })
        #expect(inspection.gradients.map(\.shape) == [[4, 8], [8], [8, 2], [2]])
        #expect(layer.backward != nil && layer.gradientNorm != nil && layer.norm > 0)
        #expect(inspection.operations[1].backward == nil && inspection.operations[1].gradientNorm == nil)
        #expect(
            inspection.firstNonFinite == nil && loss.isFinite
                && inspection.scopes.map(\.operations) == [0..<10])
        // Without an inspection, nothing of it is left.
        #expect(
            withTape { valueAndGradients(at: network) { $0(Tensor(zeros: [1, 4])).sum() }.value }.isFinite)
    }

    @Test("The first value and the first gradient that are not finite, by name")
    func firstNonFinite() {
        let (_, value) = inspecting {
            withTape { _ = valueAndGradients(at: model) { $0.all[0].tensor.squareRoot().sum() } }
        }
        #expect(value.firstNonFinite?.contains("squareRoot all.0.value 1×3 gave ") == true)
        #expect(value.firstNonFinite?.contains("at element 1 of 1×3") == true)
        let zero = Parameters([Reference(rows: 1, columns: 1, [0])])
        let (_, gradient) = inspecting {
            withTape { _ = valueAndGradients(at: zero) { $0.all[0].tensor.squareRoot().sum() } }
        }
        #expect(
            gradient.firstNonFinite == "the gradient of all.0.value 1×1 is not finite after squareRoot")
    }
}
