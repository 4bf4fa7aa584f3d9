import RLCore

/// Walk over a map to the goal, round walls and pits: the small task to see an algorithm work on.
///
/// | action | | | observation | |
/// |---|---|---|---|---|
/// | 0 | up | | 0 | the number of the cell stood on, walls not counted, in reading order |
/// | 1 | right | | | |
/// | 2 | down | | | |
/// | 3 | left | | | |
///
/// - Start: any free cell with equal probability, or the cells marked `S` where the map has some.
/// - Moves: with probability `slip` the move goes to one of the two sides of the direction chosen, to either with
///   half of it. A move into a wall or off the map stays.
/// - Reward: minus the step cost for every step, and the goal's or the pit's reward for entering one.
/// - End: terminated on a goal and in a pit. The time limit is not part of this type (`timeLimit(_:)` adds it).
/// - Draws: one `integers` at a reset; one `random` a step, and none where `slip` is 0.
///
/// With the default rewards the best policy for any discount from 0.9 takes a shortest path from everywhere.
public struct GridWorld: Environment {
    /// Where episodes start.
    public enum Start: String, SettingChoice {
        /// On a cell marked `S`; on any free cell where the map marks none.
        case marked
        /// On any free cell.
        case random
    }

    /// What can be set about the task.
    public struct Options: Settings {
        /// A name or a drawing.
        @Setting("\(mapNames), or the map itself with rows separated by /")
        public var map = GridWorldMap.named[0].name
        /// Probability of slipping sideways.
        @Setting("probability that a move goes to one of the two sides instead", in: .between(0, 1))
        public var slip = 0.0
        /// Subtracted from the reward of every step.
        @Setting("subtracted from every step's reward", in: .atLeast(0)) public var stepCost = 0.01
        /// For entering a goal.
        @Setting("reward for entering a goal") public var goalReward = 1.0
        /// For entering a pit.
        @Setting("reward for entering a pit") public var pitReward = -1.0
        /// The time limit.
        @Setting("steps after which an episode is truncated", unit: "steps", in: .atLeast(1))
        public var limit = 100
        /// Where episodes start.
        @Setting("marked: on cells marked S if there are any; random: on any free cell")
        public var start = Start.marked
        /// The defaults.
        public init() {}

        private static let mapNames = GridWorldMap.named.map(\.name).joined(separator: ", ")
    }

    /// The map walked on.
    public let map: GridWorldMap
    /// The cell stood on, by its number.
    public private(set) var state: Int
    private let slip: Double
    private let starts: [Int]
    private let successors: [Int]  // [states, actions]
    private let rewards: [Double]  // for entering, [states]
    private let isTerminal: [Bool]

    /// The task with the given settings, of which the limit is the caller's to apply.
    public init(_ options: Options = Options()) throws(ConfigurationError) {
        self.init(try GridWorldMap(named: options.map), options)
    }

    private init(_ map: GridWorldMap, _ options: Options) {
        self.map = map
        slip = options.slip
        let cells = map.places.map { map.cells[$0] }
        let marked = cells.indices.filter { cells[$0] == .start }
        let free = cells.indices.filter { cells[$0] == .free || cells[$0] == .start }
        starts = options.start == .random || marked.isEmpty ? free : marked
        state = starts[0]
        var numbers = [Int](repeating: 0, count: map.cells.count)
        for (number, place) in map.places.enumerated() { numbers[place] = number }
        successors = map.places.flatMap { place in
            (0..<4).map { numbers[map.neighbor(of: place, action: $0)] }
        }
        isTerminal = cells.map { $0 == .goal || $0 == .pit }
        rewards = cells.map { cell in
            switch cell {
            case .goal: options.goalReward - options.stepCost
            case .pit: options.pitReward - options.stepCost
            case .free, .start, .wall: -options.stepCost
            }
        }
    }

    /// The number of a cell.
    public var observationSpace: Space { .discrete(stateCount) }
    /// Up, right, down, left.
    public var actionSpace: Space { .discrete(4) }
    /// Up, right, down, left.
    public var actionNames: [String] { ["up", "right", "down", "left"] }

    /// Starts on a cell drawn from where episodes start.
    public mutating func reset(into observation: inout MutableSpan<Int32>, using random: inout PCG64) {
        state = starts[random.integers(starts.count)]
        observation[0] = Int32(state)
    }

    /// Moves once.
    public mutating func step(
        _ action: Int, into observation: inout MutableSpan<Int32>, using random: inout PCG64
    ) -> Outcome {
        var direction = action
        if slip > 0 {
            let draw = random.random()
            if draw < slip { direction = (action + (draw < slip / 2 ? 3 : 1)) % 4 }
        }
        state = successors[4 * state + direction]
        observation[0] = Int32(state)
        return Outcome(reward: rewards[state], terminated: isTerminal[state])
    }

    /// Visits the cell stood on.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        var restored = state
        try archive.field("state", &restored)
        guard (0..<stateCount).contains(restored) else {
            throw ArchiveError("field 'state' is \(restored), but the map has \(stateCount) cells to be on")
        }
        state = restored
    }
}

extension GridWorld: TransitionModel {
    /// Cells that are not walls.
    public var stateCount: Int { map.places.count }
    /// Up, right, down, left.
    public var actionCount: Int { 4 }

    /// Every start with equal probability.
    public var initialStates: [(state: Int, probability: Double)] {
        starts.map { ($0, 1 / Double(starts.count)) }
    }

    /// The cells a move can lead to, each once. A goal or a pit leads to itself, for nothing.
    public func transitions(from state: Int, action: Int) -> [Transition] {
        if isTerminal[state] {
            return [Transition(probability: 1, state: state, reward: 0, terminated: true)]
        }
        var transitions: [Transition] = []
        for (turn, probability) in [(0, 1 - slip), (3, slip / 2), (1, slip / 2)] where probability > 0 {
            let next = successors[4 * state + (action + turn) % 4]
            let known = transitions.firstIndex { $0.state == next }
            let sofar = known.map { transitions.remove(at: $0).probability } ?? 0
            transitions.append(
                Transition(
                    probability: sofar + probability, state: next, reward: rewards[next],
                    terminated: isTerminal[next]))
        }
        return transitions
    }
}

extension GridWorld: MappedModel {
    /// The map's.
    public var mapRows: Int { map.rows }
    /// The map's.
    public var mapColumns: Int { map.columns }
    /// Up, right, down, left.
    public var actionSymbols: [Character] { ["↑", "→", "↓", "←"] }

    /// The cell of the state.
    public func place(of state: Int) -> MapPlace? {
        MapPlace(row: map.places[state] / map.columns, column: map.places[state] % map.columns)
    }

    /// Walls, goals and pits.
    public func symbol(row: Int, column: Int) -> Character? {
        let cell = map.cells[row * map.columns + column]
        return cell == .free || cell == .start ? nil : cell.rawValue
    }
}
