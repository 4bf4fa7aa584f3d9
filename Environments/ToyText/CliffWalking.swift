import RLCore

/// Walk from one end of a cliff to the other without falling off.
///
/// Example 6.6 of Sutton and Barto (2018), "Reinforcement Learning: An Introduction", as Gymnasium's CliffWalking-v1
/// and CliffWalkingSlippery-v1: same seed, same actions, same episodes.
///
/// | action | | | observation | |
/// |---|---|---|---|---|
/// | 0 | up | | 0 | the number of the cell stood on, in reading order: `12 * row + column` |
/// | 1 | right | | | |
/// | 2 | down | | | |
/// | 3 | left | | | |
///
/// - Start: the first cell of the last row, 36.
/// - Moves: where it is slippery, a move goes where it was meant or to either side of it with a third each. A move off
///   the map stays. A move onto the cliff, cells 37 to 46, leads back to the start.
/// - Reward: -100 for falling off, -1 for every other step.
/// - End: terminated on the last cell, 47. There is no time limit unless one is set (`timeLimit(_:)` adds it). A step
///   after the end goes on by the same rules and means nothing.
/// - Draws: one `random` at a reset, one `random` a step, also where there is nothing to decide.
public struct CliffWalking: Environment {
    /// What can be set about the task, with Gymnasium's defaults.
    public struct Options: Settings {
        /// Whether moves can go sideways.
        @Setting("whether a move can go to one of its two sides instead, with a third each")
        public var slippery = false
        /// The time limit.
        @Setting("steps after which an episode is truncated; 0 for none", unit: "steps", in: .atLeast(0))
        public var limit = 0
        /// The defaults.
        public init() {}

        /// The defaults with or without slipping.
        public init(slippery: Bool) {
            self.slippery = slippery
        }
    }

    static let rows = 4
    static let columns = 12
    static let start = 36
    static let cliff = 37...46
    static let goal = 47

    /// The cell stood on.
    public private(set) var state = Self.start
    // A slippery move turns by one of these quarters of a circle: back, not at all, on.
    private let turns: [(quarters: Int, probability: Double)]
    private let turnSums: RunningSums

    /// The task with the given settings, of which the limit is the caller's to apply.
    public init(_ options: Options = Options()) {
        turns = options.slippery ? [(3, 1.0 / 3), (0, 1.0 / 3), (1, 1.0 / 3)] : [(0, 1)]
        turnSums = RunningSums(turns.map(\.probability))
    }

    /// The number of a cell.
    public var observationSpace: Space { .discrete(stateCount) }
    /// Up, right, down, left.
    public var actionSpace: Space { .discrete(4) }
    /// Up, right, down, left.
    public var actionNames: [String] { ["up", "right", "down", "left"] }

    /// Starts in the corner before the cliff.
    public mutating func reset(into observation: inout MutableSpan<Int32>, using random: inout PCG64) {
        _ = random.random()
        state = Self.start
        observation[0] = Int32(state)
    }

    /// Moves once.
    public mutating func step(
        _ action: Int, into observation: inout MutableSpan<Int32>, using random: inout PCG64
    ) -> Outcome {
        let turn = turns[turnSums.outcome(for: random.random())].quarters
        let (next, outcome) = Self.move(from: state, direction: (action + turn) % 4)
        state = next
        observation[0] = Int32(state)
        return outcome
    }

    /// Visits the cell stood on.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        var restored = state
        try archive.field("state", &restored)
        guard (0..<stateCount).contains(restored), !Self.cliff.contains(restored) else {
            throw ArchiveError("field 'state' is \(restored), which is no cell to stand on")
        }
        state = restored
    }

    private static func move(from cell: Int, direction: Int) -> (state: Int, Outcome) {
        let column = cell % columns
        let target =
            switch direction {
            case 0: cell >= columns ? cell - columns : cell
            case 1: column < columns - 1 ? cell + 1 : cell
            case 2: cell < (rows - 1) * columns ? cell + columns : cell
            default: column > 0 ? cell - 1 : cell
            }
        if cliff.contains(target) { return (start, Outcome(reward: -100)) }
        return (target, Outcome(reward: -1, terminated: target == goal))
    }
}

extension CliffWalking: TransitionModel {
    /// All cells; nobody is ever on those of the cliff.
    public var stateCount: Int { Self.rows * Self.columns }
    /// Up, right, down, left.
    public var actionCount: Int { 4 }
    /// The corner before the cliff.
    public var initialStates: [(state: Int, probability: Double)] { [(Self.start, 1)] }

    /// The cells a move can lead to; falling off and walking back to the start are told apart by their rewards.
    public func transitions(from state: Int, action: Int) -> [Transition] {
        turns.map { turn in
            let (next, outcome) = Self.move(from: state, direction: (action + turn.quarters) % 4)
            return Transition(
                probability: turn.probability, state: next, reward: outcome.reward,
                terminated: outcome.terminated)
        }.merged()
    }
}

extension CliffWalking: MappedModel {
    /// Four.
    public var mapRows: Int { Self.rows }
    /// Twelve.
    public var mapColumns: Int { Self.columns }
    /// Up, right, down, left.
    public var actionSymbols: [Character] { ["↑", "→", "↓", "←"] }

    /// The cell of the state.
    public func place(of state: Int) -> MapPlace? {
        MapPlace(row: state / Self.columns, column: state % Self.columns)
    }

    /// The cliff, `C`, and the goal.
    public func symbol(row: Int, column: Int) -> Character? {
        let cell = row * Self.columns + column
        return Self.cliff.contains(cell) ? "C" : cell == Self.goal ? "G" : nil
    }
}
