import Autograd
import Testing

@Suite("Embedding and bilinear layers")
struct TableLayerTests {
    private func check(_ pair: Pair, _ shapes: [(Int, Int)]) {
        var random = SplitMix(state: 6)
        let inputs = shapes.map { rows, columns in
            Reference(rows: rows, columns: columns, random.floats(rows * columns).map { Double($0) })
        }
        for set in availableSets { set.run { #expect(disagreements(pair, at: inputs) == [], "\(set)") } }
    }

    @Test("Rows of a table, some of them several times")
    func embedding() {
        let indices: [Int32] = [2, 0, 2, 1]
        let pair = Pair(parameters: { parameters in
            var random = SplitMix(state: 1)
            var layer = Embedding(4, 5, using: &random)
            layer.weight = parameters[0]
            let y = layer(IndexTensor(copying: indices, [2, 2]))
            if y.shape != [2, 2, 5] { return Tensor(0) }
            return y
        }) { x in Reference(rows: 4, columns: 5) { x[0][Int(indices[$0]), $1] } }
        check(pair, [(4, 5)])
    }

    @Test("Two inputs multiplied with each other", arguments: [(5, 4, 3, 2), (1, 1, 1, 1), (3, 17, 20, 5)])
    func bilinear(rows: Int, first: Int, second: Int, outputs: Int) {
        struct Model: Module {
            var x, z: Parameter
            var layer: Bilinear
            mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
                try visitor.visit("x", &x)
                try visitor.visit("z", &z)
                try visitor.visit("layer", &layer)
            }
        }
        var random = SplitMix(state: 6)
        let model = Model(
            x: Parameter(shape: [rows, first], random.floats(rows * first)),
            z: Parameter(shape: [rows, second], random.floats(rows * second)),
            layer: Bilinear(first, second, outputs, using: &random))
        let (x, z, weight) = (model.x.values, model.z.values, model.layer.weight.values)
        let expected = (0..<rows * outputs).map { place in
            let (row, output) = (place / outputs, place % outputs)
            return (0..<first * second).reduce(Double(model.layer.bias.values[output])) { sum, place in
                let (i, j) = (place / second, place % second)
                let factor = weight[(output * first + i) * second + j]
                return sum + Double(x[row * first + i]) * Double(factor) * Double(z[row * second + j])
            }
        }
        for set in availableSets {
            set.run {
                let (values, inspection) = inspecting(checkingGradients: true) {
                    withTape {
                        valueAndGradients(at: model) { model in
                            let y = model.layer(model.x.tensor, model.z.tensor)
                            return (y.squaredMean(), y.values)
                        }.auxiliary
                    }
                }
                #expect(differences(values, expected, 1e-5, "y") == [], "\(set)")
                #expect(
                    inspection.gradients.count == 4
                        && inspection.gradients.allSatisfy { ($0.error ?? 1) < 1e-4 }, "\(set)"
                )
            }
        }
    }
}
