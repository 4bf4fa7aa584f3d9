import RLCore

/// A frozen lake, drawn as text: a line a row (or rows separated by `/`), a character a cell.
///
/// | character | cell |
/// |---|---|
/// | `S` | ice, and a start |
/// | `F` | ice |
/// | `H` | hole: ends the episode |
/// | `G` | goal: ends the episode |
public struct FrozenLakeMap: Sendable, Equatable {
    /// What a place on the lake is.
    public enum Cell: Character, Sendable {
        /// Can be stood on, and is where episodes start.
        case start = "S"
        /// Can be stood on.
        case frozen = "F"
        /// Ends the episode, badly.
        case hole = "H"
        /// Ends the episode, as wished.
        case goal = "G"
    }

    /// The maps known by name; the first is the default.
    public static let named: [(name: String, text: String)] = [
        ("4x4", "SFFF/FHFH/FFFH/HFFG"),
        ("8x8", "SFFFFFFF/FFFFFFFF/FFFHFFFF/FFFFFHFF/FFFHFFFF/FHHFFFHF/FHFFHFHF/FFFHFFFG"),
    ]

    /// Rows of the map.
    public let rows: Int
    /// Columns of the map.
    public let columns: Int
    /// The cells in reading order, `[rows, columns]`.
    public let cells: [Cell]

    /// The map called `text`, or else the map that `text` draws.
    public init(named text: String) throws(ConfigurationError) {
        if let map = Self.named.first(where: { $0.name == text }) {
            try self.init(map.text)
        } else if Self.isDrawing(text) {
            try self.init(text)
        } else {
            throw .unknown("map", text, among: Self.named.map(\.name) + ["random"])
        }
    }

    /// Reads a map and checks that it is a task: a start, a goal, and a way to a goal from every start.
    public init(_ text: String) throws(ConfigurationError) {
        let lines = DrawnMap.rows(of: text)
        let cells = try DrawnMap.cells(of: lines, legend: "S (start), F (frozen), H (hole) or G (goal)") {
            Cell(rawValue: $0)
        }
        self.init(rows: lines.count, columns: lines.first?.count ?? 0, cells: cells)
        try checkWays()
    }

    /// A square map made as Gymnasium's `generate_random_map(size, p, seed)` makes it: a start in the first corner, a
    /// goal in the last, ice elsewhere with probability `frozenShare` and holes otherwise, drawn until there is a way.
    public init(size: Int, frozenShare: Double, seed: UInt64) throws(ConfigurationError) {
        guard (2...1_000).contains(size), (0...1).contains(frozenShare) else {
            throw ConfigurationError(
                "map: a random map has a size from 2 to 1000 and a frozenShare from 0 to 1, not \(size) and "
                    + frozenShare.settingText)
        }
        // The published function goes on for ever where there can be no way.
        let attempts = min(Self.mostMapsDrawn, Self.mostCellsDrawn / (size * size))
        let threshold = frozenShare / (frozenShare + (1 - frozenShare))
        var random = PCG64(seed: seed)
        for _ in 0..<attempts {
            var cells = (0..<size * size).map { _ in random.random() < threshold ? Cell.frozen : .hole }
            cells[0] = .start
            cells[size * size - 1] = .goal
            let map = FrozenLakeMap(rows: size, columns: size, cells: cells)
            if map.hasWay(from: 0) {
                self = map
                return
            }
        }
        throw ConfigurationError(
            "map: in none of \(attempts) random maps of size \(size) with frozenShare=\(frozenShare.settingText) "
                + "can the goal be reached; raise frozenShare")
    }

    // A second or two.
    private static let mostMapsDrawn = 1 << 20
    private static let mostCellsDrawn = 1 << 26

    private init(rows: Int, columns: Int, cells: [Cell]) {
        self.rows = rows
        self.columns = columns
        self.cells = cells
    }

    /// The place one move away in the direction of `action` (left, down, right, up), or `place` itself at the edge.
    public func neighbor(of place: Int, action: Int) -> Int {
        let (row, column) = (place / columns, place % columns)
        let (down, right) = [(0, -1), (1, 0), (0, 1), (-1, 0)][action]
        let isInside = (0..<rows).contains(row + down) && (0..<columns).contains(column + right)
        return isInside ? place + down * columns + right : place
    }

    /// The map as text, a line a row.
    public var text: String {
        (0..<rows).map { row in String(cells[row * columns..<(row + 1) * columns].map(\.rawValue)) }
            .joined(separator: "\n")
    }

    /// Whether `text` can only be meant as a map, not as a map's name.
    private static func isDrawing(_ text: String) -> Bool {
        text.contains { $0.isNewline || $0 == "/" } || text.allSatisfy { Cell(rawValue: $0) != nil }
    }

    private func checkWays() throws(ConfigurationError) {
        if !cells.contains(.start) { throw ConfigurationError("map: it has no start (S)") }
        if !cells.contains(.goal) { throw ConfigurationError("map: it has no goal (G)") }
        if let lost = cells.indices.first(where: { cells[$0] == .start && !hasWay(from: $0) }) {
            throw ConfigurationError(
                "map: no goal can be reached from \(DrawnMap.place(lost / columns, lost % columns))")
        }
    }

    private func hasWay(from start: Int) -> Bool {
        var isKnown = cells.map { _ in false }
        isKnown[start] = true
        var frontier = [start]
        while let place = frontier.popLast() {
            for action in 0..<4 {
                let next = neighbor(of: place, action: action)
                if cells[next] == .goal { return true }
                if cells[next] != .hole, !isKnown[next] {
                    isKnown[next] = true
                    frontier.append(next)
                }
            }
        }
        return false
    }
}
