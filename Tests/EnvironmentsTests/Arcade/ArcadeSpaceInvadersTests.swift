import Environments
import RLCore
import Testing

@Suite struct ArcadeSpaceInvadersTests {
    typealias Play = ArcadePlay<ArcadeSpaceInvaders>

    /// A game in its first frame that counts, with nothing but the cannon's own moves for a while.
    private func started(
        _ numbers: KeyValuePairs<String, [Int]> = [:], quiet: Bool = true
    ) throws -> Play {
        var play = Play(seed: 1)
        play.play(.noop, frames: 64)
        try play.set(quiet ? ["bombTimer": [32], "marchTimer": [32]] : [:])
        try play.set(numbers)
        return play
    }

    @Test func nothingMovesInThePauseAndTheLivesAreShown() throws {
        var play = Play()
        #expect(try play.screen()[160 * 186 + 85] == .lives)
        play.play(.rightfire, frames: 64)
        #expect(play.game.cannonX == 34 && play.game.shotPlace == nil)
        #expect(try !play.screen().contains(.lives))
        play.play(.right, frames: 2)
        #expect(play.game.cannonX == 35)
    }

    @Test func theCannonKeepsToItsGround() throws {
        var play = try started()
        play.play(.left, frames: 10)
        #expect(play.game.cannonX == 34)
        try play.set(["cannon": [2 * 116 - 1]])
        play.play(.right, frames: 10)
        #expect(play.game.cannonX == 116)
    }

    @Test func aShotFliesTwoPixelsAFrameAndTheNextWaitsForIt() throws {
        var play = try started()
        play.play(.fire)
        #expect(try #require(play.game.shotPlace) == (37, 183))
        play.play(.fire, frames: 10)
        #expect(try #require(play.game.shotPlace) == (37, 163))
    }

    @Test(arguments: 0..<6) func anInvaderIsWorthWhatItsRowIs(_ row: Int) throws {
        var play = try started(["invaders": [1 << (6 * row + 6) - 1]])
        let count = play.game.invaderCount
        try play.set(["shot.x": [22 + 16 + 3], "shot.y": [31 + 18 * row + 11]])
        #expect(play.play(.noop) == 30 - 5 * row)
        #expect(play.game.invaderCount == count - 1)
        #expect(!play.game.invaderPlaces.contains { $0 == (22 + 16, 31 + 18 * row) })
        #expect(play.game.score == 30 - 5 * row)
        #expect(play.game.shotPlace == nil)
    }

    @Test func theyStepOverAndComeDownAtTheEdge() throws {
        var play = try started(["marchTimer": [1], "waveX": [47]])
        play.play(.noop)
        #expect(play.game.invaderPlaces.first! == (48, 31))
        play.play(.noop, frames: 32)
        #expect(play.game.invaderPlaces.first! == (49, 41))
        play.play(.noop, frames: 32)
        #expect(play.game.invaderPlaces.first! == (48, 41))
        // Only who is left counts.
        try play.set(["waveX": [-57], "waveY": [31], "invaders": [1 << 5 | 1 << 11], "marchTimer": [1]])
        play.play(.noop)
        #expect(play.game.invaderPlaces.first! == (22, 41))
    }

    @Test(arguments: [(36, 32), (22, 32), (21, 21), (9, 21), (8, 16), (5, 16), (4, 8), (2, 8), (1, 4)])
    func theyGetFasterAsTheyGetFewer(_ count: Int, _ pause: Int) throws {
        var play = try started(["invaders": [1 << count - 1], "marchTimer": [1]])
        play.play(.noop)
        let x = play.game.invaderPlaces[0].x
        play.play(.noop, frames: pause - 1)
        #expect(play.game.invaderPlaces[0].x == x)
        play.play(.noop)
        #expect(play.game.invaderPlaces[0].x == x + 1)
    }

    @Test func aShotTakesAPieceOfAShieldAlong() throws {
        var play = try started(["cannon": [2 * 42]])
        #expect(play.game.hasShield(x: 45, y: 169))
        play.play(.fire)
        play.play(.noop, frames: 10)
        #expect(play.game.shotPlace == nil)
        for y in [169, 170, 171, 172] {
            #expect(!play.game.hasShield(x: 44, y: y) && !play.game.hasShield(x: 45, y: y))
        }
        #expect(play.game.hasShield(x: 43, y: 172) && play.game.hasShield(x: 46, y: 172))
        #expect(play.game.hasShield(x: 45, y: 168))
    }

    @Test func aBombTakesAPieceOfAShieldAlong() throws {
        var play = try started(["bombs.0.x": [77], "bombs.0.y": [150]])
        play.play(.noop, frames: 10)
        #expect(play.game.bombPlaces.isEmpty)
        #expect(!play.game.hasShield(x: 77, y: 157) && !play.game.hasShield(x: 76, y: 160))
        #expect(play.game.hasShield(x: 78, y: 157) && play.game.hasShield(x: 77, y: 161))
    }

    @Test func aBombTakesALifeAndTheCannonComesBackOnTheLeft() throws {
        var play = try started(["bombs.0.x": [106], "bombs.0.y": [186], "cannon": [2 * 100]])
        play.play(.fire, frames: 1)
        #expect(play.game.lives == 3 && play.game.shotPlace != nil)
        play.play(.noop, frames: 1)
        #expect(play.game.lives == 2 && !play.isOver)
        #expect(play.game.bombPlaces.isEmpty && play.game.shotPlace == nil)
        let places = play.game.invaderPlaces
        play.play(.right, frames: 64)
        #expect(play.game.cannonX == 34)
        #expect(places.elementsEqual(play.game.invaderPlaces) { $0 == $1 })
    }

    @Test func aBombBesideTheCannonHitsTheGround() throws {
        var play = try started(["bombs.0.x": [107], "bombs.0.y": [180], "cannon": [2 * 100]])
        play.play(.noop, frames: 20)
        #expect(play.game.lives == 3 && play.game.bombPlaces.isEmpty)
    }

    @Test func theLastLifeEndsTheGame() throws {
        var play = try started(["bombs.1.x": [103], "bombs.1.y": [187], "cannon": [2 * 100], "lives": [1]])
        play.play(.noop)
        #expect(play.isOver && play.game.lives == 0)
    }

    @Test func invadersOnTheGroundEndTheGame() throws {
        var play = try started(["marchTimer": [1], "waveX": [48], "waveY": [75]])
        play.play(.noop)
        #expect(!play.isOver)
        try play.set(["marchTimer": [1], "waveX": [23], "isMarchingRight": [0]])
        play.play(.noop)
        #expect(play.isOver)
        #expect(play.game.lives == 0)
    }

    @Test func invadersAsLowAsTheShieldsEndThem() throws {
        var play = try started(["marchTimer": [1], "waveX": [48], "waveY": [48]])
        #expect(play.game.hasShield(x: 45, y: 160))
        play.play(.noop)
        #expect(!play.game.hasShield(x: 45, y: 160))
    }

    @Test func theMotherShipIsWorth200() throws {
        var play = try started(["shipTimer": [1]])
        play.play(.noop)
        #expect(play.game.motherShipX != nil)
        #expect(try play.screen()[160 * 10..<160 * 20].contains(.cannon) == false)
        try play.set(["shipX": [4 * 118], "shipDirection": [1], "shot.x": [124], "shot.y": [23]])
        #expect(play.play(.noop) == 0)
        #expect(play.play(.noop) == 200)
        #expect(play.game.motherShipX == nil)
        #expect(try play.screen()[160 * 10..<160 * 20].contains(.cannon))
    }

    @Test func theMotherShipLeavesOnTheOtherSide() throws {
        for direction in [-1, 1] {
            var play = try started(["shipTimer": [1]])
            play.play(.noop)
            try play.set(["shipDirection": [direction], "shipX": [direction > 0 ? 4 * 159 : -4 * 6]])
            play.play(.noop, frames: 4)
            #expect(play.game.motherShipX == nil)
        }
    }

    @Test(arguments: [(0, 41), (1, 51), (2, 51)])
    func theNextWaveStartsLowerBehindWholeShields(_ wave: Int, _ top: Int) throws {
        var play = try started([
            "invaders": [1], "waveX": [41], "wave": [wave], "shot.x": [44], "shot.y": [42],
            "shields.rows": [Int](repeating: 0, count: 27),
        ])
        #expect(play.play(.noop) == 30)
        #expect(play.game.invaderCount == 36)
        #expect(play.game.invaderPlaces[0] == (22, top))
        #expect(play.game.hasShield(x: 45, y: 160))
        #expect(play.game.lives == 3 && !play.isOver)
    }

    @Test func shotsAndBombsAreSeenInTurn() throws {
        var play = try started(["bombs.0.x": [60], "bombs.0.y": [150], "shot.x": [100], "shot.y": [150]])
        var seen: Set<[Bool]> = []
        for _ in 0..<4 {
            play.play(.noop)
            let screen = try play.screen()
            seen.insert([60, 100].map { x in (0..<210).contains { screen[160 * $0 + x] == .shot } })
        }
        #expect(seen == [[true, false], [false, true]])
    }

    @Test func impossibleStatesAreRefused() throws {
        for (name, values) in [
            ("invaders", [0]), ("invaders", [1 << 36]), ("cannon", [0]), ("lives", [4]), ("shot.x", [160]),
            ("bombs.1.y", [210]), ("shields.rows", [255] + [Int](repeating: 0, count: 26)),
            ("shipDirection", [2]), ("delay", [65]), ("waveY", [0]),
        ] {
            #expect(throws: ArchiveError.self, "\(name)") { try started([name: values]) }
        }
    }
}

/// Over many frames of any play.
@Suite struct ArcadeSpaceInvadersPropertyTests {
    /// Away from under a bomb, else below the nearest invader, shooting.
    static func shootingDown(_ game: ArcadeSpaceInvaders) -> ArcadeAction {
        let middle = game.cannonX + 3
        if let bomb = game.bombPlaces.first(where: { abs($0.x - middle) < 7 && $0.y > 140 }) {
            return bomb.x > middle || game.cannonX == 116 ? .leftfire : .rightfire
        }
        guard let target = game.invaderPlaces.min(by: { abs($0.x + 4 - middle) < abs($1.x + 4 - middle) })
        else { return .fire }
        let distance = target.x + 4 - middle
        return distance > 2 ? .rightfire : distance < -2 ? .leftfire : .fire
    }

    @Test func scoresAreWhatTheyWere() {
        #expect(
            ArcadeRecord.random(ArcadeSpaceInvaders.self)
                == ArcadeRecord(points: 12820, frames: 163696, best: 430))
        let scripted = ArcadeRecord { game, _ in Self.shootingDown(game) }
        #expect(scripted == ArcadeRecord(points: 133360, frames: 996216, best: 4120))
    }

    @Test(arguments: ["one action a frame", "actions held", "the button held", "shooting down", "nothing"])
    func nothingPassesThroughAnythingAndEveryGameEnds(_ policy: String) throws {
        typealias Game = ArcadeSpaceInvaders
        var random = PCG64(seed: 5)
        var play = ArcadePlay<Game>()
        var (length, longest, violations, action) = (0, 0, 0, ArcadeAction.noop)
        for frame in 0..<500_000 {
            switch policy {
            case "one action a frame": action = Game.actions[random.integers(6)]
            case "actions held": if frame % 32 == 0 { action = Game.actions[random.integers(6)] }
            case "the button held": action = [.fire, .rightfire, .leftfire][random.integers(3)]
            case "shooting down": action = Self.shootingDown(play.game)
            default: action = .noop
            }
            play.play(action)
            length += 1
            longest = max(longest, length)
            if play.isOver {
                play = ArcadePlay(seed: UInt64(frame))
                length = 0
            }
            if !Self.isPossible(play.game) { violations += 1 }
            // What it archives it also takes back.
            if frame % 997 == 0 { try play.set([:]) }
        }
        #expect(violations == 0)
        #expect(longest < 108_000)
    }

    static func isPossible(_ game: ArcadeSpaceInvaders) -> Bool {
        guard 34...116 ~= game.cannonX, 1...36 ~= game.invaderCount else { return false }
        let invaders = game.invaderPlaces
        guard invaders.allSatisfy({ 22...129 ~= $0.x && 31...175 ~= $0.y }) else { return false }
        if let shot = game.shotPlace {
            guard 37...119 ~= shot.x, 12...183 ~= shot.y else { return false }
            for y in shot.y..<shot.y + 8 {
                if game.hasShield(x: shot.x, y: y) { return false }
                if invaders.contains(where: { 0..<8 ~= shot.x - $0.x && 0..<10 ~= y - $0.y }) { return false }
            }
        }
        for bomb in game.bombPlaces {
            guard 22...136 ~= bomb.x, 40..<195 ~= bomb.y else { return false }
            if game.hasShield(x: bomb.x, y: bomb.y) { return false }
            let isInCannon = 0..<7 ~= bomb.x - game.cannonX && bomb.y >= 188
            if isInCannon { return false }
        }
        return true
    }
}
