import Agents
import Environments
import RLCore
import RLTraining
import Testing

/// What A2C and PPO promise beside learning.
@Suite struct ActorCriticTests {
    private static let small = ["hidden": "[8]", "rolloutSteps": "4", "learningRate": "0.01"]
    private static let agents = ["a2c", "ppo"]

    private func lab(
        _ agent: String, _ changes: [String: String] = [:], in environment: MadeEnvironment = .randomWalk(),
        rows: Int = 1, steps: Int = 1000, seed: UInt64 = 1
    ) throws -> Lab {
        try Lab(
            agent == "ppo" ? AgentEntry(PPO.self) : AgentEntry(A2C.self),
            ActorCriticTests.small.merging(changes) { $1 }, in: environment, rows: rows, steps: steps,
            seed: seed)
    }

    // MARK: - Repeatability

    @Test(arguments: agents, [1, 3]) func sameSeedSameBytes(_ agent: String, rows: Int) throws {
        func train(seed: UInt64) throws -> (file: [UInt8], output: [String]) {
            let lab = try lab(agent, rows: rows, seed: seed)
            try lab.train(until: 300)
            return (try lab.archive().safetensors(), lab.output)
        }
        let (one, again, other) = (try train(seed: 1), try train(seed: 1), try train(seed: 2))
        let isSame = one == again
        #expect(isSame)
        let isOther = one.file != other.file && one.output != other.output
        #expect(isOther)
    }

    /// Halves of a large minibatch are the same on one thread as on two.
    @Test(arguments: [2, 5]) func threadsChangeNoByte(_ threads: Int) throws {
        let cartPole = MadeEnvironment(name: "CartPole-v1", CartPole().timeLimit(500))
        func train(threads: Int) throws -> [UInt8] {
            let settings = ["rolloutSteps": "64", "minibatches": "2", "learningRate": "1e-3"]
            let lab = try Lab(
                AgentEntry(PPO.self), settings, in: cartPole, rows: 4, steps: 2048, threads: threads)
            try lab.train(until: 1024)
            return try lab.archive().safetensors()
        }
        let isSame = try train(threads: 1) == train(threads: threads)
        #expect(isSame)
    }

    /// Training does not change a policy taken before, and acting with one does not change training.
    @Test(arguments: agents, [false, true])
    func aPolicyIsFrozen(_ agent: String, _ isNormalized: Bool) throws {
        func made() throws -> Lab {
            try lab(agent, ["normalizesObservations": "\(isNormalized)"], in: .probe("identity"))
        }
        let (watched, alone) = (try made(), try made())
        try watched.train(until: 100)
        try alone.train(until: 100)
        let policy = watched.agent.policy(.stochastic, rows: 1, seed: 3)
        let weights = try archive(of: policy)
        let before = watched.actions(of: policy, on: [1, 0], count: 200)
        try watched.train(until: 300)
        try alone.train(until: 300)
        let after = watched.actions(of: policy, on: [1, 0], count: 200)
        #expect(before == after)
        #expect(try archive(of: policy).entries == weights.entries)
        let hasLearned =
            try archive(of: watched.agent.policy(.greedy, rows: 1, seed: 3)).entries != weights.entries
        #expect(hasLearned)
        let isUndisturbed = try watched.archive().safetensors() == alone.archive().safetensors()
        #expect(isUndisturbed)
    }

    /// A policy's file is its networks and what observations are normalised by, under the names that the agent's archive
    /// has too; restored elsewhere, it tells the same.
    @Test(arguments: agents, [false, true])
    func aPolicyIsRestored(_ agent: String, _ isNormalized: Bool) throws {
        let settings = ["normalizesObservations": "\(isNormalized)"]
        let trained = try lab(agent, settings, in: .probe("identity"))
        try trained.train(until: 200)
        let policy = try archive(of: trained.agent.policy(.greedy, rows: 1, seed: 0))
        let names = ["actor", "critic"].flatMap { part in
            (0..<2).flatMap { ["network.\(part).layers.\($0).bias", "network.\(part).layers.\($0).weight"] }
        }
        let moments = ["count", "mean", "variance"].map { "normalizer.observations.\($0)" }
        #expect(policy.entries.keys.sorted() == names + (isNormalized ? moments : []))
        for (name, entry) in policy.entries {
            #expect(try trained.archive().entries["agent." + name] == entry)
        }
        let fresh = try lab(agent, settings, in: .probe("identity"), seed: 7)
        var restored = fresh.agent.policy(.greedy, rows: 1, seed: 0)
        var file = try Archive(safetensors: policy.safetensors())
        try restored.archive(&file)
        let space = Space.box(Box(low: [0], high: [1], shape: [2]))
        var batch = StepBatch(observationSpace: space, count: 1)
        var actions = ActionBatch(for: .discrete(2), count: 1)
        batch.observations.floats = [1, 0]
        restored.act(on: batch, into: &actions)
        #expect(try restored.explain(row: 0) == trained.insight([1, 0]))
    }

    private func archive(of policy: any Policy) throws -> Archive {
        var (policy, archive) = (policy, Archive())
        try policy.archive(&archive)
        return archive
    }

    // MARK: - Acting

    /// Nothing is known before the first act; afterwards, rows do not mix, and the greedy action is the most probable.
    @Test(arguments: agents) func explaining(_ agent: String) throws {
        let lab = try lab(agent)
        try lab.train(until: 200)
        var policy = lab.agent.policy(.greedy, rows: 3, seed: 0)
        #expect(policy.explain(row: 0) == Insight())
        var batch = StepBatch(observationSpace: .discrete(4), count: 3)
        batch.observations.indices = [3, 0, 2]
        var actions = ActionBatch(for: .discrete(3), count: 3)
        policy.act(on: batch, into: &actions)
        for (row, state) in [3.0, 0, 2].enumerated() {
            let (alone, seen) = (try lab.insight([state]), policy.explain(row: row))
            let probabilities = try #require(seen.actionProbabilities)
            // One row alone is added up in another order than several together.
            for (one, other) in zip(probabilities, try #require(alone.actionProbabilities)) {
                #expect(abs(one - other) < 1e-5)
            }
            #expect(abs(try #require(seen.stateValue) - (try #require(alone.stateValue))) < 1e-5)
            #expect(probabilities.count == 3 && abs(probabilities.reduce(0, +) - 1) < 1e-5)
            #expect(probabilities[Int(actions.indices[row])] == probabilities.max())
        }
        #expect(policy.explain(row: 3) == Insight())
    }

    /// Stochastic samples as often as it says; greedy never leaves the best.
    @Test(arguments: agents) func actingModes(_ agent: String) throws {
        let lab = try lab(agent)
        try lab.train(until: 200)
        let probabilities = try #require(lab.insight([1]).actionProbabilities)
        let sampled = lab.actions(of: lab.agent.policy(.stochastic, rows: 1, seed: 4), on: [1], count: 6000)
        for action in 0..<3 {
            let share = Double(sampled.count { $0 == action }) / 6000
            // Four standard deviations at most.
            #expect(abs(share - Double(probabilities[action])) < 0.026)
        }
        let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] }
        let greedy = lab.actions(of: lab.agent.policy(.greedy, rows: 1, seed: 4), on: [1], count: 50)
        #expect(Set(greedy).map(Int.init) == [try #require(best)])
    }

    /// The weights begin orthogonal, the biases at 0, all actions about equally likely.
    @Test(arguments: agents) func initialWeights(_ agent: String) throws {
        let lab = try lab(agent, ["hidden": "[8, 8]"], in: .randomWalk(states: 5))
        for part in ["actor", "critic"] {
            let gains: [Float] = [2, 2, part == "actor" ? 1e-4 : 1]
            for (layer, gain) in gains.enumerated() {
                let name = "agent.network.\(part).layers.\(layer)"
                let bias = try lab.field("\(name).bias", as: Float.self)
                #expect(bias.allSatisfy { $0 == 0 })
                let shape = try #require(lab.archive().entries["\(name).weight"]).shape
                let weight = try lab.field("\(name).weight", as: Float.self)
                // [out, in] in the file; the shorter side's vectors are orthogonal, of the length gain.
                let (outputs, inputs) = (shape[0], shape[1])
                let vectors =
                    outputs <= inputs
                    ? (0..<outputs).map { row in (0..<inputs).map { weight[row * inputs + $0] } }
                    : (0..<inputs).map { column in (0..<outputs).map { weight[$0 * inputs + column] } }
                for (i, one) in vectors.enumerated() {
                    for (j, other) in vectors.enumerated() {
                        let product = zip(one, other).reduce(0) { $0 + $1.0 * $1.1 }
                        #expect(abs(product - (i == j ? gain : 0)) < 1e-5 * gain, "\(name)")
                    }
                }
            }
        }
        let probabilities = try #require(lab.insight([0]).actionProbabilities)
        #expect(probabilities.allSatisfy { abs($0 - 1 / 3) < 0.02 })
    }

    /// Pixels of Atari's size have three convolutions and 512 units below both heads.
    @Test(arguments: agents) func sharedTrunk(_ agent: String) throws {
        let space = Space.box(Box(low: [0], high: [255], shape: [84, 84, 4], scalarType: .uint8))
        let lab = try lab(agent, in: .spaces(observation: space, action: .discrete(6)))
        let shapes = try lab.archive().entries.filter { $0.key.hasPrefix("agent.network.") }
            .filter { $0.key.hasSuffix("weight") }.mapValues(\.shape)
        #expect(
            shapes == [
                "agent.network.body.layers.0.weight": [32, 4, 8, 8],
                "agent.network.body.layers.1.weight": [64, 32, 4, 4],
                "agent.network.body.layers.2.weight": [64, 64, 3, 3],
                "agent.network.body.layers.3.weight": [512, 3136],
                "agent.network.actor.layers.0.weight": [6, 512],
                "agent.network.critic.layers.0.weight": [1, 512],
            ])
    }

    // MARK: - Learning when it is time to

    /// Episodes go on across the rollout's edge: nothing is restarted there.
    @Test(arguments: agents) func edges(_ agent: String) throws {
        let lab = try lab(
            agent, ["minibatches": "2"].filter { _ in agent == "ppo" }, in: .probe("endless-reward"))
        try lab.train(until: 30)
        #expect(lab.recorder.episodeCount == 3)
        #expect(lab.output.filter { $0.hasSuffix("false") }.count == 3)
    }

    /// Before the first step of the first epoch the policy is still the one that acted.
    @Test(arguments: [1, 4]) func firstMinibatch(rows: Int) throws {
        let lab = try lab("ppo", ["epochs": "1", "minibatches": "1", "rolloutSteps": "16"], rows: rows)
        for update in 1...4 {
            for _ in 0..<15 { #expect(try lab.measure()["approximateKL"] == nil) }
            let measured = try lab.measure()
            #expect(abs(try #require(measured["approximateKL"])) < 1e-6, "update \(update)")
            #expect(measured["clipFraction"] == 0)
            // Normalised advantages have the mean 0, and every ratio is 1.
            #expect(abs(try #require(measured["policyLoss"])) < 1e-5)
        }
        // Later ones are not: the test could fail.
        let more = try self.lab(
            "ppo", ["epochs": "8", "learningRate": "0.1", "rolloutSteps": "16"], rows: rows)
        try more.train(until: 15 * rows)
        let measured = try more.measure()
        #expect(
            try #require(measured["approximateKL"]) > 1e-3 && (try #require(measured["clipFraction"])) > 0)
    }

    /// With a step size of 0, an epoch's minibatches together are the rollout, whatever their number.
    @Test func anEpochCoversEverything() throws {
        func measure(_ minibatches: String) throws -> [String: Double] {
            let lab = try lab(
                "ppo",
                [
                    "minibatches": minibatches, "epochs": "1", "learningRate": "0",
                    "normalizesAdvantages": "false", "rolloutSteps": "16",
                ], rows: 2)
            for _ in 0..<15 { _ = try lab.measure() }
            return try lab.measure()
        }
        let whole = try measure("1")
        for minibatches in ["2", "8", "32"] {
            let parts = try measure(minibatches)
            for name in ["policyLoss", "valueLoss", "entropy", "loss"] {
                #expect(abs(try #require(parts[name]) - (try #require(whole[name]))) < 1e-5, "\(name)")
            }
        }
    }

    @Test(arguments: [1, 4]) func updatesARollout(rows: Int) throws {
        let lab = try lab("ppo", ["minibatches": "2", "epochs": "3"], rows: rows)
        for iteration in 1...12 {
            try lab.iterate()
            #expect(try lab.field("agent.optimizer.step") == [iteration / 4 * 6])
        }
    }

    /// A minibatch that has moved the policy too far is the update's last.
    @Test func targetKL() throws {
        func steps(_ target: String) throws -> [Int] {
            let lab = try lab(
                "ppo", ["targetKL": target, "epochs": "5", "learningRate": "0.3", "minibatches": "1"])
            try lab.train(until: 4)
            return try lab.field("agent.optimizer.step")
        }
        #expect(try steps("0") == [5])
        #expect(try steps("1e9") == [5])
        // The first minibatch sees the policy that acted; the second is already too far.
        #expect(try steps("1e-5") == [2])
    }

    /// One advantage alone is not normalised, which would make it 0.
    @Test func advantageAlone() throws {
        let lab = try lab("ppo", ["rolloutSteps": "1", "minibatches": "1", "epochs": "1"])
        let loss = try #require(lab.measure()["policyLoss"])
        let (reward, value): ([Float], [Float]) = (
            try lab.field("agent.rollout.rewards"), try lab.field("agent.rollout.values")
        )
        let next: [Float] = try lab.field("agent.rollout.successorValues")
        let advantage = Double(reward[0] + 0.99 * next[0] - value[0])
        #expect(abs(advantage) > 0.01 && abs(loss + advantage) < 1e-5)
    }

    /// The first update runs at the full rate, the next at what is left when its rollout begins.
    @Test(arguments: agents, [1, 4]) func annealing(_ agent: String, rows: Int) throws {
        let lab = try lab(agent, ["learningRate": "linear(0.5)"], rows: rows, steps: 100 * rows)
        for update in 0..<25 {
            for _ in 0..<3 { #expect(try lab.measure()["learningRate"] == nil) }
            let rate = try #require(lab.measure()["learningRate"])
            #expect(rate == Double(Float(0.5 - 0.5 * Double(4 * update) / 100)), "update \(update)")
        }
    }

    // MARK: - Divergence

    @Test(arguments: agents) func infiniteLoss(_ agent: String) throws {
        let lab = try lab(agent, in: .constant(observation: [1], reward: 1e25))
        let error = #expect(throws: TrainingError.self) { try lab.train(until: 100) }
        #expect(error?.description.hasPrefix("training diverged: loss is inf at step 4 (") == true)
        #expect(error?.description.contains("squared") == true, "\(error?.description ?? "")")
        // The networks are as they were before the update that could not be.
        for name in try lab.archive().entries.keys where name.hasPrefix("agent.network") {
            #expect(try lab.field(name, as: Float.self).allSatisfy(\.isFinite))
        }
        if agent == "ppo" { #expect(try lab.field("agent.optimizer.step") == [0]) }
    }

    /// Two inputs so large that the gradient's norm overflows although the loss does not.
    @Test(arguments: agents) func infiniteGradient(_ agent: String) throws {
        let huge = MadeEnvironment.constant(observation: [3e38, -3e38], reward: 1, actions: 1)
        let lab = try lab(agent, ["hidden": "[]", "discount": "0"], in: huge)
        var entries = try lab.archive().entries
        for (name, entry) in entries where name.hasPrefix("agent.network") {
            entries[name] = Archive.Entry(
                type: entry.type, shape: entry.shape, bytes: Array(repeating: 0, count: entry.bytes.count))
        }
        try lab.restore(Archive(restoring: entries).safetensors())
        #expect(throws: TrainingError.notFinite(.gradientNorm, .infinity, step: 4)) {
            try lab.train(until: 100)
        }
    }

    /// What the environment got wrong is not blamed on the agent.
    @Test(arguments: agents) func undefinedExperience(_ agent: String) throws {
        let lab = try lab(agent, in: .constant(observation: [1], reward: .infinity))
        #expect(throws: EnvironmentError("constant, row 0: the reward is inf")) { try lab.train(until: 100) }
    }

    // MARK: - Fitting the task

    @Test(arguments: agents) func refusedSpaces(_ agent: String) throws {
        let vector = Space.box(Box(low: [-1], high: [1], shape: [2]))
        let integers = Space.box(Box(low: [0], high: [9], shape: [2], scalarType: .int32))
        for (observation, action) in [(vector, vector), (integers, .discrete(2))] {
            let error = #expect(throws: ConfigurationError.self) {
                try lab(agent, in: .spaces(observation: observation, action: action))
            }
            let line = error?.description ?? ""
            #expect(!line.isEmpty && !line.contains("\n"), "\(observation), \(action)")
        }
        let error = #expect(throws: ConfigurationError.self) {
            try lab(agent, in: .spaces(observation: vector, action: vector))
        }
        #expect(
            error?.description.hasPrefix("\(agent) chooses among numbered actions, but those of spaces")
                == true)
    }

    @Test(arguments: agents) func refusedSettings(_ agent: String) {
        for (name, text) in [
            ("discount", "1.5"), ("lambda", "-1"), ("rolloutSteps", "0"), ("hidden", "[0]"),
            ("learningRate", "-1"), ("gradientClip", "0"), ("optimizer", "adagrad"),
            ("optimizerEpsilon", "0"),
            ("entropyWeight", "-1"), ("normalizesObservations", "true"), ("epsilon", "1"),
        ] {
            #expect(throws: ConfigurationError.self, "\(name)") { try lab(agent, [name: text]) }
        }
    }

    @Test func refusedMinibatches() throws {
        let error = #expect(throws: ConfigurationError.self) {
            try lab("ppo", ["rolloutSteps": "10", "minibatches": "8"], rows: 2)
        }
        let line = "minibatches=8 does not fit: expected a divisor of 20, which are rolloutSteps=10 of 2 rows"
        #expect(error?.description == line)
        _ = try lab("ppo", ["rolloutSteps": "10", "minibatches": "5"], rows: 2)
    }
}
