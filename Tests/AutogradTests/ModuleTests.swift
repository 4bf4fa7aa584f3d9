import Autograd
import Testing

/// Full names, shapes and layouts in visiting order.
private struct Names: ParameterVisitor {
    var path: [String] = []
    var found: [String] = []

    mutating func visit(_ name: StaticString, _ parameter: inout Parameter) {
        let layout = parameter.layout == .inputOutput ? "in, out" : "plain"
        found.append((path + ["\(name)"]).joined(separator: ".") + " \(parameter.shape) \(layout)")
    }

    mutating func enter(_ name: StaticString, index: Int?) {
        path.append(index.map { "\(name).\($0)" } ?? "\(name)")
    }

    mutating func leave() { path.removeLast() }
}

private struct Refusal: Error {}

/// Fails at the second parameter, as the reader of a damaged file would.
private struct Refusing: ParameterVisitor {
    typealias Failure = Refusal
    var visited = 0

    mutating func visit(_ name: StaticString, _ parameter: inout Parameter) throws(Refusal) {
        visited += 1
        if visited == 2 { throw Refusal() }
    }
}

@Suite("Parameters and modules")
struct ModuleTests {
    @Test("Names join the parts' names")
    func names() {
        var random = SplitMix(state: 1)
        var network = MultilayerPerceptron([3, 4, 2], activation: .relu, using: &random)
        var names = Names()
        network.visitParameters(&names)
        #expect(
            names.found == [
                "layers.0.weight 3×4 in, out", "layers.0.bias [4] plain", "layers.1.weight 4×2 in, out",
                "layers.1.bias [2] plain",
            ])
        #expect(network.parameterCount == 26)
    }

    @Test("More layers than are held in place")
    func manyLayers() {
        var random = SplitMix(state: 1)
        var network = MultilayerPerceptron([2, 3, 4, 5, 6, 7, 8], activation: .tanh, using: &random)
        var names = Names()
        network.visitParameters(&names)
        #expect(
            network.layers.map { $0.weight.shape } == [[2, 3], [3, 4], [4, 5], [5, 6], [6, 7], [7, 8]])
        #expect(names.found.count == 12 && names.found[11].hasPrefix("layers.5.bias"))
        let x: [Float] = [0.3, -0.2]
        let (direct, chained) = withTape {
            let input = Tensor(aliasing: x, rows: 1, columns: 2)
            return (network(input).values, network.layers.reduce(input) { $1($0) }.values)
        }
        #expect(direct == chained && direct.count == 8)
    }

    @Test("A visitor's error comes out as its own type")
    func throwingVisitor() {
        var random = SplitMix(state: 1)
        var network = MultilayerPerceptron([3, 4, 2], activation: .relu, using: &random)
        var visitor = Refusing()
        #expect(throws: Refusal.self) { try network.visitParameters(&visitor) }
        #expect(visitor.visited == 2)
    }

    @Test("A copy is not changed by an update of the original")
    func copyOnWrite() {
        var random = SplitMix(state: 1)
        var network = MultilayerPerceptron([2, 8, 1], activation: .relu, using: &random)
        let target = network
        let before = network.layers.map { $0.weight.values }
        var adam = Adam(learningRate: 0.1)
        for _ in 0..<2 {
            withTape {
                let x = Tensor(copying: [1, 2, 3, 4] as [Float], rows: 2, columns: 2)
                let old = target(x)
                let (_, gradients) = valueAndGradients(at: network) { ($0(x) - old - 1).squaredMean() }
                adam.update(&network, along: gradients)
            }
        }
        #expect(target.layers.map { $0.weight.values } == before)
        #expect(network.layers.map { $0.weight.values } != before)
    }

    @Test("An update is in place where nobody shares the memory, also after the same scope read the network")
    func inPlace() {
        var random = SplitMix(state: 1)
        var layer = Linear(2, 1, using: &random)
        func address() -> UnsafePointer<Float>? { layer.weight.withUnsafeBufferPointer { $0.baseAddress } }
        let before = address()
        var sgd = SGD(learningRate: 0.1)
        withTape {
            let x = Tensor(copying: [1, 2] as [Float], rows: 1, columns: 2)
            let old = layer(x)
            let gradients = valueAndGradients(at: layer) { ($0(x) - old + 1).squaredMean() }.gradients
            sgd.update(&layer, along: gradients)
        }
        #expect(address() == before)
    }

    @Test("A tensor of a parameter keeps its value when the parameter is changed in the scope")
    func constantStays() {
        var parameter = Parameter(shape: [2], [1, 2])
        let values = withTape {
            let tensor = parameter.tensor
            parameter.withUnsafeMutableBufferPointer { $0[0] = 9 }
            return tensor.values
        }
        #expect(values == [1, 2] && parameter.values == [9, 2])
    }

    @Test("Moving toward another module", arguments: availableSets)
    func moving(set: InstructionSet) {
        var random = SplitMix(state: 1)
        let network = MultilayerPerceptron([3, 17, 2], activation: .relu, using: &random)
        var target = MultilayerPerceptron([3, 17, 2], activation: .relu, using: &random)
        let start = target
        set.run { target.move(toward: network, by: 0.25) }
        for index in 0..<2 {
            let (from, to) = (start.layers[index].weight.values, network.layers[index].weight.values)
            let expected = zip(from, to).map { Double($0) + 0.25 * (Double($1) - Double($0)) }
            #expect(differences(target.layers[index].weight.values, expected, 1e-7, "mixed") == [])
        }
        var same = network
        same.move(toward: network, by: 1)
        #expect(same.layers.map { $0.weight.values } == network.layers.map { $0.weight.values })
    }

    @Test("Copying from another module is an assignment, in memory of its own")
    func copying() {
        var random = SplitMix(state: 1)
        func network() -> MultilayerPerceptron {
            MultilayerPerceptron([3, 17, 2], activation: .relu, using: &random)
        }
        func values(_ network: MultilayerPerceptron) -> [[Float]] {
            network.layers.flatMap { [$0.weight.values, $0.bias.values] }
        }
        func address(_ network: MultilayerPerceptron) -> UnsafePointer<Float>? {
            network.layers[0].weight.withUnsafeBufferPointer { $0.baseAddress }
        }
        let source = network()
        var target = network()
        let before = address(target)
        target.copy(from: source)
        #expect(values(target) == values(source) && address(target) == before)
        #expect(address(target) != address(source))
        // What shares the target's memory does not see the change.
        let other = network()
        let snapshot = target
        target.copy(from: other)
        #expect(values(target) == values(other) && values(snapshot) == values(source))
        target.copy(from: target)
        #expect(values(target) == values(other))
        // Nor does what shared memory with the source see a later one.
        target.move(toward: source, by: 0.5)
        #expect(values(target) != values(other))
    }

    @Test("Everything but the model that is asked is constant")
    func othersAreConstant() {
        var random = SplitMix(state: 1)
        let network = Linear(2, 1, using: &random)
        let copy = network
        withTape {
            let x = Tensor(copying: [1, 2] as [Float], rows: 1, columns: 2)
            let gradients = valueAndGradients(at: network) { _ in copy(x).sum() }.gradients
            #expect(gradients[0] == [0, 0] && gradients[1] == [0])
            let stopped = valueAndGradients(at: network) { $0(x).stopGradient().sum() }.gradients
            #expect(stopped[0] == [0, 0])
            let asked = valueAndGradients(at: network) { $0(x).sum() }.gradients
            #expect(asked[0] == [1, 2] && asked[1] == [1])
        }
    }

    @Test("Auxiliary tensors outlive the derivative, in the enclosing scope")
    func auxiliary() {
        let model = Parameters([Reference(rows: 1, columns: 2, [3, 4])])
        withTape {
            let (value, gradients, doubled) = valueAndGradients(at: model) { model in
                let doubled = model.all[0].tensor * 2
                return (doubled.sum(), doubled)
            }
            #expect(value == 14 && gradients[0] == [2, 2] && doubled.values == [6, 8])
            #expect((doubled + 1).values == [7, 9])
        }
    }
}
