/// A maze of `ArcadeMazeChase`: 13 rows of 20 cells.
///
/// Drawn in text: `#` wall, `.` a dot, `o` a pellet, `_` nothing to eat, `H` the chasers' house and `-` its door. `P` is
/// where the player starts and `E` where chasers stand that have left the house. An opening at the left end of a row
/// leads to the one at its right end.
public struct ArcadeMaze: Sendable {
    /// A way from a cell to the next, counterclockwise.
    enum Direction: Int, CaseIterable {
        case up, left, down, right

        var opposite: Direction {
            switch self {
            case .up: .down
            case .left: .right
            case .down: .up
            case .right: .left
            }
        }

        var x: Int { self == .left ? -1 : self == .right ? 1 : 0 }
        var y: Int { self == .up ? -1 : self == .down ? 1 : 0 }
    }

    /// The levels' mazes; each is played twice.
    static let all = [
        ArcadeMaze(
            """
            ####################
            #....#........#....#
            #o##.#.######.#.##o#
            #........E.........#
            ###.##.##--##.##.###
            _______#HHHH#_______
            ###.##.######.##.###
            #..................#
            #.###.##.##.##.###.#
            #...#....P.....#...#
            #o#.#.########.#.#o#
            #..................#
            ####################
            """),
        ArcadeMaze(
            """
            ####################
            #..................#
            #.##.###.##.###.##.#
            _....#...E....#...._
            ##.###.##--##.###.##
            #o.....#HHHH#.....o#
            #.##.#.######.#.##.#
            _.................._
            ###.#.##.##.##.#.###
            #...#....##....#...#
            #o####.######.####o#
            #........P.........#
            ####################
            """),
    ]

    /// Cells of a row.
    public static var columns: Int { 20 }
    /// Rows.
    public static var rows: Int { 13 }

    /// The text, row by row.
    private let cells: [UInt8]
    /// Where each of the four directions leads from a cell; -1 into a wall.
    private let neighbours: [Int16]
    /// The same for who has to stay in the corridors.
    private let corridors: [Int16]
    /// The direction of a shortest way from a cell to `exit`, and to `home`.
    private let outward: [Direction?]
    private let homeward: [Direction?]
    /// Where the player starts.
    let start: Int
    /// In front of the door.
    let exit: Int
    /// In the house, behind the door.
    let home: Int
    /// What there is to eat, pellets included: a bit a column, the left one lowest.
    let food: InlineArray<13, UInt32>
    /// The columns of walls, and of doors, row by row.
    let walls: [[Range<Int>]]
    let doors: [[Range<Int>]]

    /// The maze that `text` draws.
    init(_ text: String) {
        let lines = text.split(separator: "\n")
        let cells = lines.flatMap { [UInt8]($0.utf8) }
        self.cells = cells
        func place(of kind: Unicode.Scalar) -> Int { cells.firstIndex(of: UInt8(ascii: kind)) ?? 0 }
        let (exit, door) = (place(of: "E"), place(of: "-"))
        (start, self.exit) = (place(of: "P"), exit)
        home = door + ArcadeMaze.columns
        neighbours = cells.indices.flatMap { cell in
            Direction.allCases.map { way in
                let (column, row) = (cell % 20 + way.x, cell / 20 + way.y)
                guard 0..<13 ~= row else { return -1 }
                let next = 20 * row + (column + 20) % 20
                return cells[next] == ArcadeMaze.wall ? -1 : Int16(next)
            }
        }
        corridors = neighbours.map { $0 < 0 || !ArcadeMaze.isCorridor(cells[Int($0)]) ? -1 : $0 }
        outward = ArcadeMaze.ways(to: exit, neighbours)
        homeward = ArcadeMaze.ways(to: home, neighbours)
        food = InlineArray { row in
            (0..<20).reduce(0) { ".o".utf8.contains(cells[20 * row + $1]) ? $0 | 1 << UInt32($1) : $0 }
        }
        walls = (0..<13).map { ArcadeMaze.runs(of: "#", in: cells[20 * $0..<20 * $0 + 20]) }
        doors = (0..<13).map { ArcadeMaze.runs(of: "-", in: cells[20 * $0..<20 * $0 + 20]) }
    }

    /// The columns of neighbouring cells of one kind in a row.
    private static func runs(of kind: Unicode.Scalar, in row: ArraySlice<UInt8>) -> [Range<Int>] {
        row.enumerated().reduce(into: []) { runs, cell in
            guard cell.element == UInt8(ascii: kind) else { return }
            if let last = runs.last, last.upperBound == cell.offset {
                runs[runs.count - 1] = last.lowerBound..<cell.offset + 1
            } else {
                runs.append(cell.offset..<cell.offset + 1)
            }
        }
    }

    /// A breadth-first search from `goal` over everything that is not wall.
    private static func ways(to goal: Int, _ neighbours: [Int16]) -> [Direction?] {
        var ways = [Direction?](repeating: nil, count: neighbours.count / 4)
        var reached = [goal]
        var next = 0
        while next < reached.count {
            let cell = reached[next]
            next += 1
            for way in Direction.allCases {
                let from = Int(neighbours[4 * cell + way.rawValue])
                if from < 0 || from == goal || ways[from] != nil { continue }
                ways[from] = way.opposite
                reached.append(from)
            }
        }
        return ways
    }

    /// What is drawn in a cell.
    public func cell(column: Int, row: Int) -> Character {
        Character(Unicode.Scalar(cells[20 * row + column]))
    }

    /// Whether a cell is of the corridors, where everybody may walk.
    public func isCorridor(column: Int, row: Int) -> Bool { isCorridor(20 * row + column) }

    func isCorridor(_ cell: Int) -> Bool { ArcadeMaze.isCorridor(cells[cell]) }
    func isWall(_ cell: Int) -> Bool { cells[cell] == ArcadeMaze.wall }
    func isPellet(_ cell: Int) -> Bool { cells[cell] == UInt8(ascii: "o") }

    private static let wall = UInt8(ascii: "#")

    private static func isCorridor(_ kind: UInt8) -> Bool { !"#H-".utf8.contains(kind) }

    /// The cell in a direction; nil where there is wall.
    func neighbour(of cell: Int, _ direction: Direction) -> Int? {
        let next = Int(neighbours[4 * cell + direction.rawValue])
        return next < 0 ? nil : next
    }

    /// The corridor in a direction; nil where there is none.
    func corridor(from cell: Int, _ direction: Direction) -> Int? {
        let next = Int(corridors[4 * cell + direction.rawValue])
        return next < 0 ? nil : next
    }

    func wayOut(of cell: Int) -> Direction? { outward[cell] }
    func wayHome(from cell: Int) -> Direction? { homeward[cell] }
}
