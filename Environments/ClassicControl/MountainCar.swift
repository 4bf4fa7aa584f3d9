import RLCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A car in a valley is too weak to drive up the right hill: it must swing to and fro until it is fast enough.
///
/// The task of Moore (1990), "Efficient Memory-based Learning for Robot Control", with the numbers of Gymnasium's
/// MountainCar-v0: same seed, same actions, same numbers, bit for bit.
///
/// | action | | | observation | unit | range |
/// |---|---|---|---|---|---|
/// | 0 | push left, 0.001 m/step² | | 0: position of the car along the x axis | m | -1.2 to 0.6 |
/// | 1 | no push | | 1: velocity of the car | m/step | ±0.07 |
/// | 2 | push right, 0.001 m/step² | | | | |
///
/// - Start: at rest, position uniform in [-0.6, -0.4), about the bottom of the valley at -0.52.
/// - Reward: -1 for every step, also for the one that reaches the goal.
/// - End: terminated at position 0.5 or beyond with at least the velocity `goalVelocity`. The car stops dead at the
///   left wall; nothing stops it at the right one but the end of the range. The limit of 200 steps is not part of
///   this type (`timeLimit(_:)` adds it).
/// - Draws: one `uniform` at a reset, none at a step.
/// - The state is kept in Double; what is observed is its rounding to Float.
public struct MountainCar: Environment {
    /// What can be set about the task, with Gymnasium's defaults.
    public struct Options: Settings {
        /// The velocity needed at the goal.
        @Setting("velocity that the car must have at the goal, at least", unit: "m/step")
        public var goalVelocity = 0.0
        /// The time limit.
        @Setting("steps after which an episode is truncated; 0 for none", unit: "steps", in: .atLeast(0))
        public var limit = 200
        /// The defaults.
        public init() {}
    }

    static let leftWall = -1.2  // m
    static let rightEnd = 0.6  // m
    static let maximumSpeed = 0.07  // m/step
    static let goal = 0.5  // m
    static let push = 0.001  // m/step²
    static let gravity = 0.0025  // m/step²
    static let startRange = (low: -0.6, high: -0.4)  // m

    /// Position of the car along the x axis, m.
    public private(set) var position = -0.5
    /// Velocity of the car, m/step.
    public private(set) var velocity = 0.0
    private let goalVelocity: Double

    /// The task with the given settings, of which the limit is the caller's to apply.
    public init(_ options: Options = Options()) {
        goalVelocity = options.goalVelocity
    }

    /// Position and velocity.
    public var observationSpace: Space {
        let speed = Float(Self.maximumSpeed)
        return .box(
            Box(low: [Float(Self.leftWall), -speed], high: [Float(Self.rightEnd), speed], shape: [2]))
    }

    /// Left, none or right.
    public var actionSpace: Space { .discrete(3) }
    /// Left, none, right.
    public var actionNames: [String] { ["left", "none", "right"] }

    /// Starts at rest in the valley.
    public mutating func reset(into observation: inout MutableSpan<Float>, using random: inout PCG64) {
        position = random.uniform(Self.startRange.low, Self.startRange.high)
        velocity = 0
        observe(into: &observation)
    }

    /// Pushes once.
    public mutating func step(
        _ action: Int, into observation: inout MutableSpan<Float>, using random: inout PCG64
    ) -> Outcome {
        // Push and slope are added up before the velocity: another order rounds differently.
        let change = Double(action - 1) * Self.push + cos(3 * position) * -Self.gravity
        velocity = min(max(velocity + change, -Self.maximumSpeed), Self.maximumSpeed)
        position = min(max(position + velocity, Self.leftWall), Self.rightEnd)
        if position == Self.leftWall, velocity < 0 { velocity = 0 }
        observe(into: &observation)
        return Outcome(reward: -1, terminated: position >= Self.goal && velocity >= goalVelocity)
    }

    /// Visits the two numbers of the state.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("position", &position, within: Self.leftWall...Self.rightEnd)
        try archive.field("velocity", &velocity, within: -Self.maximumSpeed...Self.maximumSpeed)
    }

    private func observe(into observation: inout MutableSpan<Float>) {
        observation[0] = Float(position)
        observation[1] = Float(velocity)
    }
}
