import Agents
import RLCore
import RLTraining
import Testing

@Suite struct DQNTests {
    private static let entry = AgentEntry(DQN.self)
    private static let small = [
        "hidden": "[8]", "batchSize": "8", "warmupSteps": "20", "trainInterval": "2", "replayCapacity": "200",
        "targetUpdateInterval": "10", "epsilon": "0.3",
    ]

    private func lab(
        _ changes: [String: String] = [:], in environment: MadeEnvironment = .randomWalk(), rows: Int = 1,
        steps: Int = 1000, seed: UInt64 = 1
    ) throws -> Lab {
        try Lab(
            DQNTests.entry, DQNTests.small.merging(changes) { $1 }, in: environment, rows: rows, steps: steps,
            seed: seed)
    }

    // MARK: - Repeatability

    @Test func sameSeedSameBytes() throws {
        func train(seed: UInt64) throws -> (file: [UInt8], output: [String]) {
            let lab = try lab(seed: seed)
            try lab.train(until: 300)
            return (try lab.archive().safetensors(), lab.output)
        }
        let (one, again, other) = (try train(seed: 1), try train(seed: 1), try train(seed: 2))
        let isSame = one == again
        #expect(isSame)
        let isOther = one.file != other.file && one.output != other.output
        #expect(isOther)
    }

    /// Training does not change a policy taken before, and acting with one does not change training.
    @Test func aPolicyIsFrozen() throws {
        let (watched, alone) = (try lab(), try lab())
        try watched.train(until: 100)
        try alone.train(until: 100)
        let policy = watched.agent.policy(.stochastic, rows: 1, seed: 3)
        let weights = try archive(of: policy)
        let before = watched.actions(of: policy, on: [1], count: 200)
        try watched.train(until: 300)
        try alone.train(until: 300)
        let after = watched.actions(of: policy, on: [1], count: 200)
        #expect(before == after)
        #expect(try archive(of: policy).entries == weights.entries)
        let hasLearned =
            try archive(of: watched.agent.policy(.greedy, rows: 1, seed: 3)).entries != weights.entries
        #expect(hasLearned)
        let isUndisturbed = try watched.archive().safetensors() == alone.archive().safetensors()
        #expect(isUndisturbed)
    }

    /// A policy's file is its network, under the names that the agent's archive has too.
    @Test func aPolicyIsRestored() throws {
        let trained = try lab()
        try trained.train(until: 200)
        let policy = try archive(of: trained.agent.policy(.greedy, rows: 1, seed: 0))
        let names = (0..<2).flatMap { ["network.layers.\($0).bias", "network.layers.\($0).weight"] }
        #expect(policy.entries.keys.sorted() == names)
        for (name, entry) in policy.entries {
            #expect(try trained.archive().entries["agent." + name] == entry)
        }
        let fresh = try lab(seed: 7)
        var restored = fresh.agent.policy(.greedy, rows: 1, seed: 0)
        var file = try Archive(safetensors: policy.safetensors())
        try restored.archive(&file)
        #expect(try archive(of: restored).entries == policy.entries)
    }

    private func archive(of policy: any Policy) throws -> Archive {
        var (policy, archive) = (policy, Archive())
        try policy.archive(&archive)
        return archive
    }

    // MARK: - Acting

    /// Where all values are equal, the first action is taken.
    @Test func greedyTies() throws {
        let lab = try lab()
        var policy = lab.agent.policy(.greedy, rows: 1, seed: 0)
        var zeros = Archive(
            restoring: try archive(of: policy).entries.mapValues { entry in
                Archive.Entry(
                    type: entry.type, shape: entry.shape, bytes: Array(repeating: 0, count: entry.bytes.count)
                )
            })
        try policy.archive(&zeros)
        #expect(lab.actions(of: policy, on: [2], count: 50) == Array(repeating: 0, count: 50))
    }

    /// Nothing is known before the first act; afterwards, rows do not mix.
    @Test func explaining() throws {
        let lab = try lab()
        var policy = lab.agent.policy(.greedy, rows: 3, seed: 0)
        #expect(policy.explain(row: 0) == Insight())
        var batch = StepBatch(observationSpace: .discrete(4), count: 3)
        batch.observations.indices = [3, 0, 2]
        var actions = ActionBatch(for: .discrete(3), count: 3)
        policy.act(on: batch, into: &actions)
        for (row, state) in [3.0, 0, 2].enumerated() {
            let values = try lab.actionValues([state])
            let insight = policy.explain(row: row)
            // One row alone is added up in another order than several together.
            let seen = insight.actionValues ?? []
            #expect(seen.count == values.count && zip(seen, values).allSatisfy { abs($0 - $1) < 1e-6 })
            #expect(insight.stateValue == seen.max())
            #expect(values[Int(actions.indices[row])] == values.max())
        }
        #expect(policy.explain(row: 3) == Insight())
    }

    /// Greedy acts with `evaluationEpsilon`, stochastic with the exploration of the training's end.
    @Test(arguments: [
        ("0", "linear(1, 0.6, 10%)", 0.0, 0.6), ("0.3", "0", 0.3, 0), ("1", "1", 1, 1),
    ])
    func policyEpsilon(_ evaluation: String, _ epsilon: String, _ greedy: Double, _ stochastic: Double) throws
    {
        let lab = try lab(["evaluationEpsilon": evaluation, "epsilon": epsilon])
        let best = try #require(
            lab.actionValues([1]).enumerated().max { $0.element < $1.element }?.offset ?? 0 as Int?)
        for (mode, expected) in [(ActingMode.greedy, greedy), (.stochastic, stochastic)] {
            let actions = lab.actions(
                of: lab.agent.policy(mode, rows: 1, seed: 4), on: [1], count: 6000)
            let share = Double(actions.count { $0 != best }) / 6000
            // Two of three random actions are not the best; 0.03 is four standard deviations.
            if evaluation == "1" {
                #expect(abs(Double(actions.count { $0 == 0 }) / 6000 - 1 / 3) < 0.03)
            } else {
                #expect(abs(share - expected * 2 / 3) < (expected == 0 ? 1e-9 : 0.03), "\(mode)")
            }
        }
    }

    /// Exploration follows the schedule by environment steps, and is 1 during the warm-up.
    @Test(arguments: [1, 4]) func explorationSchedule(rows: Int) throws {
        let lab = try lab(["epsilon": "linear(0.9, 0.1, 40%)", "warmupSteps": "20"], rows: rows, steps: 200)
        while lab.recorder.steps < 120 {
            let steps = lab.recorder.steps
            let epsilon = try lab.measure()["epsilon"] ?? .nan
            let expected = steps < 20 ? 1 : steps < 80 ? 0.9 - 0.8 * Double(steps) / 80 : 0.1
            #expect(abs(epsilon - expected) < 1e-6, "step \(steps)")
        }
    }

    /// With ε = 0 the first `warmupSteps` actions are random all the same, and the ones after it are greedy.
    @Test(arguments: [1, 4]) func warmUpActsAtRandom(rows: Int) throws {
        let lab = try lab(
            ["epsilon": "0", "warmupSteps": "1000", "replayCapacity": "2000", "learningRate": "0"],
            in: .constant(observation: [1], reward: 0), rows: rows, steps: 2000)
        try lab.train(until: 2000)
        let actions: [Int32] = try lab.field("agent.replay.actions.indices")
        let ones = actions[..<1000].count { $0 == 1 }
        #expect((437...563).contains(ones), "four standard deviations around a half: \(ones)")
        #expect(Set(actions[1000...]).count == 1)
    }

    /// Every row draws for itself whether it explores.
    @Test func rowsExploreIndependently() throws {
        let lab = try lab(
            ["epsilon": "0.5", "warmupSteps": "0", "replayCapacity": "4000", "learningRate": "0"],
            in: .constant(observation: [1], reward: 0), rows: 2, steps: 4000)
        try lab.train(until: 4000)
        let actions: [Int32] = try lab.field("agent.replay.actions.indices")
        let differing = stride(from: 0, to: 4000, by: 2).count { actions[$0] != actions[$0 + 1] }
        // A row leaves the best action in 1 of 4 steps: 2 · 1/4 · 3/4 of the pairs differ.
        #expect(abs(Double(differing) / 2000 - 0.375) < 0.045)
    }

    // MARK: - Learning when it is time to

    /// Updates are counted by environment steps, from the warm-up's end, however many rows there are.
    @Test(arguments: ["1", "3", "4", "16", "50"], [("0", "1"), ("1", "1"), ("20", "2"), ("30", "1")])
    func updatesAStep(_ interval: String, _ rest: (warmup: String, updates: String)) throws {
        let settings = ["trainInterval": interval, "warmupSteps": rest.warmup, "updates": rest.updates]
        let (every, warmup, times) = (
            try #require(Int(interval)), try #require(Int(rest.warmup)), try #require(Int(rest.updates))
        )
        for rows in [1, 3, 16, 48] {
            let lab = try lab(settings, rows: rows)
            while lab.recorder.steps < 144 {
                try lab.iterate()
                let steps = lab.recorder.steps
                let due = (0...steps).count { $0 > warmup && $0 % every == 0 } * times
                #expect(try lab.field("agent.optimizer.step") == [due], "\(rows) rows, step \(steps)")
            }
        }
    }

    /// The target changes when the environment steps pass a multiple of the interval, not with updates, and is then
    /// the network as it was before this step's updates.
    @Test(arguments: [1, 4]) func targetIsCopied(rows: Int) throws {
        let lab = try lab(
            ["targetUpdateInterval": "10", "trainInterval": "1", "warmupSteps": "4"], rows: rows)
        var (network, target) = (try weights("network", lab), try weights("target", lab))
        #expect(network == target)
        while lab.recorder.steps < 60 {
            let before = lab.recorder.steps
            try lab.iterate()
            let isDue = lab.recorder.steps / 10 > before / 10
            let now = try weights("target", lab)
            #expect(now == (isDue ? network : target), "step \(lab.recorder.steps)")
            (network, target) = (try weights("network", lab), now)
        }
        #expect(network != target)
    }

    /// A mixed target moves by its share for every multiple of the interval that is passed, whatever the rows.
    @Test(arguments: [1, 4]) func targetIsMixed(rows: Int) throws {
        let lab = try lab(
            [
                "targetUpdateInterval": "2", "targetMixingRate": "0.25", "trainInterval": "1",
                "warmupSteps": "4",
            ], rows: rows)
        var (network, target) = (try weights("network", lab), try weights("target", lab))
        while lab.recorder.steps < 60 {
            let before = lab.recorder.steps
            try lab.iterate()
            for _ in 0..<lab.recorder.steps / 2 - before / 2 {
                target = zip(target, network).map { $0 + 0.25 * ($1 - $0) }
            }
            let now = try weights("target", lab)
            #expect(zip(now, target).allSatisfy { abs($0 - $1) < 1e-6 }, "step \(lab.recorder.steps)")
            (network, target) = (try weights("network", lab), now)
        }
    }

    private func weights(_ name: String, _ lab: Lab) throws -> [Float] {
        try (0..<2).flatMap { layer in
            try ["bias", "weight"].flatMap {
                try lab.field("agent.\(name).layers.\(layer).\($0)", as: Float.self)
            }
        }
    }

    /// Transitions keep `terminated` and the true successor; a limit leaves no trace.
    @Test func storedTransitions() throws {
        let lab = try lab(["replayCapacity": "30"], in: .probe("delayed-reward"))
        try lab.train(until: 20)
        let terminated: [Bool] = try lab.field("agent.replay.terminated")
        let observed: [Float] = try lab.field("agent.replay.observations.floats")
        let next: [Float] = try lab.field("agent.replay.nextObservations.floats")
        #expect(Array(terminated[..<20]) == (0..<20).map { $0 % 2 == 1 })
        #expect(Array(observed[..<20]) == (0..<20).map { Float($0 % 2) })
        #expect(Array(next[..<20]) == Array(repeating: 1, count: 20))

        let cut = try self.lab(["replayCapacity": "30"], in: .probe("endless-reward"))
        try cut.train(until: 30)
        #expect(cut.recorder.episodeCount == 3)
        let flags: [Bool] = try cut.field("agent.replay.terminated")
        #expect(flags == Array(repeating: false, count: 30))
    }

    @Test func learningRateIsScheduled() throws {
        let lab = try lab(["learningRate": "linear(0.5)", "warmupSteps": "4"], steps: 100)
        for step in 1...100 {
            let rate = try lab.measure()["learningRate"]
            #expect(rate == (step > 4 ? Double(Float(0.5 - 0.5 * Double(step) / 100)) : nil), "step \(step)")
        }
    }

    // MARK: - Divergence

    @Test func infiniteLoss() throws {
        let lab = try lab(["loss": "squared"], in: .constant(observation: [1], reward: 1e25))
        let error = #expect(throws: TrainingError.self) { try lab.train(until: 100) }
        #expect(error?.description.hasPrefix("training diverged: loss is inf at step 22 (") == true)
        // The network is as it was before the update that could not be.
        #expect(try weights("network", lab).allSatisfy(\.isFinite))
        #expect(try lab.field("agent.optimizer.step") == [0])
    }

    /// What the environment got wrong is not blamed on the agent.
    @Test(arguments: [
        (Float.nan, 1.0, "constant, row 0: element 0 of the observation is nan"),
        (1, .infinity, "constant, row 0: the reward is inf"),
    ])
    func undefinedExperience(_ observation: Float, _ reward: Double, _ message: String) throws {
        let lab = try lab(in: .constant(observation: [observation], reward: reward))
        #expect(throws: EnvironmentError(message)) { try lab.train(until: 100) }
    }

    /// Two inputs so large that the gradient's norm overflows although the loss does not.
    @Test func infiniteGradient() throws {
        let settings = ["hidden": "[]", "discount": "0"]
        let huge = MadeEnvironment.constant(observation: [3e38, -3e38], reward: 1, actions: 1)
        let lab = try lab(settings, in: huge)
        var entries = try lab.archive().entries
        for name in ["agent.network.layers.0.weight", "agent.network.layers.0.bias"] {
            let entry = try #require(entries[name])
            entries[name] = Archive.Entry(
                type: entry.type, shape: entry.shape, bytes: Array(repeating: 0, count: entry.bytes.count))
        }
        try lab.restore(Archive(restoring: entries).safetensors())
        #expect(throws: TrainingError.notFinite(.gradientNorm, .infinity, step: 22)) {
            try lab.train(until: 100)
        }
    }

    // MARK: - Fitting the task

    @Test func refusedSpaces() throws {
        let vector = Space.box(Box(low: [-1], high: [1], shape: [2]))
        let integers = Space.box(Box(low: [0], high: [9], shape: [2], scalarType: .int32))
        let refused: [(Space, Space)] = [
            (vector, vector), (vector, .multiDiscrete([2, 2])), (integers, .discrete(2)),
        ]
        for (observation, action) in refused {
            let error = #expect(throws: ConfigurationError.self) {
                try Lab(DQNTests.entry, in: .spaces(observation: observation, action: action))
            }
            let line = error?.description ?? ""
            #expect(!line.isEmpty && !line.contains("\n"), "\(observation), \(action)")
        }
        let error = #expect(throws: ConfigurationError.self) {
            try Lab(DQNTests.entry, in: .spaces(observation: vector, action: vector))
        }
        #expect(error?.description.contains("dqn") == true && error?.description.contains("spaces") == true)
    }

    @Test func refusedSettings() {
        for (name, text) in [
            ("discount", "1.5"), ("epsilon", "linear(2, 0)"), ("batchSize", "0"), ("hidden", "[0]"),
            ("replayCapacity", "0"), ("gradientClip", "0"), ("trainInterval", "0"), ("loss", "l1"),
            ("targetUpdateInterval", "0"), ("learningRate", "-1"), ("targetMixingRate", "2"),
            ("epsilonn", "1"),
        ] {
            #expect(throws: ConfigurationError.self, "\(name)") { try lab([name: text]) }
        }
    }
}
