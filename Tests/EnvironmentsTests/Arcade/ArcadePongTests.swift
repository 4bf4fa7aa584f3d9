import Environments
import RLCore
import Testing

@Suite struct ArcadePongTests {
    /// A ball in the middle of the field that flies to the right, and both paddles in the middle.
    private func rally(_ numbers: KeyValuePairs<String, Int> = [:]) throws -> ArcadePong {
        try ArcadePong().replacing([
            "delay": 0, "ballX": 80 * 16, "ballY": 112 * 16, "velocityX": 20, "velocityY": 4,
        ]).replacing(numbers)
    }

    @Test func theBallIsServedAfterASecond() {
        var sides = Set<Bool>()
        for seed in 0..<20 as Range<UInt64> {
            var (game, random, events) = (ArcadePong(), PCG64(seed: seed), ArcadeEvents())
            game.start(using: &random)
            for _ in 0..<59 { game.tick(.noop, using: &random, &events) }
            #expect(game.ball == nil)
            game.tick(.fire, using: &random, &events)
            guard let first = game.ball else { continue }
            #expect(first.x == 79 * 16 && (44 * 16...180 * 16).contains(first.y))
            game.tick(.noop, using: &random, &events)
            guard let second = game.ball else { continue }
            #expect(abs(second.x - first.x) == 20 && (4...24).contains(abs(second.y - first.y)))
            sides.insert(second.x > first.x)
        }
        #expect(sides == [true, false])
    }

    @Test func wallsMirrorTheBall() throws {
        var high = try rally(["ballY": 34 * 16 + 5, "velocityY": -24])
        high.play()
        #expect(try high.numbers()["ballY"] == 34 * 16 + 19 && high.numbers()["velocityY"] == 24)
        var low = try rally(["ballY": 190 * 16 - 5, "velocityY": 24])
        low.play(frames: 2)
        #expect(try low.numbers()["ballY"] == 190 * 16 - 19 - 24)
    }

    /// From where it is hit alone, not from how it came.
    @Test(arguments: [(-10, -40), (-5, -20), (-2, -8), (2, 8), (10, 40)])
    func thePaddleTurnsTheBall(offset: Int, slope: Int) throws {
        for velocityY in [-20, 20] {
            let middle = 112 * 16 + velocityY
            var game = try rally([
                "ballX": 138 * 16 - 4, "ballY": middle - 2 * 16 + offset * 16, "velocityY": velocityY,
                "player.y": middle + velocityY - 8 * 16,
            ])
            game.play()
            let numbers = try game.numbers()
            #expect(numbers["velocityX"] == -20 && numbers["velocityY"] == slope && numbers["hits"] == 1)
            #expect(numbers["ballX"] == 138 * 16 - 16)
        }
    }

    @Test func theMiddleOfThePaddlePlaysAlmostFlat() throws {
        for (velocityY, slope) in [(4, 4), (-4, -4)] {
            var game = try rally([
                "ballX": 138 * 16, "ballY": 110 * 16 - velocityY, "velocityY": velocityY,
                "player.y": 104 * 16,
            ])
            game.play()
            #expect(try game.numbers()["velocityY"] == slope)
        }
    }

    @Test(arguments: [(0, 20), (1, 24), (2, 24), (3, 28), (8, 36), (9, 40), (50, 40)])
    func theBallGetsFaster(hits: Int, speed: Int) throws {
        var game = try rally(["ballX": 138 * 16, "hits": hits])
        game.play()
        #expect(try game.numbers()["velocityX"] == -speed)
    }

    @Test func aBallThatPassesIsAPoint() throws {
        var lost = try rally(["ballX": 159 * 16, "ballY": 40 * 16])
        #expect(lost.play().points == -1)
        #expect(lost.score == (0, 1) && lost.ball == nil)
        #expect(try lost.numbers()["servesToPlayer"] == 1)
        var won = try rally(["ballX": -16, "velocityX": -20])
        #expect(won.play().points == 1)
        #expect(won.score == (1, 0))
        #expect(try won.numbers()["servesToPlayer"] == 0)
    }

    @Test func theGameIsOverAtTwentyOne() throws {
        for (side, x, velocityX) in [("player", -16, -20), ("opponent", 159 * 16, 20)] {
            for score in [19, 20] {
                var game = try rally([
                    "\(side).score": score, "ballX": x, "ballY": 40 * 16, "velocityX": velocityX,
                ])
                #expect(game.play().isOver == (score == 20))
            }
        }
    }

    @Test func thePaddleGetsFasterAndStaysInTheField() {
        var game = ArcadePong()
        let start = game.paddles.player
        var ways: [Int] = []
        for _ in 0..<6 {
            game.play(.right)
            ways.append(start - game.paddles.player)
        }
        #expect(ways == [16, 40, 72, 112, 160, 208])
        game.play(.noop)
        game.play(.left)
        #expect(start - game.paddles.player == 208 - 16)
        game.play(.up, frames: 200)
        #expect(game.paddles.player == 34 * 16)
        game.play(.leftfire, frames: 200)
        #expect(game.paddles.player == 178 * 16)
    }

    @Test func theOpponentIsNoFasterThanItsRule() throws {
        var game = try rally(["velocityX": -20, "ballY": 40 * 16, "opponentAim": 0])
        let start = game.paddles.opponent
        game.play()
        #expect(game.paddles.opponent == start - 24)
        var waiting = try rally(["velocityX": 20, "ballY": 40 * 16])
        waiting.play()
        #expect(waiting.paddles.opponent == start)
    }

    @Test func theOpponentMissesWhatItAimsBadly() throws {
        for (aim, isHit) in [(10 * 16, true), (10 * 16 + 4, false), (-10 * 16, true), (-10 * 16 - 4, false)] {
            var game = try rally([
                "velocityX": -20, "velocityY": 0, "ballX": 20 * 16, "ballY": 100 * 16, "opponentAim": aim,
                "opponent.y": (102 - 8) * 16 - aim,
            ])
            game.play()
            #expect(try game.numbers()["velocityX"] == (isHit ? 20 : -20), "\(aim)")
        }
    }

    /// Keeps the middle of the paddle, and `aim` pixels beyond it, at the ball.
    private static func follow(_ game: ArcadePong, aim: Int) -> ArcadeAction {
        guard let ball = game.ball else { return .noop }
        let distance = (ball.y - game.paddles.player) / 16 + 2 - 8 + aim
        return distance < -4 ? .right : distance > 4 ? .left : .noop
    }

    /// Recorded: other numbers are other rules.
    @Test func scores() {
        #expect(
            ArcadeScores(ArcadePong.self, choose: ArcadeScores.random)
                == ArcadeScores(total: -2007, lowest: -21, highest: -15, frames: 336_119))
        #expect(
            ArcadeScores(ArcadePong.self) { game, _ in Self.follow(game, aim: 0) }
                == ArcadeScores(total: 1785, lowest: 13, highest: 21, frames: 1_283_524))
        #expect(
            ArcadeScores(ArcadePong.self) { game, _ in Self.follow(game, aim: 6) }
                == ArcadeScores(total: 69, lowest: -10, highest: 18, frames: 1_369_756))
    }

    /// The ball stays in the field and passes no paddle that is in its way, and no rally lasts for ever, whoever plays.
    @Test(arguments: 0..<4) func theBallIsNeverLostOrStuck(player: Int) {
        var watch = ArcadeWatch<ArcadePong>()
        var sinceServe = 0
        watch.play(seed: UInt64(player), frames: ArcadeWatch<ArcadePong>.frames / 4) { game, frame, choices in
            switch player {
            case 0: ArcadeScores.random(game, &choices)
            case 1: .noop
            case 2: Self.follow(game, aim: 0)
            default: Self.follow(game, aim: frame / 100 % 17 - 8)
            }
        } look: { watch, before, after, events in
            watch.require(
                after.score.player - before.score.player + before.score.opponent - after.score.opponent
                    == events.points && abs(events.points) <= 1, "\(before.score) \(after.score)")
            guard let ball = after.ball else {
                sinceServe = 0
                return
            }
            sinceServe += 1
            watch.require(sinceServe < 6_000, "a rally of \(sinceServe) frames")
            watch.require((34 * 16...190 * 16).contains(ball.y), "ball at \(ball)")
            guard let last = before.ball else { return }
            watch.require(abs(ball.x - last.x) <= 40 && abs(ball.y - last.y) <= 40, "\(last) to \(ball)")
            let isAtPlayer = last.x <= 138 * 16 && ball.x > 138 * 16
            let isAtOpponent = last.x >= 20 * 16 && ball.x < 20 * 16
            let paddle = isAtPlayer ? after.paddles.player : after.paddles.opponent
            watch.require(
                !(isAtPlayer || isAtOpponent) || ball.y >= paddle + 16 * 16 || ball.y + 4 * 16 <= paddle,
                "ball at \(ball) through the paddle at \(paddle)")
        }
        #expect(watch.problems == [])
    }

    @Test func impossibleStatesAreRefused() {
        ArcadePong().expectRefusal(of: [
            "ballX": 171 * 16, "ballY": -1, "ballY": 190 * 16 + 1, "velocityX": 41, "velocityY": -41,
            "hits": -1,
            "delay": 61, "player.y": 34 * 16 - 1, "player.speed": 49, "opponent.score": 22,
            "servesToPlayer": 2,
        ])
    }
}
