import Environments
import RLCore
import Testing

/// Rooms laid out anew, read from the planes that are observed.
@Suite struct RoomsTests {
    @Test(arguments: [
        RoomSize(), RoomSize(size: 3), RoomSize(size: 31, room: 2), RoomSize(size: 8, room: 2),
        RoomSize(size: 20, room: 5),
        RoomSize(keys: 3), RoomSize(size: 9, room: 2, keys: 3), RoomSize(size: 6, room: 2, keys: 3),
        RoomSize(size: 31, room: 2, keys: 3), RoomSize(size: 13, room: 3, keys: 1),
    ])
    func everyMapCanBeSolvedAndIsOneTree(of rooms: RoomSize) throws {
        var world = try Rooms(rooms.options)
        var random = PCG64(seed: 12)
        var bytes = [UInt8](repeating: 0, count: world.observationSpace.count)
        var (locks, maps) = ([0, 0, 0, 0], Set<String>())
        for episode in 0..<400 {
            var span = bytes.mutableSpan
            world.reset(into: &span, using: &random)
            let map = SeenRooms(bytes, size: rooms.size, keys: rooms.keys)
            #expect(map.agents.count == 1 && map.goals.count == 1 && map.agents != map.goals)
            #expect(map.heldEverywhere.isEmpty)
            for key in 0..<rooms.keys {
                #expect(map.keyPlaces[key].count == map.doors[key].count && map.doors[key].count <= 1)
            }
            let locked = map.doors.count { !$0.isEmpty }
            // Letters are given from a on.
            #expect(map.doors.prefix(locked).allSatisfy { !$0.isEmpty })
            locks[locked] += 1
            #expect(map.isSolvable, "episode \(episode): \(map.walls)")
            #expect(map.needsEveryKey, "episode \(episode)")
            #expect(map.isTreeOfRooms(atLeast: rooms.room), "episode \(episode)")
            maps.insert(map.description)
        }
        // Each is another; the smallest map has only so many.
        #expect(maps.count > (rooms.size == 3 ? 50 : 390))
        #expect(rooms.keys == 0 ? locks[0] == 400 : locks[rooms.keys] > 20, "\(locks)")
    }

    /// Every cell of a single room is as likely as the others, for both.
    @Test func whoWalksAndTheGoalAreAnywhere() throws {
        var world = try Rooms(RoomSize(size: 4, room: 3).options)
        var random = PCG64(seed: 8)
        var bytes = [UInt8](repeating: 0, count: world.observationSpace.count)
        var (agents, goals) = ([Int](repeating: 0, count: 16), [Int](repeating: 0, count: 16))
        for _ in 0..<16_000 {
            var span = bytes.mutableSpan
            world.reset(into: &span, using: &random)
            let map = SeenRooms(bytes, size: 4, keys: 0)
            agents[map.agents.first ?? 0] += 1
            goals[map.goals.first ?? 0] += 1
        }
        #expect((agents + goals).allSatisfy { abs($0 - 1_000) < 160 }, "\(agents), \(goals)")
    }

    /// A walk by the planes: where it goes, what it picks up, what opens.
    @Test func playingFollowsTheRules() throws {
        var options = RoomSize(size: 11, room: 2, keys: 2).options
        options.stepCost = 0.125
        var world = try Rooms(options)
        var random = PCG64(seed: 21)
        var actions = PCG64(seed: 22)
        var bytes = [UInt8](repeating: 0, count: world.observationSpace.count)
        var (ends, pickedUp, opened) = (0, 0, 0)
        var span = bytes.mutableSpan
        world.reset(into: &span, using: &random)
        var before = SeenRooms(bytes, size: 11, keys: 2)
        for _ in 0..<60_000 {
            let action = actions.integers(4)
            var span = bytes.mutableSpan
            let stream = random
            let outcome = world.step(action, into: &span, using: &random)
            #expect(stream == random, "nothing is drawn where nothing slips")
            let after = SeenRooms(bytes, size: 11, keys: 2)
            let place = before.agents.first ?? -1
            let target = before.neighbor(of: place, action, holding: before.held)
            #expect(after.agents == [target] && world.place == target)
            #expect(outcome.terminated == (before.goals.first == target))
            #expect(outcome.reward == (outcome.terminated ? 0.875 : -0.125))
            #expect(after.walls == before.walls && after.goals == before.goals)
            for key in 0..<2 {
                if before.keyPlaces[key] == [target] {
                    pickedUp += 1
                    #expect(after.held.contains(key) && after.keyPlaces[key].isEmpty)
                    #expect(after.doors[key].isEmpty && before.doors[key].count == 1)
                    opened += 1
                } else {
                    #expect(
                        after.keyPlaces[key] == before.keyPlaces[key] && after.doors[key] == before.doors[key]
                    )
                    #expect(after.held.contains(key) == before.held.contains(key))
                }
            }
            before = after
            if outcome.terminated {
                ends += 1
                var span = bytes.mutableSpan
                world.reset(into: &span, using: &random)
                before = SeenRooms(bytes, size: 11, keys: 2)
                #expect(before.held.isEmpty)
            }
        }
        #expect(ends > 10 && pickedUp > 10 && opened == pickedUp)
    }

    /// A seed gives the same rooms in every version.
    @Test(arguments: [
        ([:], "2d2259d427736d6b"),
        (["keys": "3", "slip": "0.2", "size": "17", "room": "2"], "4fad27fa5e04b9d7"),
        (["actions": "turning", "view": "5", "observation": "planes"], "640936f18fcdfc68"),
    ])
    func theStreamsStay(settings: [String: String], fingerprint: String) throws {
        let entry = try #require(gridWorldEnvironments.first { $0.name == "rooms" })
        let played = try PlayedGame(try entry.make(settings), seed: 5, steps: 2_000, keeping: 0)
        #expect(played.game.fingerprint == fingerprint)
    }

    @Test func turningAndSlipping() throws {
        var options = RoomSize(size: 5, room: 5).options
        (options.actions, options.turned) = (.turning, false)
        var world = try Rooms(options)
        #expect(
            world.planes.prefix(4) == [
                "agent facing up", "agent facing right", "agent facing down", "agent facing left",
            ])
        #expect(world.actionNames == ["turn left", "turn right", "forward"])
        var (random, bytes) = (PCG64(seed: 1), [UInt8](repeating: 0, count: world.observationSpace.count))
        let depth = world.planes.count
        var headings = Set<Int>()
        for _ in 0..<50 {
            var span = bytes.mutableSpan
            world.reset(into: &span, using: &random)
            let first = bytes[world.place * depth..<world.place * depth + 4].firstIndex(of: 1) ?? 0
            let heading = first - world.place * depth
            headings.insert(heading)
            for (action, turn) in [(0, 3), (1, 0), (1, 1)] {
                var span = bytes.mutableSpan
                _ = world.step(action, into: &span, using: &random)
                #expect(bytes[world.place * depth + (heading + turn) % 4] == 1)
            }
        }
        #expect(headings == [0, 1, 2, 3])
        // Half of the steps go to the sides.
        var slippery = RoomSize(size: 31, room: 31).options
        slippery.slip = 0.5
        var plain = try Rooms(slippery)
        var moves = [0: 0, -31: 0, 1: 0, -1: 0]
        var more = [UInt8](repeating: 0, count: plain.observationSpace.count)
        for _ in 0..<4_000 {
            var span = more.mutableSpan
            plain.reset(into: &span, using: &random)
            let start = plain.place
            guard (1..<30).contains(start / 31), (1..<30).contains(start % 31) else { continue }
            _ = plain.step(0, into: &span, using: &random)
            moves[plain.place - start, default: 0] += 1
        }
        let total = Double(moves.values.reduce(0, +))
        #expect(abs(Double(moves[-31] ?? 0) / total - 0.5) < 0.04)
        #expect(
            abs(Double(moves[1] ?? 0) / total - 0.25) < 0.04
                && abs(Double(moves[-1] ?? 0) / total - 0.25) < 0.04)
    }

    @Test(arguments: [
        (["size": "2"], "size=2"), (["size": "32"], "size=32"), (["room": "1"], "room=1"),
        (["keys": "4"], "keys=4"),
        (["size": "6", "keys": "1"], "take a size of at least 7"), (["view": "4"], "odd side, like 5"),
        (["observation": "index"], "one of planes, pixels"),
        (["observation": "pixels", "view": "99", "tile": "64"], "16 MiB"),
    ])
    func badSettingsAreRefusedInALine(settings: [String: String], part: String) throws {
        let entry = try #require(gridWorldEnvironments.first { $0.name == "rooms" })
        let error = #expect(throws: ConfigurationError.self) { try entry.make(settings) }
        #expect(error?.description.contains(part) == true, "\(error.map { "\($0)" } ?? "")")
        #expect(error?.description.contains("\n") == false)
    }

    @Test func damagedArchivesAreRefused() throws {
        let world = try Rooms(RoomSize(size: 7, room: 2, keys: 1).options)
        try restore(world) { _, _ in }
        let damages: [(String, Int, String)] = [
            ("place", -1, "'place'"), ("place", 49, "'place'"), ("place", .max, "'place'"),
            ("heading", 1, "'heading'"),
            ("heading", -1, "'heading'"), ("keys", 2, "'keys'"), ("keys", -1, "'keys'"),
        ]
        for (name, value, part) in damages {
            let error = #expect(throws: ArchiveError.self) {
                try restore(world) { field, number in if field == name { number = value } }
            }
            #expect(error?.description.contains(part) == true)
        }
        for code in [7, 255] {
            let error = #expect(throws: ArchiveError.self) {
                try restore(world, cell: UInt8(code)) { _, _ in }
            }
            #expect(error?.description.contains("'cells'") == true)
        }
        // Nobody stands in a wall or a closed door.
        for code in [1, 5] {
            #expect(throws: ArchiveError.self) { try restore(world, cell: UInt8(code)) { _, _ in } }
        }
    }

    /// Whatever an archive holds: it is refused, or what it restores can be played and drawn.
    @Test func randomArchivesNeverTrap() throws {
        var random = PCG64(seed: 77)
        for actions in [GridActions.compass, .turning] {
            var options = RoomSize(size: 9, room: 2, keys: 3).options
            (options.actions, options.view) = (actions, 5)
            let world = try Rooms(options)
            var played = 0
            for _ in 0..<3_000 {
                var cells = (0..<81).map { _ in UInt8(random.integers(14)) }
                if random.integers(4) > 0 { cells = cells.map { $0 % 13 } }
                var numbers = [
                    "place": random.integers(82), "heading": random.integers(5), "keys": random.integers(9),
                ]
                if random.integers(2) == 0 { numbers["heading"] = 0 }
                var saved = Archive()
                try saved.field("cells", &cells)
                for name in ["place", "heading", "keys"] {
                    var number = numbers[name] ?? 0
                    try saved.field(name, &number)
                }
                var (archive, restored) = (Archive(restoring: saved.entries), world)
                guard (try? restored.archive(&archive)) != nil else { continue }
                played += 1
                var bytes = [UInt8](repeating: 0, count: restored.observationSpace.count)
                var span = bytes.mutableSpan
                for _ in 0..<30 {
                    _ = restored.step(
                        random.integers(restored.actionSpace.choices), into: &span, using: &random)
                }
                var canvas = Canvas()
                restored.draw(on: &canvas)
                restored.reset(into: &span, using: &random)
            }
            #expect(played > 300)
        }
    }

    private func restore(
        _ world: Rooms, cell: UInt8 = 0, _ change: (String, inout Int) -> Void
    ) throws(ArchiveError) {
        var cells = [UInt8](repeating: 0, count: 49)
        cells[8] = cell
        var saved = Archive()
        try saved.field("cells", &cells)
        for name in ["place", "heading", "keys"] {
            var number = name == "place" ? 8 : 0
            change(name, &number)
            try saved.field(name, &number)
        }
        var (archive, restored) = (Archive(restoring: saved.entries), world)
        try restored.archive(&archive)
    }
}

extension Space {
    fileprivate var choices: Int { if case .discrete(let count) = self { count } else { 0 } }
}

struct RoomSize: Sendable, CustomTestStringConvertible {
    var size = 13
    var room = 3
    var keys = 0

    var testDescription: String { "\(size) cells, rooms of \(room), \(keys) keys" }

    var options: Rooms.Options {
        var options = Rooms.Options()
        (options.size, options.room, options.keys) = (size, room, keys)
        return options
    }
}

/// A map as its planes show it: agent, wall, goal, keys, doors, keys held.
struct SeenRooms: CustomStringConvertible {
    let size: Int
    let agents: Set<Int>
    let walls: Set<Int>
    let goals: Set<Int>
    let keyPlaces: [Set<Int>]
    let doors: [Set<Int>]
    let heldEverywhere: Set<Int>
    let held: Set<Int>

    init(_ bytes: [UInt8], size: Int, keys: Int) {
        let depth = 3 + 3 * keys
        func plane(_ plane: Int) -> Set<Int> {
            Set((0..<size * size).filter { bytes[$0 * depth + plane] == 1 })
        }
        self.size = size
        (agents, walls, goals) = (plane(0), plane(1), plane(2))
        keyPlaces = (0..<keys).map { plane(3 + $0) }
        doors = (0..<keys).map { plane(3 + keys + $0) }
        heldEverywhere = Set((0..<keys).filter { plane(3 + 2 * keys + $0).count == size * size })
        held = Set((0..<keys).filter { !plane(3 + 2 * keys + $0).isEmpty })
    }

    var description: String { "\(agents) \(walls.sorted()) \(goals) \(keyPlaces) \(doors)" }

    func neighbor(of place: Int, _ action: Int, holding keys: Set<Int>) -> Int {
        let (row, column) = (place / size + [-1, 0, 1, 0][action], place % size + [0, 1, 0, -1][action])
        guard (0..<size).contains(row), (0..<size).contains(column) else { return place }
        let target = row * size + column
        let isClosed = doors.enumerated().contains { $1.contains(target) && !keys.contains($0) }
        return walls.contains(target) || isClosed ? place : target
    }

    var isSolvable: Bool { !reached(with: []).isDisjoint(with: goals) }

    /// Without any one of the keys on the map there is no way.
    var needsEveryKey: Bool {
        keyPlaces.indices.allSatisfy {
            keyPlaces[$0].isEmpty || reached(with: [], never: $0).isDisjoint(with: goals)
        }
    }

    /// Everywhere that can be come to, picking up keys on the way.
    private func reached(with keys: Set<Int>, never: Int = -1) -> Set<Int> {
        var found = agents
        var frontier = Array(agents)
        while let place = frontier.popLast() {
            for action in 0..<4 {
                let next = neighbor(of: place, action, holding: keys)
                if found.insert(next).inserted { frontier.append(next) }
            }
        }
        let more = Set(keyPlaces.indices.filter { $0 != never && !keyPlaces[$0].isDisjoint(with: found) })
        return more.isSubset(of: keys) ? found : reached(with: keys.union(more), never: never)
    }

    /// Rectangles of rooms with sides of at least `least`, joined by one doorway less than there are rooms.
    func isTreeOfRooms(atLeast least: Int) -> Bool {
        // A doorway has walls, or the map's edge and a wall, on two opposite sides, and a way on both others; it is
        // where an odd line is open at an even place. Rooms are what is left without them.
        let open = Set(0..<size * size).subtracting(walls)
        let doorways = open.filter { isDoorway($0) }
        var left = open.subtracting(doorways)
        var rooms = 0
        while let first = left.first {
            var (room, frontier) = (Set([first]), [first])
            while let place = frontier.popLast() {
                for (down, right) in [(-1, 0), (0, 1), (1, 0), (0, -1)] {
                    let (row, column) = (place / size + down, place % size + right)
                    guard (0..<size).contains(row), (0..<size).contains(column) else { continue }
                    let next = row * size + column
                    if left.contains(next), room.insert(next).inserted { frontier.append(next) }
                }
            }
            let (rows, columns) = (room.map { $0 / size }, room.map { $0 % size })
            let height = (rows.max() ?? 0) - (rows.min() ?? 0) + 1
            let width = (columns.max() ?? 0) - (columns.min() ?? 0) + 1
            if room.count != height * width || min(height, width) < min(least, size) { return false }
            rooms += 1
            left.subtract(room)
        }
        return doorways.count == rooms - 1
    }

    private func isDoorway(_ place: Int) -> Bool {
        func isWall(_ down: Int, _ right: Int) -> Bool {
            let (row, column) = (place / size + down, place % size + right)
            return !(0..<size).contains(row) || !(0..<size).contains(column)
                || walls.contains(row * size + column)
        }
        let isLevel = isWall(0, -1) && isWall(0, 1) && !isWall(-1, 0) && !isWall(1, 0)
        let isUpright = isWall(-1, 0) && isWall(1, 0) && !isWall(0, -1) && !isWall(0, 1)
        return isLevel || isUpright
    }
}
