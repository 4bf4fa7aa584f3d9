import RLCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The car in the valley with an engine that can be dosed: reach the right hill with little effort.
///
/// The task of Moore (1990), "Efficient Memory-based Learning for Robot Control", with continuous actions and the
/// numbers of Gymnasium's MountainCarContinuous-v0: same seed, same actions, same numbers, bit for bit.
///
/// | action | | | observation | unit | range |
/// |---|---|---|---|---|---|
/// | -1 to 1 | push to the right, times 0.0015 m/step² | | 0: position of the car along the x axis | m | -1.2 to 0.6 |
/// | beyond | pushes as the bound | | 1: velocity of the car | m/step | ±0.07 |
///
/// - Start: at rest, position uniform in [-0.6, -0.4), about the bottom of the valley at -0.52.
/// - Reward: -0.1 a², where a is the action as given, also beyond its bounds; and 100 for the step that reaches the
///   goal.
/// - End: terminated at position 0.45 or beyond with at least the velocity `goalVelocity`. The car stops dead at the
///   left wall; nothing stops it at the right one but the end of the range. The limit of 999 steps is not part of
///   this type (`timeLimit(_:)` adds it).
/// - Draws: one `uniform` at a reset, none at a step.
/// - The state is kept in Double up to the first step of an episode and in Float from then on.
public struct MountainCarContinuous: Environment {
    /// What can be set about the task, with Gymnasium's defaults.
    public struct Options: Settings {
        /// The velocity needed at the goal.
        @Setting("velocity that the car must have at the goal, at least", unit: "m/step")
        public var goalVelocity = 0.0
        /// The time limit.
        @Setting("steps after which an episode is truncated; 0 for none", unit: "steps", in: .atLeast(0))
        public var limit = 999
        /// The defaults.
        public init() {}
    }

    static let leftWall = -1.2  // m
    static let rightEnd = 0.6  // m
    static let maximumSpeed = 0.07  // m/step
    static let goal = 0.45  // m
    static let power = 0.0015  // m/step²
    static let gravity = 0.0025  // m/step²
    static let startRange = (low: -0.6, high: -0.4)  // m

    /// Position of the car along the x axis, m; a Float's value but at the start of an episode.
    public private(set) var position = -0.5
    /// Velocity of the car, m/step; a Float's value.
    public private(set) var velocity = 0.0
    private var isAtStart = true
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

    /// The push to the right, as a share of the engine's power.
    public var actionSpace: Space { .box(Box(low: [-1], high: [1], shape: [1])) }

    /// Starts at rest in the valley.
    public mutating func reset(into observation: inout MutableSpan<Float>, using random: inout PCG64) {
        position = random.uniform(Self.startRange.low, Self.startRange.high)
        velocity = 0
        isAtStart = true
        observe(into: &observation)
    }

    /// Pushes once.
    public mutating func step(
        _ action: Float, into observation: inout MutableSpan<Float>, using random: inout PCG64
    ) -> Outcome {
        let isAtGoal =
            isAtStart
            ? move(position, velocity, pushing: action)
            : move(Float(position), Float(velocity), pushing: action)
        isAtStart = false
        observe(into: &observation)
        // The square of a Float is exact in Double.
        let effort = Double(action) * Double(action) * 0.1
        return Outcome(reward: (isAtGoal ? 100 : 0) - effort, terminated: isAtGoal)
    }

    /// Moves a state held in `Number`, to which the reference rounds every constant it meets; whether the goal is
    /// reached.
    @inline(__always)
    private mutating func move<Number: BinaryFloatingPoint>(
        _ oldPosition: Number, _ oldVelocity: Number, pushing action: Float
    ) -> Bool {
        let slope = Self.gravity * cos(Double(3 * oldPosition))
        // An action within its bounds is a Float, and so is all that is added to it; the bounds are Double.
        let change =
            abs(action) <= 1
            ? Number(action * Float(Self.power) - Float(slope))
            : Number((action > 0 ? Self.power : -Self.power) - slope)
        var velocity = oldVelocity + change
        let maximumSpeed = Number(Self.maximumSpeed)
        // A velocity at its bound is compared with the goal's as a Double.
        var isFastEnough = velocity >= Number(goalVelocity)
        if velocity > maximumSpeed {
            velocity = maximumSpeed
            isFastEnough = Self.maximumSpeed >= goalVelocity
        } else if velocity < -maximumSpeed {
            velocity = -maximumSpeed
            isFastEnough = -Self.maximumSpeed >= goalVelocity
        }
        let position = min(max(oldPosition + velocity, Number(Self.leftWall)), Number(Self.rightEnd))
        if position == Number(Self.leftWall), velocity < 0 { velocity = 0 }
        self.position = Double(Float(position))
        self.velocity = Double(Float(velocity))
        return position >= Number(Self.goal) && isFastEnough
    }

    /// Visits the two numbers of the state, and whether they are an episode's first.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        // As Float the bounds lie a little further out.
        let speed = Double(Float(Self.maximumSpeed))
        let (left, right) = (Double(Float(Self.leftWall)), Double(Float(Self.rightEnd)))
        try archive.field("position", &position, within: left...right)
        try archive.field("velocity", &velocity, within: -speed...speed)
        try archive.field("isAtStart", &isAtStart)
    }

    private func observe(into observation: inout MutableSpan<Float>) {
        observation[0] = Float(position)
        observation[1] = Float(velocity)
    }
}
