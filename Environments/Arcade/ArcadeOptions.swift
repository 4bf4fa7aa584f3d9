import RLCore

/// Which actions a game has.
public enum ArcadeActions: String, SettingChoice {
    /// Those with a meaning in it.
    case minimal
    /// All 18 of a joystick with a button.
    case full
}

/// How an arcade game is presented to a learner.
///
/// The defaults are the literature's: frames, screen and rewards as Mnih et al. (2015) had them, with the sticky actions
/// that Machado et al. (2018) recommend. They also recommend that a lost life does not end an episode; it does here, as in
/// Stable Baselines3 and CleanRL, because learning is faster and the score that is reported stays the game's.
public struct ArcadeOptions: Settings {
    /// Sticky actions.
    @Setting("probability that a frame repeats the action of the one before", in: .between(0, 1))
    public var sticky = 0.25
    /// Start of a game.
    @Setting(
        "frames without an action a game starts with: 1 to so many, drawn; 0 for none",
        in: .between(0, 10_000))
    public var noops = 30
    /// Start of an episode.
    @Setting("whether an episode starts with the button pressed for `skip` frames, where there is one")
    public var fire = true
    /// Frames an agent's step.
    @Setting(
        "frames a step holds its action for; the last two are observed, the brighter of each pixel",
        unit: "frames", in: .between(1, 1000))
    public var skip = 4
    /// Size of the picture.
    @Setting(
        "pixels along a side of the square the screen is averaged into; 0 for all 210 × 160",
        unit: "pixels", in: .between(0, 160))
    public var size = 84
    /// Colours.
    @Setting("whether pixels are grey rather than red, green and blue") public var grey = true
    /// Pictures observed at once.
    @Setting("pictures observed at once, the newest last", in: .between(1, 100)) public var stack = 4
    /// The learner's reward.
    @Setting("whether the learner is rewarded with the sign of the points; the score stays") public var sign =
        true
    /// The learner's episode.
    @Setting("whether a lost life ends the learner's episode; the game goes on in the next")
    public var episodicLife = true
    /// The time limit.
    @Setting(
        "steps of `skip` frames after which a game is truncated; 0 for none", unit: "steps",
        in: .between(0, 1e12))
    public var limit = 27_000
    /// Which actions there are.
    @Setting("which actions there are: those with a meaning in the game, or all 18 of a joystick")
    public var actions = ArcadeActions.minimal
    /// The defaults.
    public init() {}

    /// The game as it is: every frame of it, in colours.
    public static var raw: ArcadeOptions {
        var options = ArcadeOptions()
        options.sticky = 0
        options.noops = 0
        options.fire = false
        options.skip = 1
        options.size = 0
        options.grey = false
        options.stack = 1
        options.sign = false
        options.episodicLife = false
        options.limit = 0
        return options
    }
}
