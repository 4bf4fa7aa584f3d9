import RLCore

/// Walk over a map to the goal, round walls and pits: the small task to see an algorithm work on. Maps may also have
/// several goals, keys and doors, one-way and windy cells (`GridWorldMap` lists what there can be).
///
/// | action | | | observation | |
/// |---|---|---|---|---|
/// | 0 | up | | 0 | the number of the state |
/// | 1 | right | | | |
/// | 2 | down | | | |
/// | 3 | left | | | |
///
/// The state is the cell stood on, by its number in reading order, walls not counted; on a map with keys, the keys held
/// and the cell, all cells with no key first. `actions=turning` steers by turns instead (`GridActions`): then every
/// cell has four states, one a heading. `viewed(_:)` shows the map itself, or what lies around, in place of the number.
///
/// - Start: any free cell with equal probability, or the cells marked `S` where the map has some; no key is held, any
///   heading is as likely as the others.
/// - Moves: with probability `slip` the move goes to one of the two sides of the direction chosen, to either with
///   half of it. A move into a wall or off the map stays. Wind pushes on by its strength whoever moves from a cell, also
///   by a move that stays; with `stochasticWind` by one cell less, as many or one more with equal probability, as in
///   exercise 6.10 of Sutton and Barto (2018). A turn stays on the spot, and no wind pushes it.
/// - Reward: minus the step cost for every step, and the goal's or the pit's reward for entering one.
/// - End: terminated on a goal and in a pit. The time limit is not part of this type (`timeLimit(_:)` adds it).
/// - Draws: one `integers` at a reset, of all starts with all headings; one `random` a step, and none where `slip` is
///   0; then one `integers` of 3 a step where the wind is stochastic and the map has any.
///
/// With the default rewards and any discount from 0.9 the best policy takes a shortest path to the one goal of a map of
/// walls and pits, from everywhere.
public struct GridWorld: Environment {
    /// Where episodes start.
    public enum Start: String, SettingChoice {
        /// On a cell marked `S`; on any free cell where the map marks none.
        case marked
        /// On any free cell.
        case random
    }

    /// What is observed.
    public enum Observation: String, SettingChoice {
        /// The number of the state.
        case index
        /// A plane of bytes, 0 or 1, for every kind of thing.
        case planes
        /// The picture, in bytes of red, green and blue.
        case pixels
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
        @Setting("reward for entering a goal G; one drawn as a digit is worth so many tenths")
        public var goalReward = 1.0
        /// For entering a pit.
        @Setting("reward for entering a pit") public var pitReward = -1.0
        /// The time limit.
        @Setting("steps after which an episode is truncated", unit: "steps", in: .atLeast(1))
        public var limit = 100
        /// Where episodes start.
        @Setting("marked: on cells marked S if there are any; random: on any free cell")
        public var start = Start.marked
        /// Whether a wind varies.
        @Setting("whether a wind pushes one cell less, as many or one more, each as likely")
        public var stochasticWind = false
        /// How moves are chosen.
        @Setting("compass: up, right, down, left; turning: turn left, turn right, forward")
        public var actions = GridActions.compass
        /// What is observed.
        @Setting("index: the number of the state; planes: one a kind of thing; pixels: the picture")
        public var observation = Observation.index
        /// The side of the window.
        @Setting(
            "side of the window around whoever walks that planes and pixels show, odd; 0 for all of the map",
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

        private static let mapNames = (GridWorldMap.named + GridWorldMap.special).map(\.name)
            .joined(separator: ", ")

        /// A window needs something to be shown in.
        public func validate() throws(ConfigurationError) {
            if view > 0, observation == .index {
                throw ConfigurationError(
                    "view=\(view) shows a window, which a number cannot: take observation=planes or "
                        + "observation=pixels")
            }
        }
    }

    /// The map walked on.
    public let map: GridWorldMap
    /// The state, by its number.
    public private(set) var state: Int
    let states: GridWorldStates
    let actions: GridActions
    /// The side of the window that is shown; 0 where all is.
    let window: Int
    let slip: Double
    let rewards: [Double]  // for entering, [states]
    let isTerminal: [Bool]

    /// The task with the given settings, of which the limit is the caller's to apply, and so is what is observed other
    /// than the number of the state (`viewed(_:)`).
    public init(_ options: Options = Options()) throws(ConfigurationError) {
        map = try GridWorldMap(named: options.map)
        let isWindy = map.places.contains { [map] in map.wind(at: $0) != nil }
        states = try GridWorldStates(
            of: map, actions: options.actions, from: options.start, slips: options.slip > 0,
            isGusty: options.stochasticWind && isWindy)
        actions = options.actions
        window = options.observation == .index ? 0 : options.view
        slip = options.slip
        state = states.starts[0]
        let cells = states.places.map { [map] in map.cells[Int($0)] }
        isTerminal = cells.map(\.isEnd)
        rewards = cells.map { cell in
            if cell == .pit { return options.pitReward - options.stepCost }
            return cell.goalShare.map { $0 * options.goalReward - options.stepCost } ?? -options.stepCost
        }
    }

    /// The number of the state.
    public var observationSpace: Space { .discrete(stateCount) }
    /// Up, right, down, left; or turn left, turn right, forward.
    public var actionSpace: Space { .discrete(states.actionCount) }
    /// Up, right, down, left; or turn left, turn right, forward.
    public var actionNames: [String] { actions.names }

    /// Starts in a state drawn from where episodes start.
    public mutating func reset(into observation: inout MutableSpan<Int32>, using random: inout PCG64) {
        restart(using: &random)
        observation[0] = Int32(state)
    }

    /// Acts once.
    public mutating func step(
        _ action: Int, into observation: inout MutableSpan<Int32>, using random: inout PCG64
    ) -> Outcome {
        let outcome = act(action, using: &random)
        observation[0] = Int32(state)
        return outcome
    }

    mutating func restart(using random: inout PCG64) {
        state = states.starts[random.integers(states.starts.count)]
    }

    // Inlined and unchecked, a step costs no more than on a map without keys, winds and headings; the array checks the
    // sum.
    @inline(__always)
    mutating func act(_ action: Int, using random: inout PCG64) -> Outcome {
        var entry = state &* states.width &+ action &* states.outcomes
        if slip > 0 {
            let draw = random.random()
            if draw < slip { entry &+= draw < slip / 2 ? states.gusts : 2 &* states.gusts }
        }
        if states.gusts > 1 { entry &+= random.integers(3) }
        state = Int(states.successors[entry])
        return Outcome(reward: rewards[state], terminated: isTerminal[state])
    }

    /// Visits the state.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        var restored = state
        try archive.field("state", &restored)
        guard (0..<stateCount).contains(restored) else {
            throw ArchiveError("field 'state' is \(restored), but the map has \(stateCount) states to be in")
        }
        state = restored
    }
}
