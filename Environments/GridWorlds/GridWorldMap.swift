import RLCore

/// A map of cells, drawn as text: a line a row (or rows separated by `/`), a character a cell.
///
/// | character | cell |
/// |---|---|
/// | `.` or a space | free |
/// | `S` | free, and a start |
/// | `#` | wall: a move into it stays where it was, as does a move off the map |
/// | `G` | goal: ends the episode with the goal's reward |
/// | `1` to `9` | goal that is worth so many tenths of that |
/// | `X` or `O` | pit: ends the episode with the pit's reward |
/// | `a` `b` `c` | key, picked up by walking on it; it stays in hand and opens every door of its letter |
/// | `A` `B` `C` | door: a wall to whoever does not hold its key |
/// | `^` `>` `v` `<` | one-way: left only in the direction of the arrow, not entered against it |
/// | `u` `r` `d` `l` | windy: a move from it is pushed on by one cell: up, right, down or left |
///
/// A last line of `~` and a digit a column, as `~0001112210`, tells how many cells the wind of each column pushes up.
/// A cell's own wind takes the place of its column's. The wind pushes cell by cell, as moves would go, so that walls,
/// doors and one-way cells stop it; what lies under the way is passed over, and only where it ends has any effect.
public struct GridWorldMap: Sendable, Equatable {
    /// Rows of the map.
    public let rows: Int
    /// Columns of the map.
    public let columns: Int
    /// The cells in reading order, `[rows, columns]`.
    public let cells: [Cell]
    /// The places that can be stood on, in reading order: all but walls. Where a map has no keys and whoever walks has
    /// no heading these are the states: `s` is at row `places[s] / columns`, column `places[s] % columns`.
    public let places: [Int]
    /// How many cells the wind of each column pushes up, `[columns]`.
    public let columnWinds: [Int]

    /// Reads a map and checks that it can be a task: a goal, somewhere to stand, and a key to every door.
    public init(_ text: String) throws(ConfigurationError) {
        var lines = DrawnMap.rows(of: text)
        let winds = lines.last?.first == "~" ? lines.removeLast().dropFirst() : nil
        let cells = try DrawnMap.cells(
            of: lines,
            legend: ". (free), S (start), # (wall), G or 1 to 9 (goal), X (pit), abc (key), ABC (door), "
                + "^>v< (one-way) or urdl (windy)", Cell.init)
        rows = lines.count
        columns = lines.first?.count ?? 0
        self.cells = cells
        places = cells.indices.filter { cells[$0] != .wall }
        columnWinds = try Self.winds(winds, columns: columns)
        try checkCells()
    }

    /// The letters of the keys on the map, in order; 0 is `a`.
    public var keys: [Int] {
        (0..<Cell.keys.count).filter { cells.contains(.key($0)) }
    }

    /// What pushes whoever moves on from a place; nil where nothing does.
    public func wind(at place: Int) -> GridWind? {
        if case .windy(let direction) = cells[place] { return GridWind(direction: direction, strength: 1) }
        let strength = columnWinds[place % columns]
        return strength == 0 || cells[place] == .wall ? nil : GridWind(direction: .up, strength: strength)
    }

    /// The place one move away, or `place` itself where a wall, the edge, a door or a one-way cell is in the way. Bit
    /// `k` of `keys` tells whether key `k` is held.
    public func neighbor(of place: Int, toward direction: GridDirection, holding keys: Int = 0) -> Int {
        if case .oneWay(let way) = cells[place], way != direction { return place }
        let (down, right) = direction.offset
        let isInside =
            (0..<rows).contains(place / columns + down) && (0..<columns).contains(place % columns + right)
        guard isInside else { return place }
        let target = place + down * columns + right
        return switch cells[target] {
        case .wall: place
        case .door(let key): keys >> key & 1 == 1 ? target : place
        case .oneWay(let way): way == direction.turned(2) ? place : target
        default: target
        }
    }

    /// Where a move ends, the push of the wind included, which is `gust` cells more than usual.
    func landing(from place: Int, toward direction: GridDirection, holding keys: Int, gust: Int) -> Int {
        var target = neighbor(of: place, toward: direction, holding: keys)
        guard let wind = wind(at: place) else { return target }
        for _ in 0..<wind.strength + gust {
            target = neighbor(of: target, toward: wind.direction, holding: keys)
        }
        return target
    }

    /// The map as text, a line a row.
    public var text: String {
        var lines = (0..<rows).map { row in
            String(cells[row * columns..<(row + 1) * columns].map(\.character))
        }
        if columnWinds.contains(where: { $0 > 0 }) {
            lines.append("~" + columnWinds.map { "\($0)" }.joined())
        }
        return lines.joined(separator: "\n")
    }

    /// Whether `text` can only be meant as a map, not as a map's name.
    static func isDrawing(_ text: String) -> Bool {
        text.contains { $0.isNewline || $0 == "/" } || text.allSatisfy { Cell($0) != nil }
    }

    /// A place as errors call it.
    func name(of place: Int) -> String { DrawnMap.place(place / columns, place % columns) }

    private static func winds(_ text: Substring?, columns: Int) throws(ConfigurationError) -> [Int] {
        guard let text else { return [Int](repeating: 0, count: columns) }
        guard text.count == columns else {
            throw ConfigurationError(
                "map: the last row tells the wind (~) of \(text.count) columns, but the map has \(columns)")
        }
        var winds: [Int] = []
        for (column, character) in text.enumerated() {
            guard character.isASCII, let strength = character.wholeNumberValue else {
                throw ConfigurationError(
                    "map: the wind (~) of column \(column + 1) is \(String(reflecting: character)); it is a "
                        + "digit, the cells that it pushes up")
            }
            winds.append(strength)
        }
        return winds
    }

    private func checkCells() throws(ConfigurationError) {
        guard cells.contains(where: { $0.goalShare != nil }) else {
            throw ConfigurationError("map: it has no goal (G)")
        }
        guard cells.contains(where: \.isStart) else {
            throw ConfigurationError("map: it has no free cell (. or S) to start on")
        }
        for (place, cell) in cells.enumerated() {
            guard case .door(let key) = cell, !cells.contains(.key(key)) else { continue }
            throw ConfigurationError(
                "map: \(name(of: place)) is door \(cell.character), but no cell is its key "
                    + "(\(Cell.key(key).character))")
        }
    }
}
