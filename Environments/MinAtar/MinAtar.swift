import RLCore

/// One of MinAtar's five games: small versions of Atari games on a board of 10 by 10 cells, one plane of bytes for
/// every kind of thing.
///
/// Young and Tian (2019), "MinAtar: An Atari-Inspired Testbed for Thorough and Reproducible Reinforcement Learning
/// Experiments", with the rules of version 1.0.15: same seed, same actions, same game, step for step.
/// `MinAtar<Breakout>` is Breakout. What the games have in common:
///
/// | action, v0 | | | observation | |
/// |---|---|---|---|---|
/// | 0 | nothing | | `[10, 10, channels]` | 1 where the channel's thing is, else 0; row 0 is on top |
/// | 1 | left | | | |
/// | 2 | up | | | |
/// | 3 | right | | | |
/// | 4 | down | | | |
/// | 5 | fire | | | |
///
/// - Actions: v0 has all six in every game, and those without a meaning do nothing; v1 has only the game's own,
///   numbered from 0 in the order of this table.
/// - Sticky actions: with probability `sticky` the action is replaced by the one before it, across the ends of episodes
///   as well.
/// - End: terminated by the game's rules. The step that ends an episode is played to its end and may be rewarded. A
///   step after the end changes nothing in the game and is rewarded with 0.
/// - Draws: one `random` every step, also where `sticky` is 0, then the game's own, all from one MT19937.
/// - Limit: none. `timeLimit(_:)` adds one; with `sticky` 0 and 1,000 steps it is the task of gymnax.
public struct MinAtar<Game: MinAtarGame>: Environment {
    /// The generator of the published package.
    public typealias Random = MT19937

    /// Which actions there are.
    public enum ActionSet: Sendable {
        /// The six that all games share: v0.
        case all
        /// Those with a meaning in the game: v1.
        case minimal
    }

    /// The game itself.
    public private(set) var game: Game
    private let sticky: Double
    private let actionCount: Int
    private let actions: InlineArray<6, MinAtarAction>
    private var lastAction = MinAtarAction.none
    private var isOver = false

    /// The game with the given settings, of which the limit is the caller's to apply.
    public init(_ options: Game.Options = Game.Options(), actions set: ActionSet = .minimal) {
        game = Game(options)
        sticky = options.sticky
        let actions = set == .all ? MinAtarAction.allCases : Game.actions
        actionCount = actions.count
        self.actions = InlineArray { $0 < actions.count ? actions[$0] : .none }
    }

    /// Ten by ten cells, channels last.
    public var observationSpace: Space {
        .box(Box(low: [0], high: [1], shape: [10, 10, Game.channels], scalarType: .uint8))
    }

    /// Six actions, or those with a meaning.
    public var actionSpace: Space { .discrete(actionCount) }
    /// What they do.
    public var actionNames: [String] { (0..<actionCount).map { "\(actions[$0])" } }

    /// Starts a game. The last action stays: the first of the new episode may repeat it.
    public mutating func reset(into observation: inout MutableSpan<UInt8>, using random: inout MT19937) {
        isOver = false
        game.reset(using: &random)
        observe(into: &observation)
    }

    /// Plays one step.
    public mutating func step(
        _ action: Int, into observation: inout MutableSpan<UInt8>, using random: inout MT19937
    ) -> Outcome {
        // Drawn whatever comes of it, and remembered also after the end.
        lastAction = random.random() < sticky ? lastAction : actions[action]
        var events = MinAtarEvents(isOver: isOver)
        if !isOver {
            game.step(lastAction, using: &random, &events)
            isOver = events.isOver
        }
        observe(into: &observation)
        return Outcome(reward: Double(events.reward), terminated: isOver)
    }

    /// Visits the game, under `game`, the last action and whether the episode is over.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        var action = lastAction.rawValue
        try archive.field("lastAction", &action)
        guard let known = MinAtarAction(rawValue: action) else {
            throw ArchiveError("field 'lastAction' is \(action), but there are 6 actions")
        }
        lastAction = known
        try archive.field("isOver", &isOver)
        try archive.scope("game") { archive throws(ArchiveError) in try game.archive(&archive) }
    }

    private mutating func observe(into observation: inout MutableSpan<UInt8>) {
        observation.update(repeating: 0)
        game.observe(into: &observation)
    }
}

/// What can be done in a game of MinAtar, by the numbers of the published package.
public enum MinAtarAction: UInt8, Sendable, CaseIterable {
    /// Nothing.
    case none
    /// Go left.
    case left
    /// Go up.
    case up
    /// Go right.
    case right
    /// Go down.
    case down
    /// Shoot.
    case fire
}

/// What happened in one step of a game.
public struct MinAtarEvents: Sendable {
    /// What was scored.
    public var reward = 0
    /// Whether the episode ended.
    public var isOver = false
}

/// The rules of one game: what is left when what all games share is taken away.
public protocol MinAtarGame: Sendable {
    /// What can be set about it.
    associatedtype Options: MinAtarOptions
    /// The actions with a meaning, in the order of their numbers.
    static var actions: [MinAtarAction] { get }
    /// How many kinds of things are observed.
    static var channels: Int { get }
    /// How each of them is drawn.
    static var colors: [Color] { get }

    /// A game as it is before the first reset.
    init(_ options: Options)
    /// Starts an episode.
    mutating func reset(using random: inout MT19937)
    /// Plays one step and adds what happened to `events`. The step goes on after what ends the episode.
    mutating func step(_ action: MinAtarAction, using random: inout MT19937, _ events: inout MinAtarEvents)
    /// Marks what there is on planes of zeros. Changes nothing: `mutating` lets it read the game where it is, while
    /// Swift 6.3 copies all of it for a method that is not.
    mutating func observe(into planes: inout MutableSpan<UInt8>)
    /// Visits the state by named fields.
    mutating func archive(_ archive: inout Archive) throws(ArchiveError)
}
