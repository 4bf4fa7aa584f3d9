import RLCore

/// The rules of Pong: two paddles, a ball, and the first to score 21 wins.
///
/// | | x | y |
/// |---|---|---|
/// | walls | 0–159 | 24–33 and 194–209 |
/// | field | 0–159 | 34–193 |
/// | opponent's paddle, 4 by 16 | 16–19 | in the field |
/// | the player's paddle, 4 by 16 | 140–143 | in the field |
/// | ball, 2 by 4 | | in the field |
///
/// Positions and speeds are counted in sixteenths of a pixel.
///
/// - Paddle: right is up and left is down, as in the Arcade Learning Environment, where the joystick stands for a knob;
///   up and down mean the same to a person. It starts at 1 pixel a frame and gets faster by half a pixel, up to 3; let
///   go, it stands.
/// - Serve: one second after a point the ball appears in the middle of the field, at a height and with a slope that are
///   drawn, and flies to whom the point went against; the first side is drawn as well. The button does nothing.
/// - Ball: 1¼ pixels a frame sideways, and a quarter more after every second hit of a rally, up to 2½. Walls mirror it. A
///   paddle sends it back; how steeply depends on where it was hit alone: the middle plays it flat, the end 2½ pixels a
///   frame up or down. It is never played quite flat.
/// - Opponent: while the ball comes its way it follows, at most 1½ pixels a frame, to take it with a place of its paddle
///   that was drawn for this shot: within 4 pixels from the middle and one more for every hit of the rally; beyond 10 it
///   misses. So steep shots beat it, long rallies do, and no rally lasts for ever.
/// - Score: a point for the side whose opponent the ball passes; +1 for the player, -1 for the opponent.
/// - End: one side has 21.
public struct ArcadePong: ArcadeGame {
    /// As the Arcade Learning Environment numbers them.
    public static var actions: [ArcadeAction] { [.noop, .fire, .right, .left, .rightfire, .leftfire] }

    /// A person looks at where the paddle goes.
    public static var furtherKeys: [PlayKey: ArcadeAction] { [.up: .right, .down: .left] }

    /// The colours.
    public enum Paint: UInt8, ArcadePaint {
        /// What is seen.
        case field, wall, opponent, player

        /// How it looks.
        public var color: Color {
            switch self {
            case .field: Color(red: 144, green: 72, blue: 17)
            case .wall: Color(red: 236, green: 236, blue: 236)
            case .opponent: Color(red: 213, green: 130, blue: 74)
            case .player: Color(red: 92, green: 186, blue: 92)
            }
        }
    }

    private static let unit = 16
    private static let paddleTop = 34 * unit
    private static let paddleBottom = (194 - 16) * unit
    private static let ballBottom = (194 - 4) * unit
    /// Where the left edge of the ball is when it touches a paddle.
    private static let playerFace = (140 - 2) * unit
    private static let opponentFace = 20 * unit
    private static let winningScore = 21
    private static let serveDelay = 60

    private var player = Paddle()
    private var opponent = Paddle()
    private var ballX = 0
    private var ballY = 0
    private var velocityX = 0
    private var velocityY = 0
    private var hits = 0
    private var opponentAim = 0
    /// Frames until the ball appears; 0 while it is in play.
    private var delay = ArcadePong.serveDelay
    private var servesToPlayer = true

    /// Nothing to none.
    public init() {}

    /// Pong knows no lives.
    public var lives: Int { 0 }
    /// What the player and the opponent have scored.
    public var score: (player: Int, opponent: Int) { (player.score, opponent.score) }
    /// Where the upper left corner of the ball is, in sixteenths of a pixel; nil between two rallies.
    public var ball: (x: Int, y: Int)? { delay == 0 ? (ballX, ballY) : nil }
    /// Where the upper ends of the paddles are, in sixteenths of a pixel.
    public var paddles: (player: Int, opponent: Int) { (player.y, opponent.y) }

    /// Both paddles in the middle, nothing scored.
    public mutating func start(using random: inout PCG64) {
        self = ArcadePong()
        servesToPlayer = random.integers(2) == 0
    }

    /// Moves the paddles, then the ball.
    public mutating func tick(
        _ action: ArcadeAction, using random: inout PCG64, _ events: inout ArcadeEvents
    ) {
        movePlayer(action.horizontal == 0 ? action.vertical : -action.horizontal)
        moveOpponent()
        if delay > 0 {
            delay -= 1
            if delay == 0 { serve(using: &random) }
            return
        }
        moveBall(using: &random)
        if ballX >= 160 * ArcadePong.unit {
            opponent.score += 1
            events.points -= 1
            endRally(servingToPlayer: true)
        } else if ballX <= -2 * ArcadePong.unit {
            player.score += 1
            events.points += 1
            endRally(servingToPlayer: false)
        }
        events.isOver = max(player.score, opponent.score) == ArcadePong.winningScore
    }

    private mutating func movePlayer(_ direction: Int) {
        if direction == 0 {
            player.speed = 0
        } else {
            let isGoingOn = player.speed * direction > 0
            player.speed = isGoingOn ? min(48, abs(player.speed) + 8) * direction : 16 * direction
        }
        player.move(by: player.speed)
    }

    private mutating func moveOpponent() {
        guard delay == 0, velocityX < 0 else { return }
        let target = ballY + 2 * ArcadePong.unit - opponentAim - 8 * ArcadePong.unit
        opponent.move(by: min(24, max(-24, target - opponent.y)))
    }

    private mutating func serve(using random: inout PCG64) {
        ballX = 79 * ArcadePong.unit
        ballY = random.integers(in: 44..<181) * ArcadePong.unit
        velocityX = servesToPlayer ? 20 : -20
        velocityY = random.integers(in: 4..<25) * (random.integers(2) == 0 ? 1 : -1)
        hits = 0
        drawAim(using: &random)
    }

    private mutating func endRally(servingToPlayer: Bool) {
        servesToPlayer = servingToPlayer
        delay = ArcadePong.serveDelay
    }

    private mutating func moveBall(using random: inout PCG64) {
        let (lastX, lastY) = (ballX, ballY)
        ballX += velocityX
        ballY += velocityY
        if ballY < ArcadePong.paddleTop {
            ballY = 2 * ArcadePong.paddleTop - ballY
            velocityY = -velocityY
        } else if ballY > ArcadePong.ballBottom {
            ballY = 2 * ArcadePong.ballBottom - ballY
            velocityY = -velocityY
        }
        // A paddle is hit in the frame in which the ball crosses its face, however fast it is.
        if velocityX > 0, lastX <= ArcadePong.playerFace, ballX > ArcadePong.playerFace {
            strike(from: player, at: ArcadePong.playerFace, lastX: lastX, lastY: lastY, using: &random)
        } else if velocityX < 0, lastX >= ArcadePong.opponentFace, ballX < ArcadePong.opponentFace {
            strike(from: opponent, at: ArcadePong.opponentFace, lastX: lastX, lastY: lastY, using: &random)
        }
    }

    /// Sends the ball back where `paddle` is in its way.
    private mutating func strike(
        from paddle: Paddle, at face: Int, lastX: Int, lastY: Int, using random: inout PCG64
    ) {
        // Between the middles of ball and paddle; they touch within 10 pixels.
        let offset = ballY + 2 * ArcadePong.unit - paddle.y - 8 * ArcadePong.unit
        guard abs(offset) <= 10 * ArcadePong.unit else { return }
        ballX = 2 * face - ballX
        hits += 1
        let speed = min(40, 20 + 4 * (hits / 2))
        velocityX = velocityX > 0 ? -speed : speed
        let slope = offset / 4
        velocityY = abs(slope) < 4 ? (velocityY < 0 ? -4 : 4) : slope
        drawAim(using: &random)
    }

    /// Where the opponent will take the next ball, drawn at every hit so that the stream does not depend on whose it is.
    private mutating func drawAim(using random: inout PCG64) {
        let reach = (4 + hits) * ArcadePong.unit
        opponentAim = random.integers(in: -reach..<reach + 1)
    }

    /// Paints walls, scores, paddles and the ball.
    public mutating func paint(on frame: borrowing ArcadeFrame<Paint>) {
        frame.fill(.field)
        frame.fill(x: 0, y: 24, width: 160, height: 10, .wall)
        frame.fill(x: 0, y: 194, width: 160, height: 16, .wall)
        frame.paint(number: opponent.score, right: 48, y: 1, cell: (4, 4), .opponent)
        frame.paint(number: player.score, right: 128, y: 1, cell: (4, 4), .player)
        frame.fill(x: 16, y: opponent.y / ArcadePong.unit, width: 4, height: 16, .opponent)
        frame.fill(x: 140, y: player.y / ArcadePong.unit, width: 4, height: 16, .player)
        if delay == 0 {
            // Rounded down, also left of the screen.
            frame.fill(x: ballX >> 4, y: ballY >> 4, width: 2, height: 4, .wall)
        }
    }

    /// Visits paddles and ball.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.scope("player") { archive throws(ArchiveError) in try player.archive(&archive) }
        try archive.scope("opponent") { archive throws(ArchiveError) in try opponent.archive(&archive) }
        try archive.field("ballX", &ballX, in: -10 * 16...170 * 16)
        try archive.field("ballY", &ballY, in: 0...ArcadePong.ballBottom)
        try archive.field("velocityX", &velocityX, in: -40...40)
        try archive.field("velocityY", &velocityY, in: -40...40)
        try archive.field("hits", &hits, in: 0...1 << 40)
        try archive.field("opponentAim", &opponentAim, in: -(1 << 50)...1 << 50)
        try archive.field("delay", &delay, in: 0...ArcadePong.serveDelay)
        try archive.field("servesToPlayer", &servesToPlayer)
    }

    private struct Paddle {
        var y = 106 * ArcadePong.unit
        var speed = 0
        var score = 0

        mutating func move(by distance: Int) {
            y = min(ArcadePong.paddleBottom, max(ArcadePong.paddleTop, y + distance))
        }

        mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
            try archive.field("y", &y, in: ArcadePong.paddleTop...ArcadePong.paddleBottom)
            try archive.field("speed", &speed, in: -48...48)
            try archive.field("score", &score, in: 0...ArcadePong.winningScore)
        }
    }
}
