import Autograd
import Testing

private struct TwoNetworks: Module {
    var actor: MultilayerPerceptron
    var critic: MultilayerPerceptron

    init() {
        var random = SplitMix(state: 3)
        actor = MultilayerPerceptron([2, 3, 2], activation: .tanh, using: &random)
        critic = MultilayerPerceptron([2, 3, 1], activation: .tanh, using: &random)
    }

    mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        try visitor.visit("actor", &actor)
        try visitor.visit("critic", &critic)
    }
}

@Suite("Settings by a parameter's name")
struct ParameterGroupTests {
    private static let names = ["actor", "critic"].flatMap { part in
        [0, 1].flatMap { ["\(part).layers.\($0).weight", "\(part).layers.\($0).bias"] }
    }

    /// The change of every parameter in one step of descent whose gradient is 1 everywhere, at a learning rate of 1: the
    /// factor of the rate where there is no decay.
    private func changes(_ groups: [ParameterGroup], weightDecay: Double = 0) -> [[Double]] {
        var model = TwoNetworks()
        let before = values(model)
        var sgd = SGD(learningRate: 1, weightDecay: weightDecay, groups: groups)
        withTape {
            let gradients = valueAndGradients(at: model) { model in
                var sum = Tensor(0)
                for layer in model.actor.layers + model.critic.layers {
                    sum = sum + layer.weight.tensor.sum() + layer.bias.tensor.sum()
                }
                return sum
            }.gradients
            sgd.update(&model, along: gradients)
        }
        return zip(before, values(model)).map { zip($0, $1).map { Double($0) - Double($1) } }
    }

    private func values(_ model: TwoNetworks) -> [[Float]] {
        (model.actor.layers + model.critic.layers).flatMap { [$0.weight.values, $0.bias.values] }
    }

    @Test("Names in visiting order, and where a part's parameters are")
    func names() {
        let model = TwoNetworks()
        #expect(model.parameterNames == ParameterGroupTests.names)
        #expect(model.parameterRange(named: "critic") == 4..<8)
        #expect(model.parameterRange(named: "actor.layers.1") == 2..<4)
        #expect(model.parameterRange(named: "critic.layers.0.bias") == 5..<6)
    }

    @Test("A group's factor of the learning rate")
    func rates() {
        let changes = changes([ParameterGroup(prefix: "critic", learningRateFactor: 3)])
        for (index, change) in changes.enumerated() {
            #expect(change.allSatisfy { abs($0 - (index < 4 ? 1 : 3)) < 1e-5 }, "\(index)")
        }
    }

    @Test("No decay for biases; the later of two groups wins where it says something")
    func decay() {
        let groups = [
            ParameterGroup(prefix: "critic", learningRateFactor: 2, weightDecay: 0.5),
            ParameterGroup(suffix: "bias", weightDecay: 0),
            ParameterGroup(prefix: "critic.layers.1", suffix: "bias", learningRateFactor: 4),
        ]
        let changes = changes(groups, weightDecay: 0.25)
        let before = values(TwoNetworks())
        let expected: [(factor: Double, decay: Double)] = [
            (1, 0.25), (1, 0), (1, 0.25), (1, 0), (2, 0.5), (2, 0), (2, 0.5), (4, 0),
        ]
        for index in expected.indices {
            let (factor, decay) = expected[index]
            let wanted = before[index].map { factor * (1 + decay * Double($0)) }
            #expect(differences(changes[index].map { Float($0) }, wanted, 1e-5, "\(index)") == [])
        }
    }

    @Test("Every optimizer keeps to them", arguments: [0, 1, 2, 3])
    func everyOptimizer(which: Int) {
        let still = [ParameterGroup(prefix: "actor", learningRateFactor: 0)]
        let optimizer: AnyOptimizer =
            switch which {
            case 0: AnyOptimizer(Adam(learningRate: 0.1, weightDecay: 0.1, groups: still))
            case 1: AnyOptimizer(Adam(learningRate: 0.1, weightDecay: 0.1, decay: .decoupled, groups: still))
            case 2: AnyOptimizer(RMSProp(learningRate: 0.1, groups: still))
            default: AnyOptimizer(SGD(learningRate: 0.1, momentum: 0.5, groups: still))
            }
        var (model, changing) = (TwoNetworks(), optimizer)
        let before = values(model)
        for _ in 0..<2 {
            withTape {
                let x = Tensor(copying: [1, 2] as [Float], rows: 1, columns: 2)
                let gradients = valueAndGradients(at: model) {
                    $0.actor(x).squaredMean() + $0.critic(x).sum()
                }
                changing.update(&model, along: gradients.gradients)
            }
        }
        let after = values(model)
        #expect(after[..<4] == before[..<4])
        #expect(zip(after[4...], before[4...]).allSatisfy { $0 != $1 })
    }
}
