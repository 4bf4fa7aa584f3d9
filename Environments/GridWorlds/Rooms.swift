import RLCore

/// Find the goal in rooms that are laid out anew for every episode: what is learned must hold for maps never seen.
///
/// | action | | | observation | |
/// |---|---|---|---|---|
/// | 0 | up | | planes | [rows, columns, planes], 1 where a thing is: who walks (or four, one a heading; one if the window turns), walls, the goal, keys, closed doors, and a plane for each key that is 1 everywhere while it is held |
/// | 1 | right | | pixels | [rows × tile, columns × tile, 3], the picture |
/// | 2 | down | | | |
/// | 3 | left | | | |
///
/// With `actions=turning` the actions are turn left, turn right and forward (`GridActions`). A window (`view`) has whoever
/// walks in the middle; outside the map it shows walls, and nothing hides what is behind it.
///
/// - Map: `size` by `size` cells, cut by walls with one doorway each until no room can be cut into two whose sides are at
///   least `room`; all are connected, by one way only. Whoever walks and the goal start on two cells of the rooms,
///   all equally likely, not in doorways. As many doorways on the way between them as `keys` says, if there are so many,
///   are locked doors, chosen with equal probability; the key to each (`a`, `b`, `c`, in the order of the doors) lies
///   on a cell that can be reached before it, all equally likely.
/// - Moves: with probability `slip` the move goes to one of the two sides of the direction chosen, to either with
///   half of it. A move into a wall, a door whose key is not held, or off the map stays. Walking on a key picks it up.
/// - Reward: minus the step cost for every step, and the goal's reward for entering it.
/// - End: terminated on the goal. The time limit is not part of this type (`timeLimit(_:)` adds it).
/// - Draws: `integers` at a reset, as many as the rooms take; one `random` a step, and none where `slip` is 0.
public struct Rooms: Environment {
    /// What is observed.
    public enum Observation: String, SettingChoice {
        /// A plane of bytes, 0 or 1, for every kind of thing.
        case planes
        /// The picture, in bytes of red, green and blue.
        case pixels
    }

    /// What can be set about the task.
    public struct Options: Settings {
        /// The side of the map.
        @Setting("side of the map", unit: "cells", in: .between(3, Double(Rooms.largestSize)))
        public var size = 13
        /// The smallest side of a room.
        @Setting("smallest side of a room", unit: "cells", in: .between(2, Double(Rooms.largestSize)))
        public var room = 3
        /// Locked doors.
        @Setting(
            "locked doors on the way to the goal, each with its key, if there are so many doors",
            in: .between(0, 3))
        public var keys = 0
        /// Probability of slipping sideways.
        @Setting("probability that a move goes to one of the two sides instead", in: .between(0, 1))
        public var slip = 0.0
        /// Subtracted from the reward of every step.
        @Setting("subtracted from every step's reward", in: .atLeast(0)) public var stepCost = 0.005
        /// For entering the goal.
        @Setting("reward for entering the goal") public var goalReward = 1.0
        /// The time limit.
        @Setting("steps after which an episode is truncated", unit: "steps", in: .atLeast(1))
        public var limit = 200
        /// How moves are chosen.
        @Setting("compass: up, right, down, left; turning: turn left, turn right, forward")
        public var actions = GridActions.compass
        /// What is observed.
        @Setting("planes: one a kind of thing; pixels: the picture")
        public var observation = Observation.planes
        /// The side of the window.
        @Setting(
            "side of the window around whoever walks that is observed, odd; 0 for all of the map",
            unit: "cells", in: .between(0, 99))
        public var view = 0
        /// Whether the window turns.
        @Setting("whether the window turns with the heading that actions=turning has")
        public var turned = true
        /// The side of a cell in a picture.
        @Setting("side of a cell in observation=pixels", unit: "pixels", in: .between(1, 64))
        public var tile = 8
        /// The defaults.
        public init() {}

        /// Locked doors need walls to be in.
        public func validate() throws(ConfigurationError) {
            if keys > 0, size < 2 * room + 1 {
                throw ConfigurationError(
                    "keys=\(keys) needs doors, but size=\(size) has room for one room only: take a size of at least "
                        + "\(2 * room + 1), or a smaller room")
            }
        }
    }

    /// The largest side a map can have: its cells are part of the value.
    public static let largestSize = 31

    /// The side of the map.
    public let size: Int
    /// The number of the cell stood on, in reading order.
    public internal(set) var place = 0
    /// What lies in each cell, `[size, size]`.
    var cells = InlineArray<961, UInt8>(repeating: Code.free)
    /// The heading, 0 where there is none.
    var heading = 0
    /// The keys held, bit `k` for key `k`.
    var held = 0
    let smallestRoom: Int
    let keys: Int
    let actions: GridActions
    let window: Int
    private let slip: Double
    private let stepCost: Double
    private let goalReward: Double
    private let painter: GridPainter

    /// The task with the given settings, of which the limit is the caller's to apply.
    public init(_ options: Options = Options()) throws(ConfigurationError) {
        guard (3...Self.largestSize).contains(options.size), options.room >= 2, (0...3).contains(options.keys)
        else {
            throw ConfigurationError(
                "size=\(options.size), room=\(options.room), keys=\(options.keys) do not fit: expected a size from "
                    + "3 to \(Self.largestSize), rooms of at least 2 and up to 3 keys")
        }
        try options.validate()
        size = options.size
        smallestRoom = options.room
        keys = options.keys
        actions = options.actions
        window = options.view
        slip = options.slip
        stepCost = options.stepCost
        goalReward = options.goalReward
        painter = try GridPainter(
            GridPainter.Style(
                isPicture: options.observation == .pixels, tile: options.tile, window: options.view,
                isTurned: options.turned),
            rows: options.size, columns: options.size, tiles: Code.tiles(keys: options.keys),
            keys: Array(0..<options.keys), hasHeading: options.actions == .turning)
        // A step before the first reset finds a room, too.
        cells[options.size * options.size - 1] = Code.goal
    }

    /// Bytes of planes or of a picture.
    public var observationSpace: Space { painter.space }
    /// Up, right, down, left; or turn left, turn right, forward.
    public var actionSpace: Space { .discrete(actions.names.count) }
    /// Up, right, down, left; or turn left, turn right, forward.
    public var actionNames: [String] { actions.names }
    /// What the planes show, in order; empty for a picture.
    public var planes: [String] { painter.planes.map(\.name) }

    /// Lays out rooms and starts in one of them.
    public mutating func reset(into observation: inout MutableSpan<UInt8>, using random: inout PCG64) {
        layOut(using: &random)
        heading = actions == .turning ? random.integers(4) : 0
        observe(into: &observation)
    }

    /// Acts once.
    public mutating func step(
        _ action: Int, into observation: inout MutableSpan<UInt8>, using random: inout PCG64
    ) -> Outcome {
        var slipped = 0
        if slip > 0 {
            let draw = random.random()
            if draw < slip { slipped = draw < slip / 2 ? 3 : 1 }
        }
        if let direction = actions.direction(of: action, heading: heading) {
            enter(neighbor(of: place, toward: direction.turned(slipped)))
        } else {
            heading = actions.heading(after: action, from: heading)
        }
        observe(into: &observation)
        let isThere = cells[place] == Code.goal
        return Outcome(reward: (isThere ? goalReward : 0) - stepCost, terminated: isThere)
    }

    /// Visits the map and who walks on it.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        var map = (0..<size * size).map { cells[$0] }
        var (restoredPlace, restoredHeading, restoredKeys) = (place, heading, held)
        try archive.field("cells", &map)
        try archive.field("place", &restoredPlace)
        try archive.field("heading", &restoredHeading)
        try archive.field("keys", &restoredKeys)
        guard map.allSatisfy({ Int($0) < Code.count(keys: keys) }) else {
            throw ArchiveError("field 'cells' holds a cell that these rooms do not have")
        }
        guard map.indices.contains(restoredPlace), !Code.isClosed(map[restoredPlace]) else {
            throw ArchiveError("field 'place' is \(restoredPlace), where nobody can stand")
        }
        guard (0..<(actions == .turning ? 4 : 1)).contains(restoredHeading) else {
            throw ArchiveError("field 'heading' is \(restoredHeading), which is none")
        }
        guard (0..<1 << keys).contains(restoredKeys) else {
            throw ArchiveError("field 'keys' is \(restoredKeys), but there are \(keys) keys")
        }
        for index in map.indices { cells[index] = map[index] }
        (place, heading, held) = (restoredPlace, restoredHeading, restoredKeys)
    }

    /// The place one move away, or `place` itself where a wall, the edge or a closed door is in the way.
    func neighbor(of place: Int, toward direction: GridDirection) -> Int {
        let (down, right) = direction.offset
        let (row, column) = (place / size + down, place % size + right)
        guard row >= 0, row < size, column >= 0, column < size else { return place }
        let target = row * size + column
        return Code.isClosed(cells[target]) ? place : target
    }

    /// Goes to a place, and picks up the key that lies there: its door opens.
    private mutating func enter(_ target: Int) {
        place = target
        guard let key = Code.key(of: cells[target]) else { return }
        held |= 1 << key
        cells[target] = Code.free
        for index in 0..<size * size where cells[index] == Code.door(key) {
            cells[index] = Code.openDoor(key)
        }
    }

    private mutating func observe(into observation: inout MutableSpan<UInt8>) {
        painter.paint(
            cells.span, from: 0, place: place, heading: heading, keys: held, into: &observation)
    }
}
