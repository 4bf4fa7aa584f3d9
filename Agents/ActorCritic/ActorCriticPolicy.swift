import Autograd
import RLCore
import RLTraining

/// What A2C and PPO have learned: it samples from its probabilities, or takes the most probable action.
public struct ActorCriticPolicy: Policy {
    private var network: ActorCriticNetwork
    private var normalizer: Normalizer
    private let mode: ActingMode
    private var random: CounterRandom
    // Of the last act; empty before the first.
    private var probabilities: [Float] = []
    private var values: [Float] = []

    init(_ network: ActorCriticNetwork, _ normalizer: Normalizer, mode: ActingMode, seed: UInt64) {
        self.network = network
        self.normalizer = normalizer
        self.mode = mode
        random = CounterRandom(key: RandomStreams(seed: seed).seed("acting"))
    }

    /// One action a row.
    public mutating func act(on batch: borrowing StepBatch, into actions: inout ActionBatch) {
        let observations = normalizer.normalized(batch.observations)
        withTape {
            let (policy, values) = network(observations)
            let chosen = mode == .greedy ? policy.mode : policy.sample(using: &random)
            chosen.copy(into: &actions.indices)
            let probabilities = policy.probabilities()
            if self.values.count != values.count {
                self.values = Array(repeating: 0, count: values.count)
                self.probabilities = Array(repeating: 0, count: probabilities.count)
            }
            values.copy(into: &self.values)
            probabilities.copy(into: &self.probabilities)
        }
    }

    /// The probability of each action, of each part's choices one behind the other, and V(s).
    public func explain(row: Int) -> Insight {
        guard values.indices.contains(row) else { return Insight() }
        let width = probabilities.count / values.count
        return Insight(
            actionProbabilities: Array(probabilities[row * width..<(row + 1) * width]),
            stateValue: values[row])
    }

    /// |∂ log max_a π(a | s) / ∂ s|, of the observation as the network receives it.
    public func saliency(of batch: borrowing StepBatch, row: Int) -> [Float]? {
        var normalizer = normalizer
        let observation = normalizer.normalized(ObservationBatch(copyingRow: row, of: batch.observations))
        return withTape {
            let (_, gradient) = valueAndGradient(at: network.input(observation)) { state in
                let policy = network.policy(seeing: state)
                return policy.logProbability(of: policy.mode).sum()
            }
            return gradient.withUnsafeBufferPointer { $0.map(abs) }
        }
    }

    /// Visits the networks' weights, and the moments of observations where they are normalised.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.module("network", &network)
        try archive.scope("normalizer") { archive throws(ArchiveError) in
            try normalizer.archivePolicy(&archive)
        }
    }
}
