import Autograd
import RLCore
import RLTraining

/// What A2C and PPO learn: a policy over numbered actions, and the value of states.
///
/// Vectors have two perceptrons that share nothing; images have one convolutional body below two linear heads, unless
/// `network=mlp` flattens them into the two perceptrons. Weights begin orthogonal with the gain √2, those of the policy's
/// last layer with 0.01, so that all actions are about equally likely at first, those of the value's with 1; biases begin
/// at 0 (Huang et al. 2022, details 2 and 13).
struct ActorCriticNetwork: Module {
    private let encoder: ObservationEncoder
    /// Actions, or the numbers of choices of each part of one.
    let choices: [Int]
    private var body: LayerStack?
    private var actor: MultilayerPerceptron
    private var critic: MultilayerPerceptron

    /// Networks with fresh weights for what `task` observes and does. Throws where they do not fit; `agent` is who asks.
    init(
        _ choice: NetworkChoice, hidden: [Int], activation: Activation, for task: TrainingTask, agent: String,
        using random: inout PCG64
    ) throws(ConfigurationError) {
        choices = try task.choices(for: agent)
        encoder = try ObservationEncoder(for: task.observationSpace)
        let choice = choice.resolved(for: encoder.shape)
        let initializer = Initializer.orthogonal(gain: Float(2).squareRoot())
        var sizes = [encoder.shape.count] + hidden
        if choice != .mlp {
            do {
                let stack = try LayerStack(
                    choice.body, input: encoder.shape, initializer: initializer, using: &random)
                sizes = [stack.output.count]
                body = stack
            } catch {
                throw ConfigurationError(
                    "network=\(choice.settingText) does not fit the observations: \(error)")
            }
        }
        actor = MultilayerPerceptron(
            sizes + [choices.reduce(0, +)], activation: activation, initializer: initializer,
            outputInitializer: .orthogonal(gain: 0.01), using: &random)
        critic = MultilayerPerceptron(
            sizes + [1], activation: activation, initializer: initializer,
            outputInitializer: .orthogonal(gain: 1), using: &random)
    }

    /// π(· | s) and V(s), `[count]`, of some rows within the current tape's scope.
    func callAsFunction(
        _ observations: borrowing ObservationBatch, rows: Range<Int>
    ) -> (policy: MultiCategorical, values: Tensor) {
        let features = features(encoder(observations, rows: rows))
        return (policy(of: features), values(of: features))
    }

    /// π(· | s) and V(s), `[count]`, within the current tape's scope.
    func callAsFunction(
        _ observations: borrowing ObservationBatch
    ) -> (policy: MultiCategorical, values: Tensor) {
        self(observations, rows: 0..<observations.count)
    }

    /// Whether π and V share no parameters.
    var isSeparate: Bool { body == nil }

    /// π(· | s) of some rows within the current tape's scope.
    func policy(_ observations: borrowing ObservationBatch, rows: Range<Int>) -> MultiCategorical {
        policy(of: features(encoder(observations, rows: rows)))
    }

    /// V(s), `[count]`, of some rows within the current tape's scope.
    func values(_ observations: borrowing ObservationBatch, rows: Range<Int>) -> Tensor {
        values(of: features(encoder(observations, rows: rows)))
    }

    /// π(· | s) of observations as `input(_:)` gives them.
    func policy(seeing input: Tensor) -> MultiCategorical { policy(of: features(.numbers(input))) }

    /// What the network receives for observations.
    func input(_ observations: borrowing ObservationBatch) -> Tensor { encoder(observations).tensor }

    /// Samples an action for every row, with its log-probability, and with V(s) where π has computed most of it already;
    /// otherwise `completeValues` is cheaper.
    func decide(
        on observations: borrowing ObservationBatch, using random: inout CounterRandom,
        into decisions: inout Decisions
    ) {
        withTape {
            let features = features(encoder(observations))
            let policy = policy(of: features)
            let chosen = policy.sample(using: &random)
            chosen.copy(into: &decisions.actions.indices)
            policy.logProbability(of: chosen).copy(into: &decisions.logProbabilities)
            if !isSeparate { values(of: features).copy(into: &decisions.values) }
        }
    }

    /// V(s) of all that a full rollout has seen, where `decide` has left it out: in equal pieces, which threads can share.
    func completeValues(of rollout: inout Rollout, pieces: Int, on runner: some PieceRunner = InTurn()) {
        if !isSeparate { return }
        rollout.setValues { observations, values in
            runner.run(pieces: pieces) { piece in
                let rows =
                    observations.count * piece / pieces..<observations.count * (piece + 1) / pieces
                withTape {
                    self.values(observations, rows: rows).withUnsafeBufferPointer {
                        _ = UnsafeMutableBufferPointer(rebasing: values[rows]).update(fromContentsOf: $0)
                    }
                }
            }
        }
    }

    /// Writes V(s) of every row.
    func copyValues(of observations: borrowing ObservationBatch, into values: inout [Float]) {
        withTape { self.values(observations, rows: 0..<observations.count).copy(into: &values) }
    }

    private func features(_ x: NetworkInput) -> Tensor {
        guard let body else { return x.tensor }
        let features = body(x)
        return features.shape.rank == 2
            ? features : features.reshaped(.matrix(x.count, features.shape.count / max(x.count, 1)))
    }

    private func policy(of features: Tensor) -> MultiCategorical {
        MultiCategorical(logits: actor(features), sizes: choices)
    }

    private func values(of features: Tensor) -> Tensor { critic(features).flattened() }

    /// "body.layers.0.weight", …, "actor.layers.0.weight", …, "critic.layers.0.weight", …
    mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        if body != nil {
            visitor.enter("body", index: nil)
            try body?.visitParameters(&visitor)
            visitor.leave()
        }
        try visitor.visit("actor", &actor)
        try visitor.visit("critic", &critic)
    }
}
