import RLCore

/// The rules of one arcade game: what is left when what all games share (`Arcade`) is taken away.
///
/// A game lives on a screen of 210 rows of 160 pixels and moves 60 times a second. Its physics are integers, pixels or
/// fractions of them, so that the same seed and actions are the same game on every machine.
public protocol ArcadeGame: Sendable {
    /// What it is painted with.
    associatedtype Paint: ArcadePaint
    /// The actions with a meaning, in the order of their numbers.
    static var actions: [ArcadeAction] { get }
    /// Keys that a person would expect to work as well, beside those that the actions are called by.
    static var furtherKeys: [PlayKey: ArcadeAction] { get }

    /// A game as it is before it is started.
    init()
    /// Starts a game.
    mutating func start(using random: inout PCG64)
    /// Moves on by one frame, a sixtieth of a second, and adds what happened to `events`.
    mutating func tick(_ action: ArcadeAction, using random: inout PCG64, _ events: inout ArcadeEvents)
    /// Attempts left, the running one included; 0 in a game without lives.
    var lives: Int { get }
    /// Paints all of the screen. Changes nothing: `mutating` lets it read the game where it is, while Swift 6.3 copies
    /// all of it for a method that is not.
    mutating func paint(on frame: borrowing ArcadeFrame<Paint>)
    /// Visits the state by named fields. Values that a game cannot have are refused.
    mutating func archive(_ archive: inout Archive) throws(ArchiveError)
}

extension ArcadeGame {
    /// None.
    public static var furtherKeys: [PlayKey: ArcadeAction] { [:] }
}

/// What happened in a frame.
public struct ArcadeEvents: Sendable {
    /// What was scored; points for the other side count against it.
    public var points = 0
    /// Whether the game is over.
    public var isOver = false

    /// Nothing yet.
    public init() {}
}

/// The colours of a game, numbered from 0 without a gap: a pixel of the palette screen is such a number.
public protocol ArcadePaint: CaseIterable, RawRepresentable, Sendable where RawValue == UInt8 {
    /// How it looks.
    var color: Color { get }
}
