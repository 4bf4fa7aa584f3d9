import Autograd

/// Whole updates as agents make them, with batches of random numbers: what allocations are counted for and times
/// are taken of.
protocol LearningUpdate {
    init(seed: UInt64)
    /// One update on the same batch as always; returns its loss.
    mutating func callAsFunction() -> Float
}

/// DQN (Mnih et al. 2015) on CartPole's sizes: 4 inputs, two layers of 64, 2 actions, a batch of 64.
struct DQNUpdate: LearningUpdate {
    static let batch = 64
    private var network: MultilayerPerceptron
    private var target: MultilayerPerceptron
    private var adam = Adam(learningRate: 1e-3)
    private let observations, successors, rewards, discounts: [Float]
    private let actions: [Int32]

    init(seed: UInt64) {
        var random = SplitMix(state: seed)
        network = MultilayerPerceptron([4, 64, 64, 2], activation: .relu, using: &random)
        target = network
        observations = random.floats(DQNUpdate.batch * 4)
        successors = random.floats(DQNUpdate.batch * 4)
        rewards = random.floats(DQNUpdate.batch)
        // With ½, the values of noise settle within a test.
        discounts = [Float](repeating: 0.5, count: DQNUpdate.batch)
        actions = random.indices(DQNUpdate.batch, below: 2)
    }

    mutating func callAsFunction() -> Float {
        let loss = withTape {
            let next = Tensor(aliasing: successors, rows: DQNUpdate.batch, columns: 4)
            let targets = target(next).rowMax().multiplied(by: discounts, adding: rewards)
            let now = Tensor(aliasing: observations, rows: DQNUpdate.batch, columns: 4)
            let (loss, gradients) = valueAndGradients(at: network) { network in
                (network(now).gathered(at: actions) - targets).huberMean()
            }
            gradients.clip(toGlobalNorm: 10)
            adam.update(&network, along: gradients)
            return loss
        }
        target.copy(from: network)
        return loss
    }
}

/// A policy and a value over shared layers.
struct ActorCritic: Module {
    var trunk: MultilayerPerceptron
    var policy: Linear
    var value: Linear

    init(inputs: Int, actions: Int, using random: inout SplitMix) {
        trunk = MultilayerPerceptron(
            [inputs, 64, 64], activation: .tanh, outputActivation: .tanh,
            initializer: .orthogonal(gain: 1.414),
            using: &random)
        policy = Linear(64, actions, initializer: .orthogonal(gain: 0.01), using: &random)
        value = Linear(64, 1, initializer: .orthogonal(gain: 1), using: &random)
    }

    mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        try visitor.visit("trunk", &trunk)
        try visitor.visit("policy", &policy)
        try visitor.visit("value", &value)
    }
}

/// PPO (Schulman et al. 2017) on CartPole's sizes: shared layers of 64 and 64, a minibatch of 128, of which the first
/// half allows every action and the second not the last.
struct PPOUpdate: LearningUpdate {
    static let batch = 128
    private var network: ActorCritic
    private var adam = Adam(
        learningRate: 3e-4, epsilon: 1e-5, groups: [ParameterGroup(prefix: "value", learningRateFactor: 2)])
    private let observations, advantages, returns, before: [Float]
    private let actions: [Int32]
    private let allowed: [UInt8]

    init(seed: UInt64) {
        var random = SplitMix(state: seed)
        network = ActorCritic(inputs: 4, actions: 3, using: &random)
        observations = random.floats(PPOUpdate.batch * 4)
        advantages = random.floats(PPOUpdate.batch)
        returns = random.floats(PPOUpdate.batch)
        before = random.floats(PPOUpdate.batch, in: -1.2...(-1))
        actions = random.indices(PPOUpdate.batch, below: 2)
        allowed = (0..<PPOUpdate.batch * 3).map { $0 < PPOUpdate.batch * 3 / 2 || $0 % 3 < 2 ? 1 : 0 }
    }

    mutating func callAsFunction() -> Float {
        withTape {
            let inputs = Tensor(aliasing: observations, rows: PPOUpdate.batch, columns: 4)
            let (loss, gradients) = valueAndGradients(at: network) { network in
                let features = network.trunk(inputs)
                let policy = Categorical(
                    logits: network.policy(features),
                    allowed: ByteTensor(aliasing: allowed, .matrix(PPOUpdate.batch, 3)))
                let logRatio = policy.logProbability(of: actions) - Tensor(aliasing: before)
                let (ratio, advantage) = (logRatio.exp(), Tensor(aliasing: advantages))
                let clipped = ratio.clamped(to: 0.8...1.2)
                let policyLoss = -minimum(ratio * advantage, clipped * advantage).mean()
                let values = network.value(features).flattened()
                let valueLoss = (values - Tensor(aliasing: returns)).squaredMean()
                return policyLoss + 0.5 * valueLoss - 0.01 * policy.entropy().mean()
            }
            gradients.clip(toGlobalNorm: 0.5)
            adam.update(&network, along: gradients)
            return loss
        }
    }
}

/// Two action values, learned together.
private struct Critics: Module {
    var first: MultilayerPerceptron
    var second: MultilayerPerceptron

    func callAsFunction(_ inputs: Tensor) -> (first: Tensor, second: Tensor) {
        (first(inputs).flattened(), second(inputs).flattened())
    }

    mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        try visitor.visit("first", &first)
        try visitor.visit("second", &second)
    }
}

/// The logarithm of the entropy's weight.
private struct Temperature: Module {
    var logarithm = Parameter(shape: [1], [0])

    mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        try visitor.visit("logarithm", &logarithm)
    }
}

/// SAC (Haarnoja et al. 2018, with a learned temperature) on half-cheetah's sizes: 17 inputs, 6 actions, layers of 256
/// and 256, a batch of 256.
struct SACUpdate: LearningUpdate {
    static let batch = 256
    private static let (inputs, actions) = (17, 6)
    private var actor: MultilayerPerceptron
    private var critics: Critics
    private var targets: Critics
    private var temperature = Temperature()
    private var actorAdam = Adam(learningRate: 3e-4)
    private var criticAdam = Adam(learningRate: 3e-4)
    private var temperatureAdam = Adam(learningRate: 3e-4)
    private var noise: CounterRandom
    private let observations, successors, taken, rewards, continuations: [Float]

    init(seed: UInt64) {
        var random = SplitMix(state: seed)
        let (inputs, actions, batch) = (SACUpdate.inputs, SACUpdate.actions, SACUpdate.batch)
        actor = MultilayerPerceptron([inputs, 256, 256, 2 * actions], activation: .relu, using: &random)
        func critic() -> MultilayerPerceptron {
            MultilayerPerceptron([inputs + actions, 256, 256, 1], activation: .relu, using: &random)
        }
        critics = Critics(first: critic(), second: critic())
        targets = critics
        noise = CounterRandom(key: seed)
        observations = random.floats(batch * inputs)
        successors = random.floats(batch * inputs)
        taken = random.floats(batch * actions, in: -1...1)
        rewards = random.floats(batch)
        continuations = [Float](repeating: 0.99, count: batch)
    }

    private static func policy(_ actor: MultilayerPerceptron, at observations: Tensor) -> SquashedGaussian {
        let outputs = actor(observations)
        return SquashedGaussian(
            mean: outputs.columns(0..<actions),
            logStandardDeviation: outputs.columns(actions..<2 * actions).clamped(to: -20...2))
    }

    mutating func callAsFunction() -> Float {
        let loss = withTape {
            let batch = SACUpdate.batch
            let now = Tensor(aliasing: observations, rows: batch, columns: SACUpdate.inputs)
            let next = Tensor(aliasing: successors, rows: batch, columns: SACUpdate.inputs)
            // In a scope of its own, at whose end nothing holds the parameter that is changed below.
            let weight = withTape { temperature.logarithm.tensor.exp().scalar }

            let (successor, logProbability) = SACUpdate.policy(actor, at: next)
                .sampleWithLogProbability(using: &noise)
            let (first, second) = targets(next.concatenatedColumns(successor))
            let values = (minimum(first, second) - weight * logProbability)
                .multiplied(by: continuations, adding: rewards)
            let actions = Tensor(aliasing: taken, rows: batch, columns: SACUpdate.actions)
            let inputs = now.concatenatedColumns(actions)
            let (criticLoss, criticGradients) = valueAndGradients(at: critics) { critics in
                let (first, second) = critics(inputs)
                return (first - values).squaredMean() + (second - values).squaredMean()
            }
            criticAdam.update(&critics, along: criticGradients)

            let (actorLoss, actorGradients, logProbabilities) = valueAndGradients(at: actor) { actor in
                let (action, logProbability) = SACUpdate.policy(actor, at: now)
                    .sampleWithLogProbability(using: &noise)
                let (first, second) = critics(now.concatenatedColumns(action))
                return ((weight * logProbability - minimum(first, second)).mean(), logProbability)
            }
            actorAdam.update(&actor, along: actorGradients)

            let excess = logProbabilities.mean().scalar - Float(SACUpdate.actions)
            let temperatureGradients = valueAndGradients(at: temperature) {
                -excess * $0.logarithm.tensor.sum()
            }.gradients
            temperatureAdam.update(&temperature, along: temperatureGradients)
            return criticLoss + actorLoss
        }
        targets.move(toward: critics, by: 0.005)
        return loss
    }
}
