import RLCore

/// The rules of Space Invaders: a cannon against six rows of six invaders that come down.
///
/// | | x | y |
/// |---|---|---|
/// | invaders, 8 by 10, every 16 pixels and every 18 | 22–136 | from 31 |
/// | mother ship, 7 by 8 | 0–159 | 12–19 |
/// | three shields, 8 by 18 | 42–49, 74–81, 106–113 | 157–174 |
/// | cannon, 7 by 10 | 34–122 | 185–194 |
/// | ground | 0–159 | 195–209 |
///
/// - Cannon: half a pixel a frame. One shot at a time, from its muzzle, 2 pixels a frame; held, the button shoots again
///   as soon as the last shot is gone.
/// - Invaders: all step one pixel aside every 32 frames; 21 with 21 of them or fewer, 16 with 8, 8 with 4, and 4 the last
///   one. Where one of them would leave 22–136 at the next step, all come down 10 pixels and turn.
/// - Bombs: every 32 frames, if fewer than two are falling, the lowest invader of a column drops one: of the column nearest
///   to the cannon once in three times, else of any, drawn. They fall a pixel a frame, and a cannon that is hit is a life.
/// - Shields: a shot or a bomb that meets one goes and takes 2 by 4 pixels of it along. Shots and bombs pass each other.
///   Invaders that come as low as the shields end them.
/// - Mother ship: comes 20 to 40 seconds after the last one, drawn, from a side that is drawn too, a quarter of a pixel a
///   frame. The score is not seen meanwhile.
/// - Score: 5 for an invader of the lowest row, 10, 15, 20, 25, and 30 in the highest; 200 for the mother ship.
/// - Pauses: about a second at the start, before a wave and after a hit; nothing moves, bombs and shots are gone, and the
///   lives are shown. After a hit the cannon is back on the left.
/// - Waves: with no invader left the next wave comes, 10 pixels lower than the last one but at most 20 below the first, and
///   the shields are whole again.
/// - End: the third life is lost, or invaders are as low as the cannon.
///
/// Shots are painted in every second frame and bombs in the others, as by the Atari 2600, whose games one therefore looks
/// at two frames at a time.
public struct ArcadeSpaceInvaders: ArcadeGame {
    /// As the Arcade Learning Environment numbers them.
    public static var actions: [ArcadeAction] { [.noop, .fire, .right, .left, .rightfire, .leftfire] }

    /// The colours.
    public enum Paint: UInt8, ArcadePaint {
        /// What is seen.
        case sky, ground, invader, shield, cannon, shot, lives, ship

        /// How it looks.
        public var color: Color {
            switch self {
            case .sky: Color(red: 0, green: 0, blue: 0)
            case .ground: Color(red: 80, green: 89, blue: 22)
            case .invader: Color(red: 134, green: 134, blue: 29)
            case .shield: Color(red: 181, green: 83, blue: 40)
            case .cannon: Color(red: 50, green: 132, blue: 50)
            case .shot: Color(red: 142, green: 142, blue: 142)
            case .lives: Color(red: 162, green: 134, blue: 56)
            case .ship: Color(red: 151, green: 25, blue: 122)
            }
        }
    }

    private static let pause = 64
    private static let bombPause = 32
    private static let wholeWave: UInt64 = 1 << 36 - 1
    private static let leftEdge = 22
    private static let rightEdge = 136
    private static let shieldTop = 157
    private static let cannonTop = 185
    private static let ground = 195
    private static let shotLength = 8

    private var invaders = ArcadeSpaceInvaders.wholeWave  // bit 6 · row + column, row 0 on top
    private var waveX = ArcadeSpaceInvaders.leftEdge
    private var waveY = 31
    private var isMarchingRight = true
    private var marchTimer = 32
    private var bombTimer = ArcadeSpaceInvaders.bombPause
    private var shields = Shields()
    private var cannon = 2 * 34  // half pixels
    private var shot = Missile()
    private var bombs = InlineArray<2, Missile>(repeating: Missile())
    /// Frames until it comes.
    private var shipTimer = 1200
    private var shipX = 0  // quarters of a pixel
    /// 0 while it is away.
    private var shipDirection = 0
    private var wave = 0
    /// Frames until the game goes on.
    private var delay = ArcadeSpaceInvaders.pause
    private var isHit = false
    private var blast = Blast()
    private var isOddFrame = false
    /// Cannons left, the one in the field included.
    public private(set) var lives = 3
    /// What has been scored.
    public private(set) var score = 0

    /// A game before its first frame.
    public init() {}

    /// The left column of the cannon.
    public var cannonX: Int { cannon / 2 }
    /// The column of the shot and its upper end; nil without one.
    public var shotPlace: (x: Int, y: Int)? { shot.place }
    /// The columns of the bombs in the air and their lower ends.
    public var bombPlaces: [(x: Int, y: Int)] { [bombs[0], bombs[1]].compactMap(\.place) }
    /// The left column of the mother ship, which can lie beyond the screen; nil while it is away.
    public var motherShipX: Int? { shipDirection == 0 ? nil : shipX >> 2 }
    /// How many invaders are left.
    public var invaderCount: Int { invaders.nonzeroBitCount }
    /// The upper left corners of the invaders that are left, row by row.
    public var invaderPlaces: [(x: Int, y: Int)] {
        (0..<36).filter { invaders >> $0 & 1 == 1 }.map { (waveX + 16 * ($0 % 6), waveY + 18 * ($0 / 6)) }
    }
    /// Whether there is a piece of a shield at a pixel.
    public func hasShield(x: Int, y: Int) -> Bool { Shields.cell(x: x, y: y).map { shields[$0] } ?? false }

    /// The first wave, and when the first mother ship comes.
    public mutating func start(using random: inout PCG64) {
        self = ArcadeSpaceInvaders()
        shipTimer = random.integers(in: 1200..<2400)
    }

    /// Moves the cannon, the ship, the invaders, their bombs and at last the shot.
    public mutating func tick(
        _ action: ArcadeAction, using random: inout PCG64, _ events: inout ArcadeEvents
    ) {
        isOddFrame.toggle()
        blast.timer = max(0, blast.timer - 1)
        if delay > 0 {
            delay -= 1
            if delay == 0, isHit { (isHit, cannon) = (false, 2 * 34) }
            return
        }
        cannon = min(2 * 116, max(2 * 34, cannon + action.horizontal))
        if action.isFiring, !shot.isFlying {
            shot = Missile(x: cannonX + 3, y: ArcadeSpaceInvaders.cannonTop)
        }
        moveShip(using: &random)
        march()
        dropBomb(using: &random)
        moveBombs()
        let points = moveShot(using: &random)
        score += points
        events.points += points
        if invaders == 0 { startNextWave() }
        events.isOver = lives == 0
    }

    private mutating func startNextWave() {
        wave += 1
        invaders = ArcadeSpaceInvaders.wholeWave
        (waveX, waveY) = (ArcadeSpaceInvaders.leftEdge, 31 + 10 * min(2, wave))
        isMarchingRight = true
        marchTimer = ArcadeSpaceInvaders.marchPause(36)
        shields = Shields()
        startPause()
    }

    private mutating func startPause() {
        delay = ArcadeSpaceInvaders.pause
        shot = Missile()
        bombs = [Missile(), Missile()]
        bombTimer = ArcadeSpaceInvaders.bombPause
    }

    private mutating func moveShip(using random: inout PCG64) {
        if shipDirection != 0 {
            shipX += shipDirection
            if shipX <= -4 * 7 || shipX >= 4 * 160 { endShip(using: &random) }
        } else {
            shipTimer = max(0, shipTimer - 1)
            if shipTimer > 0 { return }
            shipDirection = random.integers(2) == 0 ? 1 : -1
            shipX = shipDirection > 0 ? -4 * 6 : 4 * 159
        }
    }

    private mutating func endShip(using random: inout PCG64) {
        shipDirection = 0
        shipTimer = random.integers(in: 1200..<2400)
    }

    /// Frames between two steps of so many invaders.
    private static func marchPause(_ count: Int) -> Int {
        switch count {
        case 22...: 32
        case 9...: 21
        case 5...: 16
        case 2...: 8
        default: 4
        }
    }

    /// The columns that have an invader, as bits.
    private var columns: UInt64 {
        let halves = invaders | invaders >> 18
        return (halves | halves >> 6 | halves >> 12) & 63
    }

    /// The last row of pixels with an invader.
    private var lowest: Int { waveY + 18 * ((63 - invaders.leadingZeroBitCount) / 6) + 9 }

    private mutating func march() {
        marchTimer = min(marchTimer, ArcadeSpaceInvaders.marchPause(invaderCount)) - 1
        if marchTimer > 0 { return }
        marchTimer = ArcadeSpaceInvaders.marchPause(invaderCount)
        waveX += isMarchingRight ? 1 : -1
        let columns = columns
        let left = waveX + 16 * columns.trailingZeroBitCount
        let right = waveX + 16 * (63 - columns.leadingZeroBitCount) + 7
        guard isMarchingRight ? right >= ArcadeSpaceInvaders.rightEdge : left <= ArcadeSpaceInvaders.leftEdge
        else { return }
        isMarchingRight.toggle()
        waveY += 10
        if lowest >= ArcadeSpaceInvaders.shieldTop { shields = Shields(isWhole: false) }
        if lowest >= ArcadeSpaceInvaders.cannonTop { lives = 0 }
    }

    private mutating func dropBomb(using random: inout PCG64) {
        bombTimer -= 1
        if bombTimer > 0 { return }
        bombTimer = ArcadeSpaceInvaders.bombPause
        guard let free = bombs.indices.first(where: { !bombs[$0].isFlying }) else { return }
        let isAimed = random.integers(3) == 0
        var rest = columns
        for _ in 0..<random.integers(rest.nonzeroBitCount) { rest &= rest - 1 }
        var column = rest.trailingZeroBitCount
        if isAimed {
            // Between the middles of invader and cannon.
            func distance(_ column: Int) -> Int { abs(waveX + 16 * column + 4 - cannonX - 3) }
            for other in 0..<6 where columns >> other & 1 == 1 && distance(other) < distance(column) {
                column = other
            }
        }
        let inColumn = invaders >> UInt64(column) & 0o10101010101
        let row = (63 - inColumn.leadingZeroBitCount) / 6
        bombs[free] = Missile(x: waveX + 16 * column + 4, y: waveY + 18 * row + 9)
    }

    private mutating func moveBombs() {
        for index in bombs.indices where bombs[index].isFlying {
            bombs[index].y += 1
            let (x, y) = (bombs[index].x, bombs[index].y)
            // The upper rows are little more than the barrel.
            let isAtCannon = y >= ArcadeSpaceInvaders.cannonTop + 3 && cannonX <= x && x < cannonX + 7
            if isAtCannon {
                lives = max(0, lives - 1)
                isHit = true
                startPause()
                return
            }
            if y >= ArcadeSpaceInvaders.ground || shields.bite(x: x, y: y, further: 1) {
                bombs[index] = Missile()
            }
        }
    }

    /// Moves the shot pixel by pixel, so that it passes nothing; the points for what it hits.
    private mutating func moveShot(using random: inout PCG64) -> Int {
        // Once without a move: the invaders may have stepped on it.
        var moves = 0
        while shot.isFlying {
            if let slot = invader(x: shot.x, y: shot.y)
                ?? invader(x: shot.x, y: shot.y + ArcadeSpaceInvaders.shotLength - 1)
            {
                let (row, column) = (slot / 6, slot % 6)
                invaders &= ~(1 << UInt64(slot))
                blast = Blast(x: waveX + 16 * column, y: waveY + 18 * row)
                shot = Missile()
                return 5 * (6 - row)
            }
            if shipDirection != 0, (12..<20).contains(shot.y), (0..<7).contains(shot.x - shipX >> 2) {
                blast = Blast(x: shipX >> 2, y: 11)
                shot = Missile()
                endShip(using: &random)
                return 200
            }
            if shot.y < 12 || shields.bite(x: shot.x, y: shot.y, further: -1) {
                shot = Missile()
                break
            }
            if moves == 2 { break }
            shot.y -= 1
            moves += 1
        }
        return 0
    }

    /// The number of the invader that has this pixel in its box.
    private func invader(x: Int, y: Int) -> Int? {
        let (x, y) = (x - waveX, y - waveY)
        guard x >= 0, y >= 0, x < 96, y < 108, x % 16 < 8, y % 18 < 10 else { return nil }
        let slot = 6 * (y / 18) + x / 16
        return invaders >> UInt64(slot) & 1 == 1 ? slot : nil
    }

    /// Paints the field and what is in it.
    public mutating func paint(on frame: borrowing ArcadeFrame<Paint>) {
        frame.fill(.sky)
        frame.fill(x: 0, y: 195, width: 160, height: 15, .ground)
        for index in bombs.indices where bombs[index].isFlying && isOddFrame {
            let length = ArcadeSpaceInvaders.shotLength
            frame.fill(x: bombs[index].x, y: bombs[index].y + 1 - length, width: 1, height: length, .shot)
        }
        if shot.isFlying, !isOddFrame {
            frame.fill(x: shot.x, y: shot.y, width: 1, height: ArcadeSpaceInvaders.shotLength, .shot)
        }
        // It also takes the steps' sides in turn.
        let shapes = waveX & 1 == 0 ? ArcadeSpaceInvaders.invaderShapes : ArcadeSpaceInvaders.steppingShapes
        for row in 0..<6 {
            for column in 0..<6 where invaders >> UInt64(6 * row + column) & 1 == 1 {
                frame.paint(shapes[row], x: waveX + 16 * column, y: waveY + 18 * row, .invader)
            }
        }
        if blast.timer > 0 {
            frame.paint(ArcadeSpaceInvaders.blastShape, x: blast.x, y: blast.y, .invader)
        }
        shields.paint(on: frame)
        if shipDirection != 0 {
            frame.paint(ArcadeSpaceInvaders.shipShape, x: shipX >> 2, y: 12, .ship)
        } else {
            frame.paint(number: score, right: 64, y: 10, cell: (4, 2), minimumDigits: 4, .cannon)
        }
        if delay > 0 {
            frame.paint(number: lives, right: 96, y: 185, cell: (4, 2), .lives)
        }
        if delay == 0 || isHit {
            let shape = isHit ? ArcadeSpaceInvaders.wreckShape : ArcadeSpaceInvaders.cannonShape
            frame.paint(shape, x: cannonX, y: ArcadeSpaceInvaders.cannonTop, .cannon)
        }
    }

    /// Visits invaders, shields, missiles, cannon and ship.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("invaders", &invaders, in: 1...ArcadeSpaceInvaders.wholeWave)
        try archive.field("waveX", &waveX, in: -80...160)
        try archive.field("waveY", &waveY, in: 31...200)
        try archive.field("isMarchingRight", &isMarchingRight)
        try archive.field("marchTimer", &marchTimer, in: 1...32)
        try archive.field("bombTimer", &bombTimer, in: 1...ArcadeSpaceInvaders.bombPause)
        try archive.scope("shields") { archive throws(ArchiveError) in try shields.archive(&archive) }
        try archive.field("cannon", &cannon, in: 2 * 34...2 * 116)
        try archive.scope("shot") { archive throws(ArchiveError) in try shot.archive(&archive) }
        for index in bombs.indices {
            try archive.scope("bombs.\(index)") { archive throws(ArchiveError) in
                try bombs[index].archive(&archive)
            }
        }
        try archive.field("shipTimer", &shipTimer, in: 0...2400)
        try archive.field("shipX", &shipX, in: -4 * 7...4 * 160)
        try archive.field("shipDirection", &shipDirection, in: -1...1)
        try archive.field("wave", &wave, in: 0...1 << 40)
        try archive.field("delay", &delay, in: 0...ArcadeSpaceInvaders.pause)
        try archive.field("isHit", &isHit)
        try archive.scope("blast") { archive throws(ArchiveError) in try blast.archive(&archive) }
        try archive.field("isOddFrame", &isOddFrame)
        try archive.field("lives", &lives, in: 0...3)
        try archive.field("score", &score, in: 0...1 << 40)
    }

    /// A shot, known by its upper end, or a bomb, known by its lower one.
    private struct Missile {
        var x = 0
        /// 0 while it is not flying.
        var y = 0

        var isFlying: Bool { y > 0 }
        var place: (x: Int, y: Int)? { isFlying ? (x, y) : nil }

        mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
            try archive.field("x", &x, in: 0...159)
            try archive.field("y", &y, in: 0...ArcadeSpaceInvaders.ground)
        }
    }

    /// What is left to see of something that was shot.
    private struct Blast {
        var x = 0
        var y = 0
        var timer = 0

        init() {}

        init(x: Int, y: Int) { (self.x, self.y, timer) = (x, y, 16) }

        mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
            try archive.field("x", &x, in: -8...160)
            try archive.field("y", &y, in: 0...210)
            try archive.field("timer", &timer, in: 0...16)
        }
    }

    /// Three shields of 9 rows of 8 cells; a cell is two rows of pixels high.
    private struct Shields {
        /// The rows of a whole shield, its left column in the lowest bit.
        private static let whole: InlineArray<9, UInt8> = [
            0x3c, 0x7e, 0x7e, 0x7e, 0x7e, 0xff, 0xff, 0xff, 0xc3,
        ]
        private static let height = 9

        /// Shield by shield.
        private var rows: InlineArray<27, UInt8>

        init(isWhole: Bool = true) {
            rows = InlineArray { isWhole ? Shields.whole[$0 % Shields.height] : 0 }
        }

        /// The place of a pixel: row of a shield, and bit.
        static func cell(x: Int, y: Int) -> (row: Int, bit: Int)? {
            let (x, y) = (x - 42, y - 157)
            guard x >= 0, x < 96, x % 32 < 8, y >= 0, y < 2 * height else { return nil }
            return (height * (x / 32) + y / 2, x % 32)
        }

        subscript(place: (row: Int, bit: Int)) -> Bool { rows[place.row] >> UInt8(place.bit) & 1 == 1 }

        /// Whether there is shield at a pixel; then this cell goes, the one beside it, and those of the next row in the
        /// direction `further`.
        mutating func bite(x: Int, y: Int, further: Int) -> Bool {
            guard let place = Shields.cell(x: x, y: y), self[place] else { return false }
            let mask = ~(UInt8(3) << UInt8(place.bit & ~1))
            rows[place.row] &= mask
            let next = place.row + further
            if next >= 0, next < rows.count, next / Shields.height == place.row / Shields.height {
                rows[next] &= mask
            }
            return true
        }

        mutating func paint(on frame: borrowing ArcadeFrame<Paint>) {
            for index in rows.indices where rows[index] != 0 {
                let (shield, row) = (index / Shields.height, index % Shields.height)
                var rest = rows[index]
                var x = 42 + 32 * shield
                while rest != 0 {
                    x += rest.trailingZeroBitCount
                    rest >>= UInt8(rest.trailingZeroBitCount)
                    let run = (~rest).trailingZeroBitCount
                    frame.fill(x: x, y: 157 + 2 * row, width: run, height: 2, .shield)
                    x += run
                    rest = run == 8 ? 0 : rest >> UInt8(run)
                }
            }
        }

        mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
            var values = rows.indices.map { rows[$0] }
            try archive.field("rows", &values)
            for (index, row) in values.enumerated() {
                if row & ~Shields.whole[index % Shields.height] != 0 {
                    throw ArchiveError("row \(index) of the shields is \(row), more than a whole shield has")
                }
                rows[index] = row
            }
        }
    }
}
