import Environments
import RLCore
import Testing

@Suite struct CartPoleTests {
    @Test func theOtherRewardIsSuttonAndBartos() throws {
        let entry = try #require(standardEnvironments.first { $0.name == "CartPole-v1" })
        let environment = try entry.make(["suttonBartoReward": "true", "limit": "20"]).stepped()
        environment.reset(seed: 3)
        let actions = ActionBatch(for: environment.actionSpace, count: 1)
        var rewards: [Double] = []
        while true {
            let outcome = try environment.step(actions)
            rewards.append(outcome.reward)
            if outcome.isDone { break }
        }
        #expect(rewards.dropLast().allSatisfy { $0 == 0 } && rewards.last == -1)
        #expect(rewards.count < 20)
    }

    @Test func aDamagedStateNeverTraps() throws {
        var archive = Archive(restoring: [
            "position": Archive.Entry(type: .float64, shape: [2], bytes: [UInt8](repeating: 0, count: 16))
        ])
        var environment = CartPole()
        #expect(throws: ArchiveError.self) { try environment.archive(&archive) }
    }
}
