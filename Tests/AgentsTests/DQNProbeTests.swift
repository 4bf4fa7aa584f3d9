import Agents
import Environments
import RLCore
import RLTraining
import Testing

/// What DQN can be configured to: every probe is learned in every case.
struct DQNCase: CustomTestStringConvertible, Sendable {
    let bootstrap: String
    let loss: String
    let isMixed: Bool
    let rows: Int

    static let all: [DQNCase] = ["target", "double"].flatMap { bootstrap in
        ["huber", "squared"].flatMap { loss in
            [false, true].flatMap { isMixed in
                [1, 4].map { DQNCase(bootstrap: bootstrap, loss: loss, isMixed: isMixed, rows: $0) }
            }
        }
    }

    var testDescription: String {
        "\(bootstrap) \(loss) \(isMixed ? "mixed" : "hard") target, rows \(rows)"
    }

    var settings: [String: String] {
        [
            "bootstrap": bootstrap, "loss": loss, "targetMixingRate": isMixed ? "0.1" : "1",
            "targetUpdateInterval": isMixed ? "2" : "20",
        ]
    }
}

@Suite struct DQNProbeTests {
    private static let settings = [
        "hidden": "[16]", "learningRate": "linear(0.02, 0.0005)", "batchSize": "32", "warmupSteps": "32",
        "trainInterval": "1", "replayCapacity": "500", "discount": "0.9", "epsilon": "0.5",
    ]

    /// Trains on a probe, then compares the action values where each of `targets` is observed.
    private func learn(
        _ probe: MadeEnvironment, _ variant: DQNCase, steps: Int = 1500, seed: UInt64 = 1,
        _ targets: [(observation: [Double], values: [Float])]
    ) throws {
        let settings = DQNProbeTests.settings.merging(variant.settings) { $1 }
        let lab = try Lab(
            AgentEntry(DQN.self), settings, in: probe, rows: variant.rows, steps: steps, seed: seed)
        try lab.train(until: steps)
        for (observation, expected) in targets {
            let values = try lab.actionValues(observation)
            #expect(values.count == expected.count)
            for (value, target) in zip(values, expected) {
                #expect(abs(value - target) < 0.03 * max(1, abs(target)), "Q\(observation) = \(values)")
            }
        }
    }

    @Test(arguments: DQNCase.all) func constantReward(_ variant: DQNCase) throws {
        try learn(.probe("constant-reward"), variant, steps: 600, [([1], [1])])
    }

    @Test(arguments: DQNCase.all) func observedReward(_ variant: DQNCase) throws {
        try learn(.probe("observed-reward"), variant, steps: 800, [([-1], [-1]), ([1], [1])])
    }

    @Test(arguments: DQNCase.all) func delayedReward(_ variant: DQNCase) throws {
        try learn(.probe("delayed-reward"), variant, [([0], [0.9]), ([1], [1])])
    }

    @Test(arguments: DQNCase.all) func actionReward(_ variant: DQNCase) throws {
        try learn(.probe("action-reward"), variant, steps: 800, [([1], [-1, 1])])
    }

    @Test(arguments: DQNCase.all) func actionTimesObservation(_ variant: DQNCase) throws {
        try learn(.probe("action-times-observation"), variant, [([-1], [1, -1]), ([1], [-1, 1])])
    }

    /// 1 / (1 - 0.9) = 10. Taking the limit for the end would give 1 / (1 - 0.9 · 4/5) = 3.6, and the sum of the
    /// rewards before it 5.
    @Test(arguments: DQNCase.all) func endlessReward(_ variant: DQNCase) throws {
        let probe = MadeEnvironment(name: "endless", EndlessRewardProbe().timeLimit(5))
        try learn(probe, variant, steps: 3000, [([1], [10])])
    }

    /// A corridor: the value one step earlier is γ times the value.
    @Test(arguments: DQNCase.all) func rewardTail(_ variant: DQNCase) throws {
        let targets = (0..<5).map { place in
            (
                observation: (0..<5).map { $0 == place ? 1.0 : 0 },
                values: [Float]([0.6561, 0.729, 0.81, 0.9, 1][place...place])
            )
        }
        try learn(.probe("reward-tail"), variant, steps: 2500, targets)
    }

    /// At least 90 of 100 after 1,200 steps, observed as floats, as bytes and as an index.
    @Test(arguments: ["identity", "identity-bytes", "identity-index"], DQNCase.all)
    func identity(_ probe: String, _ variant: DQNCase) throws {
        let made = try MadeEnvironment.probe(probe)
        let settings = DQNProbeTests.settings.merging(variant.settings) { $1 }
        let lab = try Lab(AgentEntry(DQN.self), settings, in: made, rows: variant.rows, steps: 1200)
        try lab.train(until: 1200)
        #expect(try Lab.score(of: lab.agent.policy(.greedy, rows: 3, seed: 9), in: made.vectorized(3)) >= 90)
    }

    /// Pictures, with the convolutional network that suits them by itself: by chance 25 of 100.
    @Test func pixels() throws {
        let made = MadeEnvironment(name: "pixels", PixelProbe().timeLimit(100))
        let settings = DQNProbeTests.settings.merging(
            ["learningRate": "linear(2e-3, 1e-4)", "discount": "0", "replayCapacity": "2000"]) { $1 }
        let lab = try Lab(AgentEntry(DQN.self), settings, in: made, rows: 4, steps: 2400)
        try lab.train(until: 2400)
        #expect(try Lab.score(of: lab.agent.policy(.greedy, rows: 3, seed: 9), in: made.vectorized(3)) >= 90)
        let names = try lab.archive().entries.keys
        #expect(
            names.contains("agent.network.layers.2.weight")
                && !names.contains("agent.network.layers.3.weight"))
        #expect(try lab.field("agent.network.layers.0.weight", as: Float.self).count == 16 * 2 * 9)
    }

    /// Every network runs behind pixels, and what does not fit is refused by name.
    @Test func networks() throws {
        let small = ["batchSize": "4", "warmupSteps": "8", "trainInterval": "8", "replayCapacity": "50"]
        for name in ["auto", "nips", "nature", "mlp", "vgg", "inception", "squeezenext", "impala"] {
            let made = MadeEnvironment(name: "pixels", PixelProbe(size: 36).timeLimit(10))
            let lab = try Lab(
                AgentEntry(DQN.self), small.merging(["network": name]) { $1 }, in: made, steps: 24)
            try lab.train(until: 24)
            #expect(try lab.actionValues([Double](repeating: 100, count: 36 * 36 * 2)).count == 4)
        }
        let made = MadeEnvironment(name: "pixels", PixelProbe().timeLimit(10))
        for (name, reason) in [
            ("nature", "convolution 4×4, stride 2×2 does not fit into 1×1×32"),
            ("alexnet", "one of auto, mlp"),
        ] {
            let error = #expect(throws: ConfigurationError.self) {
                _ = try Lab(AgentEntry(DQN.self), ["network": name], in: made)
            }
            #expect(error?.description.contains("network=\(name)") == true)
            #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
        }
    }
}
