import RLCore

/// What can be set about every game.
public protocol MinAtarOptions: Settings {
    /// Probability that an action is replaced by the last one.
    var sticky: Double { get }
    /// The time limit; 0 for none.
    var limit: Int { get }
}

/// The settings of a game that stays as hard as it is, with the published defaults.
public struct SteadyMinAtarOptions: MinAtarOptions {
    /// Sticky actions.
    @Setting("probability that an action is replaced by the one before it", in: .between(0, 1))
    public var sticky = 0.1
    /// The time limit.
    @Setting("steps after which an episode is truncated; 0 for none", unit: "steps", in: .atLeast(0))
    public var limit = 0
    /// The defaults.
    public init() {}
}

/// The settings of a game that gets harder while it is played, with the published defaults.
public struct RampingMinAtarOptions: MinAtarOptions {
    /// Sticky actions.
    @Setting("probability that an action is replaced by the one before it", in: .between(0, 1))
    public var sticky = 0.1
    /// Whether the game gets harder.
    @Setting("whether the game gets faster the longer an episode lasts") public var ramping = true
    /// The time limit.
    @Setting("steps after which an episode is truncated; 0 for none", unit: "steps", in: .atLeast(0))
    public var limit = 0
    /// The defaults.
    public init() {}
}
