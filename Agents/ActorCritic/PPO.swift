import Autograd
import RLCore
import RLTraining

/// Proximal policy optimization (Schulman et al. 2017, "Proximal Policy Optimization Algorithms"; Algorithm 1), for numbered
/// actions, in the form that the field uses (Huang et al. 2022, "The 37 Implementation Details of Proximal Policy
/// Optimization").
///
/// The policy π acts for `rolloutSteps` steps in every row and then learns from what it lived through, several times over,
/// by ascending
///
///     mean min(r Â, clip(r, 1 - ε, 1 + ε) Â) - c₁ · mean (V(s) - R)² + c₂ · mean H(π)     with r = π(a | s) / π_old(a | s)
///
/// (equations 7 and 9), Â generalized advantages and R = Â + V_old(s).
///
/// Of the 37 details there are here:
/// - of all tasks: rows that step together and go on across a rollout's edge (1), orthogonal weights and zero biases (2),
///   Adam's ε 1e-5 (3), a step size annealed over the updates, the first at the full rate (4), generalized advantages (5),
///   shuffled minibatches that cover each transition once an epoch (6), advantages normalised in each (7), the clipped
///   objective (8), the clipped error of V as a setting (9), one loss with the entropy in it (10), one norm of the gradient
///   over all parameters (11), KL, clip fraction and explained variance measured (12), separate networks for vectors (13);
/// - of Atari: the shared body for images and bytes scaled to 0 ... 1 (8, 9);
/// - of continuous control, which numbered actions may use as well: observations normalised and clipped, rewards scaled and
///   clipped (6 to 9), as settings;
/// - actions of several parts, chosen independently (the detail of multi-discrete actions).
///
/// Departures: the clipped error of V has a range of its own; the squared error of V is weighted by c₁ alone, as in
/// Stable-Baselines3, where OpenAI's implementation halves it as well (c₁ = 0.25 here); a transition cut by a time limit
/// bootstraps from V of its true successor (Pardo et al. 2018). Absent: the preprocessing of Atari (1 to 7), which belongs
/// to the environments; continuous actions (1 to 5) and recurrence (1 to 5), which are other agents'. Steps are environment
/// steps over all rows.
public struct PPO: Agent, ~Copyable {
    /// `ppo`
    public static let name = "ppo"
    /// For `rl list agents`.
    public static let summary =
        "proximal policy optimization (Schulman et al. 2017) over rows, numbered actions"
    /// What each update measures, the means of its minibatches.
    public static let metrics: [Metric] = [
        .loss, .policyLoss, .valueLoss, .entropy, .approximateKL, .clipFraction, .explainedVariance,
        .gradientNorm, .learningRate,
    ]

    /// Everything that can be set.
    public struct Configuration: Settings {
        /// γ; 0.99 in the paper.
        @Setting("Discount factor γ", in: .between(0, 1))
        public var discount = 0.99
        /// λ; 0.95 in the paper.
        @Setting("How far advantages look ahead: λ of their generalized estimate", in: .between(0, 1))
        public var lambda = 0.95
        /// T; 128 for Atari in the paper.
        @Setting("Steps of every row between updates", unit: "steps", in: .between(1, 1_000_000))
        public var rolloutSteps = 128
        /// K; 3 for Atari in the paper.
        @Setting("Times that an update learns from everything", unit: "epochs", in: .between(1, 1000))
        public var epochs = 4
        /// Their size is `rolloutSteps` · rows / `minibatches`, which must be whole.
        @Setting("Equal minibatches in an epoch", unit: "minibatches", in: .between(1, 1_000_000))
        public var minibatches = 4
        /// Annealed to 0 as for Atari in the paper.
        @Setting("Step size of the optimizer", in: .atLeast(0))
        public var learningRate: Schedule = .linear(from: 2.5e-4, to: 0)
        /// Adam in the paper.
        @Setting("The optimizer")
        public var optimizer = OptimizerChoice.adam
        /// Not PyTorch's 1e-8.
        @Setting("ε of the optimizer, where it has one", in: .positive)
        public var optimizerEpsilon = 1e-5
        /// ε; annealed from 0.1 for Atari in the paper, where 0.2 is the choice for the rest.
        @Setting(
            "How far from 1 the probability ratio may count: ε of the clipped objective", in: .atLeast(0))
        public var clipRange: Schedule = 0.2
        /// The field's implementations for Atari take ε.
        @Setting("How far V may count to move in an update, in its error; 0 for no limit", in: .atLeast(0))
        public var valueClipRange: Schedule = 0.0
        /// Not in the paper.
        @Setting("Whether advantages are normalised in each minibatch")
        public var normalizesAdvantages = true
        /// c₂; 0.01 for Atari in the paper.
        @Setting("Weight of the entropy, c₂", in: .atLeast(0))
        public var entropyWeight = 0.01
        /// c₁; 1 for Atari in the paper.
        @Setting("Weight of the squared error of V, c₁", in: .atLeast(0))
        public var valueWeight = 0.5
        /// Over all parameters together; not in the paper.
        @Setting("Largest norm of the gradient over all parameters", in: .positive)
        public var gradientClip = 0.5
        /// Not in the paper.
        @Setting("Approximate KL divergence at which an update ends early; 0 for none", in: .atLeast(0))
        public var targetKL = 0.0
        /// `nature` for Atari in the paper.
        @Setting("The network; auto takes nature for large images, minatar for small ones, otherwise mlp")
        public var network = NetworkChoice.auto
        /// As in the paper.
        @Setting(
            "Widths of the hidden layers of both networks of network=mlp", unit: "units",
            in: .between(1, 4096))
        public var hidden = [64, 64]
        /// As in the paper.
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
    private var minibatch: Minibatch
    private let parts: Int
    private let workers: WorkerThreads
    private var order: [Int32]
    private var acting: CounterRandom
    private var shuffling: PCG64

    private var batch: StepBatch
    private var decisions: Decisions
    /// V of states that nothing was done in: where an episode was cut, and after a rollout.
    private var bootstrapValues: [Float]
    private var steps = 0
    private var hasStarted = false

    /// Networks with fresh weights. Throws where the actions are not numbered, where an observation cannot enter a network,
    /// and where minibatches would not be equal.
    public init(_ configuration: Configuration, for task: TrainingTask, seed: UInt64)
        throws(ConfigurationError)
    {
        let streams = RandomStreams(seed: seed)
        var initialization = streams.stream("initialization")
        let network = try ActorCriticNetwork(
            configuration.network, hidden: configuration.hidden, activation: configuration.activation,
            for: task, agent: PPO.name, using: &initialization)
        let normalizer = try Normalizer(
            for: task, observations: configuration.normalizesObservations,
            rewards: configuration.normalizesRewards, discount: configuration.discount)
        let count = configuration.rolloutSteps * task.rows
        guard count % configuration.minibatches == 0 else {
            throw ConfigurationError(
                "minibatches=\(configuration.minibatches) does not fit: expected a divisor of \(count), which are "
                    + "rolloutSteps=\(configuration.rolloutSteps) of \(task.rows) rows")
        }
        rollout = try Rollout(
            steps: configuration.rolloutSteps, rows: task.rows, observationSpace: task.observationSpace,
            actionSpace: task.actionSpace)
        minibatch = Minibatch(
            count: count / configuration.minibatches, observationSpace: task.observationSpace,
            actionSpace: task.actionSpace)
        // The parts are the same for any number of threads, and so is their sum.
        let isLarge = minibatch.isWorthThreads(parameters: network.parameterCount)
        parts = isLarge || network.isSeparate ? 2 : 1
        // Patient enough, some milliseconds, to be awake at the next update of a small network.
        workers = WorkerThreads(isLarge ? min(parts, task.threads) : 1, patience: 3_000_000)
        self.configuration = configuration
        self.task = task
        self.streams = streams
        self.network = network
        self.normalizer = normalizer
        optimizer = configuration.optimizer.optimizer(
            learningRate: Float(configuration.learningRate.start), epsilon: configuration.optimizerEpsilon)
        order = Array(repeating: 0, count: count)
        acting = CounterRandom(key: streams.seed("acting"))
        shuffling = streams.stream("shuffling")
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
            network.completeValues(
                of: &rollout, pieces: configuration.minibatches, on: workers)
            network.copyValues(of: batch.observations, into: &bootstrapValues)
            rollout.finish(
                lastValues: bootstrapValues, discount: Float(configuration.discount),
                lambda: Float(configuration.lambda))
            try update(recorder: recorder)
        }
    }

    /// Learns from the rollout, `epochs` times in minibatches.
    private mutating func update(recorder: RunRecorder) throws {
        // The schedules' values when the rollout began: the first update runs at the full rate.
        let begin = steps - rollout.count
        optimizer.learningRate = Float(configuration.learningRate.value(at: begin, of: task.steps))
        let clipping = Clipping(
            ratio: Float(configuration.clipRange.value(at: begin, of: task.steps)),
            value: Float(configuration.valueClipRange.value(at: begin, of: task.steps)))
        recorder.record(.learningRate, optimizer.learningRate)
        recorder.record(.explainedVariance, rollout.explainedVariance)

        for _ in 0..<configuration.epochs {
            for index in order.indices { order[index] = Int32(index) }
            shuffling.shuffle(&order)
            for first in stride(from: 0, to: rollout.count, by: minibatch.count) {
                minibatch.gather(order[first..<first + minibatch.count], of: rollout)
                if configuration.normalizesAdvantages { minibatch.normalizeAdvantages() }
                let learned = learn(clipping)
                if let (metric, value) = learned.notFinite {
                    // Nothing has changed yet: the same once more, watched, names the operation.
                    let cause = inspecting { learn(clipping) }.inspection.firstNonFinite
                    throw TrainingError.notFinite(metric, value, step: steps, cause: cause)
                }
                learned.record(with: recorder)
                if configuration.targetKL > 0, Double(learned.approximateKL) > configuration.targetKL {
                    return
                }
            }
        }
    }

    /// One step along the gradient of the minibatch's loss, unless that is not finite.
    private mutating func learn(_ clipping: Clipping) -> Learned {
        withTape {
            let (loss, gradients, terms) = valueAndGradients(
                at: network, parts: parts, on: workers
            ) { network, part in
                self.loss(part, by: network, clipping)
            }
            let norm = gradients.clip(
                toGlobalNorm: Float(configuration.gradientClip), on: workers)
            if loss.isFinite, norm.isFinite {
                optimizer.update(&network, along: gradients, on: workers)
            }
            return Learned(loss: loss, gradientNorm: norm, terms: terms)
        }
    }

    /// A part of the negative of what is ascended: of networks that share nothing the loss of one, otherwise the loss of
    /// some rows, as their share of the mean.
    private func loss(
        _ part: Int, by network: ActorCriticNetwork, _ clipping: Clipping
    ) -> (loss: Tensor, numbers: SIMD8<Float>) {
        if network.isSeparate {
            let rows = 0..<minibatch.count
            return part == 0
                ? policyLoss(network.policy(minibatch.observations, rows: rows), of: rows, clipping)
                : valueLoss(network.values(minibatch.observations, rows: rows), of: rows, clipping)
        }
        let rows = minibatch.rows(ofPart: part, of: parts)
        let (policy, values) = network(minibatch.observations, rows: rows)
        let (policyLoss, policyTerms) = policyLoss(policy, of: rows, clipping)
        let (valueLoss, valueTerms) = valueLoss(values, of: rows, clipping)
        let share = Float(rows.count) / Float(minibatch.count)
        return (share * (policyLoss + valueLoss), share * (policyTerms + valueTerms))
    }

    /// The clipped objective and the entropy, for descent.
    private func policyLoss(
        _ policy: MultiCategorical, of rows: Range<Int>, _ clipping: Clipping
    ) -> (loss: Tensor, numbers: SIMD8<Float>) {
        let actions = IndexTensor(
            aliasing: minibatch.actions.indices, in: minibatch.actions.elements(of: rows))
        let advantages = Tensor(aliasing: minibatch.advantages, in: rows)

        let logRatio =
            policy.logProbability(of: actions) - Tensor(aliasing: minibatch.logProbabilities, in: rows)
        let ratio = logRatio.exp()
        let clipped = ratio.clamped(to: 1 - clipping.ratio...1 + clipping.ratio)
        let objective = minimum(ratio * advantages, clipped * advantages).mean()
        let entropy = policy.entropy().mean()
        return (
            -objective - Float(configuration.entropyWeight) * entropy,
            Learned.terms(
                objective: objective, entropy: entropy, logRatio: logRatio, ratio: ratio, clipping)
        )
    }

    /// The weighted error of V.
    private func valueLoss(
        _ values: Tensor, of rows: Range<Int>, _ clipping: Clipping
    ) -> (loss: Tensor, numbers: SIMD8<Float>) {
        let error = valueError(values, of: rows, clipping.value)
        return (Float(configuration.valueWeight) * error, Learned.terms(error: error))
    }

    /// mean (V - R)², or with a limit the larger of that and the error of a V that has moved no further, one by one.
    private func valueError(_ values: Tensor, of rows: Range<Int>, _ limit: Float) -> Tensor {
        let returns = Tensor(aliasing: minibatch.returns, in: rows)
        if limit == 0 { return (values - returns).squaredMean() }
        let before = Tensor(aliasing: minibatch.values, in: rows)
        let clipped = before + (values - before).clamped(to: -limit...limit)
        return maximum((values - returns).squared(), (clipped - returns).squared()).mean()
    }

    /// The networks as they are now.
    public func policy(_ mode: ActingMode, rows: Int, seed: UInt64) -> ActorCriticPolicy {
        ActorCriticPolicy(network, normalizer, mode: mode, seed: seed)
    }

    /// Visits networks, optimizer, normaliser, rollout, streams and place.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.module("network", &network)
        try archive.optimizer("optimizer", &optimizer, parameterCount: network.parameterCount)
        try archive.scope("normalizer") { archive throws(ArchiveError) in try normalizer.archive(&archive) }
        try archive.scope("rollout") { archive throws(ArchiveError) in try rollout.archive(&archive) }
        try archive.random("acting", &acting)
        try archive.scope("shuffling") { archive throws(ArchiveError) in try shuffling.archive(&archive) }
        try archive.scope("batch") { archive throws(ArchiveError) in try batch.archive(&archive) }
        try archive.check(batch.observations.indices, in: task.observationSpace)
        try archive.count("steps", &steps)
        try archive.field("hasStarted", &hasStarted)
    }
}

/// How far the ratio and V may count to have moved; 0 is no limit of V.
private struct Clipping {
    let ratio, value: Float
}

/// What one gradient step measured.
private struct Learned {
    let loss, gradientNorm: Float
    /// Policy loss, error of V, entropy, KL, clip fraction.
    let terms: SIMD8<Float>

    /// Means over some rows.
    static func terms(
        objective: Tensor, entropy: Tensor, logRatio: Tensor, ratio: Tensor, _ clipping: Clipping
    ) -> SIMD8<Float> {
        let clipped = ratio.withUnsafeBufferPointer { ratios in
            Float(ratios.count { abs($0 - 1) > clipping.ratio }) / Float(ratios.count)
        }
        return SIMD8(
            -objective.scalar, 0, entropy.scalar, (ratio - 1 - logRatio).mean().scalar, clipped, 0, 0, 0)
    }

    /// The mean over some rows.
    static func terms(error: Tensor) -> SIMD8<Float> { SIMD8(0, error.scalar, 0, 0, 0, 0, 0, 0) }

    var approximateKL: Float { terms[3] }

    /// What training cannot go on with.
    var notFinite: (Metric, Float)? {
        if !loss.isFinite { return (.loss, loss) }
        return gradientNorm.isFinite ? nil : (.gradientNorm, gradientNorm)
    }

    func record(with recorder: RunRecorder) {
        recorder.record(.loss, loss)
        recorder.record(.policyLoss, terms[0])
        recorder.record(.valueLoss, terms[1])
        recorder.record(.entropy, terms[2])
        recorder.record(.approximateKL, approximateKL)
        recorder.record(.clipFraction, terms[4])
        recorder.record(.gradientNorm, gradientNorm)
    }
}
