import RLCore

/// The rules of the maze chase: eat everything in a maze, away from four chasers.
///
/// A maze (`ArcadeMaze`) has 13 rows of 20 cells, a cell 8 pixels wide and 13 high, from the third row of pixels on.
/// Everybody walks along its corridors from cell to cell; a cell is 240 steps long in any direction.
///
/// - Player: 20 steps a frame. Turns where the stick says to and a corridor goes there, else goes on, also with the stick
///   let go; turns back at any place. Of two directions at once it takes the one that is a turn.
/// - Food: 10 points for a dot, 50 for each of the four pellets.
/// - Chasers: one starts in front of the house, the others leave it 3, 6 and 9 seconds later. 17 steps a frame and one
///   more in every level, up to 22. At a crossing a chaser goes where the next cell is nearest to what it heads for, and
///   turns back only in a dead end.
///   - The hunter heads for the player.
///   - The ambusher heads for four cells ahead of the player.
///   - The flanker heads for the other side of the player, as far from it as the hunter is.
///   - The wanderer goes where it pleases, drawn.
/// - Rest: in the first 5 of every 25 seconds they head for a corner each.
/// - Pellets: for 6 seconds, one less in every level but at least 2, all who are not eaten yet are frightened: they turn
///   back, walk 12 steps a frame and wherever it pleases them, drawn, and can be eaten, for 200, 400, 800 and 1600 points. What
///   is left of an eaten one walks home, 40 steps a frame, and comes out again.
/// - Lives: three. A chaser within 150 steps, sideways and up and down together, takes one; then all start over, the
///   food stays as it is.
/// - Pauses: a second at the start of a level and after a life is lost, and half a second before it goes on.
/// - Levels: with the last food eaten the next level starts. Each of the mazes is played for two levels, in turn.
/// - End: the third life is lost.
///
/// Everybody is seen in every frame, while the Atari 2600 shows its ghosts in turn.
public struct ArcadeMazeChase: ArcadeGame {
    /// As the Arcade Learning Environment numbers them.
    public static var actions: [ArcadeAction] {
        [.noop, .up, .right, .left, .down, .upright, .upleft, .downright, .downleft]
    }

    /// The colours.
    public enum Paint: UInt8, ArcadePaint {
        /// What is seen.
        case space, floor, wall, secondFloor, secondWall, player, hunter, ambusher, flanker, wanderer
        /// A frightened chaser, and one that soon will not be any longer.
        case frightened, recovering
        /// What is left of an eaten one.
        case eyes
        /// Numbers, and the door.
        case score

        /// How it looks.
        public var color: Color {
            switch self {
            case .space: Color(red: 0, green: 0, blue: 0)
            case .floor: Color(red: 0, green: 28, blue: 136)
            case .wall: Color(red: 228, green: 111, blue: 111)
            case .secondFloor: Color(red: 24, green: 59, blue: 24)
            case .secondWall: Color(red: 187, green: 159, blue: 71)
            case .player: Color(red: 210, green: 210, blue: 64)
            case .hunter: Color(red: 200, green: 72, blue: 72)
            case .ambusher: Color(red: 198, green: 89, blue: 179)
            case .flanker: Color(red: 84, green: 184, blue: 153)
            case .wanderer: Color(red: 180, green: 122, blue: 48)
            case .frightened: Color(red: 66, green: 114, blue: 194)
            case .recovering, .eyes: Color(red: 236, green: 236, blue: 236)
            case .score: Color(red: 195, green: 144, blue: 61)
            }
        }
    }

    /// One of the four.
    public enum Chaser: Int, Sendable, CaseIterable {
        /// By the way it finds its prey.
        case hunter, ambusher, flanker, wanderer
    }

    /// What a chaser does.
    public enum Mood: UInt8, Sendable {
        /// Waits in the house, leaves it, is out, goes home after it was eaten.
        case waiting, leaving, out, eaten
    }

    private typealias Direction = ArcadeMaze.Direction

    private static let cell = 240
    private static let pause = 60
    private static let reach = 150

    private var food = ArcadeMaze.all[0].food
    private var player = Walker()
    private var chasers = InlineArray<4, Walker>(repeating: Walker())
    private var moods = InlineArray<4, Mood>(repeating: .waiting)
    private var areFrightened = InlineArray<4, Bool>(repeating: false)
    /// Frames until the frightened are not any longer.
    private var fright = 0
    /// How many were eaten since the last pellet.
    private var eaten = 0
    /// Frames since all started.
    private var clock = 0
    private var delay = ArcadeMazeChase.pause
    private var isCaught = false
    /// Levels completed.
    public private(set) var level = 0
    /// Lives left, the running one included.
    public private(set) var lives = 3
    /// What has been scored.
    public private(set) var score = 0

    /// A game before its first frame.
    public init() { placeAll() }

    /// The maze of the level.
    public var maze: ArcadeMaze { ArcadeMaze.all[level / 2 % ArcadeMaze.all.count] }
    /// Whether there is food in a cell.
    public func hasFood(column: Int, row: Int) -> Bool { food[row] >> UInt32(column) & 1 == 1 }
    /// How many dots and pellets are left.
    public var foodCount: Int { food.indices.reduce(0) { $0 + food[$1].nonzeroBitCount } }
    /// Where the player is, in cells.
    public var playerPlace: (column: Double, row: Double) { player.place }
    /// Where a chaser is, in cells.
    public func place(of chaser: Chaser) -> (column: Double, row: Double) { chasers[chaser.rawValue].place }
    /// What a chaser does.
    public func mood(of chaser: Chaser) -> Mood { moods[chaser.rawValue] }
    /// Whether a chaser can be eaten.
    public func isFrightened(_ chaser: Chaser) -> Bool { areFrightened[chaser.rawValue] }

    /// The first level.
    public mutating func start(using random: inout PCG64) { self = ArcadeMazeChase() }

    /// Moves the player, then the chasers.
    public mutating func tick(
        _ action: ArcadeAction, using random: inout PCG64, _ events: inout ArcadeEvents
    ) {
        if delay > 0 {
            delay -= 1
            if delay == 0, isCaught {
                placeAll()
                delay = ArcadeMazeChase.pause / 2
            }
            return
        }
        let maze = maze
        let before = score
        clock += 1
        if fright > 0 {
            fright -= 1
            if fright == 0 { areFrightened = [false, false, false, false] }
        }
        movePlayer(action, in: maze)
        for chaser in Chaser.allCases { move(chaser, in: maze, using: &random) }
        meet()
        if food.indices.allSatisfy({ food[$0] == 0 }) { startNextLevel() }
        events.points += score - before
        events.isOver = lives == 0
    }

    private mutating func startNextLevel() {
        level += 1
        food = maze.food
        placeAll()
        delay = ArcadeMazeChase.pause
    }

    /// Puts everybody where they start.
    private mutating func placeAll() {
        let maze = maze
        player = Walker(cell: maze.start, direction: .right)
        // Side by side in the house, the first one in front of its door.
        chasers = [
            Walker(cell: maze.exit, direction: .left), Walker(cell: maze.home, direction: .up),
            Walker(cell: maze.home - 1, direction: .up), Walker(cell: maze.home + 2, direction: .up),
        ]
        moods = [.out, .waiting, .waiting, .waiting]
        areFrightened = [false, false, false, false]
        (fright, eaten, clock) = (0, 0, 0)
        isCaught = false
    }

    private mutating func movePlayer(_ action: ArcadeAction, in maze: ArcadeMaze) {
        let sideways: Direction? = action.horizontal == 0 ? nil : action.horizontal < 0 ? .left : .right
        let upright: Direction? = action.vertical == 0 ? nil : action.vertical < 0 ? .up : .down
        if player.progress > 0, [sideways, upright].contains(player.direction.opposite) {
            player.turnBack(in: maze)
        }
        let arrived = player.walk(20, in: maze) { walker in
            let turn = walker.direction.x == 0 ? sideways : upright
            let other = walker.direction.x == 0 ? upright : sideways
            for way in [turn, other, walker.direction] {
                if let way, maze.corridor(from: walker.cell, way) != nil { return way }
            }
            return nil
        }
        if arrived { eat(in: maze) }
    }

    private mutating func eat(in maze: ArcadeMaze) {
        let (column, row) = (player.cell % 20, player.cell / 20)
        guard hasFood(column: column, row: row) else { return }
        food[row] &= ~(1 << UInt32(column))
        guard maze.isPellet(player.cell) else {
            score += 10
            return
        }
        score += 50
        eaten = 0
        fright = max(120, 360 - 60 * level)
        for index in chasers.indices where moods[index] != .eaten {
            areFrightened[index] = true
            if moods[index] == .out, chasers[index].progress > 0 { chasers[index].turnBack(in: maze) }
        }
    }

    private mutating func move(_ chaser: Chaser, in maze: ArcadeMaze, using random: inout PCG64) {
        let index = chaser.rawValue
        if moods[index] == .waiting {
            if clock < 180 * index { return }
            moods[index] = .leaving
        }
        let speed = moods[index] == .eaten ? 40 : areFrightened[index] ? 12 : min(22, 17 + level)
        // Out of its place meanwhile, so that what it heads for can look at the game.
        var walker = chasers[index]
        walker.walk(speed, in: maze) { walker in choose(for: chaser, at: walker, in: maze, using: &random) }
        chasers[index] = walker
    }

    /// Where a chaser that has come to a cell goes next.
    private mutating func choose(
        for chaser: Chaser, at walker: Walker, in maze: ArcadeMaze, using random: inout PCG64
    ) -> Direction? {
        let index = chaser.rawValue
        if moods[index] == .eaten, walker.cell == maze.home { moods[index] = .leaving }
        if moods[index] == .leaving, walker.cell == maze.exit { moods[index] = .out }
        if moods[index] == .eaten { return maze.wayHome(from: walker.cell) }
        if moods[index] == .leaving { return maze.wayOut(of: walker.cell) }
        var count = 0
        var best: (way: Direction, distance: Int)?
        let goesAnywhere = areFrightened[index] || chaser == .wanderer && !isResting
        let goal = goesAnywhere ? (0, 0) : goal(of: chaser)
        for way in Direction.allCases where way != walker.direction.opposite {
            guard let next = maze.corridor(from: walker.cell, way) else { continue }
            count += 1
            let (x, y) = (next % 20 - goal.0, next / 20 - goal.1)
            // One of as many as there are, each as likely as the others.
            let distance =
                goesAnywhere ? (count == 1 || random.integers(count) == 0 ? -count : 0) : x * x + y * y
            if distance < best?.distance ?? .max { best = (way, distance) }
        }
        return best?.way ?? walker.direction.opposite
    }

    private var isResting: Bool { clock % 1500 < 300 }

    /// The column and row that a chaser heads for; also beyond the maze.
    private func goal(of chaser: Chaser) -> (Int, Int) {
        let (column, row) = (player.cell % 20, player.cell / 20)
        let hunter = chasers[0].cell
        if isResting {
            return switch chaser {
            case .hunter: (19, 0)
            case .ambusher: (0, 0)
            case .flanker: (19, 12)
            case .wanderer: (0, 12)
            }
        }
        return switch chaser {
        case .hunter, .wanderer: (column, row)
        case .ambusher: (column + 4 * player.direction.x, row + 4 * player.direction.y)
        case .flanker: (2 * column - hunter % 20, 2 * row - hunter / 20)
        }
    }

    /// Eats the frightened chasers that the player has met, or is caught.
    private mutating func meet() {
        for index in chasers.indices where moods[index] != .eaten {
            guard player.distance(to: chasers[index]) < ArcadeMazeChase.reach else { continue }
            if areFrightened[index] {
                score += 200 << eaten
                eaten = min(3, eaten + 1)
                areFrightened[index] = false
                moods[index] = .eaten
            } else {
                lives -= 1
                isCaught = true
                delay = ArcadeMazeChase.pause
                return
            }
        }
    }

    /// Paints the maze, the food, everybody in it and the score.
    public mutating func paint(on frame: borrowing ArcadeFrame<Paint>) {
        let isFirst = level / 2 % 2 == 0
        let (floor, wall): (Paint, Paint) = isFirst ? (.floor, .wall) : (.secondFloor, .secondWall)
        let maze = maze
        frame.fill(x: 0, y: 0, width: 160, height: 2, .space)
        frame.fill(x: 0, y: 171, width: 160, height: 39, .space)
        for row in food.indices {
            let y = 2 + 13 * row
            frame.fill(x: 0, y: y, width: 160, height: 1, floor)
            for run in maze.walls[row] {
                frame.fill(x: 8 * run.lowerBound, y: y, width: 8 * run.count, height: 1, wall)
            }
            frame.repeatRow(y, count: 12)
            for run in maze.doors[row] {
                frame.fill(x: 8 * run.lowerBound, y: y + 8, width: 8 * run.count, height: 3, .score)
            }
            var rest = food[row]
            while rest != 0 {
                let column = rest.trailingZeroBitCount
                rest &= rest - 1
                let isPellet = maze.isPellet(20 * row + column)
                frame.paint(
                    isPellet ? ArcadeMazeChase.pelletShape : ArcadeMazeChase.dotShape, x: 8 * column,
                    y: y + (isPellet ? 3 : 6), wall)
            }
        }
        paintWalkers(on: frame)
        for life in 0..<max(0, lives - 1) {
            frame.paint(ArcadeMazeChase.playerShapes[3][0], x: 12 + 16 * life, y: 174, .player)
        }
        frame.paint(number: score, right: 106, y: 187, cell: (2, 2), .score)
    }

    private mutating func paintWalkers(on frame: borrowing ArcadeFrame<Paint>) {
        // Open and shut eight times a second; caught, it stands gaping upwards until it is gone.
        let pose = isCaught ? 0 : clock / 4 % 2
        let direction = isCaught ? Direction.up : player.direction
        if !isCaught || delay > 20 {
            paint(ArcadeMazeChase.playerShapes[direction.rawValue][pose], at: player, .player, on: frame)
        }
        if isCaught { return }
        for chaser in Chaser.allCases {
            let index = chaser.rawValue
            var shape = ArcadeMazeChase.chaserShapes[clock / 8 % 2]
            var paint: Paint =
                switch chaser {
                case .hunter: .hunter
                case .ambusher: .ambusher
                case .flanker: .flanker
                case .wanderer: .wanderer
                }
            if moods[index] == .eaten {
                (shape, paint) = (ArcadeMazeChase.eyesShape, .eyes)
            } else if areFrightened[index] {
                paint = fright < 120 && fright / 8 % 2 == 0 ? .recovering : .frightened
            }
            self.paint(shape, at: chasers[index], paint, on: frame)
        }
    }

    /// Paints somebody, who can be at both ends of a tunnel at once.
    private func paint(
        _ shape: ArcadeSprite, at walker: Walker, _ paint: Paint, on frame: borrowing ArcadeFrame<Paint>
    ) {
        let (x, y) = (walker.x / 30, 3 + walker.y * 13 / 240)
        frame.paint(shape, x: x, y: y, paint)
        if x < 0 { frame.paint(shape, x: x + 160, y: y, paint) }
        if x > 152 { frame.paint(shape, x: x - 160, y: y, paint) }
    }

    /// Visits the food, everybody and the clocks.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("level", &level, in: 0...1 << 40)
        let maze = maze
        var rows = food.indices.map { food[$0] }
        try archive.field("food", &rows)
        for (row, columns) in rows.enumerated() {
            if columns & ~maze.food[row] != 0 {
                throw ArchiveError("row \(row) of the food is \(columns), in places where the maze has none")
            }
            food[row] = columns
        }
        try archive.scope("player") { archive throws(ArchiveError) in
            try player.archive(&archive, in: maze)
            if !player.isInCorridor(of: maze) {
                throw ArchiveError("the player is in cell \(player.cell), no corridor")
            }
        }
        for index in chasers.indices {
            try archive.scope("chasers.\(index)") { archive throws(ArchiveError) in
                try chasers[index].archive(&archive, in: maze)
                var mood = moods[index].rawValue
                try archive.field("mood", &mood, in: 0...3)
                moods[index] = Mood(rawValue: mood) ?? .out
                try archive.field("isFrightened", &areFrightened[index])
                if moods[index] == .out, !chasers[index].isInCorridor(of: maze) {
                    throw ArchiveError(
                        "chaser \(index) is out in cell \(chasers[index].cell), which is no corridor")
                }
            }
        }
        try archive.field("fright", &fright, in: 0...360)
        try archive.field("eaten", &eaten, in: 0...3)
        try archive.field("clock", &clock, in: 0...1 << 40)
        try archive.field("delay", &delay, in: 0...ArcadeMazeChase.pause)
        try archive.field("isCaught", &isCaught)
        try archive.field("lives", &lives, in: 0...3)
        try archive.field("score", &score, in: 0...1 << 40)
    }

    /// Somebody on the way from a cell to the next one.
    private struct Walker {
        var cell = 0
        var direction = Direction.up
        /// Steps done towards the next cell; 0 in the middle of a cell.
        var progress = 0

        /// In steps from the left upper cell.
        var x: Int { ArcadeMazeChase.cell * (cell % 20) + direction.x * progress }
        var y: Int { ArcadeMazeChase.cell * (cell / 20) + direction.y * progress }

        var place: (column: Double, row: Double) {
            (Double(x) / Double(ArcadeMazeChase.cell), Double(y) / Double(ArcadeMazeChase.cell))
        }

        /// Sideways and up and down together, also through a tunnel.
        func distance(to other: Walker) -> Int {
            let sideways = abs(x - other.x)
            return min(sideways, abs(20 * ArcadeMazeChase.cell - sideways)) + abs(y - other.y)
        }

        func isInCorridor(of maze: ArcadeMaze) -> Bool {
            maze.isCorridor(cell) && (progress == 0 || maze.corridor(from: cell, direction) != nil)
        }

        /// Turns round between two cells.
        mutating func turnBack(in maze: ArcadeMaze) {
            guard let next = maze.neighbour(of: cell, direction) else { return }
            cell = next
            direction = direction.opposite
            progress = ArcadeMazeChase.cell - progress
        }

        /// Walks on; in the middle of a cell `choose` says where to, or nil to stay. Whether a cell was reached.
        @discardableResult
        mutating func walk(
            _ steps: Int, in maze: ArcadeMaze, _ choose: (Walker) -> Direction?
        ) -> Bool {
            if progress == 0 {
                guard let way = choose(self) else { return false }
                direction = way
            }
            progress += steps
            guard progress >= ArcadeMazeChase.cell, let next = maze.neighbour(of: cell, direction) else {
                return false
            }
            let rest = progress - ArcadeMazeChase.cell
            (cell, progress) = (next, 0)
            if rest > 0, let way = choose(self) { (direction, progress) = (way, rest) }
            return true
        }

        mutating func archive(_ archive: inout Archive, in maze: ArcadeMaze) throws(ArchiveError) {
            try archive.field("cell", &cell, in: 0...259)
            var way = direction.rawValue
            try archive.field("direction", &way, in: 0...3)
            direction = Direction(rawValue: way) ?? .up
            try archive.field("progress", &progress, in: 0...ArcadeMazeChase.cell - 1)
            if maze.isWall(cell) || progress > 0 && maze.neighbour(of: cell, direction) == nil {
                throw ArchiveError("nobody can go \(direction) from cell \(cell), there is wall")
            }
        }
    }
}
