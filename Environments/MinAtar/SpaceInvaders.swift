import RLCore

/// The rules of MinAtar's Space Invaders: a cannon against rows of aliens that come down.
///
/// | channel | | actions |
/// |---|---|---|
/// | 0 | the cannon, in row 9 | nothing, left, right, fire |
/// | 1 | aliens | |
/// | 2 | aliens, where they move left | |
/// | 3 | aliens, where they move right | |
/// | 4 | own bullets | |
/// | 5 | enemy bullets | |
///
/// - Start: the cannon in column 5; aliens in rows 0 to 3, columns 2 to 7, on their way to the left.
/// - Bullets: one row a step. The cannon shoots at most every 5 steps; the aliens shoot every 10 steps, from the lowest
///   alien of the column that is nearest to the cannon, the left one of two.
/// - Aliens: all move one column; at an edge they turn and come down one row instead. The pause between moves is the
///   number of aliens, at most 12 steps. A bullet that meets an alien after both moved takes it away and scores 1.
/// - Waves: when no alien is left, the next wave appears at the top. Direction, timers and bullets are kept.
/// - Ramp: with every wave the longest pause between moves gets one step shorter, down to 6.
/// - End: an enemy bullet or an alien is on the cannon's cell, or aliens in row 9 come down.
/// - Draws: none.
public struct SpaceInvaders: MinAtarGame {
    /// Nothing, left, right, fire.
    public static var actions: [MinAtarAction] { [.none, .left, .right, .fire] }
    /// Cannon, aliens, aliens moving left, aliens moving right, own bullets, enemy bullets.
    public static var channels: Int { 6 }

    private static let shotPause: Int8 = 5  // steps
    private static let alienShotPause: Int8 = 10  // steps
    private static let firstMovePause: Int8 = 12  // steps
    private static let lastMovePause: Int8 = 6  // steps
    private static var wave: CellSet { CellSet(rows: 0...3, columns: 2...7) }

    private let isRamping: Bool
    private var cannon = Cell(x: 5, y: 9)
    private var aliens = SpaceInvaders.wave
    private var shots = CellSet()
    private var alienShots = CellSet()
    private var isMovingRight = false
    private var movePause = SpaceInvaders.firstMovePause
    private var moveTimer = SpaceInvaders.firstMovePause
    private var shotTimer: Int8 = 0
    private var alienShotTimer = SpaceInvaders.alienShotPause

    /// A game with the given settings.
    public init(_ options: RampingMinAtarOptions = RampingMinAtarOptions()) {
        isRamping = options.ramping
    }

    /// Puts up the first wave.
    public mutating func reset(using random: inout MT19937) {
        cannon = Cell(x: 5, y: 9)
        aliens = SpaceInvaders.wave
        shots = CellSet()
        alienShots = CellSet()
        isMovingRight = false
        (movePause, moveTimer) = (SpaceInvaders.firstMovePause, SpaceInvaders.firstMovePause)
        shotTimer = 0
        alienShotTimer = SpaceInvaders.alienShotPause
    }

    /// Moves the cannon, the bullets and the aliens, then lets bullets hit.
    public mutating func step(
        _ action: MinAtarAction, using random: inout MT19937, _ events: inout MinAtarEvents
    ) {
        switch action {
        case .left: cannon.x = max(0, cannon.x - 1)
        case .right: cannon.x = min(9, cannon.x + 1)
        case .fire where shotTimer == 0:
            shots.insert(cannon)
            shotTimer = SpaceInvaders.shotPause
        case .none, .up, .down, .fire: break
        }

        shots = shots.movedUp()
        alienShots = alienShots.movedDown()
        if alienShots.contains(cannon) || aliens.contains(cannon) { events.isOver = true }

        if moveTimer == 0 { moveAliens(&events) }
        if alienShotTimer == 0 {
            alienShotTimer = SpaceInvaders.alienShotPause
            if let shooter { alienShots.insert(shooter) }
        }

        let hits = aliens.intersection(shots)
        events.reward += hits.count
        aliens = aliens.subtracting(hits)
        shots = shots.subtracting(hits)

        if shotTimer > 0 { shotTimer -= 1 }
        moveTimer -= 1
        alienShotTimer -= 1
        if aliens.isEmpty {
            if isRamping, movePause > SpaceInvaders.lastMovePause { movePause -= 1 }
            aliens = SpaceInvaders.wave
        }
    }

    private mutating func moveAliens(_ events: inout MinAtarEvents) {
        moveTimer = min(Int8(aliens.count), movePause)
        if aliens.meets(column: isMovingRight ? 9 : 0) {
            isMovingRight.toggle()
            if aliens.meets(row: 9) { events.isOver = true }
            // The row that leaves at the bottom shows at the top in the last observation.
            aliens = aliens.rotatedDown()
        } else {
            aliens = isMovingRight ? aliens.movedRight() : aliens.movedLeft()
        }
        if aliens.contains(cannon) { events.isOver = true }
    }

    /// The alien that shoots.
    private var shooter: Cell? {
        let x = Int(cannon.x)
        for distance in 0..<10 {
            if x >= distance, let alien = aliens.lowest(inColumn: x - distance) { return alien }
            if x + distance < 10, let alien = aliens.lowest(inColumn: x + distance) { return alien }
        }
        return nil
    }

    /// Marks cannon, aliens and bullets.
    public mutating func observe(into planes: inout MutableSpan<UInt8>) {
        // Channels 1 to 4 of a cell at once; the lowest byte is that of channel 1.
        let marks: UInt32 = isMovingRight ? 0x0001_0001 : 0x0000_0101
        planes.withUnsafeMutableBytes { bytes in
            aliens.forEachIndex { index in
                bytes.storeBytes(
                    of: marks.littleEndian, toByteOffset: SpaceInvaders.channels * index + 1, as: UInt32.self)
            }
        }
        planes.mark(cannon, 0, of: SpaceInvaders.channels)
        shots.forEachIndex { planes[SpaceInvaders.channels * $0 + 4] = 1 }
        alienShots.forEachIndex { planes[SpaceInvaders.channels * $0 + 5] = 1 }
    }

    /// Visits cannon, aliens, bullets and timers.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("cannon", &cannon, y: 9...9)
        try aliens.archive("aliens", &archive)
        if aliens.isEmpty { throw ArchiveError("field 'aliens' is empty, but a wave always has some left") }
        try shots.archive("shots", &archive)
        try alienShots.archive("alienShots", &archive)
        try archive.field("isMovingRight", &isMovingRight)
        try archive.field(
            "movePause", &movePause, in: SpaceInvaders.lastMovePause...SpaceInvaders.firstMovePause)
        try archive.field("moveTimer", &moveTimer, in: 0...SpaceInvaders.firstMovePause)
        try archive.field("shotTimer", &shotTimer, in: 0...SpaceInvaders.shotPause)
        try archive.field("alienShotTimer", &alienShotTimer, in: 0...SpaceInvaders.alienShotPause)
    }
}
