import RLCore

/// The rules of MinAtar's Seaquest: shoot fish and submarines, take divers aboard, come up for air.
///
/// | channel | | actions |
/// |---|---|---|
/// | 0 | front of the own submarine | all six |
/// | 1 | its back | |
/// | 2 | own bullets | |
/// | 3 | the cell behind every fish, enemy submarine and diver | |
/// | 4 | enemy bullets | |
/// | 5 | fish | |
/// | 6 | enemy submarines | |
/// | 7 | oxygen left: a bar in row 9 from the left | |
/// | 8 | divers aboard: a bar in row 9 to the right | |
/// | 9 | divers | |
///
/// - Start: at the surface in (5, 0), facing left, with oxygen for 200 steps, nothing else around.
/// - Own submarine: one cell a step in rows 0 to 8. Only its front meets anything. It shoots at most every 5 steps, in
///   the direction it faces.
/// - Enemies come every 20 steps at the left or right end of one of rows 1 to 8, a submarine with probability 1/3, else
///   a fish; none comes where its row has enemies that move the other way. They move one cell every 6 steps, and
///   submarines shoot every 11. Divers come every 30 steps and move every 6.
/// - Bullets: one cell a step. An own bullet takes the first fish, else the first submarine, on its cell and scores 1;
///   so does an enemy that moves onto one.
/// - Divers are taken aboard by contact, six at most. Coming up takes one away and fills the oxygen; with six aboard all
///   are delivered and score the oxygen left, up to 10, before one is taken away: -1 are left. Coming up with exactly 0
///   ends the episode.
/// - End also: an enemy or its bullet meets the own submarine, or no oxygen was left in the step before.
/// - Ramp: every time the submarine comes up, the pause between enemies gets one step shorter, down to 1, and every
///   second time that between their moves, down to 2.
/// - Draws: none at a reset. An enemy draws `random` for the side, `random` for its kind and `integers` for the row,
///   also where it is refused; a diver draws the first and the last of these.
public struct Seaquest: MinAtarGame {
    /// All.
    public static var actions: [MinAtarAction] { MinAtarAction.allCases }
    /// Front, back, own bullets, trails, enemy bullets, fish, enemy submarines, oxygen, divers aboard, divers.
    public static var channels: Int { 10 }

    static let fullOxygen = 200  // steps
    static let berths = 6
    static let firstEnemyPause: Int8 = 20  // steps
    static let diverPause: Int8 = 30  // steps
    static let firstMovePause: Int8 = 5  // steps
    static let lastMovePause: Int8 = 2  // steps
    static let diverMovePause: Int8 = 5  // steps
    static let shotPause: Int8 = 5  // steps
    static let enemyShotPause: Int8 = 10  // steps

    private let isRamping: Bool
    var oxygen = Seaquest.fullOxygen
    var diversAboard = 0
    var submarine = Cell(x: 5, y: 0)
    var isFacingRight = false
    var isAtSurface = true
    var enemyPause = Seaquest.firstEnemyPause
    var enemyTimer = Seaquest.firstEnemyPause
    var diverTimer = Seaquest.diverPause
    var movePause = Seaquest.firstMovePause
    var shotTimer: Int8 = 0
    /// Whether the next ramp shortens the pause between moves as well: every second one does.
    var isMoveRampDue = false

    // How long these can get: everything crosses the board in at most 10 moves. Own bullets move every step and come
    // every 5 steps: 2. Divers live 60 steps and come every 30: 2. Enemies live 60 steps at most and come once a step at
    // most: 60 of both kinds together. An enemy submarine shoots every 11 steps and a bullet lives 10, so that of those
    // that were there within 10 steps, 70 at most, each has one bullet on the board. What would not fit, which only a
    // made-up archive brings about, does not come.
    var shots = BoundedList<8, Mover>(filler: Mover())
    var enemyShots = BoundedList<80, Mover>(filler: Mover())
    var fish = BoundedList<60, Mover>(filler: Mover())
    var enemySubmarines = BoundedList<60, Mover>(filler: Mover())
    var divers = BoundedList<8, Mover>(filler: Mover())

    /// A game with the given settings.
    public init(_ options: RampingMinAtarOptions = RampingMinAtarOptions()) {
        isRamping = options.ramping
    }

    /// Surfaces in an empty sea.
    public mutating func reset(using random: inout MT19937) {
        (oxygen, diversAboard) = (Seaquest.fullOxygen, 0)
        submarine = Cell(x: 5, y: 0)
        (isFacingRight, isAtSurface) = (false, true)
        (enemyPause, enemyTimer) = (Seaquest.firstEnemyPause, Seaquest.firstEnemyPause)
        (diverTimer, shotTimer) = (Seaquest.diverPause, 0)
        (movePause, isMoveRampDue) = (Seaquest.firstMovePause, false)
        shots.removeAll()
        enemyShots.removeAll()
        fish.removeAll()
        enemySubmarines.removeAll()
        divers.removeAll()
    }

    /// Spawns, moves the submarine, then bullets, divers and enemies in this order, then counts oxygen.
    public mutating func step(
        _ action: MinAtarAction, using random: inout MT19937, _ events: inout MinAtarEvents
    ) {
        if enemyTimer == 0 {
            spawnEnemy(using: &random)
            enemyTimer = enemyPause
        }
        if diverTimer == 0 {
            spawnDiver(using: &random)
            diverTimer = Seaquest.diverPause
        }
        moveSubmarine(action)

        // Every list from its end to its start, as in the reference: the order shows where two things meet a third.
        for index in shots.indices.reversed() { moveShot(index, &events) }
        for index in divers.indices.reversed() { moveDiver(index) }
        for index in enemySubmarines.indices.reversed() { moveEnemySubmarine(index, &events) }
        for index in enemyShots.indices.reversed() { moveEnemyShot(index, &events) }
        for index in fish.indices.reversed() { moveFish(index, &events) }

        if enemyTimer > 0 { enemyTimer -= 1 }
        if diverTimer > 0 { diverTimer -= 1 }
        if shotTimer > 0 { shotTimer -= 1 }
        breathe(&events)
    }

    private mutating func spawnEnemy(using random: inout MT19937) {
        let isMovingRight = random.random() < 0.5
        let isSubmarine = random.random() < 1.0 / 3
        let row = Int8(1 + random.integers(8))
        let isOpposed =
            enemySubmarines.contains { $0.y == row && $0.isMovingRight != isMovingRight }
            || fish.contains { $0.y == row && $0.isMovingRight != isMovingRight }
        if isOpposed { return }
        var enemy = Mover(
            x: isMovingRight ? 0 : 9, y: row, isMovingRight: isMovingRight, moveTimer: movePause)
        if isSubmarine {
            enemy.shotTimer = Seaquest.enemyShotPause
            enemySubmarines.append(enemy)
        } else {
            fish.append(enemy)
        }
    }

    private mutating func spawnDiver(using random: inout MT19937) {
        let isMovingRight = random.random() < 0.5
        let row = Int8(1 + random.integers(8))
        divers.append(
            Mover(
                x: isMovingRight ? 0 : 9, y: row, isMovingRight: isMovingRight,
                moveTimer: Seaquest.diverMovePause))
    }

    private mutating func moveSubmarine(_ action: MinAtarAction) {
        switch action {
        case .fire where shotTimer == 0:
            shots.append(Mover(x: submarine.x, y: submarine.y, isMovingRight: isFacingRight))
            shotTimer = Seaquest.shotPause
        case .left:
            submarine.x = max(0, submarine.x - 1)
            isFacingRight = false
        case .right:
            submarine.x = min(9, submarine.x + 1)
            isFacingRight = true
        case .up: submarine.y = max(0, submarine.y - 1)
        case .down: submarine.y = min(8, submarine.y + 1)
        case .none, .fire: break
        }
    }

    private mutating func breathe(_ events: inout MinAtarEvents) {
        if oxygen <= 0 { events.isOver = true }
        if submarine.y > 0 {
            oxygen -= 1
            isAtSurface = false
        } else if !isAtSurface {
            if diversAboard == 0 {
                events.isOver = true
            } else {
                surface(&events)
            }
        }
    }

    private mutating func surface(_ events: inout MinAtarEvents) {
        isAtSurface = true
        if diversAboard == Seaquest.berths {
            diversAboard = 0
            events.reward += Seaquest.tenths(of: oxygen)
        }
        oxygen = Seaquest.fullOxygen
        diversAboard -= 1
        guard isRamping, enemyPause > 1 || movePause > Seaquest.lastMovePause else { return }
        if isMoveRampDue, movePause > Seaquest.lastMovePause { movePause -= 1 }
        if enemyPause > 1 { enemyPause -= 1 }
        isMoveRampDue.toggle()
    }

    /// Full tenths of the whole, rounded down, also below 0 where somebody goes on after the end.
    private static func tenths(of oxygen: Int) -> Int {
        let tenth = fullOxygen / 10
        return (oxygen < 0 ? oxygen - (tenth - 1) : oxygen) / tenth
    }

    /// Marks everything in the sea, and the two bars.
    public mutating func observe(into planes: inout MutableSpan<UInt8>) {
        planes.mark(submarine, 0, of: Seaquest.channels)
        let back = Cell(x: isFacingRight ? submarine.x - 1 : submarine.x + 1, y: submarine.y)
        planes.mark(back, 1, of: Seaquest.channels)
        for index in shots.indices { planes.mark(shots[index].cell, 2, of: Seaquest.channels) }
        for index in enemyShots.indices { planes.mark(enemyShots[index].cell, 4, of: Seaquest.channels) }
        for index in fish.indices { markSwimmer(fish[index], 5, &planes) }
        for index in enemySubmarines.indices { markSwimmer(enemySubmarines[index], 6, &planes) }
        for index in divers.indices { markSwimmer(divers[index], 9, &planes) }
        for x in 0..<Seaquest.tenths(of: max(0, oxygen)) {
            planes.mark(Cell(x: Int8(x), y: 9), 7, of: Seaquest.channels)
        }
        for x in 9 - max(0, diversAboard)..<9 {
            planes.mark(Cell(x: Int8(x), y: 9), 8, of: Seaquest.channels)
        }
    }

    private func markSwimmer(_ swimmer: Mover, _ channel: Int, _ planes: inout MutableSpan<UInt8>) {
        planes.mark(swimmer.cell, channel, of: Seaquest.channels)
        let behind = swimmer.cellBehind
        if behind.isOnBoard { planes.mark(behind, 3, of: Seaquest.channels) }
    }
}
