import RLCore

/// The rules of Breakout: a ball, a paddle, and two walls of bricks to break, one after the other.
///
/// | | x | y |
/// |---|---|---|
/// | field | 8–151 | 32–209 |
/// | bricks, 18 a row, 8 by 6 | 8–151 | six rows, 57–92 |
/// | paddle, 16 by 4 | in the field | 189–192 |
/// | ball, 2 by 4 | in the field | in the field |
///
/// Positions and speeds are counted in half pixels.
///
/// - Paddle: it starts at 1 pixel a frame and gets faster by one, up to 5; let go, it stands.
/// - Serve: the button brings the ball in at a height of 122 and at one of four places that are drawn; it falls from the
///   left half to the right or the other way round, 1 pixel a frame down and sideways.
/// - Ball: walls mirror it. The left half of the paddle sends it to the left and the right half to the right, at a speed
///   that depends on how often the paddle has hit it since the serve and, at first, on where: outer or inner quarter.
///
///   | hits | outer: across, up | inner: across, up |
///   |---|---|---|
///   | 1–3 | 1½, 1 | 1, 1½ |
///   | 4–7 | 1½, 2 | ½, 2 |
///   | 8–11 | 2, 1 | 2, 1 |
///   | from 12 | 2, 2 | 2, 2 |
///   | a brick of the upper three rows was broken | 2, 3½ | 2, 3½ |
///
///   The last of these also speeds the ball up where it is. A ball beside the paddle is played, too, and put on top of
///   it. Once the ball touches the ceiling the paddle is 12 pixels wide. All this holds until the ball is lost.
/// - Bricks: the ball turns round at a brick and breaks it; then it flies past all others until it has touched the
///   paddle or the ceiling.
/// - No game without end: once 16 hits in a row broke no brick, the paddle sends the ball across at a speed and to a
///   side that are drawn, ½ to 2 pixels a frame, until one is broken.
/// - Score: the rows are worth 7, 7, 4, 4, 1 and 1 points from the top, so two walls 864. The second one is there when
///   the paddle plays the ball after the last brick of the first, or at the next serve.
/// - End: the fifth ball is lost, or the second wall is broken.
///
/// Sizes, colours, speeds and what the ball does at a brick were measured on the screens of the original; the drawn
/// speeds and the end after the second wall are ours, and the original's knob moves the paddle a little faster.
public struct ArcadeBreakout: ArcadeGame {
    /// As the Arcade Learning Environment numbers them.
    public static var actions: [ArcadeAction] { [.noop, .fire, .right, .left] }

    /// The colours.
    public enum Paint: UInt8, ArcadePaint {
        /// What is seen: red are also ball and paddle; the last is where the left wall ends.
        case field, wall, red, orange, ochre, yellow, green, blue, teal

        /// How it looks.
        public var color: Color {
            switch self {
            case .field: Color(red: 0, green: 0, blue: 0)
            case .wall: Color(red: 142, green: 142, blue: 142)
            case .red: Color(red: 200, green: 72, blue: 72)
            case .orange: Color(red: 198, green: 108, blue: 58)
            case .ochre: Color(red: 180, green: 122, blue: 48)
            case .yellow: Color(red: 162, green: 162, blue: 42)
            case .green: Color(red: 72, green: 160, blue: 72)
            case .blue: Color(red: 66, green: 72, blue: 200)
            case .teal: Color(red: 66, green: 158, blue: 130)
            }
        }
    }

    private static let unit = 2
    private static let left = 8 * unit
    private static let right = 152 * unit
    private static let ceiling = 32 * unit
    private static let floor = 210 * unit
    private static let paddleTop = 189 * unit
    private static let ball = (width: 2 * unit, height: 4 * unit)
    private static let allWalls = 2
    private static let patience = 16

    private var wall = Wall()
    private var paddle = Paddle()
    private var ballX = 0
    private var ballY = 0
    private var velocityX = 0
    private var velocityY = 0
    private var isInPlay = false
    /// Whether the next brick in the ball's way breaks.
    private var isArmed = true
    private var isFast = false
    private var hits = 0
    private var hitsWithoutBrick = 0
    /// Which wall it is that is there, or comes next when all its bricks are gone.
    private var wallsBuilt = 1
    /// Points.
    public private(set) var score = 0
    /// Balls left, the one in play included.
    public private(set) var lives = 5
    /// Where the upper left corner of the ball is, in half pixels; nil before it is served.
    public var ball: (x: Int, y: Int)? { isInPlay ? (ballX, ballY) : nil }
    /// From the left end of the paddle to the right one, in half pixels.
    public var reach: Range<Int> { paddle.x..<paddle.x + paddle.width }

    /// Nothing broken.
    public init() {}

    /// Whether a brick is there; rows are counted from the top, columns from the left.
    public func hasBrick(row: Int, column: Int) -> Bool { wall.hasBrick(row: row, column: column) }

    /// A new wall and five balls.
    public mutating func start(using random: inout PCG64) {
        self = ArcadeBreakout()
    }

    /// Moves the paddle, then the ball.
    public mutating func tick(
        _ action: ArcadeAction, using random: inout PCG64, _ events: inout ArcadeEvents
    ) {
        paddle.move(action.horizontal)
        guard isInPlay else {
            if action.isFiring { serve(using: &random) }
            return
        }
        ballX += velocityX
        ballY += velocityY
        bounceOffWalls()
        let points = strikeBrick()
        score += points
        events.points += points
        playBall(using: &random)
        if ballY >= ArcadeBreakout.floor { loseBall() }
        events.isOver = lives == 0 || wall.isBroken && wallsBuilt == ArcadeBreakout.allWalls
    }

    private mutating func serve(using random: inout PCG64) {
        let place = random.integers(4)
        let places: InlineArray<4, Int> = [16, 78, 80, 142]
        ballX = places[place] * ArcadeBreakout.unit
        ballY = 122 * ArcadeBreakout.unit
        velocityX = place.isMultiple(of: 2) ? 2 : -2
        velocityY = 2
        isInPlay = true
        isArmed = true
        isFast = false
        hits = 0
        hitsWithoutBrick = 0
        buildWall()
    }

    /// The second wall, where the first is gone.
    private mutating func buildWall() {
        guard wall.isBroken, wallsBuilt < ArcadeBreakout.allWalls else { return }
        wall = Wall()
        wallsBuilt += 1
    }

    private mutating func bounceOffWalls() {
        let rightmost = ArcadeBreakout.right - ArcadeBreakout.ball.width
        if ballX < ArcadeBreakout.left {
            ballX = 2 * ArcadeBreakout.left - ballX
            velocityX = -velocityX
        } else if ballX > rightmost {
            ballX = 2 * rightmost - ballX
            velocityX = -velocityX
        }
        if ballY < ArcadeBreakout.ceiling {
            ballY = 2 * ArcadeBreakout.ceiling - ballY
            velocityY = -velocityY
            isArmed = true
            paddle.resize(to: Paddle.narrow)
        }
    }

    /// Breaks the brick that the ball has come to, if it is to break one, and says what it is worth.
    private mutating func strikeBrick() -> Int {
        guard isArmed,
            let brick = wall.breakBrick(
                under: (ballX, ballY, ArcadeBreakout.ball.width, ArcadeBreakout.ball.height),
                isRising: velocityY < 0, isMovingRight: velocityX > 0)
        else { return 0 }
        isArmed = false
        hitsWithoutBrick = 0
        velocityY = -velocityY
        if brick < 3 {
            isFast = true
            velocityX = velocityX < 0 ? -4 : 4
            velocityY = velocityY < 0 ? -7 : 7
        }
        return brick < 2 ? 7 : brick < 4 ? 4 : 1
    }

    /// Sends the falling ball up where it meets the paddle. No step of ball or paddle is longer than the two are together,
    /// so that they cannot pass each other unseen.
    private mutating func playBall(using random: inout PCG64) {
        let (width, height) = ArcadeBreakout.ball
        guard velocityY > 0, ballY + height > ArcadeBreakout.paddleTop,
            ballY < ArcadeBreakout.paddleTop + Paddle.height,
            ballX + width > paddle.x, ballX < paddle.x + paddle.width
        else { return }
        let quarter = min(3, max(0, 4 * (ballX + width / 2 - paddle.x) / paddle.width))
        hits += 1
        hitsWithoutBrick += 1
        var (across, up) = speed(isOuter: quarter == 0 || quarter == 3)
        var goesLeft = quarter < 2
        if hitsWithoutBrick > ArcadeBreakout.patience {
            across = 1 + random.integers(4)
            goesLeft = random.integers(2) == 0
        }
        velocityX = goesLeft ? -across : across
        velocityY = -up
        ballY = ArcadeBreakout.paddleTop - height
        isArmed = true
        buildWall()
    }

    /// After a hit; in half pixels a frame.
    private func speed(isOuter: Bool) -> (across: Int, up: Int) {
        if isFast { return (4, 7) }
        switch hits {
        case ...3: return isOuter ? (3, 2) : (2, 3)
        case ...7: return isOuter ? (3, 4) : (1, 4)
        case ...11: return (4, 2)
        default: return (4, 4)
        }
    }

    private mutating func loseBall() {
        lives -= 1
        isInPlay = false
        paddle.resize(to: Paddle.wide)
    }

    /// Paints numbers, walls, bricks, paddle and the ball.
    public mutating func paint(on frame: borrowing ArcadeFrame<Paint>) {
        frame.fill(.field)
        frame.paint(number: score, right: 80, y: 5, cell: (4, 2), minimumDigits: 3, .wall)
        frame.paint(number: lives, right: 112, y: 5, cell: (4, 2), .wall)
        frame.paint(number: 1, right: 140, y: 5, cell: (4, 2), .wall)
        frame.fill(x: 0, y: 17, width: 160, height: 15, .wall)
        frame.fill(x: 0, y: 32, width: 8, height: 157, .wall)
        frame.fill(x: 152, y: 32, width: 8, height: 157, .wall)
        frame.fill(x: 0, y: 189, width: 8, height: 7, .teal)
        frame.fill(x: 152, y: 189, width: 8, height: 6, .red)
        wall.paint(on: frame)
        frame.fill(
            x: paddle.x / ArcadeBreakout.unit, y: 189, width: paddle.width / ArcadeBreakout.unit, height: 4,
            .red)
        if isInPlay {
            frame.fill(
                x: ballX / ArcadeBreakout.unit, y: ballY / ArcadeBreakout.unit, width: 2, height: 4, .red)
        }
    }

    /// Visits wall, paddle and ball.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.scope("wall") { archive throws(ArchiveError) in try wall.archive(&archive) }
        try archive.scope("paddle") { archive throws(ArchiveError) in try paddle.archive(&archive) }
        try archive.field("ballX", &ballX, in: 0...ArcadeBreakout.right - ArcadeBreakout.ball.width)
        try archive.field("ballY", &ballY, in: 0...ArcadeBreakout.floor + 7)
        try archive.field("velocityX", &velocityX, in: -4...4)
        try archive.field("velocityY", &velocityY, in: -7...7)
        try archive.field("isInPlay", &isInPlay)
        if isInPlay, velocityX == 0 || velocityY == 0 || ballX < ArcadeBreakout.left {
            throw ArchiveError(
                "field 'velocityX' is \(velocityX), 'velocityY' \(velocityY) and 'ballX' \(ballX), but a ball in play "
                    + "moves both ways and is \(ArcadeBreakout.left) or further right")
        }
        try archive.field("isArmed", &isArmed)
        try archive.field("isFast", &isFast)
        try archive.field("hits", &hits, in: 0...1 << 40)
        try archive.field("hitsWithoutBrick", &hitsWithoutBrick, in: 0...1 << 40)
        try archive.field("wallsBuilt", &wallsBuilt, in: 1...ArcadeBreakout.allWalls)
        try archive.field("score", &score, in: 0...864)
        try archive.field("lives", &lives, in: 0...5)
    }

    /// The bricks that are left.
    private struct Wall {
        private static let rows = 6
        private static let columns = 18
        private static let top = 57 * ArcadeBreakout.unit
        private static let brick = (width: 8 * ArcadeBreakout.unit, height: 6 * ArcadeBreakout.unit)
        private static let allBricks: UInt32 = 1 << 18 - 1

        /// A bit a brick, the lowest the leftmost; row 0 on top.
        private var bricks = InlineArray<6, UInt32>(repeating: Wall.allBricks)

        var isBroken: Bool {
            (bricks[0] | bricks[1] | bricks[2] | bricks[3] | bricks[4] | bricks[5]) == 0
        }

        func hasBrick(row: Int, column: Int) -> Bool { bricks[row] & 1 << UInt32(column) != 0 }

        /// The row of the brick that was broken: of those that the ball lies over, the one it came to first.
        mutating func breakBrick(
            under ball: (x: Int, y: Int, width: Int, height: Int), isRising: Bool, isMovingRight: Bool
        ) -> Int? {
            let bottom = Wall.top + Wall.rows * Wall.brick.height
            guard ball.y < bottom, ball.y + ball.height > Wall.top else { return nil }
            let upper = max(0, ball.y - Wall.top) / Wall.brick.height
            let lower = min(Wall.rows - 1, (ball.y + ball.height - 1 - Wall.top) / Wall.brick.height)
            let leftmost = (ball.x - ArcadeBreakout.left) / Wall.brick.width
            let rightmost = (ball.x + ball.width - 1 - ArcadeBreakout.left) / Wall.brick.width
            // The corners of the ball, in the order in which it came there.
            let rows: InlineArray<2, Int> = isRising ? [lower, upper] : [upper, lower]
            let columns: InlineArray<2, Int> = isMovingRight ? [leftmost, rightmost] : [rightmost, leftmost]
            for corner in 0..<4 where hasBrick(row: rows[corner / 2], column: columns[corner % 2]) {
                bricks[rows[corner / 2]] &= ~(1 << UInt32(columns[corner % 2]))
                return rows[corner / 2]
            }
            return nil
        }

        func paint(on frame: borrowing ArcadeFrame<Paint>) {
            for row in 0..<Wall.rows {
                guard let paint = Paint(rawValue: Paint.red.rawValue + UInt8(row)) else { continue }
                // Neighbours at once.
                var rest = bricks[row]
                while rest != 0 {
                    let first = rest.trailingZeroBitCount
                    let count = (~(rest >> UInt32(first))).trailingZeroBitCount
                    frame.fill(x: 8 + 8 * first, y: 57 + 6 * row, width: 8 * count, height: 6, paint)
                    rest &= ~((1 << UInt32(count) - 1) << UInt32(first))
                }
            }
        }

        mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
            for row in 0..<Wall.rows {
                try archive.field("row\(row)", &bricks[row], in: 0...Wall.allBricks)
            }
        }
    }

    private struct Paddle {
        static let height = 4 * ArcadeBreakout.unit
        static let wide = 16 * ArcadeBreakout.unit
        static let narrow = 12 * ArcadeBreakout.unit

        private(set) var x = 99 * ArcadeBreakout.unit
        private(set) var width = Paddle.wide
        private var speed = 0

        mutating func move(_ direction: Int) {
            if direction == 0 {
                speed = 0
            } else {
                speed = speed * direction > 0 ? min(10, abs(speed) + 2) * direction : 2 * direction
            }
            place(at: x + speed)
        }

        /// About the same middle.
        mutating func resize(to newWidth: Int) {
            let middle = x + width / 2
            width = newWidth
            place(at: middle - width / 2)
        }

        private mutating func place(at newX: Int) {
            x = min(ArcadeBreakout.right - width, max(ArcadeBreakout.left, newX))
        }

        mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
            try archive.field("width", &width, in: Paddle.narrow...Paddle.wide)
            try archive.field("x", &x, in: ArcadeBreakout.left...ArcadeBreakout.right - width)
            try archive.field("speed", &speed, in: -10...10)
        }
    }
}
