import RLCore

/// Writes what is seen of a grid as bytes: planes `[rows, columns, planes]`, or a picture
/// `[rows × side, columns × side, 3]`, of all of it or of a window around who walks.
///
/// Both are put together from patterns made once, one a tile. In a window whoever walks is in the middle; places
/// outside the map look like walls, and nothing hides what is behind it. A window that turns shows ahead what is above
/// in it, one-way cells and winds included.
struct GridPainter: Sendable {
    /// What the planes are, in order; empty for a picture.
    let planes: [GridPlane]
    /// Dimensions of what is written.
    let shape: [Int]
    private let columns: Int
    private let rows: Int
    private let window: Int
    private let isTurned: Bool
    private let side: Int  // rows and columns of a pattern
    private let depth: Int  // bytes of one of its points
    private let pitch: Int  // bytes from one row of a pattern to the next, at least those it has
    private let codes: Int  // patterns there are
    private let headings: Int
    private let patterns: [UInt8]  // [key sets, codes, side, pitch]; one key set in a picture
    private let agents: [UInt8]  // the same with who walks on it, [key sets, headings, codes, side, pitch]
    private let turns: [UInt8]  // the code of a tile seen with a heading, [headings, codes]
    private let wall: UInt8

    /// What a painter is made of.
    struct Style {
        /// A picture, not planes.
        var isPicture: Bool
        /// The side of a cell in a picture.
        var tile: Int
        /// The side of the window; 0 for all.
        var window: Int
        /// Whether a window turns with the heading.
        var isTurned: Bool
    }

    /// A painter of grids of so many rows and columns, made of `tiles`, which are known by their place in that list.
    init(
        _ style: Style, rows: Int, columns: Int, tiles: [GridTile], keys: [Int], hasHeading: Bool
    ) throws(ConfigurationError) {
        guard style.window == 0 || style.window % 2 == 1 else {
            throw ConfigurationError(
                "view=\(style.window) does not fit: a window around whoever walks has an odd side, like "
                    + "\(style.window + 1); 0 shows all")
        }
        (self.rows, self.columns, window) = (rows, columns, style.window)
        headings = hasHeading ? 4 : 1
        isTurned = hasHeading && style.isTurned && style.window > 0
        let all = Self.withTurnedTiles(tiles, isTurned: isTurned)
        codes = all.count
        guard codes <= 256 else {
            throw ConfigurationError(
                "map: \(codes) kinds of cells are more than the 256 that planes and pixels can tell apart; take "
                    + "observation=index")
        }
        let numbers = Dictionary(all.enumerated().map { ($1, UInt8($0)) }) { first, _ in first }
        let wall = numbers[GridTile(.wall)] ?? 0
        let isTurned = isTurned
        turns = (0..<headings).flatMap { heading in
            // What is only there for a window that has turned already is not looked up.
            all.map { numbers[$0.turned(against: isTurned ? heading : 0)] ?? wall }
        }
        self.wall = wall

        // With a window that turns, who walks always looks up.
        let facings = (0..<headings).map { hasHeading ? GridDirection.allCases[isTurned ? 0 : $0] : nil }
        let keySets = keys.last.map { 1 << ($0 + 1) } ?? 1
        let agents = (0..<keySets).flatMap { set in facings.map { GridAgent(heading: $0, keys: set) } }
        if style.isPicture {
            (side, depth, pitch, planes) = (style.tile, 3, 3 * style.tile, [])
            patterns = all.flatMap { Self.picture(of: $0, with: nil, side: style.tile) }
            self.agents = agents.flatMap { agent in
                all.flatMap { Self.picture(of: $0, with: agent, side: style.tile) }
            }
        } else {
            let who = Set(facings.map { isTurned ? nil : $0 }).map(GridPlane.init(facing:))
            let planes = Set(all.flatMap(\.planes) + who + keys.map(GridPlane.held)).sorted()
            let pitch = planes.count <= 8 ? 8 : max(16, planes.count)
            (side, depth, self.pitch, self.planes) = (1, planes.count, pitch, planes)
            func bytes(_ tile: GridTile, _ more: [GridPlane]) -> [UInt8] {
                let present = Set(tile.planes + more)
                return (0..<pitch).map { $0 < planes.count && present.contains(planes[$0]) ? 1 : 0 }
            }
            func held(_ set: Int) -> [GridPlane] { keys.filter { set >> $0 & 1 == 1 }.map(GridPlane.held) }
            patterns = (0..<keySets).flatMap { set in all.flatMap { bytes($0, held(set)) } }
            self.agents = agents.flatMap { agent in
                let plane = GridPlane(facing: isTurned ? nil : agent.heading)
                return all.flatMap { bytes($0, held(agent.keys) + [plane]) }
            }
        }
        shape = [
            (window == 0 ? rows : window) * side, (window == 0 ? columns : window) * side, depth,
        ]
        guard shape.reduce(1, *) <= 1 << 24 else {
            throw ConfigurationError(
                "an observation of \(shape[0]) x \(shape[1]) x \(shape[2]) bytes is more than 16 MiB: take a "
                    + "smaller tile, or a window (view)")
        }
    }

    /// Beside the tiles given, the wall around and what they look like when the window turns.
    private static func withTurnedTiles(_ tiles: [GridTile], isTurned: Bool) -> [GridTile] {
        var (all, known) = (tiles, Set(tiles))
        let others = isTurned ? (1..<4).flatMap { turn in tiles.map { $0.turned(against: turn) } } : []
        for tile in [GridTile(.wall)] + others where known.insert(tile).inserted { all.append(tile) }
        return all
    }

    /// What is written.
    var space: Space {
        .box(Box(low: [0], high: [planes.isEmpty ? 255 : 1], shape: shape, scalarType: .uint8))
    }

    /// Writes what is seen of `cells`, codes `[rows, columns]` from `start` on, by who walks at `place`.
    func paint(
        _ cells: Span<UInt8>, from start: Int, place: Int, heading: Int, keys: Int,
        into observation: inout MutableSpan<UInt8>
    ) {
        paintCells(cells, from: start, place: place, heading: heading, keys: keys, into: &observation)
        paintAgent(
            on: cells[start + place], place: place, heading: heading, keys: keys, into: &observation)
    }

    /// Writes everything but who walks.
    func paintCells(
        _ cells: Span<UInt8>, from start: Int, place: Int, heading: Int, keys: Int,
        into observation: inout MutableSpan<UInt8>
    ) {
        // What the loops read, taken out of this value.
        let (rows, columns, window, wall, turns) = (rows, columns, window, wall, turns)
        let (set, turn) = (planes.isEmpty ? 0 : keys * codes, heading * codes)
        let step = side * depth
        let line = step * shape[1]
        copying(patterns, isAlone: false, into: &observation) { copy in
            if window == 0 {
                for row in 0..<rows {
                    for column in 0..<columns {
                        let code = cells[start &+ row &* columns &+ column]
                        copy(set &+ Int(code), row &* line &+ column &* step)
                    }
                }
                return
            }
            let (facing, reach) = (isTurned ? GridDirection.allCases[heading] : .up, window / 2)
            let (ahead, right) = (facing.offset, facing.turned(1).offset)
            for i in 0..<window {
                // The place ahead and to the left; the next ones are to its right.
                var row = place / columns &+ (reach &- i) &* ahead.rows &- reach &* right.rows
                var column = place % columns &+ (reach &- i) &* ahead.columns &- reach &* right.columns
                for j in 0..<window {
                    let isInside = row >= 0 && row < rows && column >= 0 && column < columns
                    let code =
                        isInside ? turns[turn &+ Int(cells[start &+ row &* columns &+ column])] : wall
                    copy(set &+ Int(code), i &* line &+ j &* step)
                    row &+= right.rows
                    column &+= right.columns
                }
            }
        }
    }

    /// Writes who walks over the cell of code `code` at `place`.
    func paintAgent(
        on code: UInt8, place: Int, heading: Int, keys: Int, into observation: inout MutableSpan<UInt8>
    ) {
        let row = window == 0 ? place / columns : window / 2
        let column = window == 0 ? place % columns : window / 2
        let source = (keys * headings + heading) * codes + Int(turns[heading * codes + Int(code)])
        copying(agents, isAlone: true, into: &observation) { copy in
            copy(source, (row * side * shape[1] + column * side) * depth)
        }
    }

    /// Gives `body` a function that copies the pattern of a number to where an observation has that byte. Unless
    /// `isAlone`, it is called in the order of the bytes, and what it leaves behind them is not yet written.
    @inline(__always)
    private func copying(
        _ patterns: [UInt8], isAlone: Bool, into observation: inout MutableSpan<UInt8>,
        _ body: ((_ pattern: Int, _ byte: Int) -> Void) -> Void
    ) {
        let (side, width, line, pitch) = (side, side * depth, shape[1] * depth, pitch)
        checkSize(observation.count)
        patterns.withUnsafeBytes { patterns in
            observation.withUnsafeMutableBytes { observation in
                guard let from = patterns.baseAddress, let to = observation.baseAddress else { return }
                // The few bytes of planes in one piece, whose tail the next ones cover.
                func copyPieces<Piece: BitwiseCopyable>(_: Piece.Type) {
                    let size = MemoryLayout<Piece>.size
                    let last = observation.count - size
                    body { pattern, byte in
                        let source = from + pattern &* size
                        if byte > last {
                            (to + byte).copyMemory(from: source, byteCount: width)
                        } else {
                            (to + byte).storeBytes(of: source.loadUnaligned(as: Piece.self), as: Piece.self)
                        }
                    }
                }
                if side == 1, pitch == 8, !isAlone {
                    copyPieces(UInt64.self)
                } else if side == 1, pitch == 16, !isAlone {
                    copyPieces(SIMD16<UInt8>.self)
                } else {
                    body { pattern, byte in
                        for row in 0..<side {
                            let source = from + (pattern * side + row) * pitch
                            (to + (byte + row * line)).copyMemory(from: source, byteCount: width)
                        }
                    }
                }
            }
        }
    }

    private func checkSize(_ bytes: Int) {
        if bytes != shape[0] * shape[1] * depth {
            failure("an observation of \(bytes) bytes for one of shape \(shape)")
        }
    }

    private static func picture(of tile: GridTile, with agent: GridAgent?, side: Int) -> [UInt8] {
        var canvas = Canvas()
        canvas.background = .slate
        tile.draw(at: [0, 0], on: &canvas)
        agent?.draw(at: [0, 0], on: &canvas)
        return Picture(canvas, width: side, height: side).bytes
    }
}
