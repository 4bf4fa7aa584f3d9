import RLCore

/// The rules of MinAtar's Asterix: collect gold, avoid enemies.
///
/// | channel | | actions |
/// |---|---|---|
/// | 0 | the player | nothing, left, up, right, down |
/// | 1 | enemies | |
/// | 2 | trail: the cell behind every enemy and every piece of gold | |
/// | 3 | gold | |
///
/// - Start: the player in (5, 5), alone.
/// - Player: one cell a step, in rows 1 to 8.
/// - Things: one lane each in rows 1 to 8. Every 10 steps one comes in at the left or right end of an empty lane,
///   gold with probability 1/3, and crosses the board by one cell every 5 steps. The spawn comes before the move.
/// - Contact, tested before and after the things move: gold is taken and scores 1, an enemy ends the episode.
/// - Ramp: every 102 steps the pause between spawns gets one step shorter, every 204 also that between moves, down to
///   1 each.
/// - Draws: none at a reset. A spawn draws `random` for the side, `random` for gold and, where a lane is empty,
///   `integers` among the empty lanes.
public struct Asterix: MinAtarGame {
    /// Nothing, left, up, right, down.
    public static var actions: [MinAtarAction] { [.none, .left, .up, .right, .down] }
    /// Player, enemies, trail, gold.
    public static var channels: Int { 4 }

    private static let firstSpawnPause: Int8 = 10  // steps
    private static let firstMovePause: Int8 = 5  // steps
    private static let rampPause: Int8 = 100  // steps

    private let isRamping: Bool
    private var player = Cell(x: 5, y: 5)
    // Lane i is row i + 1, and bit i of the sets stands for it. What the others say of an empty lane means nothing.
    private var occupied: UInt8 = 0
    private var movingRight: UInt8 = 0
    private var gold: UInt8 = 0
    private var columns = InlineArray<8, Int8>(repeating: 0)
    private var spawnPause = Asterix.firstSpawnPause
    private var spawnTimer = Asterix.firstSpawnPause
    private var movePause = Asterix.firstMovePause
    private var moveTimer = Asterix.firstMovePause
    private var rampTimer = Asterix.rampPause
    /// Whether the next ramp shortens the pause between moves as well: every second one does.
    private var isMoveRampDue = false

    /// A game with the given settings.
    public init(_ options: RampingMinAtarOptions = RampingMinAtarOptions()) {
        isRamping = options.ramping
    }

    /// Puts the player in the middle of an empty board.
    public mutating func reset(using random: inout MT19937) {
        player = Cell(x: 5, y: 5)
        occupied = 0
        (spawnPause, spawnTimer) = (Asterix.firstSpawnPause, Asterix.firstSpawnPause)
        (movePause, moveTimer) = (Asterix.firstMovePause, Asterix.firstMovePause)
        (rampTimer, isMoveRampDue) = (Asterix.rampPause, false)
    }

    /// Spawns, moves the player, then the things.
    public mutating func step(
        _ action: MinAtarAction, using random: inout MT19937, _ events: inout MinAtarEvents
    ) {
        if spawnTimer == 0 {
            spawn(using: &random)
            spawnTimer = spawnPause
        }
        switch action {
        case .left: player.x = max(0, player.x - 1)
        case .right: player.x = min(9, player.x + 1)
        case .up: player.y = max(1, player.y - 1)
        case .down: player.y = min(8, player.y + 1)
        case .none, .fire: break
        }
        touch(&events)
        if moveTimer == 0 {
            moveTimer = movePause
            moveThings()
            touch(&events)
        }
        spawnTimer -= 1
        moveTimer -= 1
        if isRamping, spawnPause > 1 || movePause > 1 { ramp() }
    }

    private mutating func spawn(using random: inout MT19937) {
        let isMovingRight = random.random() < 0.5
        let isGold = random.random() < 1.0 / 3
        var empty = ~occupied
        if empty == 0 { return }
        for _ in 0..<random.integers(empty.nonzeroBitCount) { empty &= empty - 1 }
        let lane = empty.trailingZeroBitCount
        let bit: UInt8 = 1 << lane
        occupied |= bit
        movingRight = isMovingRight ? movingRight | bit : movingRight & ~bit
        gold = isGold ? gold | bit : gold & ~bit
        columns[lane] = isMovingRight ? 0 : 9
    }

    /// Lets the player meet what is on the same cell, which can only be in the player's own lane.
    private mutating func touch(_ events: inout MinAtarEvents) {
        let lane = Int(player.y) - 1
        let bit: UInt8 = 1 << lane
        guard occupied & bit != 0, columns[lane] == player.x else { return }
        if gold & bit != 0 {
            occupied &= ~bit
            events.reward += 1
        } else {
            events.isOver = true
        }
    }

    private mutating func moveThings() {
        for lane in 0..<8 {
            let column = columns[lane] &+ (movingRight >> lane & 1 == 1 ? 1 : -1)
            columns[lane] = column
            if column < 0 || column > 9 { occupied &= ~(1 << lane) }
        }
    }

    private mutating func ramp() {
        if rampTimer >= 0 {
            rampTimer -= 1
            return
        }
        if isMoveRampDue, movePause > 1 { movePause -= 1 }
        if spawnPause > 1 { spawnPause -= 1 }
        isMoveRampDue.toggle()
        rampTimer = Asterix.rampPause
    }

    /// Marks player, enemies, trails and gold.
    public mutating func observe(into planes: inout MutableSpan<UInt8>) {
        planes.mark(player, 0, of: Asterix.channels)
        var rest = occupied
        while rest != 0 {
            let lane = rest.trailingZeroBitCount
            rest &= rest &- 1
            let cell = Cell(x: columns[lane], y: Int8(lane &+ 1))
            planes.mark(cell, gold &>> lane & 1 == 1 ? 3 : 1, of: Asterix.channels)
            let behind = Cell(x: movingRight &>> lane & 1 == 1 ? cell.x &- 1 : cell.x &+ 1, y: cell.y)
            if behind.isOnBoard { planes.mark(behind, 2, of: Asterix.channels) }
        }
    }

    /// Visits the player, the lanes and the timers.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("player", &player, y: 1...8)
        try archive.field("occupied", &occupied)
        try archive.field("movingRight", &movingRight)
        try archive.field("gold", &gold)
        for lane in 0..<8 {
            if occupied >> lane & 1 == 0 { columns[lane] = 0 }
            try archive.field("columns.\(lane)", &columns[lane], in: 0...9)
        }
        try archive.field("spawnPause", &spawnPause, in: 1...Asterix.firstSpawnPause)
        try archive.field("spawnTimer", &spawnTimer, in: 0...Asterix.firstSpawnPause)
        try archive.field("movePause", &movePause, in: 1...Asterix.firstMovePause)
        try archive.field("moveTimer", &moveTimer, in: 0...Asterix.firstMovePause)
        try archive.field("rampTimer", &rampTimer, in: -1...Asterix.rampPause)
        try archive.field("isMoveRampDue", &isMoveRampDue)
    }
}
