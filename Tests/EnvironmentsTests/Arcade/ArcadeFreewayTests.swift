import Environments
import RLCore
import Testing

@Suite struct ArcadeFreewayTests {
    /// Cars that will not come to the chicken's way, at 44 to 49, for some hundred frames.
    private func emptyRoad(_ numbers: KeyValuePairs<String, Int> = [:]) throws -> ArcadeFreeway {
        var game = ArcadeFreeway()
        for lane in 0..<10 {
            let period = lane < 5 ? 5 - lane : lane - 4
            // Just past it: to the left of it in the upper lanes, to the right in the lower ones.
            let way = lane < 5 ? 159 - 30 : 60
            game = try game.replacing(["start\(lane)": way * period])
        }
        return try game.replacing(numbers)
    }

    @Test func carsDriveAtTheirSpeeds() {
        var (game, random, events) = (ArcadeFreeway(), PCG64(seed: 4), ArcadeEvents())
        game.start(using: &random)
        var crossed = [Int](repeating: 0, count: 10)
        for _ in 0..<1200 {
            let before = game
            game.tick(.noop, using: &random, &events)
            for lane in 0..<10 {
                let step = game.car(in: lane) - before.car(in: lane)
                crossed[lane] += step == 159 ? -1 : step == -159 ? 1 : step
            }
        }
        #expect(crossed == [-240, -300, -400, -600, -1200, 1200, 600, 400, 300, 240])
    }

    @Test func carsStartAnywhere() {
        var places = [Set<Int>](repeating: [], count: 10)
        for seed in 0..<1000 as Range<UInt64> {
            var (game, random) = (ArcadeFreeway(), PCG64(seed: seed))
            game.start(using: &random)
            for lane in 0..<10 { places[lane].insert(game.car(in: lane)) }
        }
        #expect(places.allSatisfy { $0.count > 150 && $0.isSubset(of: Set(0..<160)) })
    }

    @Test func aCrossingTakes172Frames() throws {
        var game = try emptyRoad()
        // Its own cars are put aside before each can come round.
        for _ in 0..<171 {
            #expect(game.play(.up).points == 0)
            let numbers = try game.numbers()
            game = try emptyRoad(["chicken": numbers["chicken"] ?? 0])
        }
        #expect(game.chicken == 16)
        let events = game.play(.up)
        #expect(events.points == 1 && game.score == 1 && game.chicken == 187)
        game.play(.up, frames: 28)
        #expect(game.chicken == 187)
        game.play(.up)
        #expect(game.chicken == 186)
    }

    @Test func theChickenStaysOnThePavement() throws {
        var game = try emptyRoad()
        game.play(.down, frames: 3)
        #expect(game.chicken == 187)
        game.play(.up, frames: 5)
        game.play(.noop, frames: 5)
        #expect(game.chicken == 182)
        game.play(.down, frames: 2)
        #expect(game.chicken == 184)
    }

    @Test func aCarThrowsTheChickenBack() throws {
        var game = try emptyRoad(["chicken": 60, "start2": (159 - 45) * 3])
        game.play(.up)
        #expect(game.chicken == 59)
        game.play(.up, frames: 24)
        #expect(game.chicken == 83)
        game.play(.up, frames: 30)
        #expect(game.chicken == 83)
        game.play(.up)
        #expect(game.chicken == 82)
    }

    @Test func theChickenIsNotThrownBelowTheRoad() throws {
        var game = try emptyRoad(["chicken": 180, "start9": 45 * 5])
        game.play(.noop, frames: 25)
        #expect(game.chicken == 187)
    }

    /// What touches counts, to the pixel: a car of lane 6 is 8 by 10 and starts at row 123.
    @Test func touchIsExact() throws {
        for (car, chicken, isHit) in [
            (36, 125, false), (37, 125, true), (49, 125, true), (50, 125, false), (44, 115, false),
            (44, 116, true), (44, 132, true), (44, 133, false),
        ] {
            var game = try emptyRoad(["chicken": chicken, "start6": car * 2, "frame": 0])
            game.play()
            #expect(try (game.numbers()["pause"] == 54) == isHit, "car at \(car), chicken at \(chicken)")
        }
    }

    @Test func theGameLasts8192Frames() {
        var (game, random, events) = (ArcadeFreeway(), PCG64(seed: 1), ArcadeEvents())
        game.start(using: &random)
        for _ in 0..<8191 { game.tick(.noop, using: &random, &events) }
        #expect(!events.isOver)
        game.tick(.noop, using: &random, &events)
        #expect(events.isOver)
    }

    /// Recorded: other numbers are other rules.
    @Test func scores() {
        #expect(
            ArcadeScores(ArcadeFreeway.self, choose: ArcadeScores.random)
                == ArcadeScores(total: 0, lowest: 0, highest: 0, frames: 819_200))
        #expect(
            ArcadeScores(ArcadeFreeway.self) { _, _ in .up }
                == ArcadeScores(total: 2338, lowest: 16, highest: 29, frames: 819_200))
        #expect(
            ArcadeScores(ArcadeFreeway.self) { game, _ in Self.look(game) }
                == ArcadeScores(total: 2917, lowest: 22, highest: 35, frames: 819_200))
    }

    /// Up, where no car is or comes within a few frames; away, where one comes.
    private static func look(_ game: ArcadeFreeway) -> ArcadeAction {
        func isBlocked(_ y: Int) -> Bool {
            (0..<10).contains { lane in
                guard y + 8 > 27 + 16 * lane, y < 37 + 16 * lane else { return false }
                let soon = 1 + 8 / (lane < 5 ? 5 - lane : lane - 4)
                let car = game.car(in: lane)
                return car + 8 > (lane < 5 ? 44 : 44 - soon) && car < (lane < 5 ? 50 + soon : 50)
            }
        }
        if !isBlocked(game.chicken - 4) && !isBlocked(game.chicken - 8) { return .up }
        return isBlocked(game.chicken) && !isBlocked(game.chicken + 4) ? .down : .noop
    }

    @Test func impossibleStatesAreRefused() {
        ArcadeFreeway().expectRefusal(of: [
            "chicken": 15, "chicken": 188, "frame": -1, "frame": 8193, "pause": 55, "thrown": 25, "score": -1,
            "start0": 800, "start4": 160, "start9": -1,
        ])
    }
}
