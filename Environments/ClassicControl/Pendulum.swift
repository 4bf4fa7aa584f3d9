import RLCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A pendulum hangs on a motor too weak to lift it at once: swing it up and hold it upright, with little torque.
///
/// A rod of 1 kg and 1 m with the numbers of Gymnasium's Pendulum-v1: same seed, same actions, same numbers, bit for
/// bit.
///
/// | action | unit | | observation | unit | range |
/// |---|---|---|---|---|---|
/// | -2 to 2: torque, counterclockwise | N m | | 0: cosine of the angle, 1 upright | | ±1 |
/// | beyond: as the bound | | | 1: sine of the angle | | ±1 |
/// | | | | 2: angular velocity, counterclockwise | rad/s | ±8 |
///
/// - Start: angle uniform in [-π, π), angular velocity in [-1, 1).
/// - Reward: -(angle² + 0.1 · angular velocity² + 0.001 · torque²), the angle taken from -π to π and all three as they
///   are when the torque begins to act.
/// - End: never. The limit of 200 steps is not part of this type (`timeLimit(_:)` adds it).
/// - Draws: two `uniform` at a reset, none at a step.
/// - The state is kept in Double, the angle as far as it has turned; what is observed is its rounding to Float.
public struct Pendulum: Environment {
    /// What can be set about the task, with Gymnasium's defaults.
    public struct Options: Settings {
        /// The acceleration of gravity, `g` in Gymnasium.
        @Setting("acceleration of gravity", unit: "m/s²", in: .between(-1_000, 1_000))
        public var gravity = 10.0
        /// The time limit.
        @Setting("steps after which an episode is truncated; 0 for none", unit: "steps", in: .atLeast(0))
        public var limit = 200
        /// The defaults.
        public init() {}
    }

    static let length = 1.0  // m
    static let mass = 1.0  // kg
    static let timeStep = 0.05  // s
    static let maximumSpeed = 8.0  // rad/s
    static let maximumTorque: Float = 2  // N m
    static let startSpeed = 1.0  // rad/s

    /// Angle, rad; 0 is upright, positive is counterclockwise, and it counts whole turns.
    public private(set) var angle = 0.0
    /// Angular velocity, rad/s.
    public private(set) var angularVelocity = 0.0
    /// The torque of the last step, N m; 0 at the start. It is no part of the dynamics.
    public private(set) var torque: Float = 0
    private let gravity: Double
    // The sine that is observed is also the next step's.
    private var sine = 0.0

    /// The task with the given settings, of which the limit is the caller's to apply.
    public init(_ options: Options = Options()) {
        gravity = options.gravity
    }

    /// Cosine, sine, angular velocity.
    public var observationSpace: Space {
        let high = [1, 1, Float(Self.maximumSpeed)]
        return .box(Box(low: high.map { -$0 }, high: high, shape: [3]))
    }

    /// The torque.
    public var actionSpace: Space {
        .box(Box(low: [-Self.maximumTorque], high: [Self.maximumTorque], shape: [1]))
    }

    /// Starts anywhere, moving slowly.
    public mutating func reset(into observation: inout MutableSpan<Float>, using random: inout PCG64) {
        angle = random.uniform(-Double.pi, Double.pi)
        angularVelocity = random.uniform(-Self.startSpeed, Self.startSpeed)
        torque = 0
        observe(into: &observation)
    }

    /// Turns once: one semi-implicit Euler step.
    public mutating func step(
        _ action: Float, into observation: inout MutableSpan<Float>, using random: inout PCG64
    ) -> Outcome {
        torque = min(max(action, -Self.maximumTorque), Self.maximumTorque)
        // What only the torque goes into is computed in Float, as the reference does.
        let effort = Float(0.001) * pow2(torque)
        let cost = pow2(Self.turn(angle)) + 0.1 * pow2(angularVelocity) + Double(effort)
        let push = Float(3 / (Self.mass * Self.length * Self.length)) * torque
        let acceleration = 3 * gravity / (2 * Self.length) * sine + Double(push)
        angularVelocity = min(
            max(angularVelocity + acceleration * Self.timeStep, -Self.maximumSpeed), Self.maximumSpeed)
        angle += angularVelocity * Self.timeStep
        observe(into: &observation)
        return Outcome(reward: -cost)
    }

    /// Visits angle, angular velocity and the torque shown.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        let (finite, speed) = (Double.greatestFiniteMagnitude, Self.maximumSpeed)
        try archive.field("angle", &angle, within: -finite...finite)
        try archive.field("angularVelocity", &angularVelocity, within: -speed...speed)
        var restored = Double(torque)
        let maximumTorque = Double(Self.maximumTorque)
        try archive.field("torque", &restored, within: -maximumTorque...maximumTorque)
        torque = Float(restored)
        sine = sin(angle)
    }

    /// The angle within one turn, [-π, π).
    private static func turn(_ angle: Double) -> Double {
        let whole = 2 * Double.pi
        var remainder = angle + .pi
        // `fmod` leaves the first turn as it is, and takes its time for that.
        if !(0..<whole).contains(remainder) {
            remainder = fmod(remainder, whole)
            if remainder < 0 { remainder += whole }
        }
        return remainder - .pi
    }

    private mutating func observe(into observation: inout MutableSpan<Float>) {
        sine = sin(angle)
        observation[0] = Float(cos(angle))
        observation[1] = Float(sine)
        observation[2] = Float(angularVelocity)
    }
}
