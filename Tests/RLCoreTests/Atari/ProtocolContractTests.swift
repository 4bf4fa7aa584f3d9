import RLCore
import Testing

/// Every modifier alone, and all of them, keep the contract of environments; archives of a chain hold every state.
@Suite struct ProtocolContractTests {
    let script = Film.Script(points: [2: 1, 7: 2, 11: -3], losses: [5, 11, 12, 18], end: 23, lives: 5)

    @Test func alone() {
        let film = Film(script)
        let checker = EnvironmentChecker(seeds: [0, 1], steps: 200)
        #expect(checker.violations(of: film) == [])
        #expect(checker.violations(of: film.sticky(0.25)) == [])
        #expect(checker.violations(of: film.startingWithNoOps(30)) == [])
        #expect(checker.violations(of: film.startingWithFire(2)) == [])
        #expect(checker.violations(of: film.episodicLife()) == [])
        #expect(checker.violations(of: film.timeLimit(9)) == [])
        #expect(checker.violations(of: film.skippingFrames(3)) == [])
        #expect(checker.violations(of: film.resized(1, 2)) == [])
        #expect(checker.violations(of: film.stacked(3)) == [])
        #expect(checker.violations(of: film.rewardSign()) == [])
        #expect(checker.violations(of: film.observedLazily()) == [])
        #expect(checker.violations(of: Film(script, channels: 3).grey()) == [])
    }

    @Test(arguments: [0, 40]) func together(limit: Int) {
        let whole = Film(script, channels: 3).grey().sticky(0.25).startingWithNoOps(5).timeLimit(limit)
            .episodicLife().startingWithFire(2).skippingFrames(4).resized(1, 2).stacked(4).rewardSign()
        #expect(EnvironmentChecker(steps: 400).violations(of: whole) == [])
    }
}
