import RLCore
import Testing

@Suite struct RewardSignTests {
    @Test func onlyTheLearnersRewardIsASign() {
        let points = [1: 7.0, 2: -0.5, 3: 0]
        var player = Player(Film(Film.Script(points: points)).rewardSign())
        var plain = Player(Film(Film.Script(points: points)).rewardSign(false))
        player.reset()
        plain.reset()
        for (points, sign) in [(7.0, 1.0), (-0.5, -1), (0, 0)] {
            let outcome = player.step(0)
            #expect(outcome.reward == sign && outcome.score == points)
            #expect(plain.step(0) == Outcome(reward: points))
        }
    }
}
