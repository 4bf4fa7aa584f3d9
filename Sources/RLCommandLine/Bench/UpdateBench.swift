import Autograd
import RLCore

/// Whole steps of agents on batches that are made once: no replay buffer, no environment.
enum UpdateBench {
    /// Each by its name, ready to be called again and again.
    static let all: [(name: String, make: @Sendable () throws -> () -> Void)] = [
        ("act", act),
        ("dqn-update", { try dqn(.mlp, input: [4], rows: 64, actions: 2) }),
        ("dqn-minatar-update", { try dqn(.minatar, input: [10, 10, 4], rows: 32, actions: 6) }),
        (
            "dqn-nature-update",
            { try dqn(.nature, input: [84, 84, 4], rows: 32, actions: 6, isPixels: true) }
        ),
        ("lstm", lstm),
        ("ppo-minibatch", ppo),
        ("sac-update", sac),
    ]

    /// Numbers between -1 and 1, in no order.
    private static func numbers(_ count: Int, _ random: inout PCG64) -> [Float] {
        (0..<count).map { _ in Float(random.random() * 2 - 1) }
    }

    /// The best action of 4-64-64-2 for one observation, read back.
    @Sendable private static func act() -> () -> Void {
        var random = PCG64(seed: 1)
        let network = MultilayerPerceptron([4, 64, 64, 2], activation: .relu, using: &random)
        let observation = numbers(4, &random)
        var action: [Int32] = [0]
        return {
            withTape { network(Tensor(aliasing: observation, rows: 1, columns: 4)).rowArgmax(into: &action) }
        }
    }

    /// DQN's update: target network, Huber loss, gradients, norm clipped to 10, Adam.
    private static func dqn(
        _ choice: NetworkChoice, input: Autograd.Shape, rows: Int, actions: Int, isPixels: Bool = false
    ) throws -> () -> Void {
        var random = PCG64(seed: 1)
        var network = try Network(choice, input: input, outputs: actions, using: &random)
        let target = network
        var adam = Adam(learningRate: 1e-4)
        let batch = Autograd.Shape([rows] + input.dimensions)
        let floats = (0..<2).map { _ in isPixels ? [] : numbers(batch.count, &random) }
        let bytes = (0..<2).map { _ in
            isPixels ? (0..<batch.count).map { _ in UInt8(random.integers(256)) } : []
        }
        func observations(_ index: Int) -> NetworkInput {
            isPixels
                ? .bytes(ByteTensor(aliasing: bytes[index], batch), scale: 1 / 255)
                : .numbers(Tensor(aliasing: floats[index], batch))
        }
        let rewards = numbers(rows, &random)
        let discounts = [Float](repeating: 0.99, count: rows)
        let chosen = (0..<rows).map { _ in Int32(random.integers(actions)) }
        return {
            withTape {
                let targets = target(observations(1)).rowMax().multiplied(by: discounts, adding: rewards)
                let now = observations(0)
                let gradients = valueAndGradients(at: network) { network in
                    (network(now).gathered(at: chosen) - targets).huberMean()
                }.gradients
                gradients.clip(toGlobalNorm: 10)
                adam.update(&network, along: gradients)
            }
        }
    }

    /// 128 units over 32 steps of 16 rows: the sum of all outputs, and its gradients at the parameters.
    @Sendable private static func lstm() -> () -> Void {
        var random = PCG64(seed: 1)
        let network = LSTM(128, 128, using: &random)
        let inputs = numbers(32 * 16 * 128, &random)
        return {
            withTape {
                let x = Tensor(aliasing: inputs, [32, 16, 128])
                _ = valueAndGradients(at: network) { $0(x).outputs.sum() }.value
            }
        }
    }

    /// Two networks that are learned together.
    private struct Pair: Module {
        var first: MultilayerPerceptron
        var second: MultilayerPerceptron

        mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
            try visitor.visit("first", &first)
            try visitor.visit("second", &second)
        }
    }

    /// PPO's minibatch of 256: actor 4-64-64-2 and critic 4-64-64-1.
    @Sendable private static func ppo() -> () -> Void {
        var random = PCG64(seed: 1)
        var networks = Pair(
            first: MultilayerPerceptron([4, 64, 64, 2], activation: .tanh, using: &random),
            second: MultilayerPerceptron([4, 64, 64, 1], activation: .tanh, using: &random))
        var adam = Adam(learningRate: 3e-4, epsilon: 1e-5)
        let rows = 256
        let (observations, returns) = (numbers(rows * 4, &random), numbers(rows, &random))
        let advantages = numbers(rows, &random)
        let old = [Float](repeating: -0.69, count: rows)
        let actions = (0..<rows).map { _ in Int32(random.integers(2)) }
        return {
            withTape {
                let x = Tensor(aliasing: observations, rows: rows, columns: 4)
                let raw = Tensor(aliasing: advantages)
                let centred = raw - raw.mean()
                let deviation = (centred.squared().sum() / Float(rows - 1)).squareRoot() + 1e-8
                let normalized = centred / deviation
                let gradients = valueAndGradients(at: networks) { networks in
                    let policy = Categorical(logits: networks.first(x))
                    let ratio = (policy.logProbability(of: actions) - Tensor(aliasing: old)).exp()
                    let surrogate = minimum(normalized * ratio, normalized * ratio.clamped(to: 0.8...1.2))
                        .mean()
                    let error = (networks.second(x).flattened() - Tensor(aliasing: returns)).squaredMean()
                    return 0.5 * error - surrogate - 0.01 * policy.entropy().mean()
                }.gradients
                gradients.clip(toGlobalNorm: 0.5)
                adam.update(&networks, along: gradients)
            }
        }
    }

    /// The logarithm of the weight of SAC's entropy.
    private struct Temperature: Module {
        var logarithm = Parameter(shape: [1], [0])

        mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
            try visitor.visit("logarithm", &logarithm)
        }
    }

    /// SAC's update on 256 rows: actor 3-256-256-2, two critics 4-256-256-1, and the temperature.
    @Sendable private static func sac() -> () -> Void {
        var random = PCG64(seed: 1)
        var actor = MultilayerPerceptron([3, 256, 256, 2], activation: .relu, using: &random)
        func critic() -> MultilayerPerceptron {
            MultilayerPerceptron([4, 256, 256, 1], activation: .relu, using: &random)
        }
        var critics = Pair(first: critic(), second: critic())
        var targets = critics
        var temperature = Temperature()
        var (actorAdam, criticAdam) = (Adam(learningRate: 3e-4), Adam(learningRate: 3e-4))
        var temperatureAdam = Adam(learningRate: 3e-4)
        var noise = CounterRandom(key: 1)
        let rows = 256
        let (observations, successors) = (numbers(rows * 3, &random), numbers(rows * 3, &random))
        let (taken, rewards) = (numbers(rows, &random), numbers(rows, &random))
        let discounts = [Float](repeating: 0.99, count: rows)

        func policy(_ actor: MultilayerPerceptron, _ x: Tensor) -> SquashedGaussian {
            let outputs = actor(x)
            return SquashedGaussian(
                mean: outputs.columns(0..<1),
                logStandardDeviation: outputs.columns(1..<2).clamped(to: -20...2))
        }
        func values(_ critics: Pair, _ x: Tensor, _ actions: Tensor) -> (Tensor, Tensor) {
            let inputs = x.concatenatedColumns(actions)
            return (critics.first(inputs).flattened(), critics.second(inputs).flattened())
        }
        return {
            withTape {
                let now = Tensor(aliasing: observations, rows: rows, columns: 3)
                let next = Tensor(aliasing: successors, rows: rows, columns: 3)
                let weight = withTape { temperature.logarithm.tensor.exp().scalar }
                let (nextActions, logarithm) = policy(actor, next).sampleWithLogProbability(using: &noise)
                let best = values(targets, next, nextActions)
                let goal = (minimum(best.0, best.1) - weight * logarithm)
                    .multiplied(by: discounts, adding: rewards)
                let actions = Tensor(aliasing: taken, rows: rows, columns: 1)
                let criticGradients = valueAndGradients(at: critics) { critics in
                    let (first, second) = values(critics, now, actions)
                    return (first - goal).squaredMean() + (second - goal).squaredMean()
                }.gradients
                criticAdam.update(&critics, along: criticGradients)

                let (_, actorGradients, mean) = valueAndGradients(at: actor) { actor in
                    let (action, logarithm) = policy(actor, now).sampleWithLogProbability(using: &noise)
                    let (first, second) = values(critics, now, action)
                    return ((weight * logarithm - minimum(first, second)).mean(), logarithm.mean().scalar)
                }
                actorAdam.update(&actor, along: actorGradients)

                let temperatureGradients = valueAndGradients(at: temperature) {
                    $0.logarithm.tensor.sum() * (1 - mean)
                }.gradients
                temperatureAdam.update(&temperature, along: temperatureGradients)
            }
            targets.move(toward: critics, by: 0.005)
        }
    }
}
