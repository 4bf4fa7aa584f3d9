import RLCore
import Testing

@Suite struct StartTests {
    @Test func asManyNoOpsAsGymnasiumDraws() {
        var player = Player(Film().startingWithNoOps(30), seed: 11)
        var stream = PCG64(seed: 11)
        var seen: Set<Int> = []
        for _ in 0..<500 {
            player.reset()
            let expected = stream.integers(in: 1..<31)
            #expect(player.environment.base.actions == [Int](repeating: 0, count: expected))
            seen.insert(expected)
        }
        #expect(seen == Set(1...30))
    }

    @Test func noNoOps() {
        var player = Player(Film().startingWithNoOps(0), seed: 11)
        player.reset()
        #expect(player.environment.base.actions.isEmpty && player.random == PCG64(seed: 11))
    }

    @Test func aGameThatEndsMeanwhileIsStartedAgain() {
        var player = Player(Film(Film.Script(end: 7)).startingWithNoOps(30), seed: 2)
        var stream = PCG64(seed: 2)
        var game = 0
        for _ in 0..<50 {
            player.reset()
            let noops = stream.integers(in: 1..<31)
            game += 1 + noops / 7
            #expect(player.environment.base.actions.count == noops % 7)
            #expect(player.environment.base.game == game)
        }
    }

    @Test func fireIsPressedWhereThereIsOne() {
        var player = Player(Film().startingWithFire(4))
        player.reset()
        #expect(player.environment.base.actions == [2, 2, 2, 2])
        var without = Player(Film(names: ["noop", "left", "right"]).startingWithFire(4))
        without.reset()
        #expect(without.environment.base.actions.isEmpty)
    }

    @Test func whatHappensWhileFiringIsToldWithTheFirstStep() {
        let script = Film.Script(points: [1: 5, 2: 7, 3: 1])
        var player = Player(Film(script).startingWithFire(2))
        player.reset()
        let first = player.step(0)
        #expect(first.reward == 1 && first.score == 13 && !first.isDone)
        #expect(player.step(0) == Outcome(reward: 0))
    }

    @Test func aGameThatEndsWhileFiringIsOverWithTheFirstStep() {
        var player = Player(Film(Film.Script(points: [2: 3], end: 2)).startingWithFire(4))
        player.reset()
        let first = player.step(1)
        #expect(first.reward == 0 && first.score == 3 && first.terminated && first.episodeEnded)
        #expect(player.environment.base.actions == [2, 2])
        player.reset()
        #expect(player.environment.base.game == 2)
    }
}
