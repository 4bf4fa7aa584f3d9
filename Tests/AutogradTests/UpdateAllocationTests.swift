import Autograd
import CAllocationCounter
import Testing

private struct Row: Module {
    var values = Parameter(shape: [6], [0.1, 0.2, -0.3, 0.4, 0.5, -0.6])

    mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        try visitor.visit("values", &values)
    }
}

@Suite("Whole updates allocate nothing after the third", .enabled(if: allocations_are_counted() != 0))
struct UpdateAllocationTests {
    private func allocations<U: LearningUpdate>(_ type: U.Type) -> UInt64 {
        var update = U(seed: 1)
        for _ in 0..<3 { _ = update() }
        let before = allocation_count()
        for _ in 0..<20 { _ = update() }
        return allocation_count() - before
    }

    @Test("DQN, PPO and SAC")
    func updates() {
        #expect(allocations(DQNUpdate.self) == 0)
        #expect(allocations(PPOUpdate.self) == 0)
        #expect(allocations(SACUpdate.self) == 0)
    }

    @Test("They learn: the loss on the same batch falls")
    func learning() {
        var (dqn, ppo, sac) = (DQNUpdate(seed: 2), PPOUpdate(seed: 2), SACUpdate(seed: 2))
        func losses(_ update: inout some LearningUpdate, _ count: Int) -> (first: Float, last: Float) {
            let first = update()
            for _ in 0..<count { _ = update() }
            return (first, update())
        }
        let (dqnFirst, dqnLast) = losses(&dqn, 300)
        #expect(dqnLast < 0.7 * dqnFirst, "\(dqnFirst) to \(dqnLast)")
        let (ppoFirst, ppoLast) = losses(&ppo, 300)
        #expect(ppoLast < ppoFirst - 0.1, "\(ppoFirst) to \(ppoLast)")
        let (sacFirst, sacLast) = losses(&sac, 60)
        #expect(sacLast.isFinite && sacLast < sacFirst, "\(sacFirst) to \(sacLast)")
    }

    @Test("Numbers about distributions, samples and dropout")
    func distributions() {
        var random = CounterRandom(key: 1)
        let model = Row()
        let allowed = [UInt8](repeating: 1, count: 64 * 6)
        let sizes = [2, 4]
        func run() {
            withTape {
                _ = valueAndGradients(at: model) { model in
                    let x = model.values.tensor.broadcast(to: .matrix(64, 6))
                    let choice = Categorical(
                        logits: x, allowed: ByteTensor(aliasing: allowed, .matrix(64, 6)))
                    let several = MultiCategorical(logits: x, sizes: sizes)
                    let bits = Bernoulli(logits: x)
                    let normal = DiagonalGaussian(mean: x, logStandardDeviation: x)
                    let squashed = SquashedGaussian(mean: x, logStandardDeviation: x)
                    let (action, own) = squashed.sampleWithLogProbability(using: &random)
                    var sum = choice.logProbability(of: choice.sample(using: &random)) + choice.entropy()
                    sum = sum + choice.divergence(from: Categorical(logits: 2 * x))
                    sum = sum + several.logProbability(of: several.sample(using: &random)) + several.entropy()
                    sum = sum + several.logProbability(of: several.mode)
                    sum = sum + bits.logProbability(of: bits.sample(using: &random)) + bits.entropy()
                    sum = sum + normal.logProbability(of: normal.sample(using: &random)) + normal.entropy()
                    sum =
                        sum + normal.divergence(from: DiagonalGaussian(mean: 2 * x, logStandardDeviation: x))
                    sum = sum + own + squashed.logProbability(of: action)
                    return (sum + x.dropout(probability: 0.5, using: &random).rowSum()).mean()
                }
            }
        }
        for _ in 0..<3 { run() }
        let before = allocation_count()
        for _ in 0..<20 { run() }
        #expect(allocation_count() - before == 0)
    }
}
