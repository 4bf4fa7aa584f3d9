import Autograd
import RLCore
import RLTraining

/// Deep Q-network (Mnih et al. 2015, "Human-level control through deep reinforcement learning"; Algorithm 1).
///
/// A network Q learns the value of each action from replayed transitions (s, a, r, s′): it moves towards
///
///     y = r + γ · max_a′ Q̂(s′, a′)     where the task went on, y = r where it terminated,
///
/// with Q̂ an older copy of Q. `bootstrap=double` lets Q choose the action and Q̂ value it (van Hasselt et al. 2016,
/// equation 4): y = r + γ · Q̂(s′, argmax_a′ Q(s′, a′)).
///
/// Departures from the paper: Adam instead of centred RMSProp; the gradient's norm is clipped; `loss=squared` is
/// there beside the Huber loss, which is what the paper calls clipping the error. A transition cut by a time limit
/// bootstraps (Pardo et al. 2018). Steps are environment steps over all rows.
public struct DQN: Agent, ~Copyable {
    /// `dqn`
    public static let name = "dqn"
    /// For `rl list agents`.
    public static let summary =
        "deep Q-network with replay and target network (Mnih et al. 2015); Double DQN is a setting"
    /// What each update measures, and the exploration in force.
    public static let metrics: [Metric] = [.loss, .gradientNorm, .actionValue, .epsilon, .learningRate]

    /// Everything that can be set.
    public struct Configuration: Settings {
        /// γ; 0.99 in the paper.
        @Setting("Discount factor γ", in: .between(0, 1))
        public var discount = 0.99
        /// `nature` in the paper: three convolutions and 512 units.
        @Setting("The network; auto takes nature for large images, minatar for small ones, otherwise mlp")
        public var network = NetworkChoice.auto
        /// No part of the paper.
        @Setting("Widths of the hidden layers of network=mlp", unit: "units", in: .between(1, 4096))
        public var hidden = [64, 64]
        /// As in the paper.
        @Setting("Activation of the hidden layers of network=mlp")
        public var activation = Activation.relu
        /// 2.5e-4 of RMSProp in the paper, constant.
        @Setting("Step size of Adam", in: .atLeast(0))
        public var learningRate: Schedule = 1e-3
        /// ε; from 1 to 0.1 over a million frames in the paper.
        @Setting("Probability of a random action while training", in: .between(0, 1))
        public var epsilon: Schedule = .linear(from: 1, to: 0.05, over: .share(0.1))
        /// 0.05 in the paper.
        @Setting("Probability of a random action in greedy evaluation", in: .between(0, 1))
        public var evaluationEpsilon = 0.0
        /// N; a million in the paper.
        @Setting("Transitions kept", unit: "transitions", in: .atLeast(1))
        public var replayCapacity = 100_000
        /// 32 in the paper.
        @Setting("Transitions in a minibatch", unit: "transitions", in: .between(1, 65_536))
        public var batchSize = 64
        /// 50,000 in the paper.
        @Setting("Random steps before learning begins", unit: "environment steps", in: .atLeast(0))
        public var warmupSteps = 1000
        /// 4 in the paper.
        @Setting("Time between learning", unit: "environment steps", in: .atLeast(1))
        public var trainInterval = 4
        /// 1 in the paper.
        @Setting("Updates each time", unit: "updates", in: .between(1, 10_000))
        public var updates = 1
        /// C; the paper counts updates instead, 10,000 of them.
        @Setting("Time between target updates", unit: "environment steps", in: .atLeast(1))
        public var targetUpdateInterval = 500
        /// 1 in the paper; less is the τ of Lillicrap et al. (2015).
        @Setting("How far the target moves towards the network: 1 copies, less mixes", in: .between(0, 1))
        public var targetMixingRate = 1.0
        /// `target` in the paper.
        @Setting("Who chooses the successor's action: the target, or the network (Double DQN)")
        public var bootstrap = Bootstrap.target
        /// `huber` in the paper, as a clipped error.
        @Setting("Loss of the error y − Q(s, a)")
        public var loss = Loss.huber
        /// None in the paper.
        @Setting("Largest norm of the gradient over all parameters", in: .positive)
        public var gradientClip = 10.0

        /// The declared defaults.
        public init() {}

        /// More layers than this would not fit into a machine's memory at their widest.
        public func validate() throws(ConfigurationError) { try checkDepth(of: hidden) }
    }

    /// How the successor's value is taken.
    public enum Bootstrap: String, SettingChoice {
        /// max_a′ Q̂(s′, a′)
        case target
        /// Q̂(s′, argmax_a′ Q(s′, a′))
        case double
    }

    /// What the error costs.
    public enum Loss: String, SettingChoice {
        /// Quadratic up to 1, linear beyond.
        case huber
        /// Half the square.
        case squared
    }

    private let configuration: Configuration
    private let task: TrainingTask
    private let actionCount: Int
    private let encoder: ObservationEncoder
    private let streams: RandomStreams

    private var network: Network
    private var target: Network
    private var optimizer: Adam
    private var replay: ReplayBuffer
    private var sample: ReplaySample
    private var sampleActions: [Int32]
    private var exploration: PCG64
    private var sampling: PCG64

    private var batch: StepBatch
    private var actions: ActionBatch
    private var steps = 0
    private var hasStarted = false
    private var actionValues: [Float] = []

    /// A network with fresh weights and an empty replay. Throws where the actions are not discrete or an
    /// observation cannot enter a network.
    public init(_ configuration: Configuration, for task: TrainingTask, seed: UInt64)
        throws(ConfigurationError)
    {
        let actionCount = try task.discreteActions(for: DQN.name)
        let encoder = try ObservationEncoder(for: task.observationSpace)
        let streams = RandomStreams(seed: seed)
        var initialization = streams.stream("initialization")
        let network = try Network(
            configuration.network, behind: encoder, outputs: actionCount, hidden: configuration.hidden,
            activation: configuration.activation, using: &initialization)
        replay = try ReplayBuffer(
            capacity: configuration.replayCapacity, observationSpace: task.observationSpace,
            actionSpace: task.actionSpace)
        self.configuration = configuration
        self.task = task
        self.actionCount = actionCount
        self.encoder = encoder
        self.streams = streams
        self.network = network
        target = network
        optimizer = Adam(learningRate: Float(configuration.learningRate.value(at: 0, of: task.steps)))
        sample = ReplaySample(
            count: configuration.batchSize, observationSpace: task.observationSpace,
            actionSpace: task.actionSpace)
        sampleActions = Array(repeating: 0, count: configuration.batchSize)
        exploration = streams.stream("exploration")
        sampling = streams.stream("replay")
        batch = StepBatch(observationSpace: task.observationSpace, count: task.rows)
        actions = ActionBatch(for: task.actionSpace, count: task.rows)
    }

    /// Acts once in every row, stores the transitions, and learns when it is time to.
    public mutating func iterate(in environment: any VectorEnvironment, recorder: RunRecorder) throws {
        if !hasStarted {
            environment.reset(seed: streams.seed("environment"), into: &batch)
            hasStarted = true
        }
        let epsilon =
            steps < configuration.warmupSteps ? 1 : configuration.epsilon.value(at: steps, of: task.steps)
        actEpsilonGreedily(
            network, encoder, on: batch, epsilon: epsilon, actionCount: actionCount, using: &exploration,
            values: &actionValues, into: &actions)
        try environment.step(actions, into: &batch)
        replay.append(batch, actions: actions)
        recorder.record(batch)
        recorder.record(.epsilon, Float(epsilon))
        environment.advance(&batch)

        let before = steps
        steps += batch.count
        for _ in 0..<times(configuration.targetUpdateInterval, since: before) { updateTarget() }
        if steps > configuration.warmupSteps {
            let rate = Float(configuration.learningRate.value(at: steps, of: task.steps))
            optimizer.learningRate = rate
            recorder.record(.learningRate, rate)
            let due = times(configuration.trainInterval, since: max(before, configuration.warmupSteps))
            for _ in 0..<due * configuration.updates { try update(recorder: recorder) }
        }
    }

    /// How many multiples of `interval` the steps have passed: counted so, more rows mean neither more nor less.
    private func times(_ interval: Int, since before: Int) -> Int { steps / interval - before / interval }

    /// One gradient step on a minibatch.
    private mutating func update(recorder: RunRecorder) throws {
        replay.sample(into: &sample, using: &sampling)
        let (loss, norm, value) = learn()
        if !loss.isFinite || !norm.isFinite {
            // Nothing has changed yet: the same once more, watched, names the operation.
            let cause = inspecting { learn() }.inspection.firstNonFinite
            throw loss.isFinite
                ? TrainingError.notFinite(.gradientNorm, norm, step: steps, cause: cause)
                : TrainingError.notFinite(.loss, loss, step: steps, cause: cause)
        }
        recorder.record(.loss, loss)
        recorder.record(.gradientNorm, norm)
        recorder.record(.actionValue, value)
    }

    /// One step along the gradient of the sample's loss, unless that is not finite.
    private mutating func learn() -> (loss: Float, norm: Float, value: Float) {
        withTape {
            let successors = encoder(sample.nextObservations)
            let targetValues = target(successors)
            let nextValues =
                switch configuration.bootstrap {
                case .target: targetValues.rowMax()
                case .double: targetValues.gathered(at: greedyActions(at: successors))
                }
            let targets = (nextValues * Float(configuration.discount))
                .multiplied(by: sample.continuations, adding: sample.rewards)

            let observations = encoder(sample.observations)
            let (loss, gradients, value) = valueAndGradients(at: network) { network in
                let values = network(observations).gathered(at: sample.actions.indices)
                let loss =
                    switch configuration.loss {
                    case .huber: (values - targets).huberMean()
                    case .squared: 0.5 * (values - targets).squaredMean()
                    }
                return (loss, values.mean().scalar)
            }
            let norm = gradients.clip(toGlobalNorm: Float(configuration.gradientClip))
            if loss.isFinite, norm.isFinite { optimizer.update(&network, along: gradients) }
            return (loss, norm, value)
        }
    }

    /// argmax_a Q(s, a), within the current tape's scope.
    private mutating func greedyActions(at states: NetworkInput) -> [Int32] {
        network(states).rowArgmax(into: &sampleActions)
        return sampleActions
    }

    private mutating func updateTarget() {
        if configuration.targetMixingRate == 1 {
            target.copy(from: network)
        } else {
            target.move(toward: network, by: Float(configuration.targetMixingRate))
        }
    }

    /// The network as it is now: greedy up to `evaluationEpsilon`, or with the exploration of the training's end.
    public func policy(_ mode: ActingMode, rows: Int, seed: UInt64) -> DQNPolicy {
        let epsilon =
            switch mode {
            case .greedy: configuration.evaluationEpsilon
            case .stochastic: configuration.epsilon.end
            }
        return DQNPolicy(
            network: network, encoder: encoder, epsilon: epsilon, actionCount: actionCount,
            random: RandomStreams(seed: seed).stream("exploration"))
    }

    /// Visits networks, optimizer, replay, streams and place.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.module("network", &network)
        try archive.module("target", &target)
        try archive.optimizer("optimizer", &optimizer, parameterCount: network.parameterCount)
        try archive.scope("replay") { archive throws(ArchiveError) in try replay.archive(&archive) }
        try archive.scope("exploration") { archive throws(ArchiveError) in try exploration.archive(&archive) }
        try archive.scope("sampling") { archive throws(ArchiveError) in try sampling.archive(&archive) }
        try archive.scope("batch") { archive throws(ArchiveError) in try batch.archive(&archive) }
        try archive.check(batch.observations.indices, in: task.observationSpace)
        try archive.count("steps", &steps)
        try archive.field("hasStarted", &hasStarted)
    }
}

/// A Q-network that acts.
public struct DQNPolicy: Policy {
    private var network: Network
    private let encoder: ObservationEncoder
    private let epsilon: Double
    private let actionCount: Int
    private var random: PCG64
    // Empty before the first act, and while every action is random.
    private var actionValues: [Float] = []

    fileprivate init(
        network: Network, encoder: ObservationEncoder, epsilon: Double, actionCount: Int,
        random: PCG64
    ) {
        self.network = network
        self.encoder = encoder
        self.epsilon = epsilon
        self.actionCount = actionCount
        self.random = random
    }

    /// The best action of every row, or with probability ε any.
    public mutating func act(on batch: borrowing StepBatch, into actions: inout ActionBatch) {
        actEpsilonGreedily(
            network, encoder, on: batch, epsilon: epsilon, actionCount: actionCount, using: &random,
            values: &actionValues, into: &actions)
    }

    /// The value of each action.
    public func explain(row: Int) -> Insight {
        guard actionValues.count >= (row + 1) * actionCount else { return Insight() }
        let values = Array(actionValues[row * actionCount..<(row + 1) * actionCount])
        return Insight(actionValues: values, stateValue: values.max())
    }

    /// |∂ max_a Q(s, a) / ∂ s|, of the observation as the network receives it.
    public func saliency(of batch: borrowing StepBatch, row: Int) -> [Float]? {
        let observation = ObservationBatch(copyingRow: row, of: batch.observations)
        return withTape {
            let (_, gradient) = valueAndGradient(at: encoder(observation).tensor) { state in
                network(state).rowMax().sum()
            }
            return gradient.withUnsafeBufferPointer { $0.map(abs) }
        }
    }

    /// Visits the network's weights.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.module("network", &network)
    }
}

/// ε-greedy: with probability ε a uniform action, else the one of the highest value (the first of equals). Leaves
/// the values, `[rows, actions]`.
private func actEpsilonGreedily(
    _ network: Network, _ encoder: ObservationEncoder, on batch: borrowing StepBatch,
    epsilon: Double, actionCount: Int, using random: inout PCG64, values: inout [Float],
    into actions: inout ActionBatch
) {
    if epsilon < 1 {
        withTape {
            let output = network(encoder(batch.observations))
            if values.count != output.count { values = Array(repeating: 0, count: output.count) }
            output.copy(into: &values)
            output.rowArgmax(into: &actions.indices)
        }
    }
    guard epsilon > 0 else { return }
    for row in 0..<batch.count where random.random() < epsilon {
        actions.indices[row] = Int32(random.integers(actionCount))
    }
}
