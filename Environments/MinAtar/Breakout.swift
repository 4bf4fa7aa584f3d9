import RLCore

/// The rules of MinAtar's Breakout: a ball bounces between a paddle and three rows of bricks.
///
/// | channel | | actions |
/// |---|---|---|
/// | 0 | the paddle, in row 9 | nothing, left, right |
/// | 1 | the ball | |
/// | 2 | where the ball was one step before | |
/// | 3 | bricks | |
///
/// - Start: bricks fill rows 1 to 3, the paddle is in column 4, the ball in row 3 at the left wall on its way down to
///   the right, or at the right wall on its way down to the left. The brick it starts in is not touched.
/// - Ball: one cell diagonally every step. Walls mirror it and keep it on the board. A brick and the paddle mirror it
///   up or down and keep it in its row for that step; where the paddle meets it only after its sideways move, it goes
///   back the way it came.
/// - Bricks: breaking one scores 1. Until a step touches no brick, the ball then passes through others without effect.
///   When all are gone, new ones come as the ball comes down to row 9.
/// - End: the ball reaches row 9 beside the paddle.
/// - Draws: one `integers(2)` at a reset.
public struct Breakout: MinAtarGame {
    /// Nothing, left, right.
    public static var actions: [MinAtarAction] { [.none, .left, .right] }
    /// Paddle, ball, trail, bricks.
    public static var channels: Int { 4 }

    private static let allBricks: UInt32 = (1 << 30) - 1

    private var ball = Cell(x: 0, y: 3)
    private var lastBall = Cell(x: 0, y: 3)
    private var direction = Cell(x: 1, y: 1)
    private var paddle: Int8 = 4
    /// Whether the ball broke a brick and has touched bricks in every step since.
    private var isStriking = false
    /// Bit 10 (y - 1) + x is the brick in (x, y).
    private var bricks = Breakout.allBricks

    /// A game without ramps: the settings change nothing here.
    public init(_ options: SteadyMinAtarOptions = SteadyMinAtarOptions()) {}

    /// Fills the rows and puts the ball to one of the walls.
    public mutating func reset(using random: inout MT19937) {
        let isAtLeft = random.integers(2) == 0
        ball = Cell(x: isAtLeft ? 0 : 9, y: 3)
        lastBall = ball
        direction = Cell(x: isAtLeft ? 1 : -1, y: 1)
        paddle = 4
        isStriking = false
        bricks = Breakout.allBricks
    }

    /// Moves the paddle, then the ball.
    public mutating func step(
        _ action: MinAtarAction, using random: inout MT19937, _ events: inout MinAtarEvents
    ) {
        switch action {
        case .left: paddle = max(0, paddle - 1)
        case .right: paddle = min(9, paddle + 1)
        case .none, .up, .down, .fire: break
        }

        lastBall = ball
        var next = Cell(x: ball.x + direction.x, y: ball.y + direction.y)
        if next.x < 0 || next.x > 9 {
            next.x = ball.x
            direction.x = -direction.x
        }
        var isTouching = false
        if next.y < 0 {
            next.y = 0
            direction.y = -direction.y
        } else if hasBrick(at: next) {
            isTouching = true
            if !isStriking {
                events.reward += 1
                isStriking = true
                bricks &= ~Breakout.bit(of: next)
                next.y = ball.y
                direction.y = -direction.y
            }
        } else if next.y == 9 {
            if bricks == 0 { bricks = Breakout.allBricks }
            if ball.x == paddle {
                direction.y = -direction.y
                next.y = ball.y
            } else if next.x == paddle {
                direction = Cell(x: -direction.x, y: -direction.y)
                next.y = ball.y
            } else {
                events.isOver = true
            }
        }
        if !isTouching { isStriking = false }
        ball = next
    }

    /// Marks paddle, ball, trail and bricks.
    @inline(__always)
    public mutating func observe(into planes: inout MutableSpan<UInt8>) {
        // All 30 bricks by eight at a time: four bytes a cell, of which the last is the brick's. The two bits above them
        // are 0, and what they write is written before anything else there.
        planes.withUnsafeMutableBytes { bytes in
            for group in 0..<4 {
                let bits = SIMD8<UInt32>(repeating: bricks &>> UInt32(8 * group)) & Breakout.lanes
                let cells = (bits &+ Breakout.carries) & SIMD8(repeating: 1 << 24)
                bytes.storeBytes(of: cells, toByteOffset: 40 + 32 * group, as: SIMD8<UInt32>.self)
            }
        }
        planes.mark(Cell(x: paddle, y: 9), 0, of: Breakout.channels)
        planes.mark(ball, 1, of: Breakout.channels)
        planes.mark(lastBall, 2, of: Breakout.channels)
    }

    private static var carries: SIMD8<UInt32> { SIMD8(repeating: 1 << 24) &- lanes }
    private static var lanes: SIMD8<UInt32> { SIMD8(1, 2, 4, 8, 16, 32, 64, 128) }

    private func hasBrick(at cell: Cell) -> Bool {
        (1...3).contains(cell.y) && bricks & Breakout.bit(of: cell) != 0
    }

    private static func bit(of cell: Cell) -> UInt32 { 1 << UInt32(10 * Int(cell.y - 1) + Int(cell.x)) }

    /// Visits ball, paddle and bricks.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("ball", &ball)
        try archive.field("lastBall", &lastBall)
        try archive.field("direction", &direction, x: -1...1, y: -1...1)
        if direction.x == 0 || direction.y == 0 {
            throw ArchiveError("field 'direction' is \(direction), but the ball moves diagonally")
        }
        try archive.field("paddle", &paddle, in: 0...9)
        try archive.field("isStriking", &isStriking)
        try archive.field("bricks", &bricks, in: 0...Breakout.allBricks)
    }
}
