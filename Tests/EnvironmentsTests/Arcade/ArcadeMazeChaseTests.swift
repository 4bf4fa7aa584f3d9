import Environments
import RLCore
import Testing

@Suite struct ArcadeMazeChaseTests {
    typealias Play = ArcadePlay<ArcadeMazeChase>
    typealias Chaser = ArcadeMazeChase.Chaser

    /// A cell's number.
    private func cell(_ column: Int, _ row: Int) -> Int { 20 * row + column }

    /// A game after the first pause.
    private func started(
        _ numbers: KeyValuePairs<String, [Int]> = [:], seed: UInt64 = 0
    ) throws -> Play {
        var play = Play(seed: seed)
        play.play(.noop, frames: 60)
        try play.set(numbers)
        return play
    }

    /// The same with the chasers in the house, where they wait for long.
    private func alone(_ numbers: KeyValuePairs<String, [Int]> = [:]) throws -> Play {
        var play = try started()
        for index in 0..<4 {
            try play.set([
                "chasers.\(index).cell": [cell(9, 5)], "chasers.\(index).mood": [0],
                "chasers.\(index).progress": [0],
            ])
        }
        try play.set(["chasers.0.mood": [2], "chasers.0.cell": [cell(18, 1)]])
        try play.set(numbers)
        return play
    }

    private static let (up, left, down, right) = (0, 1, 2, 3)

    @Test func nothingMovesInThePause() {
        var play = Play()
        let place = play.game.playerPlace
        play.play(.left, frames: 60)
        #expect(play.game.playerPlace == place)
        play.play(.left, frames: 12)
        #expect(play.game.playerPlace == (place.column - 1, place.row))
    }

    @Test func thePlayerGoesOnUntilTheWall() throws {
        var play = try alone()
        play.play(.left)
        play.play(.noop, frames: 47)
        #expect(play.game.playerPlace == (5, 9))
        play.play(.noop, frames: 100)
        #expect(play.game.playerPlace == (5, 9))
        // Into a wall it does not turn.
        play.play(.up)
        play.play(.right, frames: 18)
        #expect(play.game.playerPlace.row == 9 || play.game.playerPlace.column == 5)
    }

    @Test func itTurnsWhereTheStickSaysAndACorridorIs() throws {
        var play = try alone(["player.direction": [Self.left]])
        play.play(.up, frames: 12)
        #expect(play.game.playerPlace == (8, 9))
        play.play(.up, frames: 12)
        #expect(play.game.playerPlace == (8, 8))
    }

    @Test func ofTwoDirectionsItTakesTheTurn() throws {
        for (action, place) in [(ArcadeAction.upleft, (8.0, 8.0)), (.left, (7, 9))] {
            var play = try alone(["player.direction": [Self.left]])
            play.play(action, frames: 24)
            #expect(play.game.playerPlace == place)
        }
    }

    @Test func itTurnsBackAnywhere() throws {
        var play = try alone()
        play.play(.left, frames: 5)
        play.play(.right, frames: 5)
        #expect(play.game.playerPlace == (9, 9))
    }

    @Test func theTunnelLeadsToTheOtherSideAndIsSeenAtBoth() throws {
        var play = try alone(["player.cell": [cell(0, 5)], "player.direction": [Self.left]])
        play.play(.left, frames: 6)
        let row = try play.screen()[160 * 73..<160 * 74]
        #expect(row.prefix(4).contains(.player) && row.suffix(4).contains(.player))
        play.play(.left, frames: 6)
        #expect(play.game.playerPlace == (19, 5))
    }

    @Test func dotsAndPelletsAreEatenOnce() throws {
        var play = try alone(["player.cell": [cell(1, 8)], "player.direction": [Self.down]])
        #expect(play.play(.down, frames: 11) == 0)
        #expect(play.play(.down) == 10)
        #expect(!play.game.hasFood(column: 1, row: 9))
        #expect(!play.game.isFrightened(.hunter))
        #expect(play.play(.down, frames: 12) == 50)
        #expect(play.game.foodCount == 108)
        #expect(Chaser.allCases.allSatisfy { play.game.isFrightened($0) })
        #expect(play.play(.up, frames: 12) == 0)
        #expect(play.game.score == 60)
    }

    @Test(arguments: [(0, 360), (1, 300), (4, 120), (5, 120)])
    func frightEnds(_ level: Int, _ frames: Int) throws {
        var play = try alone([
            "level": [level], "clock": [0], "player.cell": [cell(1, 9)], "player.direction": [Self.down],
        ])
        play.play(.down, frames: 12)
        #expect(play.game.isFrightened(.hunter))
        play.play(.noop, frames: frames - 1)
        #expect(play.game.isFrightened(.hunter))
        play.play(.noop)
        #expect(!play.game.isFrightened(.hunter))
    }

    @Test func frightenedChasersTurnBackAndAreSlower() throws {
        var play = try alone(["player.cell": [cell(1, 9)], "player.direction": [Self.down]])
        try play.set([
            "chasers.0.cell": [cell(12, 11)], "chasers.0.direction": [Self.right], "chasers.0.progress": [0],
            "clock": [400],
        ])
        play.play(.down, frames: 11)
        let before = play.game.place(of: .hunter).column
        play.play(.down)
        let turned = play.game.place(of: .hunter).column
        play.play(.noop)
        #expect(before > 12)
        #expect(turned < before)
        #expect(abs(play.game.place(of: .hunter).column - turned + 12.0 / 240) < 1e-9)
    }

    @Test func frightenedChasersAreWorthTwiceTheLastOne() throws {
        var play = try alone(["fright": [300], "player.cell": [cell(3, 11)], "player.direction": [Self.left]])
        var points: [Int] = []
        for index in 0..<4 {
            try play.set([
                "chasers.\(index).cell": [cell(3, 11)], "chasers.\(index).mood": [2],
                "chasers.\(index).isFrightened": [1], "player.cell": [cell(3, 11)], "player.progress": [0],
                "chasers.\(index).direction": [Self.left],
            ])
            try play.set(["food": [0, 1 << 1] + [Int](repeating: 0, count: 11)])
            points.append(play.play(.noop))
            #expect(play.game.mood(of: Chaser(rawValue: index)!) == .eaten)
        }
        #expect(points == [200, 400, 800, 1600])
        #expect(play.game.lives == 3)
    }

    @Test func anEatenChaserGoesHomeAndComesOutAgain() throws {
        var play = try alone()
        try play.set([
            "chasers.0.mood": [3], "chasers.0.cell": [cell(1, 11)], "chasers.0.direction": [Self.right],
        ])
        var moods: [ArcadeMazeChase.Mood] = [.eaten]
        for _ in 0..<300 where moods.last != .out {
            play.play(.noop)
            let mood = play.game.mood(of: .hunter)
            if mood != moods.last { moods.append(mood) }
        }
        #expect(moods == [.eaten, .leaving, .out])
        #expect(play.game.place(of: .hunter).row == 3)
    }

    @Test func theyLeaveTheHouseOneAfterAnother() throws {
        var play = try started(["player.cell": [cell(1, 11)], "player.direction": [Self.down]])
        var left = [Int?](repeating: nil, count: 4)
        for frame in 1...600 where play.game.lives == 3 {
            play.play(.noop)
            for chaser in Chaser.allCases where left[chaser.rawValue] == nil {
                if play.game.mood(of: chaser) != .waiting { left[chaser.rawValue] = frame }
            }
        }
        #expect(left == [1, 180, 360, 540])
    }

    @Test func aChaserTakesALifeAndAllStartOver() throws {
        var play = try started()
        let place = play.game.playerPlace
        play.play(.left, frames: 20)
        let food = play.game.foodCount
        try play.set([
            "chasers.0.cell": [cell(1, 11)], "player.cell": [cell(2, 11)], "player.progress": [0],
            "player.direction": [Self.left], "chasers.0.direction": [Self.right], "chasers.0.progress": [0],
        ])
        for _ in 0..<4 where play.game.lives == 3 { play.play(.left) }
        #expect(play.game.lives == 2 && !play.isOver)
        play.play(.noop, frames: 60)
        #expect(play.game.playerPlace == place)
        #expect(play.game.place(of: .hunter) == (9, 3))
        #expect(play.game.foodCount == food)
        let score = play.game.score
        play.play(.left, frames: 30)
        #expect(play.game.playerPlace == place && play.game.score == score)
        play.play(.left)
        #expect(play.game.playerPlace != place)
    }

    @Test func theLastLifeEndsTheGame() throws {
        var play = try started(["lives": [1], "chasers.0.cell": [cell(9, 9)]])
        play.play(.noop)
        #expect(play.isOver && play.game.lives == 0)
    }

    @Test func theMazesAreEatenTwiceEach() throws {
        var play = try alone()
        var mazes: [Bool] = []
        for level in 0..<5 {
            #expect(play.game.level == level)
            #expect(play.game.foodCount == (level / 2 % 2 == 0 ? 110 : 120))
            mazes.append(play.game.maze.isCorridor(column: 5, row: 1))
            play.play(.noop, frames: 60)
            try play.set([
                "food": (0..<13).map { $0 == 11 ? 1 << 2 : 0 }, "player.cell": [cell(1, 11)],
                "player.direction": [Self.right],
            ])
            #expect(play.play(.right, frames: 12) == 10)
        }
        #expect(mazes == [false, false, true, true, false])
        #expect(play.game.lives == 3)
    }

    /// Where somebody goes from the crossing in column 6 and row 3, to which it came from the right.
    private func turn(
        of chaser: Chaser, player: (column: Int, row: Int), hunter: (column: Int, row: Int) = (1, 1),
        clock: Int = 600, seed: UInt64 = 0
    ) throws -> Int {
        var play = try started(seed: seed)
        try play.set([
            "clock": [clock], "player.cell": [cell(player.column, player.row)], "player.direction": [Self.up],
            "chasers.0.cell": [cell(hunter.column, hunter.row)], "chasers.0.progress": [0],
        ])
        try play.set([
            "chasers.\(chaser.rawValue).cell": [cell(6, 3)], "chasers.\(chaser.rawValue).mood": [2],
            "chasers.\(chaser.rawValue).direction": [Self.left], "chasers.\(chaser.rawValue).progress": [0],
        ])
        play.play(.noop)
        let place = play.game.place(of: chaser)
        return place.column < 6 ? Self.left : place.row < 3 ? Self.up : place.row > 3 ? Self.down : Self.right
    }

    @Test func everyChaserHuntsInItsOwnWay() throws {
        #expect(try turn(of: .hunter, player: (6, 5), hunter: (6, 3)) == Self.down)
        // The same player runs up, to where the ambusher goes.
        #expect(try turn(of: .ambusher, player: (6, 5)) == Self.up)
        #expect(try turn(of: .flanker, player: (6, 7), hunter: (12, 11)) == Self.left)
        #expect(try turn(of: .flanker, player: (6, 7), hunter: (6, 1)) == Self.down)
        let turns = try (0..<30).map { try turn(of: .wanderer, player: (6, 7), seed: $0) }
        #expect(Set(turns) == [Self.up, Self.left, Self.down])
    }

    @Test func theyRestAtCorners() throws {
        // The player is below, so are none of these corners.
        for clock in [10, 1510] {
            #expect(try turn(of: .hunter, player: (6, 7), hunter: (6, 3), clock: clock) == Self.up)
            #expect(try turn(of: .ambusher, player: (6, 11), clock: clock) == Self.left)
            #expect(try turn(of: .flanker, player: (6, 7), hunter: (12, 11), clock: clock) == Self.down)
        }
        let turns = try (0..<10).map { try turn(of: .wanderer, player: (6, 1), clock: 10, seed: $0) }
        #expect(Set(turns).count == 1)
    }

    @Test func impossibleStatesAreRefused() throws {
        for (name, values) in [
            ("player.cell", [0]), ("player.cell", [260]), ("player.cell", [cell(9, 5)]), ("lives", [4]),
            ("player.direction", [4]), ("player.progress", [240]), ("chasers.0.cell", [cell(9, 5)]),
            ("chasers.1.cell", [cell(7, 5)]), ("chasers.2.mood", [4]),
            ("food", [1] + [Int](repeating: 0, count: 12)),
            ("level", [-1]), ("fright", [361]), ("eaten", [4]),
        ] {
            #expect(throws: ArchiveError.self, "\(name)") { try started([name: values]) }
        }
        // On the way into a wall, and through the door.
        #expect(throws: ArchiveError.self) {
            try started(["player.direction": [Self.up], "player.progress": [20]])
        }
        #expect(throws: ArchiveError.self) {
            try started([
                "player.cell": [cell(9, 3)], "player.direction": [Self.down], "player.progress": [20],
            ])
        }
    }

    @Test func theMazesHaveNoDeadEndAndFourPellets() throws {
        var play = Play()
        for level in [0, 2] {
            try play.set([
                "level": [level], "food": [Int](repeating: 0, count: 13), "player.cell": [cell(1, 1)],
            ])
            let maze = play.game.maze
            let cells = (0..<260).filter { maze.isCorridor(column: $0 % 20, row: $0 / 20) }
            for place in cells {
                let ways = [(-1, 0), (1, 0), (0, -1), (0, 1)].filter {
                    let (column, row) = ((place % 20 + $0.0 + 20) % 20, place / 20 + $0.1)
                    return maze.isCorridor(column: column, row: row)
                }
                #expect(ways.count > 1, "\(place)")
            }
            #expect(cells.filter { maze.cell(column: $0 % 20, row: $0 / 20) == "o" }.count == 4)
        }
    }
}

/// Over many frames of any play.
@Suite struct ArcadeMazeChasePropertyTests {
    /// To what is nearest of the food and of frightened chasers, not near to those that are not.
    static func eating(_ game: ArcadeMazeChase) -> ArcadeAction {
        let maze = game.maze
        func cell(_ place: (column: Double, row: Double)) -> Int {
            20 * Int(place.row.rounded()) + (Int(place.column.rounded()) + 20) % 20
        }
        var (dangers, prey): (Set<Int>, Set<Int>) = ([], [])
        for chaser in ArcadeMazeChase.Chaser.allCases where game.mood(of: chaser) != .eaten {
            if game.isFrightened(chaser) {
                prey.insert(cell(game.place(of: chaser)))
            } else {
                dangers.insert(cell(game.place(of: chaser)))
            }
        }
        func isDangerous(_ place: Int) -> Bool {
            dangers.contains { abs($0 % 20 - place % 20) + abs($0 / 20 - place / 20) < 4 }
        }
        let ways: [(ArcadeAction, Int, Int)] = [(.up, 0, -1), (.left, -1, 0), (.down, 0, 1), (.right, 1, 0)]
        let start = cell(game.playerPlace)
        var found: [(cell: Int, first: ArcadeAction)] = [(start, .noop)]
        var seen: Set<Int> = [start]
        var next = 0
        while next < found.count {
            let (place, first) = found[next]
            next += 1
            let isGoal = game.hasFood(column: place % 20, row: place / 20) || prey.contains(place)
            if isGoal, place != start { return first }
            for (action, x, y) in ways {
                let (column, row) = ((place % 20 + x + 20) % 20, place / 20 + y)
                let to = 20 * row + column
                guard maze.isCorridor(column: column, row: row), !seen.contains(to), !isDangerous(to) else {
                    continue
                }
                seen.insert(to)
                found.append((to, first == .noop ? action : first))
            }
        }
        // Surrounded, or nothing to eat within reach: as far from everybody as possible.
        func safety(_ place: Int) -> Int {
            dangers.map { abs($0 % 20 - place % 20) + abs($0 / 20 - place / 20) }.min() ?? 0
        }
        return ways.filter {
            maze.isCorridor(column: (start % 20 + $0.1 + 20) % 20, row: start / 20 + $0.2)
        }.max { safety(start + $0.1 + 20 * $0.2) < safety(start + $1.1 + 20 * $1.2) }?.0 ?? .noop
    }

    @Test func scoresAreWhatTheyWere() {
        #expect(
            ArcadeRecord.random(ArcadeMazeChase.self)
                == ArcadeRecord(points: 20180, frames: 184568, best: 510))
        let scripted = ArcadeRecord { game, _ in Self.eating(game) }
        #expect(scripted == ArcadeRecord(points: 332090, frames: 499676, best: 12220))
    }

    @Test(arguments: ["one action a frame", "actions held", "nothing"])
    func everybodyStaysInTheCorridorsAndEveryGameEnds(_ policy: String) throws {
        typealias Game = ArcadeMazeChase
        var random = PCG64(seed: 5)
        var play = ArcadePlay<Game>()
        var (length, longest, violations, still, action) = (0, 0, 0, 0, ArcadeAction.noop)
        var last = play.game
        for frame in 0..<500_000 {
            switch policy {
            case "one action a frame": action = Game.actions[random.integers(9)]
            case "actions held": if frame % 16 == 0 { action = Game.actions[random.integers(9)] }
            default: action = .noop
            }
            play.play(action)
            length += 1
            longest = max(longest, length)
            if play.isOver {
                play = ArcadePlay(seed: UInt64(frame))
                (length, still) = (0, 0)
            }
            if !Self.isPossible(play.game) { violations += 1 }
            // What it archives it also takes back.
            if frame % 997 == 0 { try play.set([:]) }
            // The longest pause is that after a life is lost.
            let isStill = Game.Chaser.allCases.allSatisfy { play.game.place(of: $0) == last.place(of: $0) }
            still = isStill ? still + 1 : 0
            if still > 100 { violations += 1 }
            last = play.game
        }
        #expect(violations == 0)
        #expect(longest < 108_000)
    }

    @Test func goodPlayStaysInTheCorridorsInEveryMaze() {
        var play = ArcadePlay<ArcadeMazeChase>()
        var (violations, highest, action) = (0, 0, ArcadeAction.noop)
        for frame in 0..<200_000 {
            if frame % 4 == 0 { action = Self.eating(play.game) }
            play.play(action)
            highest = max(highest, play.game.level)
            if play.isOver { play = ArcadePlay(seed: UInt64(frame)) }
            if !Self.isPossible(play.game) { violations += 1 }
        }
        #expect(violations == 0)
        #expect(highest >= 2)
    }

    static func isPossible(_ game: ArcadeMazeChase) -> Bool {
        let maze = game.maze
        func kinds(_ place: (column: Double, row: Double)) -> [Character] {
            let columns = [place.column.rounded(.down), place.column.rounded(.up)]
            let rows = [place.row.rounded(.down), place.row.rounded(.up)]
            guard columns[0] == columns[1] || rows[0] == rows[1], -1...20 ~= place.column, 0...12 ~= place.row
            else { return ["#"] }
            return (0..<2).map { maze.cell(column: (Int(columns[$0]) + 20) % 20, row: Int(rows[$0])) }
        }
        guard kinds(game.playerPlace).allSatisfy({ !"#H-".contains($0) }) else { return false }
        for chaser in ArcadeMazeChase.Chaser.allCases {
            let isOut = game.mood(of: chaser) == .out
            if kinds(game.place(of: chaser)).contains(where: { isOut ? "#H-".contains($0) : $0 == "#" }) {
                return false
            }
        }
        return game.foodCount > 0
    }
}
