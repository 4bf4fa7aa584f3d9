import Agents
import CAllocationCounter
import Environments
import RLCore
import RLTraining
import Testing

/// Memory is taken before the work and not during it.
@Suite(.enabled(if: allocations_are_counted() != 0)) struct AllocationTests {
    private static let settings = [
        "hidden": "[32, 32]", "batchSize": "32", "warmupSteps": "100", "trainInterval": "1",
        "replayCapacity": "400", "epsilon": "0.5", "targetUpdateInterval": "1000000",
    ]

    /// After the warm-up, an iteration with its update allocates nothing.
    @Test(
        arguments: ["identity", "identity-bytes", "identity-index"],
        [["targetMixingRate": "0.01", "targetUpdateInterval": "1"], ["bootstrap": "double"], [:]])
    func anIteration(_ probe: String, _ variant: [String: String]) throws {
        for rows in [1, 8] {
            let lab = try Lab(
                AgentEntry(DQN.self), AllocationTests.settings.merging(variant) { $1 }, in: .probe(probe),
                rows: rows)
            // Finished episodes wait in the recorder until they are taken: none may end meanwhile.
            try lab.train(until: 800)
            #expect(try allocations(in: lab, iterations: 90) == 0, "\(rows) rows")
        }
    }

    /// The target has memory of its own after the first update and is refreshed there.
    @Test func aTargetCopy() throws {
        let variant = AllocationTests.settings.merging(["targetUpdateInterval": "50"]) { $1 }
        let lab = try Lab(AgentEntry(DQN.self), variant, in: .probe("identity"))
        try lab.train(until: 801)
        #expect(try allocations(in: lab, iterations: 50) == 0)
    }

    /// Episodes that end are handed on in an array of their own.
    @Test func finishedEpisodes() throws {
        let lab = try Lab(AgentEntry(DQN.self), AllocationTests.settings, in: .probe("constant-reward"))
        try lab.train(until: 300)
        let before = allocation_count()
        for _ in 0..<100 {
            try lab.iterateOnly()
            _ = lab.recorder.takeEpisodes()
        }
        #expect(allocation_count() - before == 100)
    }

    @Test func actingGreedily() throws {
        let lab = try Lab(AgentEntry(DQN.self), AllocationTests.settings, in: .probe("identity"), rows: 8)
        var policy = lab.agent.policy(.stochastic, rows: 8, seed: 0)
        let batch = StepBatch(
            observationSpace: .box(Box(low: [0], high: [1], shape: [2])), count: 8)
        var actions = ActionBatch(for: .discrete(2), count: 8)
        policy.act(on: batch, into: &actions)
        let before = allocation_count()
        for _ in 0..<100 { policy.act(on: batch, into: &actions) }
        #expect(allocation_count() - before == 0)
    }

    /// Rollouts and their updates allocate nothing after the first, also where observations and rewards are normalised and
    /// where a limit cuts.
    @Test(
        arguments: ["identity", "identity-bytes", "identity-index", "endless-reward"],
        [[:], ["normalizesRewards": "true"], ["normalizesObservations": "true"]])
    func actorCritic(_ probe: String, _ variant: [String: String]) throws {
        if variant["normalizesObservations"] != nil, !["identity", "endless-reward"].contains(probe) {
            return
        }
        for (entry, settings) in [
            (AgentEntry(PPO.self), ["minibatches": "2", "epochs": "2", "valueClipRange": "0.2"]),
            (AgentEntry(A2C.self), ["normalizesAdvantages": "true"]),
        ] {
            for rows in [1, 8] {
                let made =
                    probe == "endless-reward"
                    ? MadeEnvironment(name: "endless", EndlessRewardProbe().timeLimit(150))
                    : try .probe(probe)
                let settings = settings.merging(["rolloutSteps": "8"]) { $1 }.merging(variant) { $1 }
                let lab = try Lab(entry, settings, in: made, rows: rows)
                // Finished episodes wait in the recorder until they are taken: none may end meanwhile.
                try lab.train(until: 800 * rows)
                _ = lab.recorder.takeEpisodes()
                let name = "\(entry.name), \(rows) rows"
                #expect(try allocations(in: lab, iterations: 90) == 0, "\(name)")
            }
        }
    }

    /// A cut in the midst costs nothing but the array in which finished episodes are handed on.
    @Test func actorCriticCuts() throws {
        for entry in [AgentEntry(PPO.self), AgentEntry(A2C.self)] {
            let lab = try Lab(
                entry, ["rolloutSteps": "8", "normalizesObservations": "true"],
                in: MadeEnvironment(name: "endless", EndlessRewardProbe().timeLimit(5)))
            try lab.train(until: 100)
            let before = allocation_count()
            for _ in 0..<100 {
                try lab.iterateOnly()
                _ = lab.recorder.takeEpisodes()
            }
            #expect(allocation_count() - before == 20, "\(entry.name)")
        }
    }

    /// Neither does a convolutional network, of pictures of bytes.
    @Test func pictures() throws {
        for (entry, settings) in [
            (AgentEntry(PPO.self), ["rolloutSteps": "4", "minibatches": "2"]),
            (AgentEntry(A2C.self), ["rolloutSteps": "4"]),
            (AgentEntry(DQN.self), ["warmupSteps": "8", "trainInterval": "1", "batchSize": "4"]),
        ] {
            for network in ["minatar", "nature"] {
                let made = MadeEnvironment(name: "pixels", PixelProbe(size: 36).timeLimit(1000))
                let settings = settings.merging(
                    ["network": network, "replayCapacity": "50"].filter { key, _ in
                        key == "network" || entry.name == "dqn"
                    }
                ) { $1 }
                let lab = try Lab(entry, settings, in: made, rows: 2)
                try lab.train(until: 60)
                #expect(try allocations(in: lab, iterations: 12) == 0, "\(entry.name), \(network)")
            }
        }
    }

    @Test func actorCriticPolicy() throws {
        for settings in [[:], ["normalizesObservations": "true"]] {
            let lab = try Lab(AgentEntry(PPO.self), settings, in: .probe("identity"), rows: 8)
            for mode in ActingMode.allCases {
                var policy = lab.agent.policy(mode, rows: 8, seed: 0)
                let batch = StepBatch(
                    observationSpace: .box(Box(low: [0], high: [1], shape: [2])), count: 8)
                var actions = ActionBatch(for: .discrete(2), count: 8)
                for _ in 0..<2 { policy.act(on: batch, into: &actions) }
                let before = allocation_count()
                for _ in 0..<100 { policy.act(on: batch, into: &actions) }
                #expect(allocation_count() - before == 0)
            }
        }
    }

    private func allocations(in lab: Lab, iterations: Int) throws -> UInt64 {
        let before = allocation_count()
        for _ in 0..<iterations { try lab.iterateOnly() }
        return allocation_count() - before
    }
}
