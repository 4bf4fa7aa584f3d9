import RLCore

extension GridTile {
    /// Draws the tile over the unit square at `corner`, what is out of sight dimmed.
    func draw(at corner: Canvas.Point, on canvas: inout Canvas, isDim: Bool = false) {
        let middle = corner + [0.5, 0.5]
        func fill(_ shape: Shape, _ color: Color) {
            canvas.fill(shape, isDim ? color.mixed(with: .slate, 0.55) : color)
        }
        func fillTile(_ color: Color) {
            let gap = 0.03
            fill(
                .rectangle(
                    x: corner.x + gap, y: corner.y + gap, width: 1 - 2 * gap, height: 1 - 2 * gap), color)
        }
        switch cell {
        case .wall: return  // the background shows
        case .free, .windy: fillTile(isOpen ? .mist : .paper)
        case .start:
            fillTile(.paper)
            fill(.text("S", center: middle, height: 0.45), .stone)
        case .pit:
            fillTile(.red)
            fill(.circle(center: middle, radius: 0.33), .ink)
        case .goal:
            fillTile(.green)
            let (foot, top): (Canvas.Point, Canvas.Point) = (corner + [0.34, 0.84], corner + [0.34, 0.14])
            fill(.line(from: foot, to: top, width: 0.07), .paper)
            fill(.polygon([top, top + [0.42, 0.17], top + [0, 0.34]]), .paper)
        case .lesserGoal(let tenths):
            fillTile(.green.mixed(with: .paper, 0.7 - 0.07 * Double(tenths)))
            fill(.text("\(tenths)", center: middle, height: 0.5), .ink)
        case .key(let key):
            fillTile(.paper)
            drawKey(.key(key), at: middle, fill)
        case .door(let key):
            drawDoor(.key(key), at: corner, fillTile, fill)
        case .oneWay(let direction):
            fillTile(.mist)
            let side = direction.turned(1).vector * 0.26
            let (tip, foot) = (middle + direction.vector * 0.36, middle - direction.vector * 0.06)
            fill(.polygon([tip, foot + side, foot - side]), .slate)
            fill(.line(from: foot, to: middle - direction.vector * 0.36, width: 0.16), .slate)
        }
        if let wind {
            // Beside what lies there, if anything does.
            let isBare = cell == .free || cell == .start
            drawWind(wind, at: isBare ? middle : corner + [0.76, 0.24], scale: isBare ? 1 : 0.5, fill)
        }
    }

    /// Ring, shaft and two teeth.
    private func drawKey(_ color: Color, at middle: Canvas.Point, _ fill: (Shape, Color) -> Void) {
        fill(.line(from: middle + [-0.05, 0], to: middle + [0.36, 0], width: 0.1), color)
        for tooth in [0.2, 0.32] {
            fill(.line(from: middle + [tooth, 0], to: middle + [tooth, 0.17], width: 0.08), color)
        }
        fill(.circle(center: middle + [-0.18, 0], radius: 0.19), color)
        fill(.circle(center: middle + [-0.18, 0], radius: 0.08), .paper)
    }

    /// A leaf with a knob; or only its posts.
    private func drawDoor(
        _ color: Color, at corner: Canvas.Point, _ fillTile: (Color) -> Void,
        _ fill: (Shape, Color) -> Void
    ) {
        fillTile(isOpen ? .paper : color)
        if isOpen {
            for x in [0.03, 0.85] {
                fill(.rectangle(x: corner.x + x, y: corner.y + 0.03, width: 0.12, height: 0.94), color)
            }
        } else {
            let leaf = color.mixed(with: .ink, 0.35)
            fill(.rectangle(x: corner.x + 0.2, y: corner.y + 0.15, width: 0.6, height: 0.82), leaf)
            fill(.circle(center: corner + [0.66, 0.56], radius: 0.08), .paper)
        }
    }

    /// An arrowhead for each cell that it pushes, up to three; beyond that a number.
    private func drawWind(
        _ wind: GridWind, at middle: Canvas.Point, scale: Double, _ fill: (Shape, Color) -> Void
    ) {
        let (along, side) = (wind.direction.vector * scale, wind.direction.turned(1).vector * scale)
        let count = wind.strength > 3 ? 1 : wind.strength
        for mark in 0..<count {
            let tip = middle + along * (0.1 + 0.24 * (Double(count - 1) / 2 - Double(mark)))
            for leg in [side, -side] {
                fill(.line(from: tip, to: tip + leg * 0.26 - along * 0.18, width: 0.07 * scale), .sky)
            }
        }
        if wind.strength > 3 {
            fill(.text("\(wind.strength)", center: middle + [0, 0.22 * scale], height: 0.3 * scale), .sky)
        }
    }
}

/// Who walks: a disc, with a beak where there is a heading, and the keys in hand below.
struct GridAgent {
    /// The heading, if there is one.
    var heading: GridDirection?
    /// Bit `k` for key `k`.
    var keys = 0

    func draw(at corner: Canvas.Point, on canvas: inout Canvas) {
        let middle = corner + [0.5, 0.5]
        if let heading {
            let (tip, side) = (heading.vector * 0.47, heading.turned(1).vector * 0.25)
            let foot = heading.vector * 0.2
            canvas.fill(.polygon([middle + tip, middle + foot + side, middle + foot - side]), .paper)
        }
        canvas.fill(.circle(center: middle, radius: 0.34), .paper)
        canvas.fill(.circle(center: middle, radius: 0.29), .blue)
        if let heading {
            let (tip, side) = (heading.vector * 0.4, heading.turned(1).vector * 0.2)
            let foot = heading.vector * 0.2
            canvas.fill(.polygon([middle + tip, middle + foot + side, middle + foot - side]), .blue)
        }
        for key in 0..<GridWorldMap.Cell.keys.count where keys >> key & 1 == 1 {
            let place = middle + [0.2 * Double(key - 1), 0.2]
            canvas.fill(.circle(center: place, radius: 0.115), .paper)
            canvas.fill(.circle(center: place, radius: 0.08), .key(key))
        }
    }
}

/// What is seen, drawn in the order of things: the cells, the window, who walks.
struct GridScene {
    let rows: Int
    let columns: Int
    /// The place of who walks.
    let place: Int
    let agent: GridAgent
    /// The side of the window that is seen; 0 where all is.
    let window: Int

    /// Declares what the canvas shows: the map as it is written, a cell one unit wide, row 0 on top.
    func draw(on canvas: inout Canvas, tile: (Int) -> GridTile) {
        let margin = 0.15
        canvas.show(x: -margin...Double(columns) + margin, y: -margin...Double(rows) + margin)
        canvas.background = .slate
        canvas.stepsPerSecond = 6
        let (row, column, reach) = (place / columns, place % columns, window / 2)
        for cell in 0..<rows * columns {
            let isSeen =
                window == 0 || abs(cell / columns - row) <= reach && abs(cell % columns - column) <= reach
            tile(cell).draw(at: corner(of: cell), on: &canvas, isDim: !isSeen)
        }
        if window > 0 {
            let left = Double(max(0, column - reach)), right = Double(min(columns, column + reach + 1))
            let top = Double(max(0, row - reach)), bottom = Double(min(rows, row + reach + 1))
            // Each stroke reaches half its width beyond the corners.
            let (width, half) = (0.08, 0.04)
            for y in [top, bottom] {
                canvas.fill(.line(from: [left - half, y], to: [right + half, y], width: width), .amber)
            }
            for x in [left, right] {
                canvas.fill(.line(from: [x, top - half], to: [x, bottom + half], width: width), .amber)
            }
        }
        agent.draw(at: corner(of: place), on: &canvas)
    }

    private func corner(of place: Int) -> Canvas.Point {
        [Double(place % columns), Double(place / columns)]
    }
}

extension GridDirection {
    /// One unit that way, y downward.
    fileprivate var vector: Canvas.Point { [Double(offset.columns), Double(offset.rows)] }
}

extension Color {
    /// The wind.
    fileprivate static let sky = Color(0x8FB0D6)

    /// The colours of keys and their doors: none that means something else on a map.
    fileprivate static func key(_ key: Int) -> Color {
        [Color.amber, Color(0x8E5BC7), Color(0x17959B)][key]
    }

    /// So much of the way to another colour.
    fileprivate func mixed(with other: Color, _ share: Double) -> Color {
        func mixed(_ a: UInt8, _ b: UInt8) -> UInt8 {
            UInt8((Double(a) + (Double(b) - Double(a)) * share).rounded())
        }
        return Color(
            red: mixed(red, other.red), green: mixed(green, other.green), blue: mixed(blue, other.blue))
    }
}
