import RLCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A pole stands on a cart that is pushed left or right every 20 milliseconds; keep it standing.
///
/// The task of Barto, Sutton and Anderson (1983), "Neuronlike Adaptive Elements That Can Solve Difficult Learning
/// Control Problems", with the numbers of Gymnasium's CartPole-v1: same seed, same actions, same numbers, bit for bit.
///
/// | action | | | observation | unit | ends the episode beyond |
/// |---|---|---|---|---|---|
/// | 0 | push left with 10 N | | 0: position of the cart | m | ±2.4 |
/// | 1 | push right with 10 N | | 1: velocity of the cart | m/s | |
/// | | | | 2: angle of the pole, 0 is upright | rad | ±0.2095 (12°) |
/// | | | | 3: angular velocity of the pole | rad/s | |
///
/// - Start: all four numbers uniform in [-0.05, 0.05).
/// - Reward: 1 for every step, also for the one that ends the episode.
/// - End: terminated when the cart or the pole is out of its range. The limit of 500 steps is not part of this type
///   (`timeLimit(_:)` adds it). A step after the end goes on by the same equations and means nothing.
/// - The state is kept in Double; what is observed is its rounding to Float.
public struct CartPole: Environment {
    /// What can be set about the task, with Gymnasium's defaults.
    public struct Options: Settings {
        /// The reward of Sutton and Barto's book.
        @Setting("reward as in Sutton and Barto: 0, and -1 for the step that ends the episode")
        public var suttonBartoReward = false
        /// The time limit.
        @Setting("steps after which an episode is truncated", unit: "steps", in: .atLeast(1))
        public var limit = 500
        /// The defaults.
        public init() {}
    }

    static let gravity = 9.8  // m/s²
    static let cartMass = 1.0  // kg
    static let poleMass = 0.1  // kg
    static let totalMass = poleMass + cartMass
    static let poleHalfLength = 0.5  // m
    static let poleMassLength = poleMass * poleHalfLength  // kg m
    static let pushForce = 10.0  // N
    static let timeStep = 0.02  // s
    static let startBound = 0.05
    static let positionLimit = 2.4  // m
    static let angleLimit = 12 * 2 * Double.pi / 360  // rad

    /// Position of the cart, m.
    public private(set) var position = 0.0
    /// Velocity of the cart, m/s.
    public private(set) var velocity = 0.0
    /// Angle of the pole, rad; 0 is upright, positive leans right.
    public private(set) var angle = 0.0
    /// Angular velocity of the pole, rad/s.
    public private(set) var angularVelocity = 0.0
    private let suttonBartoReward: Bool

    /// The task with the given settings, of which the limit is the caller's to apply.
    public init(_ options: Options = Options()) {
        suttonBartoReward = options.suttonBartoReward
    }

    /// Four floats; the bounds are twice those that end an episode, so that its last observation lies inside.
    public var observationSpace: Space {
        let high = [Float(2 * Self.positionLimit), .infinity, Float(2 * Self.angleLimit), .infinity]
        return .box(Box(low: high.map { -$0 }, high: high, shape: [4]))
    }

    /// Left or right.
    public var actionSpace: Space { .discrete(2) }
    /// Left or right.
    public var actionNames: [String] { ["left", "right"] }

    /// Starts near the upright rest.
    public mutating func reset(into observation: inout MutableSpan<Float>, using random: inout PCG64) {
        position = random.uniform(-Self.startBound, Self.startBound)
        velocity = random.uniform(-Self.startBound, Self.startBound)
        angle = random.uniform(-Self.startBound, Self.startBound)
        angularVelocity = random.uniform(-Self.startBound, Self.startBound)
        observe(into: &observation)
    }

    /// Pushes once: the equations of Florian (2007), "Correct equations for the dynamics of the cart-pole system",
    /// without friction, integrated by one explicit Euler step.
    public mutating func step(
        _ action: Int, into observation: inout MutableSpan<Float>, using random: inout PCG64
    ) -> Outcome {
        let force = action == 1 ? Self.pushForce : -Self.pushForce
        let (cosine, sine) = (cos(angle), sin(angle))
        // The order of operations is the reference's: another order rounds differently.
        let push =
            (force + Self.poleMassLength * (angularVelocity * angularVelocity) * sine) / Self.totalMass
        let inertia =
            Self.poleHalfLength * (4.0 / 3.0 - Self.poleMass * (cosine * cosine) / Self.totalMass)
        let angularAcceleration = (Self.gravity * sine - cosine * push) / inertia
        let acceleration = push - Self.poleMassLength * angularAcceleration * cosine / Self.totalMass

        position += Self.timeStep * velocity
        velocity += Self.timeStep * acceleration
        angle += Self.timeStep * angularVelocity
        angularVelocity += Self.timeStep * angularAcceleration
        observe(into: &observation)

        let terminated = abs(position) > Self.positionLimit || abs(angle) > Self.angleLimit
        let reward = suttonBartoReward ? (terminated ? -1.0 : 0) : 1
        return Outcome(reward: reward, terminated: terminated)
    }

    /// Visits the four numbers of the state.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("position", &position)
        try archive.field("velocity", &velocity)
        try archive.field("angle", &angle)
        try archive.field("angularVelocity", &angularVelocity)
    }

    private func observe(into observation: inout MutableSpan<Float>) {
        observation[0] = Float(position)
        observation[1] = Float(velocity)
        observation[2] = Float(angle)
        observation[3] = Float(angularVelocity)
    }
}
