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

    private static let fullOxygen = 200  // steps
    private static let berths = 6
    private static let enemyPause: Int8 = 20  // steps
    private static let diverPause: Int8 = 30  // steps
    private static let firstMovePause: Int8 = 5  // steps
    private static let lastMovePause: Int8 = 2  // steps
    private static let diverMovePause: Int8 = 5  // steps
    private static let shotPause: Int8 = 5  // steps
    private static let enemyShotPause: Int8 = 10  // steps

    private let isRamping: Bool
    private var oxygen = Seaquest.fullOxygen
    private var diversAboard = 0
    private var submarine = Cell(x: 5, y: 0)
    private var isFacingRight = false
    private var isAtSurface = true
    private var enemyPause = Seaquest.enemyPause
    private var enemyTimer = Seaquest.enemyPause
    private var diverTimer = Seaquest.diverPause
    private var movePause = Seaquest.firstMovePause
    private var shotTimer: Int8 = 0
    /// Whether the next ramp shortens the pause between moves as well: every second one does.
    private var isMoveRampDue = false

    /// What moves by itself. Bullets have no timers, and only enemy submarines shoot.
    struct Mover: Sendable, Equatable, BitwiseCopyable {
        var x: Int8 = 0
        var y: Int8 = 0
        var isMovingRight = false
        var moveTimer: Int8 = 0
        var shotTimer: Int8 = 0

        var cell: Cell { Cell(x: x, y: y) }
        var cellBehind: Cell { Cell(x: isMovingRight ? x - 1 : x + 1, y: y) }

        mutating func move() { x += isMovingRight ? 1 : -1 }
    }

    // How long these can get. Everything crosses the board in at most 10 moves. Own bullets move every step and come
    // every 5 steps: 2. Divers live 60 steps and come every 30: 2. Enemies live 60 steps at most and come once a step at
    // most: 60 of both kinds together. An enemy submarine shoots every 11 steps and a bullet lives 10, so those that
    // were there within 10 steps, 70 at most, have one bullet each. A shot comes early only where `removeFirst` makes a
    // submarine count twice, which takes an own bullet each time: 3 more. What would not fit, which only a made-up
    // archive brings about, does not come.
    private var shots = BoundedList<8, Mover>(filler: Mover())
    private var enemyShots = BoundedList<80, Mover>(filler: Mover())
    private var fish = BoundedList<60, Mover>(filler: Mover())
    private var enemySubmarines = BoundedList<60, Mover>(filler: Mover())
    private var divers = BoundedList<8, Mover>(filler: Mover())

    /// A game with the given settings.
    public init(_ options: RampingMinAtarOptions = RampingMinAtarOptions()) {
        isRamping = options.ramping
    }

    /// Surfaces in an empty sea.
    public mutating func reset(using random: inout MT19937) {
        (oxygen, diversAboard) = (Seaquest.fullOxygen, 0)
        submarine = Cell(x: 5, y: 0)
        (isFacingRight, isAtSurface) = (false, true)
        (enemyPause, enemyTimer) = (Seaquest.enemyPause, Seaquest.enemyPause)
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

        // Every list from its end to its start, so that what is taken out does not hide what comes next.
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

    private mutating func moveShot(_ index: Int, _ events: inout MinAtarEvents) {
        shots[index].move()
        let cell = shots[index].cell
        if !cell.isOnBoard {
            _ = shots.removeFirst(equalTo: index)
        } else if let target = fish.firstIndex(where: { $0.cell == cell }) {
            fish.remove(at: target)
            _ = shots.removeFirst(equalTo: index)
            events.reward += 1
        } else if let target = enemySubmarines.firstIndex(where: { $0.cell == cell }) {
            enemySubmarines.remove(at: target)
            _ = shots.removeFirst(equalTo: index)
            events.reward += 1
        }
    }

    private mutating func moveDiver(_ index: Int) {
        let hasBerth = diversAboard < Seaquest.berths
        var isTaken = hasBerth && divers[index].cell == submarine
        var isGone = isTaken
        if !isTaken {
            if divers[index].moveTimer == 0 {
                divers[index].moveTimer = Seaquest.diverMovePause
                divers[index].move()
                isTaken = hasBerth && divers[index].cell == submarine
                isGone = isTaken || !divers[index].cell.isOnBoard
            } else {
                divers[index].moveTimer -= 1
            }
        }
        if isTaken { diversAboard += 1 }
        if isGone { _ = divers.removeFirst(equalTo: index) }
    }

    private mutating func moveEnemySubmarine(_ index: Int, _ events: inout MinAtarEvents) {
        var enemy = enemySubmarines[index]
        let isGone = swim(&enemy, &events)
        enemySubmarines[index] = enemy
        let place = isGone ? enemySubmarines.removeFirst(equalTo: index) : index
        // One that is gone still shoots, too.
        if enemy.shotTimer == 0 {
            enemy.shotTimer = Seaquest.enemyShotPause
            enemyShots.append(Mover(x: enemy.x, y: enemy.y, isMovingRight: enemy.isMovingRight))
        } else {
            enemy.shotTimer -= 1
        }
        if let place { enemySubmarines[place] = enemy }
    }

    private mutating func moveFish(_ index: Int, _ events: inout MinAtarEvents) {
        var enemy = fish[index]
        let isGone = swim(&enemy, &events)
        fish[index] = enemy
        if isGone { _ = fish.removeFirst(equalTo: index) }
    }

    /// Lets an enemy meet the own submarine, move and meet again. Returns whether it left the board or was shot.
    private mutating func swim(_ enemy: inout Mover, _ events: inout MinAtarEvents) -> Bool {
        if enemy.cell == submarine { events.isOver = true }
        if enemy.moveTimer > 0 {
            enemy.moveTimer -= 1
            return false
        }
        enemy.moveTimer = movePause
        enemy.move()
        let cell = enemy.cell
        if !cell.isOnBoard { return true }
        if cell == submarine {
            events.isOver = true
        } else if let shot = shots.firstIndex(where: { $0.cell == cell }) {
            shots.remove(at: shot)
            events.reward += 1
            return true
        }
        return false
    }

    private mutating func moveEnemyShot(_ index: Int, _ events: inout MinAtarEvents) {
        if enemyShots[index].cell == submarine { events.isOver = true }
        enemyShots[index].move()
        let cell = enemyShots[index].cell
        if !cell.isOnBoard {
            _ = enemyShots.removeFirst(equalTo: index)
        } else if cell == submarine {
            events.isOver = true
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
    public func observe(into planes: inout MutableSpan<UInt8>) {
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

    /// Visits the submarine, everything else in the sea and the timers.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        // Below 0 only where somebody goes on after the end; divers also by coming up again and again.
        let (lowest, berths) = (-1 << 62, Seaquest.berths)
        try archive.field("oxygen", &oxygen, in: lowest...Seaquest.fullOxygen)
        try archive.field("diversAboard", &diversAboard, in: lowest...berths)
        try archive.field("submarine", &submarine, y: 0...8)
        try archive.field("isFacingRight", &isFacingRight)
        if submarine.x == (isFacingRight ? 0 : 9) {
            throw ArchiveError("field 'isFacingRight' is \(isFacingRight), so that its back is off the board")
        }
        try archive.field("isAtSurface", &isAtSurface)
        try archive.field("enemyPause", &enemyPause, in: 1...Seaquest.enemyPause)
        try archive.field("enemyTimer", &enemyTimer, in: 0...Seaquest.enemyPause)
        try archive.field("diverTimer", &diverTimer, in: 0...Seaquest.diverPause)
        try archive.field("movePause", &movePause, in: Seaquest.lastMovePause...Seaquest.firstMovePause)
        try archive.field("shotTimer", &shotTimer, in: 0...Seaquest.shotPause)
        try archive.field("isMoveRampDue", &isMoveRampDue)
        try shots.archive("shots", &archive)
        try enemyShots.archive("enemyShots", &archive)
        try fish.archive("fish", &archive)
        try enemySubmarines.archive("enemySubmarines", &archive)
        try divers.archive("divers", &archive)
    }
}

extension BoundedList where Element == Seaquest.Mover {
    /// Visits five numbers of every element: x, y, whether it moves right, and the two timers.
    fileprivate mutating func archive(_ name: String, _ archive: inout Archive) throws(ArchiveError) {
        var numbers = indices.flatMap { index in
            let mover = self[index]
            return [mover.x, mover.y, mover.isMovingRight ? 1 : 0, mover.moveTimer, mover.shotTimer].map(
                Int32.init)
        }
        try archive.variableField(name, &numbers)
        guard numbers.count % 5 == 0, numbers.count / 5 <= capacity else {
            throw ArchiveError(
                "field '\(name)' has \(numbers.count) numbers, expected 5 each of at most \(capacity)")
        }
        removeAll()
        for start in stride(from: 0, to: numbers.count, by: 5) {
            let bounds: [ClosedRange<Int32>] = [0...9, 0...9, 0...1, 0...5, 0...10]
            guard zip(bounds, numbers[start..<start + 5]).allSatisfy({ $0.contains($1) }) else {
                throw ArchiveError(
                    "field '\(name)' has \(Array(numbers[start..<start + 5])), which is out of bounds")
            }
            append(
                Element(
                    x: Int8(numbers[start]), y: Int8(numbers[start + 1]),
                    isMovingRight: numbers[start + 2] == 1,
                    moveTimer: Int8(numbers[start + 3]), shotTimer: Int8(numbers[start + 4])))
        }
    }
}
