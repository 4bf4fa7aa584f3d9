import Environments
import RLCore
import Testing

@Suite struct RecordedGamesTests {
    /// Observations, rewards and flags through restarts, equal to the published environment's to the last bit.
    @Test(arguments: RecordedGames.all)
    func isThePublishedGame(_ recorded: RecordedGames) throws {
        let entry = try #require(standardEnvironments.first { $0.name == recorded.environment })
        let made = try entry.make(recorded.settings)
        for (index, game) in recorded.games.enumerated() {
            let kept = index == 0 ? recorded.opening.count : 0
            let played = try PlayedGame(
                made, seed: game.seed, steps: recorded.steps, policy: recorded.policy, keeping: kept)
            for (number, expected) in recorded.opening.enumerated() where index == 0 {
                #expect(played.observations[number] == expected, "observation \(number) of seed \(game.seed)")
            }
            #expect(played.game == game)
        }
    }

    @Test(arguments: RecordedGames.all.filter { $0.policy == nil })
    func keepsTheContractWithItsSettings(_ recorded: RecordedGames) throws {
        let entry = try #require(standardEnvironments.first { $0.name == recorded.environment })
        #expect(EnvironmentChecker().violations(of: try entry.make(recorded.settings)) == [])
    }

    @Test func everyPublishedEnvironmentIsRecorded() {
        let recorded = Set(RecordedGames.all.map(\.environment))
        let published = (classicControlEnvironments + toyTextEnvironments + minAtarEnvironments).map(\.name)
        #expect(published.filter { !recorded.contains($0) } == [])
    }
}
