import RLCore
import Testing

@Suite struct EpisodicLifeTests {
    @Test func aLostLifeEndsTheLearnersEpisodeOnly() {
        let script = Film.Script(points: [2: 1, 3: 4, 6: 2], losses: [3, 6, 9], end: 9)
        var player = Player(Film(script).episodicLife())
        player.reset()
        var told: [[Double]] = []
        for _ in 0..<2 {
            for _ in 0..<9 {
                let outcome = player.step(1)
                told.append([
                    outcome.reward, outcome.score, outcome.terminated ? 1 : 0, outcome.episodeEnded ? 1 : 0,
                ])
                if outcome.isDone { player.reset() }
                if outcome.episodeEnded { break }
            }
        }
        // Frames 4 and 7 do nothing and belong to the start of the next episode.
        let game: [[Double]] = [
            [0, 0, 0, 0], [1, 1, 0, 0], [4, 4, 1, 0], [0, 0, 0, 0], [2, 2, 1, 0], [0, 0, 0, 0], [0, 0, 1, 1],
        ]
        #expect(told == game + game)
        #expect(player.environment.base.game == 3)
    }

    @Test func theGameGoesOnAfterAFrameOfNothing() {
        var player = Player(Film(Film.Script(losses: [2])).episodicLife())
        player.reset()
        _ = player.step(1)
        #expect(player.step(1).terminated)
        player.reset()
        #expect(player.environment.base.actions == [1, 1, 0])
        #expect(player.observation == [3, 0, 2, 1])
    }

    @Test func whatIsScoredInThatFrameIsToldWithTheFirstStep() {
        var player = Player(Film(Film.Script(points: [3: 5, 4: 1], losses: [2], end: 20)).episodicLife())
        player.reset()
        _ = player.step(1)
        _ = player.step(1)
        player.reset()
        let outcome = player.step(1)
        #expect(outcome.reward == 1 && outcome.score == 6)
    }

    @Test func aGameThatEndsInThatFrameIsOverWithTheFirstStep() {
        var player = Player(Film(Film.Script(losses: [2, 3], end: 3)).episodicLife())
        player.reset()
        _ = player.step(1)
        #expect(player.step(1).terminated)
        player.reset()
        let outcome = player.step(1)
        #expect(outcome.terminated && outcome.episodeEnded)
        #expect(player.environment.base.frame == 3)
        player.reset()
        #expect(player.environment.base.game == 2 && player.environment.base.frame == 0)
    }

    @Test func anEpisodeGivenUpOrCutStartsAnotherGame() {
        var player = Player(Film(Film.Script(losses: [5])).timeLimit(5).episodicLife())
        player.reset()
        _ = player.step(1)
        player.reset()
        #expect(player.environment.base.base.game == 2)
        for _ in 0..<4 { _ = player.step(1) }
        let last = player.step(1)
        #expect(last.truncated && last.terminated && last.episodeEnded)
        player.reset()
        #expect(player.environment.base.base.game == 3)
    }

    @Test func aFreshSeedStartsAnotherGame() throws {
        let environment = Film(Film.Script(losses: [2])).episodicLife().skippingFrames(2)
        let rows = try Vectorized(environment, count: 1)
        var batch = StepBatch(observationSpace: rows.observationSpace, count: 1)
        let action = ActionBatch(for: rows.actionSpace, count: 1)
        rows.reset(seed: 0, into: &batch)
        try rows.step(action, into: &batch)
        #expect(batch.terminated[0] && batch.finished.isEmpty)
        rows.reset(seed: 0, into: &batch)
        #expect(batch.observations.row(0) == [0, 0, 3, 2])
        let alone = Stepped(environment)
        alone.reset(seed: 0)
        #expect(try alone.step(action).terminated)
        alone.reset(seed: 0)
        #expect(alone.observation.row(0) == [0, 0, 3, 2])
        #expect(try alone.step(action).terminated)
        alone.reset(seed: nil)
        #expect(alone.observation.row(0) == [3, 0, 2, 2])
    }

    @Test func switchedOffALostLifeIsNothing() {
        var player = Player(Film(Film.Script(losses: [1])).episodicLife(false))
        player.reset()
        #expect(player.step(1) == Outcome(reward: 0))
        player.reset()
        #expect(player.environment.base.game == 2)
    }

    @Test func finishedEpisodesAreTheGames() throws {
        let script = Film.Script(points: [1: 2, 5: 3, 10: 4], losses: [3, 6, 10], end: 10)
        let rows = try Vectorized(Film(script).episodicLife().skippingFrames(2).rewardSign(), count: 2)
        var batch = StepBatch(observationSpace: rows.observationSpace, count: 2)
        let actions = ActionBatch(for: rows.actionSpace, count: 2)
        rows.reset(seed: 0, into: &batch)
        var finished: [FinishedEpisode] = []
        var endings = 0
        for _ in 0..<30 {
            try rows.step(actions, into: &batch)
            finished += batch.finished.filter { $0.row == 0 }
            endings += batch.isDone(0) ? 1 : 0
            rows.advance(&batch)
        }
        #expect(finished.count >= 4 && finished.allSatisfy { $0.return == 9 && $0.terminated })
        #expect(endings >= 3 * finished.count)
    }
}
