import Agents
import RLCore
import RLTraining
import Testing

@Suite struct ArchiveContractTests {
    // An update every 3 steps from step 51 on, a target update every 10; episodes of at most 7 steps.
    private static let settings = [
        "hidden": "[8]", "batchSize": "8", "warmupSteps": "48", "trainInterval": "3", "replayCapacity": "60",
        "targetUpdateInterval": "10", "epsilon": "linear(1, 0.1, 150)", "learningRate": "linear(1e-2)",
    ]
    // Before the warm-up ends, right after an update, between two, after wrap-around, in mid-episode or not.
    private static let moments = [1, 13, 47, 48, 51, 52, 60, 110]

    @Test(arguments: DQNCase.all) func dqn(_ variant: DQNCase) throws {
        try checkArchiveContract(
            AgentEntry(DQN.self), ArchiveContractTests.settings.merging(variant.settings) { $1 },
            in: .randomWalk(), rows: variant.rows, moments: ArchiveContractTests.moments)
    }

    @Test(arguments: ["identity", "identity-bytes", "delayed-reward"]) func dqn(observing probe: String)
        throws
    {
        try checkArchiveContract(
            AgentEntry(DQN.self), ArchiveContractTests.settings, in: .probe(probe), rows: 2,
            moments: [13, 110])
    }

    // Rollouts of 6 steps, so of 6 or 12 environment steps: amid one, right after an update, in mid-episode or not.
    private static let rollouts = ["hidden": "[8]", "rolloutSteps": "6", "learningRate": "linear(1e-2)"]

    @Test(arguments: [1, 2], [[:], ["normalizesRewards": "true"]])
    func actorCritic(rows: Int, _ variant: [String: String]) throws {
        let settings = ArchiveContractTests.rollouts.merging(variant) { $1 }
        for (entry, more) in [
            (AgentEntry(PPO.self), ["minibatches": "3", "clipRange": "linear(0.2)"]),
            (AgentEntry(A2C.self), ["normalizesAdvantages": "true"]),
            (AgentEntry(A2C.self), ["optimizer": "rmspropCentred"]),
        ] {
            try checkArchiveContract(
                entry, settings.merging(more) { $1 }, in: .randomWalk(), rows: rows,
                moments: [1, 6, 12, 13, 29, 60])
        }
    }

    /// The statistics of observations and the normalised observation to act on are kept.
    @Test func actorCriticNormalized() throws {
        for entry in [AgentEntry(PPO.self), AgentEntry(A2C.self)] {
            try checkArchiveContract(
                entry,
                ArchiveContractTests.rollouts.merging(
                    ["normalizesObservations": "true", "normalizesRewards": "true", "lambda": "0.9"]) { $1 },
                in: .probe("delayed-reward"), rows: 2, moments: [1, 7, 12, 30])
        }
    }

    @Test(arguments: ["identity", "identity-bytes", "identity-index"])
    func actorCriticDamage(_ probe: String) throws {
        let isNormalized = ["normalizesObservations": "\(probe == "identity")", "normalizesRewards": "true"]
        for entry in [AgentEntry(PPO.self), AgentEntry(A2C.self)] {
            try checkDamage(
                entry, ArchiveContractTests.rollouts.merging(isNormalized) { $1 }, in: .probe(probe), rows: 2,
                after: 60)
        }
    }

    @Test(arguments: ["agent.rollout.actions.indices", "agent.rollout.observations.indices"])
    func impossibleRollouts(_ name: String) throws {
        for entry in [AgentEntry(PPO.self), AgentEntry(A2C.self)] {
            try expectError(entry, ["hidden": "[8]", "rolloutSteps": "8"], replacing: name) { entry in
                Archive.Entry(
                    type: entry.type, shape: entry.shape,
                    bytes: Array(repeating: 99, count: entry.bytes.count))
            }
        }
    }

    @Test(arguments: [1, 4]) func random(rows: Int) throws {
        try checkArchiveContract(
            AgentEntry(RandomAgent.self), in: .randomWalk(), rows: rows, moments: ArchiveContractTests.moments
        )
        let box = Space.box(Box(low: [-1, 0], high: [1, 2], shape: [2]))
        for actions in [Space.multiDiscrete([2, 3]), box] {
            try checkArchiveContract(
                AgentEntry(RandomAgent.self), in: .spaces(observation: box, action: actions), rows: rows,
                moments: [5])
        }
    }

    @Test func damage() throws {
        for probe in ["identity", "identity-bytes", "identity-index"] {
            try checkDamage(
                AgentEntry(DQN.self), ArchiveContractTests.settings, in: .probe(probe), rows: 2, after: 60)
        }
        try checkDamage(AgentEntry(RandomAgent.self), in: .randomWalk(), rows: 2, after: 10)
    }

    /// Right in size and type, but with contents that would stop the program at the next update.
    @Test(arguments: [
        ("agent.steps", Int(-1)), ("agent.steps", .max), ("agent.optimizer.step", -1),
        ("agent.optimizer.step", .max), ("agent.replay.count", 61), ("agent.replay.count", -1),
        ("agent.replay.next", 60), ("agent.replay.next", 3), ("recorder.steps", .max),
    ])
    func impossibleCounts(_ name: String, _ value: Int) throws {
        try expectError(replacing: name) { entry in
            Archive.Entry(
                type: entry.type, shape: entry.shape, bytes: withUnsafeBytes(of: value) { Array($0) })
        }
    }

    @Test(arguments: [
        "agent.replay.actions.indices", "agent.replay.observations.indices",
        "agent.replay.nextObservations.indices", "agent.batch.observations.indices",
    ])
    func impossibleChoices(_ name: String) throws {
        try expectError(replacing: name) { entry in
            Archive.Entry(
                type: entry.type, shape: entry.shape, bytes: Array(repeating: 99, count: entry.bytes.count))
        }
    }

    /// Adam's moments are both there or both not.
    @Test(arguments: ["agent.optimizer.firstMoments", "agent.optimizer.secondMoments"])
    func halfAnOptimizer(_ name: String) throws {
        try expectError(replacing: name) { Archive.Entry(type: $0.type, shape: [0], bytes: []) }
    }

    private func expectError(
        _ agent: AgentEntry = AgentEntry(DQN.self), _ settings: [String: String] = settings,
        replacing name: String, by change: (Archive.Entry) -> Archive.Entry
    ) throws {
        let lab = try Lab(agent, settings, in: .randomWalk())
        try lab.train(until: 58)
        var entries = try lab.archive().entries
        let entry = try #require(entries[name])
        entries[name] = change(entry)
        let file = Archive(restoring: entries).safetensors()
        let fresh = try Lab(agent, settings, in: .randomWalk())
        #expect(throws: ArchiveError.self) { try fresh.restore(file) }
    }
}
