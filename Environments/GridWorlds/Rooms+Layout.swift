import RLCore

extension Rooms {
    /// Lays out rooms, a goal, who walks, and locked doors with their keys, in the memory there is.
    mutating func layOut(using random: inout PCG64) {
        for index in 0..<size * size { cells[index] = Code.free }
        held = 0
        divide(rows: 0..<size, columns: 0..<size, using: &random)
        var free = 0
        for index in 0..<size * size where cells[index] == Code.free { free += 1 }
        let goal = freePlace(random.integers(free))
        cells[goal] = Code.goal
        place = freePlace(random.integers(free - 1))
        if keys > 0 { lock(onTheWayTo: goal, using: &random) }
    }

    /// Cuts an area in two by a wall with one doorway, and its parts again, until none is large enough.
    ///
    /// Areas begin on even rows and columns, walls are on odd ones and doorways on even ones: so no wall ever ends at a
    /// doorway. Not deeper than there are walls across a map, and nothing to keep but ranges: this may call itself.
    private mutating func divide(rows: Range<Int>, columns: Range<Int>, using random: inout PCG64) {
        let (across, along) = (wallCount(in: rows), wallCount(in: columns))
        guard across + along > 0 else { return }
        let isLevel =
            across == 0 || along == 0 || rows.count != columns.count
            ? across > 0 && (along == 0 || rows.count > columns.count) : random.integers(2) == 0
        if isLevel {
            let wall = firstWall(in: rows) + 2 * random.integers(across)
            for column in columns { cells[wall * size + column] = Code.wall }
            let gap = columns.lowerBound + 2 * random.integers((columns.count + 1) / 2)
            cells[wall * size + gap] = Code.doorway
            divide(rows: rows.lowerBound..<wall, columns: columns, using: &random)
            divide(rows: wall + 1..<rows.upperBound, columns: columns, using: &random)
        } else {
            let wall = firstWall(in: columns) + 2 * random.integers(along)
            for row in rows { cells[row * size + wall] = Code.wall }
            let gap = rows.lowerBound + 2 * random.integers((rows.count + 1) / 2)
            cells[gap * size + wall] = Code.doorway
            divide(rows: rows, columns: columns.lowerBound..<wall, using: &random)
            divide(rows: rows, columns: wall + 1..<columns.upperBound, using: &random)
        }
    }

    /// The first odd line that leaves a room before it.
    private func firstWall(in lines: Range<Int>) -> Int { lines.lowerBound + smallestRoom | 1 }

    /// How many odd lines leave a room on either side.
    private func wallCount(in lines: Range<Int>) -> Int {
        let room = lines.upperBound - 1 - smallestRoom - firstWall(in: lines)
        return room < 0 ? 0 : room / 2 + 1
    }

    /// The free place of a number, in reading order.
    private func freePlace(_ number: Int) -> Int {
        var left = number
        for index in 0..<size * size where cells[index] == Code.free {
            if left == 0 { return index }
            left -= 1
        }
        return 0
    }

    /// Makes locked doors of doorways on the way to the goal, and lays the key of each where it can be reached before.
    private mutating func lock(onTheWayTo goal: Int, using random: inout PCG64) {
        let ways = directions(to: goal)
        var doorways = 0
        var step = place
        while step != goal {
            if cells[step] == Code.doorway { doorways += 1 }
            step = neighbor(of: step, toward: GridDirection.allCases[Int(ways[step])])
        }
        // As many of them as there are keys, every choice as likely: each in turn with the share that is left.
        let locks = min(keys, doorways)
        var chosen = 0
        step = place
        while step != goal {
            // The way on, before a door closes it.
            let next = neighbor(of: step, toward: GridDirection.allCases[Int(ways[step])])
            if cells[step] == Code.doorway {
                if random.integers(doorways) < locks - chosen {
                    cells[step] = Code.door(chosen)
                    chosen += 1
                }
                doorways -= 1
            }
            step = next
        }
        // A key lies where only the doors before its own have to be open, so that each can be fetched after those before.
        for key in 0..<locks { layKey(key, using: &random) }
    }

    /// Lays a key on a cell that can be reached with the keys before it.
    private mutating func layKey(_ key: Int, using random: inout PCG64) {
        for earlier in 0..<key { replace(Code.door(earlier), by: Code.openDoor(earlier)) }
        let ways = directions(to: place)
        for earlier in 0..<key { replace(Code.openDoor(earlier), by: Code.door(earlier)) }
        var count = 0
        for index in 0..<size * size where canHold(index, ways) { count += 1 }
        var left = random.integers(count)
        for index in 0..<size * size where canHold(index, ways) {
            if left == 0 {
                cells[index] = Code.key(key)
                return
            }
            left -= 1
        }
    }

    /// Whether a key can be laid there: on free ground of the rooms that `ways` come from, not under who walks.
    private func canHold(_ index: Int, _ ways: InlineArray<961, UInt8>) -> Bool {
        cells[index] == Code.free && ways[index] < 4 && index != place
    }

    private mutating func replace(_ code: UInt8, by other: UInt8) {
        for index in 0..<size * size where cells[index] == code { cells[index] = other }
    }

    /// The direction of a shortest way to `target` from everywhere; 4 there, and where there is none, 5.
    private func directions(to target: Int) -> InlineArray<961, UInt8> {
        var ways = InlineArray<961, UInt8>(repeating: 5)
        var queue = InlineArray<961, UInt16>(repeating: 0)
        var (first, last) = (0, 1)
        queue[0] = UInt16(target)
        ways[target] = 4
        while first < last {
            let place = Int(queue[first])
            first += 1
            for direction in GridDirection.allCases {
                let next = neighbor(of: place, toward: direction)
                guard ways[next] == 5 else { continue }
                ways[next] = UInt8(direction.turned(2).rawValue)
                queue[last] = UInt16(next)
                last += 1
            }
        }
        return ways
    }
}

extension Rooms {
    /// What a cell holds, as a number; that of a tile in the painter's list, too.
    enum Code {
        static let free: UInt8 = 0
        static let wall: UInt8 = 1
        static let goal: UInt8 = 2
        static let doorway: UInt8 = 3

        static func key(_ key: Int) -> UInt8 { UInt8(4 + 3 * key) }
        static func door(_ key: Int) -> UInt8 { UInt8(5 + 3 * key) }
        static func openDoor(_ key: Int) -> UInt8 { UInt8(6 + 3 * key) }

        /// The key that lies in a cell.
        static func key(of code: UInt8) -> Int? { code > 3 && code % 3 == 1 ? Int(code) / 3 - 1 : nil }

        /// Whether nobody can stand there.
        static func isClosed(_ code: UInt8) -> Bool { code == wall || code > 3 && code % 3 == 2 }

        static func count(keys: Int) -> Int { 4 + 3 * keys }

        static func tiles(keys: Int) -> [GridTile] {
            [GridTile(.free), GridTile(.wall), GridTile(.goal), GridTile(.free, isOpen: true)]
                + (0..<keys).flatMap { key in
                    [GridTile(.key(key)), GridTile(.door(key)), GridTile(.door(key), isOpen: true)]
                }
        }
    }
}
