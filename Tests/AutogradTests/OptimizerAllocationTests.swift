import Autograd
import CAllocationCounter
import Testing

@Suite("Updates allocate nothing", .enabled(if: allocations_are_counted() != 0))
struct OptimizerAllocationTests {
    private func network() -> MultilayerPerceptron {
        var random = SplitMix(state: 1)
        return MultilayerPerceptron([3, 17, 2], activation: .relu, using: &random)
    }

    private func step(_ network: inout MultilayerPerceptron, _ optimizer: inout some Optimizer) {
        withTape {
            let x = Tensor(zeros: [4, 3]) + 0.5
            let gradients = valueAndGradients(at: network) { $0(x).squaredMean() }.gradients
            gradients.clip(toNorm: 0.1, of: 0..<2)
            gradients.clip(toAbsoluteValue: 1)
            optimizer.update(&network, along: gradients)
        }
    }

    private func allocations(_ optimizer: some Optimizer) -> UInt64 {
        var (network, optimizer) = (network(), optimizer)
        for _ in 0..<2 { step(&network, &optimizer) }
        let before = allocation_count()
        for _ in 0..<20 { step(&network, &optimizer) }
        return allocation_count() - before
    }

    @Test("By every optimizer, with groups and chosen by name")
    func optimizers() {
        let groups = [
            ParameterGroup(suffix: "bias", weightDecay: 0),
            ParameterGroup(prefix: "layers.1", learningRateFactor: 2),
        ]
        #expect(allocations(Adam(learningRate: 0.01)) == 0)
        #expect(
            allocations(Adam(learningRate: 0.01, weightDecay: 0.1, decay: .decoupled, groups: groups)) == 0)
        #expect(allocations(RMSProp(learningRate: 0.01, isCentred: true, momentum: 0.5, groups: groups)) == 0)
        #expect(allocations(SGD(learningRate: 0.01, groups: groups)) == 0)
        #expect(allocations(SGD(learningRate: 0.01, momentum: 0.5, isNesterov: true)) == 0)
        for choice in OptimizerChoice.allCases {
            #expect(allocations(choice.optimizer(learningRate: 0.01)) == 0, "\(choice)")
        }
    }

    @Test("A target that copies its network again and again")
    func copying() {
        var (network, adam) = (network(), Adam(learningRate: 0.01))
        var target = network
        for _ in 0..<2 {
            step(&network, &adam)
            target.copy(from: network)
        }
        let before = allocation_count()
        for _ in 0..<20 {
            target.copy(from: network)
            step(&network, &adam)
        }
        #expect(allocation_count() - before == 0)
        // An assignment shares, and the next update copies.
        target = network
        step(&network, &adam)
        #expect(allocation_count() - before > 0)
    }
}
