import RLCore
import Testing

@Suite struct FrameSkipTests {
    @Test func pointsAreSummedAndTheLastTwoFramesSeen() {
        var player = Player(Film(Film.Script(points: [1: 1, 3: 2, 4: -5])).skippingFrames(4))
        player.reset()
        #expect(player.observation == [0, 0, 3, 1])
        let outcome = player.step(2)
        #expect(outcome == Outcome(reward: -2))
        #expect(player.observation == [4, 2, 3, 1])
        #expect(player.environment.base.actions == [2, 2, 2, 2])
    }

    @Test func aPixelIsTheBrighterOfTheTwo() {
        // The lives fall in the last frame, the number of the frame rises.
        var player = Player(Film(Film.Script(losses: [4])).skippingFrames(4))
        player.reset()
        _ = player.step(0)
        #expect(player.observation == [4, 0, 3, 1])
        _ = player.step(0)
        #expect(player.observation == [8, 0, 2, 1])
    }

    @Test(arguments: 1...8) func anEndStopsIt(end: Int) {
        var player = Player(
            Film(Film.Script(points: [end: 3, end + 1: 9], losses: [end], end: end)).skippingFrames(4))
        player.reset()
        var outcome = player.step(1)
        if end > 4 {
            #expect(!outcome.isDone)
            outcome = player.step(1)
        }
        #expect(outcome == Outcome(reward: 3, terminated: true))
        // Lives as they were a frame ago, where that frame belongs to the step.
        #expect(player.observation == [UInt8(end), 1, end % 4 == 1 ? 2 : 3, 1])
    }

    @Test func framesThatNobodySeesAreNotPainted() {
        var player = Player(Film().skippingFrames(4))
        player.reset()
        for _ in 0..<10 { _ = player.step(0) }
        #expect(player.environment.base.looks == 1 + 2 * 10)
        var single = Player(Film().skippingFrames(1))
        single.reset()
        _ = single.step(0)
        #expect(single.environment.base.looks == 2)
    }

    @Test func theDrawingIsTheGamesAtTheLearnersPace() {
        var canvas = Canvas()
        Film().sticky(0.1).skippingFrames(4).stacked(2).draw(on: &canvas)
        #expect(canvas.stepsPerSecond == 15)
    }

    @Test func anEnvironmentThatAlwaysLooksIsSkippedAlike() {
        let script = Film.Script(points: [1: 1, 3: 2], losses: [3, 6], end: 7)
        var lazy = Player(Film(script).skippingFrames(4))
        var adapted = Player(Film(script).observedLazily().skippingFrames(4))
        for _ in 0..<3 {
            lazy.reset()
            adapted.reset()
            #expect(lazy.observation == adapted.observation)
            for _ in 0..<2 {
                #expect(lazy.step(1) == adapted.step(1))
                #expect(lazy.observation == adapted.observation)
            }
        }
    }
}
