import Autograd
import RLCore
import RLTraining

/// Advantage actor-critic (Mnih et al. 2016, "Asynchronous Methods for Deep Reinforcement Learning", Algorithm S3), with rows
/// that step together instead of threads that race, for numbered actions.
///
/// The policy π acts for `rolloutSteps` steps in every row and then takes one gradient step up
///
///     mean log π(a | s) Â - c₁ · mean (V(s) - R)² + c₂ · mean H(π)
///
/// with Â = R - V(s) and R the discounted rewards of the rollout and V of what lies beyond (λ = 1), or generalized
/// advantages for a smaller `lambda` and R = Â + V(s).
///
/// Departures: all rows wait for each other, which does as well (Wu et al. 2017); means over the rollout instead of sums;
/// separate networks for vectors; c₁ and the norm of the gradient as in the field's implementations; the step size is
/// constant by default, `learningRate=linear(7e-4)` anneals it; a transition cut by a time limit bootstraps from V of its
/// true successor (Pardo et al. 2018). Steps are environment steps over all rows.
public struct A2C: Agent, ~Copyable {
    /// `a2c`
    public static let name = "a2c"
    /// For `rl list agents`.
    public static let summary = "advantage actor-critic (Mnih et al. 2016) over rows, numbered actions"
    /// What each update measures.
    public static let metrics: [Metric] = [
        .loss, .policyLoss, .valueLoss, .entropy, .explainedVariance, .gradientNorm, .learningRate,
    ]

    /// Everything that can be set.
    public struct Configuration: Settings {
        /// γ; 0.99 in the paper.
        @Setting("Discount factor γ", in: .between(0, 1))
        public var discount = 0.99
        /// 1 in the paper.
        @Setting("How far advantages look ahead: λ of their generalized estimate", in: .between(0, 1))
        public var lambda = 1.0
        /// t_max; 5 in the paper.
        @Setting("Steps of every row between updates", unit: "steps", in: .between(1, 1_000_000))
        public var rolloutSteps = 5
        /// Annealed to 0 in the paper, from a rate that was searched for each game.
        @Setting("Step size of the optimizer", in: .atLeast(0))
        public var learningRate: Schedule = 7e-4
        /// RMSProp in the paper, with the decay 0.99.
        @Setting("The optimizer")
        public var optimizer = OptimizerChoice.rmsprop
        /// Not PyTorch's 1e-8.
        @Setting("ε of the optimizer, where it has one", in: .positive)
        public var optimizerEpsilon = 1e-5
        /// Not in the paper.
        @Setting("Whether advantages are normalised in each update")
        public var normalizesAdvantages = false
        /// c₂; 0.01 in the paper.
        @Setting("Weight of the entropy, c₂", in: .atLeast(0))
        public var entropyWeight = 0.01
        /// c₁; 0.5 in the field.
        @Setting("Weight of the squared error of V, c₁", in: .atLeast(0))
        public var valueWeight = 0.5
        /// Over all parameters together; not in the paper.
        @Setting("Largest norm of the gradient over all parameters", in: .positive)
        public var gradientClip = 0.5
        /// A smaller one than `nature` in the paper.
        @Setting("The network; auto takes nature for large images, minatar for small ones, otherwise mlp")
        public var network = NetworkChoice.auto
        /// As in the field.
        @Setting(
            "Widths of the hidden layers of both networks of network=mlp", unit: "units",
            in: .between(1, 4096))
        public var hidden = [64, 64]
        /// As in the field.
        @Setting("Activation of the hidden layers of network=mlp")
        public var activation = Activation.tanh
        /// For vectors of numbers.
        @Setting("Whether observations are brought to mean 0 and variance 1, clipped at ±10")
        public var normalizesObservations = false
        /// By the standard deviation of the discounted return.
        @Setting("Whether rewards are brought to a common scale, clipped at ±10")
        public var normalizesRewards = false

        /// The declared defaults.
        public init() {}

        /// More layers than this would not fit into a machine's memory at their widest.
        public func validate() throws(ConfigurationError) { try checkDepth(of: hidden) }
    }

    private let configuration: Configuration
    private let task: TrainingTask
    private let streams: RandomStreams

    private var network: ActorCriticNetwork
    private var optimizer: AnyOptimizer
    private var normalizer: Normalizer
    private var rollout: Rollout
    private var acting: CounterRandom

    private var batch: StepBatch
    private var decisions: Decisions
    /// V of states that nothing was done in: where an episode was cut, and after a rollout.
    private var bootstrapValues: [Float]
    private var steps = 0
    private var hasStarted = false

    /// Networks with fresh weights. Throws where the actions are not numbered or an observation cannot enter a network.
    public init(_ configuration: Configuration, for task: TrainingTask, seed: UInt64)
        throws(ConfigurationError)
    {
        let streams = RandomStreams(seed: seed)
        var initialization = streams.stream("initialization")
        let network = try ActorCriticNetwork(
            configuration.network, hidden: configuration.hidden, activation: configuration.activation,
            for: task, agent: A2C.name, using: &initialization)
        let normalizer = try Normalizer(
            for: task, observations: configuration.normalizesObservations,
            rewards: configuration.normalizesRewards, discount: configuration.discount)
        rollout = try Rollout(
            steps: configuration.rolloutSteps, rows: task.rows, observationSpace: task.observationSpace,
            actionSpace: task.actionSpace)
        self.configuration = configuration
        self.task = task
        self.streams = streams
        self.network = network
        self.normalizer = normalizer
        optimizer = configuration.optimizer.optimizer(
            learningRate: Float(configuration.learningRate.start), epsilon: configuration.optimizerEpsilon)
        acting = CounterRandom(key: streams.seed("acting"))
        batch = StepBatch(observationSpace: task.observationSpace, count: task.rows)
        decisions = Decisions(actionSpace: task.actionSpace, rows: task.rows)
        bootstrapValues = Array(repeating: 0, count: task.rows)
    }

    /// Acts once in every row, and learns when the rollout is full.
    public mutating func iterate(in environment: any VectorEnvironment, recorder: RunRecorder) throws {
        if !hasStarted {
            environment.reset(seed: streams.seed("environment"), into: &batch)
            normalizer.normalizeObservations(of: &batch)
            hasStarted = true
        }
        network.decide(on: batch.observations, using: &acting, into: &decisions)
        try environment.step(decisions.actions, into: &batch)
        recorder.record(batch)
        normalizer.normalizeRewards(of: &batch)
        if batch.truncated.contains(true) {
            network.copyValues(of: normalizer.normalized(batch.nextObservations), into: &bootstrapValues)
        }
        rollout.append(batch, decisions, cutValues: bootstrapValues)
        environment.advance(&batch)
        normalizer.normalizeObservations(of: &batch)
        steps += batch.count

        if rollout.isFull {
            network.completeValues(of: &rollout, pieces: 1)
            network.copyValues(of: batch.observations, into: &bootstrapValues)
            rollout.finish(
                lastValues: bootstrapValues, discount: Float(configuration.discount),
                lambda: Float(configuration.lambda))
            try update(recorder: recorder)
        }
    }

    /// One gradient step on the whole rollout.
    private mutating func update(recorder: RunRecorder) throws {
        // The schedule's value when the rollout began: the first update runs at the full rate.
        optimizer.learningRate = Float(
            configuration.learningRate.value(at: steps - rollout.count, of: task.steps))
        if configuration.normalizesAdvantages { rollout.normalizeAdvantages() }
        let learned = learn()
        if !learned.loss.isFinite || !learned.norm.isFinite {
            // Nothing has changed yet: the same once more, watched, names the operation.
            let cause = inspecting { learn() }.inspection.firstNonFinite
            throw learned.loss.isFinite
                ? TrainingError.notFinite(.gradientNorm, learned.norm, step: steps, cause: cause)
                : TrainingError.notFinite(.loss, learned.loss, step: steps, cause: cause)
        }
        recorder.record(.loss, learned.loss)
        recorder.record(.policyLoss, learned.policyLoss)
        recorder.record(.valueLoss, learned.valueLoss)
        recorder.record(.entropy, learned.entropy)
        recorder.record(.explainedVariance, rollout.explainedVariance)
        recorder.record(.gradientNorm, learned.norm)
        recorder.record(.learningRate, optimizer.learningRate)
    }

    /// One step along the gradient of the rollout's loss, unless that is not finite.
    private mutating func learn() -> (
        loss: Float, norm: Float, policyLoss: Float, valueLoss: Float, entropy: Float
    ) {
        withTape {
            let actions = IndexTensor(
                aliasing: rollout.actions.indices, .vector(rollout.actions.indices.count))
            let advantages = Tensor(aliasing: rollout.advantages)
            let returns = Tensor(aliasing: rollout.returns)
            let (loss, gradients, parts) = valueAndGradients(at: network) { network in
                let (policy, values) = network(rollout.observations)
                let objective = (policy.logProbability(of: actions) * advantages).mean()
                let error = (values - returns).squaredMean()
                let entropy = policy.entropy().mean()
                let loss =
                    Float(configuration.valueWeight) * error - objective
                    - Float(configuration.entropyWeight) * entropy
                return (loss, (objective: objective, error: error, entropy: entropy))
            }
            let norm = gradients.clip(toGlobalNorm: Float(configuration.gradientClip))
            if loss.isFinite, norm.isFinite { optimizer.update(&network, along: gradients) }
            return (loss, norm, -parts.objective.scalar, parts.error.scalar, parts.entropy.scalar)
        }
    }

    /// The networks as they are now.
    public func policy(_ mode: ActingMode, rows: Int, seed: UInt64) -> ActorCriticPolicy {
        ActorCriticPolicy(network, normalizer, mode: mode, seed: seed)
    }

    /// Visits networks, optimizer, normaliser, rollout, stream and place.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.module("network", &network)
        try archive.optimizer("optimizer", &optimizer, parameterCount: network.parameterCount)
        try archive.scope("normalizer") { archive throws(ArchiveError) in try normalizer.archive(&archive) }
        try archive.scope("rollout") { archive throws(ArchiveError) in try rollout.archive(&archive) }
        try archive.random("acting", &acting)
        try archive.scope("batch") { archive throws(ArchiveError) in try batch.archive(&archive) }
        try archive.check(batch.observations.indices, in: task.observationSpace)
        try archive.count("steps", &steps)
        try archive.field("hasStarted", &hasStarted)
    }
}
