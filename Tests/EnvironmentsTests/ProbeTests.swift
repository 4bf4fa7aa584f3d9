import Environments
import RLCore
import Testing

/// Each probe pays what its target follows from.
@Suite struct ProbeTests {
    @Test func episodesOfOneStepPayByWhatIsSeenAndDone() throws {
        let rewards: [(String, (Step) -> Double)] = [
            ("probe-constant-reward", { _ in 1 }), ("probe-observed-reward", { $0.observation[0] }),
            ("probe-action-reward", { $0.action == 1 ? 1 : -1 }),
            ("probe-action-times-observation", { $0.observation[0] * ($0.action == 1 ? 1 : -1) }),
        ]
        for (name, reward) in rewards {
            let steps = try played(name, 100)
            #expect(steps.allSatisfy { $0.outcome.reward == reward($0) && $0.outcome.terminated }, "\(name)")
            let isSigned = name.contains("observ")
            #expect(Set(steps.map(\.observation)) == (isSigned ? [[-1], [1]] : [[1]]), "\(name)")
        }
    }

    @Test func rewardsComeAtTheEnd() throws {
        let delayed = try played("probe-delayed-reward", 6)
        #expect(delayed.map(\.observation) == [[0], [1], [0], [1], [0], [1]])
        #expect(delayed.map(\.outcome.reward) == [0, 1, 0, 1, 0, 1])
        #expect(delayed.map(\.outcome.terminated) == [false, true, false, true, false, true])
        let tail = try played("probe-reward-tail", 10)
        for (index, step) in tail.enumerated() {
            #expect(step.observation == (0..<5).map { $0 == index % 5 ? 1 : 0 })
            #expect(step.outcome == Outcome(reward: index % 5 == 4 ? 1 : 0, terminated: index % 5 == 4))
        }
    }

    @Test func theEndlessOneIsOnlyCut() throws {
        let steps = try played("probe-endless-reward", 30)
        for (index, step) in steps.enumerated() {
            #expect(step.observation == [1])
            #expect(step.outcome == Outcome(reward: 1, truncated: index % 10 == 9))
        }
    }

    @Test(arguments: ["probe-identity", "probe-identity-bytes", "probe-identity-index"])
    func identityPaysForWhatIsSeen(name: String) throws {
        let steps = try played(name, 400)
        for (index, step) in steps.enumerated() {
            let number =
                step.observation.count == 1 ? Int(step.observation[0]) : step.observation.firstIndex(of: 1)
            #expect(
                step.outcome == Outcome(reward: step.action == number ? 1 : 0, truncated: index % 100 == 99))
        }
        #expect(Set(steps.map(\.observation)).count == 2)
        #expect(Set(steps.map { "\($0.observation) \($0.action)" }).count == 4)
    }

    struct Step {
        let observation: [Double]
        let action: Int
        let outcome: Outcome
    }

    private func played(_ name: String, _ count: Int) throws -> [Step] {
        let environment = try #require(probeEnvironments.first { $0.name == name }).make().stepped()
        guard case .discrete(let choices) = environment.actionSpace else { return [] }
        var actions = ActionBatch(for: environment.actionSpace, count: 1)
        var random = PCG64(seed: 0)
        environment.reset(seed: 0)
        return try (0..<count).map { _ in
            let observation = environment.observation.row(0)
            actions.indices[0] = Int32(random.integers(choices))
            let outcome = try environment.step(actions)
            if outcome.isDone { environment.reset(seed: nil) }
            return Step(observation: observation, action: Int(actions.indices[0]), outcome: outcome)
        }
    }
}
