import RLCore
import Testing

@Suite struct StickyActionsTests {
    @Test func aQuarterOfTheFramesRepeatTheActionBefore() {
        var player = Player(Film(names: (0..<50_000).map { "\($0)" }).sticky(0.25), seed: 3)
        player.reset()
        let frames = 40_000
        for action in 1...frames { _ = player.step(action) }
        var repeats = 0
        for (index, done) in player.environment.base.actions.enumerated() where done != index + 1 {
            repeats += 1
            #expect(done == (index == 0 ? 0 : player.environment.base.actions[index - 1]))
        }
        // Four standard deviations of a binomial count.
        #expect(
            abs(Double(repeats) - 0.25 * Double(frames)) < 4 * (Double(frames) * 0.25 * 0.75).squareRoot())
    }

    @Test func theFirstFrameOfAGameCanOnlyRepeatDoingNothing() {
        var player = Player(Film().sticky(1))
        player.reset()
        _ = player.step(2)
        #expect(player.environment.base.actions == [0])
    }

    @Test func nothingIsDrawnWhereNothingSticks() {
        var player = Player(Film().sticky(0), seed: 5)
        player.reset()
        _ = player.step(1)
        #expect(player.random == PCG64(seed: 5))
        #expect(player.environment.base.actions == [1])
    }
}
