import Agents
import Environments
import RLCore
import RLTraining
import Testing

@Suite struct ActorCriticProbeTests {
    /// What is to be learned where `observation` is observed: V(s), and the action that is to be taken almost always.
    private struct Target {
        let observation: [Double]
        let value: Float
        var action: Int?
    }

    /// Trains on a probe, then compares what the policy tells with the targets.
    private func learn(
        _ probe: MadeEnvironment, _ variant: ActorCriticCase, steps: Int, _ targets: [Target]
    ) throws {
        let lab = try Lab(variant.entry, variant.settings(), in: probe, rows: variant.rows, steps: steps)
        try lab.train(until: steps)
        for target in targets {
            let insight = try lab.insight(target.observation)
            let value = try #require(insight.stateValue)
            #expect(
                abs(value - target.value) < 0.05 * max(1, abs(target.value)),
                "V\(target.observation) = \(value)")
            let probabilities = try #require(insight.actionProbabilities)
            #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)
            if let action = target.action {
                #expect(probabilities[action] > 0.95, "π\(target.observation) = \(probabilities)")
            }
        }
    }

    @Test(arguments: ActorCriticCase.all) func constantReward(_ variant: ActorCriticCase) throws {
        try learn(.probe("constant-reward"), variant, steps: 2000, [Target(observation: [1], value: 1)])
    }

    @Test(arguments: ActorCriticCase.all) func observedReward(_ variant: ActorCriticCase) throws {
        try learn(
            .probe("observed-reward"), variant, steps: 2000,
            [Target(observation: [-1], value: -1), Target(observation: [1], value: 1)])
    }

    @Test(arguments: ActorCriticCase.all) func delayedReward(_ variant: ActorCriticCase) throws {
        try learn(
            .probe("delayed-reward"), variant, steps: 3000,
            [Target(observation: [0], value: 0.9), Target(observation: [1], value: 1)])
    }

    /// The policy takes the good one of two actions, and V is then what it brings.
    @Test(arguments: ActorCriticCase.all) func actionReward(_ variant: ActorCriticCase) throws {
        try learn(
            .probe("action-reward"), variant, steps: 3000, [Target(observation: [1], value: 1, action: 1)])
    }

    @Test(arguments: ActorCriticCase.all) func actionTimesObservation(_ variant: ActorCriticCase) throws {
        try learn(
            .probe("action-times-observation"), variant, steps: 4000,
            [
                Target(observation: [-1], value: 1, action: 0), Target(observation: [1], value: 1, action: 1),
            ])
    }

    /// 1 / (1 - 0.9) = 10. Taking the limit for the end would give 3.6, and the sum of the rewards before it 5.
    @Test(arguments: ActorCriticCase.all) func endlessReward(_ variant: ActorCriticCase) throws {
        let probe = MadeEnvironment(name: "endless", EndlessRewardProbe().timeLimit(5))
        try learn(probe, variant, steps: 12_000, [Target(observation: [1], value: 10)])
    }

    /// A corridor: the value one step earlier is γ times the value.
    @Test(arguments: ActorCriticCase.all) func rewardTail(_ variant: ActorCriticCase) throws {
        let values: [Float] = [0.6561, 0.729, 0.81, 0.9, 1]
        try learn(
            .probe("reward-tail"), variant, steps: 4000,
            values.indices.map { place in
                Target(observation: (0..<5).map { $0 == place ? 1.0 : 0 }, value: values[place])
            })
    }

    /// At least 90 of 100 after 1,200 steps, observed as floats, as bytes and as an index.
    @Test(arguments: ["identity", "identity-bytes", "identity-index"], ActorCriticCase.all)
    func identity(_ probe: String, _ variant: ActorCriticCase) throws {
        let made = try MadeEnvironment.probe(probe)
        let lab = try Lab(variant.entry, variant.settings(), in: made, rows: variant.rows, steps: 1200)
        try lab.train(until: 1200)
        for mode in ActingMode.allCases {
            let policy = lab.agent.policy(mode, rows: 3, seed: 9)
            #expect(try Lab.score(of: policy, in: made.vectorized(3)) >= 90, "\(mode)")
        }
    }

    /// Normalised, the same is learned: the policy that acts sees what the agent saw.
    @Test(arguments: ActorCriticCase.agents) func identityNormalized(_ variant: ActorCriticCase) throws {
        let made = try MadeEnvironment.probe("identity")
        let settings = variant.settings(["normalizesObservations": "true", "normalizesRewards": "true"])
        let lab = try Lab(variant.entry, settings, in: made, rows: 2, steps: 1200)
        try lab.train(until: 1200)
        #expect(try Lab.score(of: lab.agent.policy(.greedy, rows: 3, seed: 9), in: made.vectorized(3)) >= 90)
    }

    /// Pictures, with the convolutional network that suits them by itself, below both heads: by chance 25 of 100.
    @Test(arguments: ActorCriticCase.agents) func pixels(_ variant: ActorCriticCase) throws {
        let made = MadeEnvironment(name: "pixels", PixelProbe().timeLimit(100))
        let settings = variant.settings(["learningRate": "linear(2e-3, 1e-4)", "discount": "0"])
        let lab = try Lab(variant.entry, settings, in: made, rows: 8, steps: 12_000)
        try lab.train(until: 12_000)
        #expect(try Lab.score(of: lab.agent.policy(.greedy, rows: 3, seed: 9), in: made.vectorized(3)) >= 90)
        let names = try lab.archive().entries.keys.filter {
            $0.hasPrefix("agent.network.") && $0.hasSuffix("weight")
        }
        #expect(
            names.sorted() == [
                "agent.network.actor.layers.0.weight", "agent.network.body.layers.0.weight",
                "agent.network.body.layers.1.weight", "agent.network.critic.layers.0.weight",
            ])
    }

    /// `network=mlp` flattens pictures into two perceptrons.
    @Test(arguments: ActorCriticCase.agents) func flattenedPixels(_ variant: ActorCriticCase) throws {
        let made = MadeEnvironment(name: "pixels", PixelProbe().timeLimit(100))
        let lab = try Lab(
            variant.entry, variant.settings(["network": "mlp", "hidden": "[8, 8]"]), in: made, rows: 8,
            steps: 400)
        try lab.train(until: 400)
        #expect(try lab.field("agent.network.actor.layers.0.weight", as: Float.self).count == 8 * 200)
        #expect(try lab.field("agent.network.critic.layers.2.weight", as: Float.self).count == 8)
        #expect(try lab.archive().entries["agent.network.body.layers.0.weight"] == nil)
    }

    /// An action of two parts, each of which is rewarded for itself.
    @Test(arguments: ActorCriticCase.agents) func severalParts(_ variant: ActorCriticCase) throws {
        let made = MadeEnvironment(name: "parts", PartsProbe().timeLimit(50))
        let lab = try Lab(variant.entry, variant.settings(), in: made, rows: 4, steps: 4000)
        try lab.train(until: 4000)
        #expect(try Lab.score(of: lab.agent.policy(.greedy, rows: 3, seed: 9), in: made.vectorized(3)) >= 45)
        let probabilities = try #require(lab.insight([1]).actionProbabilities)
        #expect(probabilities.count == 5 && probabilities[1] > 0.9 && probabilities[2 + 2] > 0.9)
        #expect(abs(probabilities[2...].reduce(0, +) - 1) < 1e-5)
    }
}

/// A bit is observed; half of the reward is for saying it in the first part of the action, half for 2 times it in the other.
private struct PartsProbe: Environment {
    struct Action: ActionValue {
        let first, second: Int32
        init(row: Int, of actions: borrowing ActionBatch) {
            first = actions.indices[2 * row]
            second = actions.indices[2 * row + 1]
        }
    }

    private var bit: Int32 = 0

    var observationSpace: Space { .discrete(2) }
    var actionSpace: Space { .multiDiscrete([2, 3]) }

    mutating func reset(into observation: inout MutableSpan<Int32>, using random: inout PCG64) {
        bit = Int32(random.integers(2))
        observation[0] = bit
    }

    mutating func step(
        _ action: Action, into observation: inout MutableSpan<Int32>, using random: inout PCG64
    ) -> Outcome {
        let reward = (action.first == bit ? 0.5 : 0) + (action.second == 2 * bit ? 0.5 : 0)
        reset(into: &observation, using: &random)
        return Outcome(reward: reward)
    }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("bit", &bit)
    }
}
