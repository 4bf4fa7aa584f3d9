import CKernels
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
/// - Many rows are stepped by vectors (`CartPoleRows`), to the same bits.
public struct CartPole: Environment {
    /// What can be set about the task, with Gymnasium's defaults.
    public struct Options: Settings {
        /// The reward of Sutton and Barto's book.
        @Setting("reward as in Sutton and Barto: 0, and -1 for the step that ends the episode")
        public var suttonBartoReward = false
        /// The time limit.
        @Setting("steps after which an episode is truncated; 0 for none", unit: "steps", in: .atLeast(0))
        public var limit = 500
        /// How the equations are computed.
        @Setting(
            "exact: as Gymnasium, to the bit; float32: within 1e-6 a step of it, and faster with many rows")
        public var arithmetic = Arithmetic.exact
        /// The defaults.
        public init() {}
    }

    /// How the equations are computed.
    public enum Arithmetic: String, SettingChoice {
        /// In Double with libm's sine and cosine, as Gymnasium does.
        case exact
        /// In Float, with polynomials for sine and cosine: a variant of the task, not the published one.
        case float32
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
    public internal(set) var position = 0.0
    /// Velocity of the cart, m/s.
    public internal(set) var velocity = 0.0
    /// Angle of the pole, rad; 0 is upright, positive leans right.
    public internal(set) var angle = 0.0
    /// Angular velocity of the pole, rad/s.
    public internal(set) var angularVelocity = 0.0
    let suttonBartoReward: Bool
    let arithmetic: Arithmetic

    /// The task with the given settings, of which the limit is the caller's to apply.
    public init(_ options: Options = Options()) {
        suttonBartoReward = options.suttonBartoReward
        arithmetic = options.arithmetic
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
        position = start(using: &random)
        velocity = start(using: &random)
        angle = start(using: &random)
        angularVelocity = start(using: &random)
        observe(into: &observation)
    }

    private func start(using random: inout PCG64) -> Double {
        let number = random.uniform(-Self.startBound, Self.startBound)
        return arithmetic == .exact ? number : Double(Float(number))
    }

    /// Pushes once: the equations of Florian (2007), "Correct equations for the dynamics of the cart-pole system",
    /// without friction, integrated by one explicit Euler step.
    public mutating func step(
        _ action: Int, into observation: inout MutableSpan<Float>, using random: inout PCG64
    ) -> Outcome {
        if arithmetic == .float32 { return stepAsRows(action, into: &observation) }
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
        return Outcome(reward: reward(terminated: terminated), terminated: terminated)
    }

    /// The reward of a step that ends the episode or does not.
    func reward(terminated: Bool) -> Double {
        suttonBartoReward ? (terminated ? -1 : 0) : 1
    }

    /// Visits the four numbers of the state.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        var restored = [position, velocity, angle, angularVelocity]
        for (index, name) in ["position", "velocity", "angle", "angularVelocity"].enumerated() {
            try archive.field(name, &restored[index])
            guard restored[index].isFinite else {
                throw ArchiveError("field '\(name)' is \(restored[index])")
            }
        }
        (position, velocity, angle, angularVelocity) = (restored[0], restored[1], restored[2], restored[3])
    }

    private func observe(into observation: inout MutableSpan<Float>) {
        observation[0] = Float(position)
        observation[1] = Float(velocity)
        observation[2] = Float(angle)
        observation[3] = Float(angularVelocity)
    }
}
