import RLCore

/// Cross a frozen lake to the goal without falling into a hole; the ice is slippery.
///
/// Gymnasium's FrozenLake-v1 and FrozenLake8x8-v1: same seed, same actions, same episodes.
///
/// | action | | | observation | |
/// |---|---|---|---|---|
/// | 0 | left | | 0 | the number of the cell stood on, in reading order: `row * columns + column` |
/// | 1 | down | | | |
/// | 2 | right | | | |
/// | 3 | up | | | |
///
/// - Start: a cell marked `S`, each with equal probability.
/// - Moves: on slippery ice a move goes where it was meant with the success rate, and to either side of it with half
///   of the rest. A move off the map stays.
/// - Reward: the first number of the schedule for entering a goal, the second for a hole, the third for ice.
/// - End: terminated on a goal and in a hole, where every further step stays for nothing. The time limit is not part
///   of this type (`timeLimit(_:)` adds it).
/// - Draws: one `random` at a reset, one `random` a step, also where there is nothing to decide.
public struct FrozenLake: Environment {
    /// What can be set about the task, with Gymnasium's defaults.
    public struct Options: Settings {
        /// A name or a drawing.
        @Setting(
            "4x4, 8x8, random, or the map itself with rows separated by / (S start, F frozen, H hole, G goal)"
        )
        public var map = FrozenLakeMap.named[0].name
        /// Rows and columns of a random map.
        @Setting("rows and columns of a random map", in: .between(2, 1_000)) public var size = 8
        /// Probability of ice on a random map.
        @Setting("probability that a cell of a random map is frozen", in: .between(0, 1))
        public var frozenShare = 0.8
        /// The seed of a random map.
        @Setting("seed that a random map is drawn from", in: .atLeast(0)) public var mapSeed = 0
        /// Whether moves can go sideways.
        @Setting("whether a move can go to one of its two sides instead") public var slippery = true
        /// Probability of a move as meant.
        @Setting("probability that a move on slippery ice goes where it was meant", in: .between(0, 1))
        public var successRate = 1.0 / 3.0
        /// Rewards for what is entered.
        @Setting("rewards for entering a goal, a hole, and ice") public var rewardSchedule = [1.0, 0, 0]
        /// The time limit.
        @Setting("steps after which an episode is truncated; 0 for none", unit: "steps", in: .atLeast(0))
        public var limit = 100
        /// The defaults.
        public init() {}

        /// The defaults on another map, within another limit.
        public init(map: String, limit: Int) {
            self.map = map
            self.limit = limit
        }

        /// Checks that the schedule has its three rewards.
        public func validate() throws(ConfigurationError) {
            if rewardSchedule.count != 3 {
                throw ConfigurationError(
                    "rewardSchedule=\(rewardSchedule.settingText) does not fit: expected three numbers, for "
                        + "entering a goal, a hole, and ice")
            }
        }
    }

    /// The map crossed.
    public let map: FrozenLakeMap
    /// The cell stood on.
    public private(set) var state: Int
    private let starts: [Int]
    private let startSums: RunningSums
    // A slippery move turns by one of these quarters of a circle: back, not at all, on.
    private let turns: [(quarters: Int, probability: Double)]
    private let turnSums: RunningSums
    private let successors: [Int]  // [cells, actions]
    private let rewards: [Double]  // for entering, [cells]
    private let isTerminal: [Bool]

    /// The task with the given settings, of which the limit is the caller's to apply.
    public init(_ options: Options = Options()) throws(ConfigurationError) {
        try options.validate()
        let map =
            options.map == "random"
            ? try FrozenLakeMap(
                size: options.size, frozenShare: options.frozenShare,
                seed: UInt64(max(0, options.mapSeed)))
            : try FrozenLakeMap(named: options.map)
        let sideways = (1 - options.successRate) / 2
        self.map = map
        turns =
            options.slippery ? [(3, sideways), (0, options.successRate), (1, sideways)] : [(0, 1)]
        turnSums = RunningSums(turns.map(\.probability))
        let starts = map.cells.indices.filter { map.cells[$0] == .start }
        self.starts = starts
        startSums = RunningSums(starts.map { _ in 1 / Double(starts.count) })
        state = starts[0]
        let isTerminal = map.cells.map { $0 == .goal || $0 == .hole }
        self.isTerminal = isTerminal
        successors = map.cells.indices.flatMap { place in
            (0..<4).map { isTerminal[place] ? place : map.neighbor(of: place, action: $0) }
        }
        rewards = map.cells.map { cell in
            switch cell {
            case .goal: options.rewardSchedule[0]
            case .hole: options.rewardSchedule[1]
            case .start, .frozen: options.rewardSchedule[2]
            }
        }
    }

    /// The number of a cell.
    public var observationSpace: Space { .discrete(stateCount) }
    /// Left, down, right, up.
    public var actionSpace: Space { .discrete(4) }
    /// Left, down, right, up.
    public var actionNames: [String] { ["left", "down", "right", "up"] }

    /// Starts on a cell marked `S`.
    public mutating func reset(into observation: inout MutableSpan<Int32>, using random: inout PCG64) {
        // Where rounding leaves all sums below the draw (once in 2⁵³ draws), the published task starts on cell 0.
        state = startSums.indexAbove(random.random()).map { starts[$0] } ?? 0
        observation[0] = Int32(state)
    }

    /// Moves once.
    public mutating func step(
        _ action: Int, into observation: inout MutableSpan<Int32>, using random: inout PCG64
    ) -> Outcome {
        let turn = turns[turnSums.outcome(for: random.random())].quarters
        let before = state
        state = successors[4 * before + (action + turn) % 4]
        observation[0] = Int32(state)
        return Outcome(reward: isTerminal[before] ? 0 : rewards[state], terminated: isTerminal[state])
    }

    /// Visits the cell stood on.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        var restored = state
        try archive.field("state", &restored)
        guard (0..<stateCount).contains(restored) else {
            throw ArchiveError("field 'state' is \(restored), but the map has \(stateCount) cells")
        }
        state = restored
    }
}

extension FrozenLake: TransitionModel {
    /// All cells.
    public var stateCount: Int { map.cells.count }
    /// Left, down, right, up.
    public var actionCount: Int { 4 }

    /// Every start with equal probability.
    public var initialStates: [(state: Int, probability: Double)] {
        starts.map { ($0, 1 / Double(starts.count)) }
    }

    /// The cells a move can lead to, each once. A goal or a hole leads to itself, for nothing.
    public func transitions(from state: Int, action: Int) -> [Transition] {
        if isTerminal[state] {
            return [Transition(probability: 1, state: state, reward: 0, terminated: true)]
        }
        return turns.map { turn in
            let next = successors[4 * state + (action + turn.quarters) % 4]
            return Transition(
                probability: turn.probability, state: next, reward: rewards[next],
                terminated: isTerminal[next])
        }.merged()
    }
}

extension FrozenLake: MappedModel {
    /// The map's.
    public var mapRows: Int { map.rows }
    /// The map's.
    public var mapColumns: Int { map.columns }
    /// Left, down, right, up.
    public var actionSymbols: [Character] { ["←", "↓", "→", "↑"] }

    /// The cell of the state.
    public func place(of state: Int) -> MapPlace? {
        MapPlace(row: state / map.columns, column: state % map.columns)
    }

    /// Holes and goals.
    public func symbol(row: Int, column: Int) -> Character? {
        let cell = map.cells[row * map.columns + column]
        return cell == .hole || cell == .goal ? cell.rawValue : nil
    }
}
