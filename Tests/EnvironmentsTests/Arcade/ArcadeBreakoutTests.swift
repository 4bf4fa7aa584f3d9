import Environments
import RLCore
import Testing

@Suite struct ArcadeBreakoutTests {
    private static let allBricks = 1 << 18 - 1

    /// A ball that rises below the left end of the wall.
    private func flight(_ numbers: KeyValuePairs<String, Int> = [:]) throws -> ArcadeBreakout {
        try ArcadeBreakout().replacing([
            "isInPlay": 1, "ballX": 20 * 2, "ballY": 120 * 2, "velocityX": 2, "velocityY": -2,
        ]).replacing(numbers)
    }

    /// No brick but those given, of which a row counts as a number.
    private func flight(
        rows: [Int: Int], _ numbers: KeyValuePairs<String, Int> = [:]
    ) throws -> ArcadeBreakout {
        var game = try flight(numbers)
        for row in 0..<6 { game = try game.replacing(["wall.row\(row)": rows[row] ?? 0]) }
        return game
    }

    @Test func theButtonServesFromOneOfFourPlaces() {
        var serves = Set<[Int]>()
        for seed in 0..<40 as Range<UInt64> {
            var (game, random, events) = (ArcadeBreakout(), PCG64(seed: seed), ArcadeEvents())
            game.start(using: &random)
            for _ in 0..<100 { game.tick(.right, using: &random, &events) }
            #expect(game.ball == nil && game.lives == 5)
            game.tick(.fire, using: &random, &events)
            guard let first = game.ball else { continue }
            game.tick(.fire, using: &random, &events)
            guard let second = game.ball else { continue }
            serves.insert([first.x, first.y, second.x - first.x, second.y - first.y])
        }
        #expect(serves == [[32, 244, 2, 2], [160, 244, 2, 2], [156, 244, -2, 2], [284, 244, -2, 2]])
    }

    @Test func wallsMirrorTheBall() throws {
        var left = try flight(["ballX": 17, "velocityX": -4])
        left.play(frames: 2)
        #expect(left.ball?.x == 19 + 4)
        var right = try flight(["ballX": 299, "velocityX": 4])
        right.play(frames: 2)
        #expect(right.ball?.x == 297 - 4)
        var top = try flight(["ballY": 66, "velocityY": -7, "isArmed": 0])
        top.play(frames: 2)
        #expect(top.ball?.y == 69 + 7)
        #expect(try top.numbers()["isArmed"] == 1)
    }

    @Test func theCeilingNarrowsThePaddleUntilTheBallIsLost() throws {
        var game = try flight(["ballY": 66, "velocityY": -7, "velocityX": 1])
        let reach = game.reach
        game.play()
        #expect(game.reach == reach.lowerBound + 4..<reach.upperBound - 4)
        game = try flight(["ballY": 417, "velocityY": 7, "paddle.width": 24])
        game.play()
        #expect(game.lives == 4 && game.ball == nil && game.reach.count == 32)
    }

    /// What the four quarters of the paddle make of a ball, whatever it came with.
    @Test(arguments: [
        (0, [[-3, -2], [-2, -3], [2, -3], [3, -2]]), (2, [[-3, -2], [-2, -3], [2, -3], [3, -2]]),
        (3, [[-3, -4], [-1, -4], [1, -4], [3, -4]]), (6, [[-3, -4], [-1, -4], [1, -4], [3, -4]]),
        (7, [[-4, -2], [-4, -2], [4, -2], [4, -2]]), (10, [[-4, -2], [-4, -2], [4, -2], [4, -2]]),
        (11, [[-4, -4], [-4, -4], [4, -4], [4, -4]]), (90, [[-4, -4], [-4, -4], [4, -4], [4, -4]]),
    ])
    func thePaddleTurnsTheBall(hits: Int, velocities: [[Int]]) throws {
        for width in [24, 32] {
            for offset in [-3, -1, 0, width / 4 - 3, width / 4 - 2, width / 2 - 3, width / 2 - 2, width - 1] {
                for velocityX in [-1, 1] {
                    for isFast in [0, 1] {
                        var game = try flight([
                            "paddle.width": width, "paddle.x": 100, "ballX": 100 + offset - velocityX,
                            "ballY": 185 * 2 - 1, "velocityX": velocityX, "velocityY": 3, "hits": hits,
                            "isFast": isFast, "isArmed": 0,
                        ])
                        game.play()
                        let numbers = try game.numbers()
                        let quarter = max(0, 4 * (offset + 2) / width)
                        let velocity = isFast == 1 ? [quarter < 2 ? -4 : 4, -7] : velocities[min(3, quarter)]
                        #expect(
                            [numbers["velocityX"], numbers["velocityY"]] == velocity,
                            "width \(width), offset \(offset)")
                        #expect(game.ball?.y == 185 * 2 && numbers["isArmed"] == 1)
                    }
                }
            }
        }
    }

    @Test func thePaddleMisses() throws {
        for offset in [-4, 32] {
            var game = try flight([
                "paddle.x": 100, "ballX": 100 + offset - 1, "velocityX": 1, "ballY": 185 * 2, "velocityY": 3,
            ])
            game.play()
            #expect(game.ball?.y == 185 * 2 + 3)
        }
    }

    @Test(arguments: [(0, 7), (1, 7), (2, 4), (3, 4), (4, 1), (5, 1)])
    func aBrickIsWorthItsRow(row: Int, points: Int) throws {
        for isRising in [true, false] {
            let edge = 57 + 6 * row + (isRising ? 6 : -4)
            var game = try flight(
                rows: [row: 1 << 17 | 2],
                ["ballX": 17 * 2, "velocityX": 1, "ballY": edge * 2, "velocityY": isRising ? -2 : 2])
            #expect(game.play().points == points)
            #expect(!game.hasBrick(row: row, column: 1) && game.hasBrick(row: row, column: 17))
            let numbers = try game.numbers()
            let isUpper = row < 3
            #expect(numbers["velocityY"] == (isRising ? 1 : -1) * (isUpper ? 7 : 2))
            #expect(numbers["velocityX"] == (isUpper ? 4 : 1))
            #expect(numbers["isArmed"] == 0 && numbers["isFast"] == (isUpper ? 1 : 0))
            #expect(game.score == points)
        }
    }

    /// From the ceiling down one of the top row, and no other before it has been up there again.
    @Test func theBallBreaksOneBrickAFlight() throws {
        var game = try flight(["isArmed": 0, "velocityX": 1, "velocityY": -4])
        #expect(game.play(frames: 54).points == 0)
        #expect(game.play().points == 7)
        #expect(game.play(frames: 12).points == 0)
        #expect(game.play().points == 7)
    }

    @Test func aPaddleBesideTheBallPlaysIt() throws {
        var game = try flight([
            "paddle.x": 100, "ballX": 99, "velocityX": -1, "ballY": 380, "velocityY": 2, "isArmed": 0,
        ])
        game.play(.left)
        #expect(game.ball?.y == 185 * 2)
        #expect(try game.numbers()["velocityY"] == -2)
    }

    /// Between two bricks, the one that the ball comes to first.
    @Test func theNearerBrickBreaks() throws {
        for (velocityX, column) in [(1, 1), (-1, 2)] {
            var game = try flight([
                "ballX": (8 + 16) * 2 - 2 - velocityX, "velocityX": velocityX, "ballY": 93 * 2,
                "velocityY": -1,
            ])
            game.play()
            #expect(!game.hasBrick(row: 5, column: column) && game.hasBrick(row: 5, column: 3 - column))
        }
        // One beside the ball comes before one above it.
        var game = try flight(
            rows: [4: 1, 5: 2], ["ballX": 14 * 2 - 2, "velocityX": 3, "ballY": 87 * 2, "velocityY": -1])
        game.play()
        #expect(!game.hasBrick(row: 5, column: 1) && game.hasBrick(row: 4, column: 0))
    }

    @Test func theSecondWallComesWithThePaddle() throws {
        var game = try flight(
            rows: [5: 1], ["ballX": 18, "ballY": 93 * 2, "velocityX": 1, "score": 431, "paddle.x": 16])
        #expect(game.play().points == 1)
        #expect(!game.hasBrick(row: 0, column: 0))
        game = try game.replacing(["ballY": 185 * 2])
        #expect(!game.play().isOver)
        #expect((0..<6).allSatisfy { row in (0..<18).allSatisfy { game.hasBrick(row: row, column: $0) } })
        var served = try flight(rows: [:], ["isInPlay": 0])
        served.play(.fire)
        #expect(served.hasBrick(row: 3, column: 3))
    }

    @Test func theGameIsOverWithTheSecondWall() throws {
        var game = try flight(
            rows: [5: 1], ["ballX": 18, "ballY": 93 * 2, "velocityX": 1, "score": 863, "wallsBuilt": 2])
        let events = game.play()
        #expect(events.isOver && events.points == 1 && game.score == 864)
    }

    @Test func theGameIsOverWithTheFifthBall() throws {
        for lives in 1...5 {
            var game = try flight(["ballY": 418, "velocityY": 2, "lives": lives])
            #expect(game.play().isOver == (lives == 1))
            #expect(game.lives == lives - 1)
        }
    }

    @Test func aServeForgetsTheLastBall() throws {
        var game = try flight([
            "ballY": 418, "velocityY": 7, "isFast": 1, "hits": 30, "hitsWithoutBrick": 20, "isArmed": 0,
        ])
        game.play()
        game.play(.fire)
        let numbers = try game.numbers()
        #expect(
            [numbers["isFast"], numbers["hits"], numbers["hitsWithoutBrick"], numbers["isArmed"]] == [
                0, 0, 0, 1,
            ])
    }

    @Test func afterSixteenIdleHitsTheSideIsDrawn() throws {
        for (idle, expected) in [(15, 1), (16, 8)] {
            var velocities = Set<Int>()
            for seed in 0..<100 as Range<UInt64> {
                var (random, events) = (PCG64(seed: seed), ArcadeEvents())
                var game = try flight([
                    "paddle.x": 100, "ballX": 110, "ballY": 185 * 2, "velocityY": 2, "hits": 20,
                    "hitsWithoutBrick": idle,
                ])
                game.tick(.noop, using: &random, &events)
                velocities.insert(try game.numbers()["velocityX"] ?? 0)
            }
            #expect(velocities.count == expected, "\(velocities)")
        }
    }

    @Test func thePaddleGetsFasterAndStaysInTheField() {
        var game = ArcadeBreakout()
        let start = game.reach.lowerBound
        var ways: [Int] = []
        for _ in 0..<7 {
            game.play(.left)
            ways.append(start - game.reach.lowerBound)
        }
        #expect(ways == [2, 6, 12, 20, 30, 40, 50])
        game.play(.noop)
        game.play(.right)
        #expect(start - game.reach.lowerBound == 48)
        game.play(.left, frames: 100)
        #expect(game.reach.lowerBound == 8 * 2)
        game.play(.right, frames: 100)
        #expect(game.reach.upperBound == 152 * 2)
    }

    /// Goes to where the ball will come down, and `aim` half pixels beyond.
    private static func follow(_ game: ArcadeBreakout, last: (x: Int, y: Int)?, aim: Int) -> ArcadeAction {
        guard let ball = game.ball else { return .fire }
        var target = ball.x
        if let last, ball.y > last.y, ball.y > 186 {
            target += (ball.x - last.x) * max(0, 370 - ball.y) / (ball.y - last.y)
            target = target < 16 ? 32 - target : target > 300 ? 600 - target : target
        }
        let distance = target + 2 - (game.reach.lowerBound + game.reach.upperBound) / 2 + aim
        return distance > 8 ? .right : distance < -8 ? .left : .noop
    }

    /// Recorded: other numbers are other rules.
    @Test func scores() {
        #expect(
            ArcadeScores(ArcadeBreakout.self, choose: ArcadeScores.random)
                == ArcadeScores(total: 102, lowest: 0, highest: 7, frames: 66349))
        var last: (x: Int, y: Int)?
        #expect(
            ArcadeScores(ArcadeBreakout.self) { game, _ in
                defer { last = game.ball }
                return Self.follow(game, last: last, aim: 0)
            } == ArcadeScores(total: 75882, lowest: 418, highest: 864, frames: 1_843_166))
    }

    /// Where nobody misses both walls are broken, so that no path of the ball goes round for ever.
    @Test func whoNeverMissesBreaksEverything() {
        for seed in 0..<50 as Range<UInt64> {
            var (game, random, events) = (ArcadeBreakout(), PCG64(seed: seed), ArcadeEvents())
            var (last, frames) = (game.ball, 0)
            game.start(using: &random)
            while !events.isOver && frames < 60_000 {
                let action = Self.follow(game, last: last, aim: 0)
                last = game.ball
                game.tick(action, using: &random, &events)
                frames += 1
            }
            #expect(events.isOver && game.score == 864 && game.lives > 0, "seed \(seed): \(frames) frames")
        }
    }

    /// The ball stays in the field, passes neither paddle nor brick that is in its way, breaks one brick a flight, and
    /// always comes back, whoever plays.
    @Test(arguments: 0..<4) func theBallIsNeverLostOrStuck(player: Int) {
        var watch = ArcadeWatch<ArcadeBreakout>()
        var (isArmed, sinceContact, falls, last) = (true, 0, true, (x: 0, y: 0))
        watch.play(seed: UInt64(player), frames: ArcadeWatch<ArcadeBreakout>.frames / 4) {
            game, frame, choices in
            defer { last = game.ball ?? last }
            return switch player {
            case 0: ArcadeScores.random(game, &choices)
            case 1: .fire
            case 2: Self.follow(game, last: last, aim: 0)
            default: Self.follow(game, last: last, aim: frame / 300 % 31 - 15)
            }
        } look: { watch, before, after, events in
            guard let ball = after.ball, let last = before.ball else {
                watch.require(events.points == 0, "points without a ball")
                (isArmed, sinceContact, falls) = (true, 0, true)
                return
            }
            watch.require(
                (16...300).contains(ball.x) && (64..<420).contains(ball.y), "ball at \(ball), from \(last)")
            let isPlayed = ball.y == 370 && last.y < 386
            watch.require(
                abs(ball.x - last.x) <= 4 && (abs(ball.y - last.y) <= 7 || isPlayed), "\(last) to \(ball)")
            let overlapsPaddle =
                ball.y + 8 > 378 && ball.y < 386 && ball.x + 4 > after.reach.lowerBound
                && ball.x < after.reach.upperBound
            watch.require(!overlapsPaddle, "ball at \(ball) in the paddle \(after.reach)")
            sinceContact += 1
            if events.points > 0 {
                watch.require(isArmed, "a second brick in one flight at \(ball)")
                watch.require(Self.worth(of: before) - Self.worth(of: after) == events.points, "points")
                (isArmed, sinceContact, falls) = (false, 0, !falls)
            } else if falls ? ball.y < last.y : ball.y > last.y {
                // Turned by the paddle or the ceiling; at the ceiling the ball may be as high as before.
                (isArmed, sinceContact, falls) = (true, 0, !falls)
            }
            watch.require(sinceContact < 320, "nothing for \(sinceContact) frames")
            watch.require(!isArmed || !Self.overlapsBrick(ball, after), "ball at \(ball) in a brick")
        }
        #expect(watch.problems == [])
    }

    private static func worth(of game: ArcadeBreakout) -> Int {
        (0..<6).reduce(0) { sum, row in
            sum + [7, 7, 4, 4, 1, 1][row] * (0..<18).count { game.hasBrick(row: row, column: $0) }
        }
    }

    private static func overlapsBrick(_ ball: (x: Int, y: Int), _ game: ArcadeBreakout) -> Bool {
        guard ball.y < 186, ball.y + 8 > 114 else { return false }
        for row in 0..<6 where ball.y < 126 + 12 * row && ball.y + 8 > 114 + 12 * row {
            for column in 0..<18 where ball.x < 32 + 16 * column && ball.x + 4 > 16 + 16 * column {
                if game.hasBrick(row: row, column: column) { return true }
            }
        }
        return false
    }

    @Test func impossibleStatesAreRefused() throws {
        try flight().expectRefusal(of: [
            "ballX": 15, "ballX": 301, "ballY": -1, "ballY": 428, "velocityX": 0, "velocityX": 5,
            "velocityY": 8,
            "velocityY": 0, "hits": -1, "hitsWithoutBrick": -1, "wallsBuilt": 0, "wallsBuilt": 3,
            "score": 865,
            "lives": 6, "paddle.x": 15, "paddle.x": 273, "paddle.width": 33, "paddle.speed": 11,
            "wall.row0": 1 << 18, "isInPlay": 2,
        ])
    }
}
