import RLCore

/// The rules of MinAtar's Freeway: cross a road of eight lanes as often as time allows.
///
/// | channel | | actions |
/// |---|---|---|
/// | 0 | the chicken, always in column 4 | nothing, up, down |
/// | 1 | cars | |
/// | 2 to 6 | the cell behind a car of speed 1 to 5, round the edge of the board | |
///
/// - Start: the chicken in row 9, all cars in column 0 of rows 1 to 8.
/// - Chicken: one cell, at the earliest three steps after the last one (and after the start). Reaching row 0 scores 1,
///   takes it back to row 9 and gives all cars new speeds where they are. A car takes it back to row 9, too.
/// - Cars: one a lane, one cell every s + 1 steps where s is the car's number from 1 to 5, round the board. The larger
///   s, the slower the car.
/// - End: after 2,501 steps.
/// - Draws: at a reset and for new speeds, eight `integers` for s, then eight `random` for the directions.
public struct Freeway: MinAtarGame {
    /// Nothing, up, down.
    public static var actions: [MinAtarAction] { [.none, .up, .down] }
    /// Chicken, cars, and a trail for each of five speeds.
    public static var channels: Int { 7 }

    private static let column: Int8 = 4
    private static let startRow: Int8 = 9
    private static let movePause: Int8 = 3  // steps
    private static let duration: Int32 = 2500  // steps, and one more

    private var row = Freeway.startRow
    private var moveTimer = Freeway.movePause
    private var timeLeft = Freeway.duration
    // Car i is in row i + 1.
    private var columns = InlineArray<8, Int8>(repeating: 0)
    private var timers = InlineArray<8, Int8>(repeating: 1)
    private var speeds = InlineArray<8, Int8>(repeating: 1)
    private var directions = InlineArray<8, Int8>(repeating: 1)

    /// A game without ramps: the settings change nothing here.
    public init(_ options: SteadyMinAtarOptions = SteadyMinAtarOptions()) {}

    /// Lines the cars up.
    public mutating func reset(using random: inout MT19937) {
        drawSpeeds(using: &random)
        columns = InlineArray(repeating: 0)
        row = Freeway.startRow
        moveTimer = Freeway.movePause
        timeLeft = Freeway.duration
    }

    private mutating func drawSpeeds(using random: inout MT19937) {
        for car in 0..<8 { speeds[car] = Int8(1 + random.integers(5)) }
        for car in 0..<8 { directions[car] = random.random() < 0.5 ? -1 : 1 }
        timers = speeds
    }

    /// Moves the chicken, then the cars.
    public mutating func step(
        _ action: MinAtarAction, using random: inout MT19937, _ events: inout MinAtarEvents
    ) {
        if moveTimer == 0, action == .up || action == .down {
            moveTimer = Freeway.movePause
            row = action == .up ? max(0, row - 1) : min(Freeway.startRow, row + 1)
        }
        if row == 0 {
            events.reward += 1
            drawSpeeds(using: &random)
            row = Freeway.startRow
        }
        // A lane has one car, so that of the chicken's lane alone can hit it: before it moves or after.
        let isOnRoad = row < Freeway.startRow
        let lane = isOnRoad ? Int(row) - 1 : 0
        let isHitBefore = columns[lane] == Freeway.column
        moveCars()
        if isOnRoad, isHitBefore || columns[lane] == Freeway.column { row = Freeway.startRow }

        if moveTimer > 0 { moveTimer -= 1 }
        timeLeft -= 1
        if timeLeft < 0 { events.isOver = true }
    }

    private mutating func moveCars() {
        // Without a branch: which cars move next is hard to predict.
        for car in 0..<8 {
            let isDue = timers[car] == 0
            timers[car] = isDue ? speeds[car] : timers[car] &- 1
            columns[car] = Freeway.wrapped(columns[car] &+ (isDue ? directions[car] : 0))
        }
    }

    private static func wrapped(_ column: Int8) -> Int8 { column < 0 ? 9 : column > 9 ? 0 : column }

    /// Marks the chicken, cars and trails.
    public mutating func observe(into planes: inout MutableSpan<UInt8>) {
        planes.mark(Cell(x: Freeway.column, y: row), 0, of: Freeway.channels)
        for car in 0..<8 {
            let cell = Cell(x: columns[car], y: Int8(car &+ 1))
            planes.mark(cell, 1, of: Freeway.channels)
            let behind = Cell(x: Freeway.wrapped(cell.x &- directions[car]), y: cell.y)
            planes.mark(behind, Int(1 &+ speeds[car]), of: Freeway.channels)
        }
    }

    /// Visits chicken, cars and timers.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("row", &row, in: 1...Freeway.startRow)
        try archive.field("moveTimer", &moveTimer, in: 0...Freeway.movePause)
        // Below -1 only where somebody goes on after the end.
        try archive.field("timeLeft", &timeLeft, in: Int32.min + 1...Freeway.duration)
        for car in 0..<8 {
            try archive.scope("cars.\(car)") { archive throws(ArchiveError) in
                try archive.field("column", &columns[car], in: 0...9)
                try archive.field("speed", &speeds[car], in: 1...5)
                try archive.field("timer", &timers[car], in: 0...5)
                var isMovingRight = directions[car] > 0
                try archive.field("isMovingRight", &isMovingRight)
                directions[car] = isMovingRight ? 1 : -1
            }
        }
    }
}
