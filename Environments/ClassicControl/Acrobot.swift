import RLCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Two links hang from a bar, with a motor only in the joint between them: swing the free end above the target line.
///
/// The task of Sutton (1996), "Generalization in Reinforcement Learning: Successful Examples Using Sparse Coarse
/// Coding", with the equations of Sutton and Barto's book and the numbers of Gymnasium's Acrobot-v1: same seed, same
/// actions, same numbers, bit for bit. (Gymnasium's attributes `book_or_nips` and `torque_noise_max` are at their
/// defaults.)
///
/// | action | torque on the joint | | observation | unit | range |
/// |---|---|---|---|---|---|
/// | 0 | -1 N m, clockwise | | 0, 1: cosine and sine of the first angle, 0 is down | | ±1 |
/// | 1 | none | | 2, 3: cosine and sine of the second angle, 0 is straight | | ±1 |
/// | 2 | 1 N m, counterclockwise | | 4: angular velocity of the first angle | rad/s | ±4π |
/// | | | | 5: angular velocity of the second angle | rad/s | ±9π |
///
/// - Start: all four numbers of the state uniform in [-0.1, 0.1), rounded to Float.
/// - Reward: -1 for every step, 0 for the one that ends the episode.
/// - End: terminated when the free end is more than 1 m, the length of a link, above the bar. The limit of 500 steps
///   is not part of this type (`timeLimit(_:)` adds it).
/// - Draws: four `uniform` at a reset, none at a step.
/// - The state is kept in Double; what is observed is its rounding to Float.
public struct Acrobot: Environment {
    /// What can be set about the task, with Gymnasium's defaults.
    public struct Options: Settings {
        /// The time limit.
        @Setting("steps after which an episode is truncated; 0 for none", unit: "steps", in: .atLeast(0))
        public var limit = 500
        /// The defaults.
        public init() {}
    }

    // Both links are alike.
    static let length = 1.0  // m
    static let center = 0.5  // m, from the joint to the centre of mass
    static let mass = 1.0  // kg
    static let inertia = 1.0  // kg m²
    static let gravity = 9.8  // m/s²
    static let timeStep = 0.2  // s
    static let startBound: Double = 0.1
    static let targetHeight = 1.0  // m above the bar
    static let maximumSpeeds = (4 * Double.pi, 9 * Double.pi)  // rad/s

    /// First and second angle, rad, and their velocities, rad/s.
    private var state = SIMD4<Double>()

    /// The task with the given settings, of which the limit is the caller's to apply.
    public init(_ options: Options = Options()) {}

    /// Angle of the first link, rad; 0 hangs down, positive is counterclockwise.
    public var firstAngle: Double { state[0] }
    /// Angle of the second link to the first, rad; 0 is straight on.
    public var secondAngle: Double { state[1] }
    /// Angular velocity of the first angle, rad/s.
    public var firstVelocity: Double { state[2] }
    /// Angular velocity of the second angle, rad/s.
    public var secondVelocity: Double { state[3] }

    /// Cosines, sines and angular velocities.
    public var observationSpace: Space {
        let high = [1, 1, 1, 1, Float(Self.maximumSpeeds.0), Float(Self.maximumSpeeds.1)]
        return .box(Box(low: high.map { -$0 }, high: high, shape: [6]))
    }

    /// Clockwise, none or counterclockwise.
    public var actionSpace: Space { .discrete(3) }
    /// Clockwise, none, counterclockwise.
    public var actionNames: [String] { ["clockwise", "none", "counterclockwise"] }

    /// Starts hanging, almost at rest.
    public mutating func reset(into observation: inout MutableSpan<Float>, using random: inout PCG64) {
        var start = SIMD4<Float>()
        for index in 0..<4 { start[index] = Float(random.uniform(-Self.startBound, Self.startBound)) }
        state = SIMD4<Double>(start)
        // The reference still holds Float here, and its sines and cosines are those of NumPy's Float.
        observation[0] = nearZeroCosine(start[0])
        observation[1] = nearZeroSine(start[0])
        observation[2] = nearZeroCosine(start[1])
        observation[3] = nearZeroSine(start[1])
        observation[4] = start[2]
        observation[5] = start[3]
    }

    /// Turns the joint once: one Runge-Kutta step of fourth order under constant torque.
    public mutating func step(
        _ action: Int, into observation: inout MutableSpan<Float>, using random: inout PCG64
    ) -> Outcome {
        let torque = Double(action - 1)
        let half = Self.timeStep / 2
        let k1 = Self.slope(at: state, torque)
        let k2 = Self.slope(at: state + half * k1, torque)
        let k3 = Self.slope(at: state + half * k2, torque)
        let k4 = Self.slope(at: state + Self.timeStep * k3, torque)
        state += Self.timeStep / 6 * (k1 + 2 * k2 + 2 * k3 + k4)

        let (first, second) = (Self.turn(state[0]), Self.turn(state[1]))
        let bounds = Self.maximumSpeeds
        let firstVelocity = min(max(state[2], -bounds.0), bounds.0)
        let secondVelocity = min(max(state[3], -bounds.1), bounds.1)
        state = [first, second, firstVelocity, secondVelocity]

        let firstCosine = cos(first)
        observation[0] = Float(firstCosine)
        observation[1] = Float(sin(first))
        observation[2] = Float(cos(second))
        observation[3] = Float(sin(second))
        observation[4] = Float(firstVelocity)
        observation[5] = Float(secondVelocity)
        let terminated = -firstCosine - cos(second + first) > Self.targetHeight
        return Outcome(reward: terminated ? 0 : -1, terminated: terminated)
    }

    /// Visits the four numbers of the state.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        let bounds = Self.maximumSpeeds
        try archive.field("firstAngle", &state[0], within: -Double.pi...Double.pi)
        try archive.field("secondAngle", &state[1], within: -Double.pi...Double.pi)
        try archive.field("firstVelocity", &state[2], within: -bounds.0...bounds.0)
        try archive.field("secondVelocity", &state[3], within: -bounds.1...bounds.1)
    }

    /// How the state changes, per second. The order of operations is the reference's: another one rounds differently.
    @inline(__always)
    private static func slope(at state: SIMD4<Double>, _ torque: Double) -> SIMD4<Double> {
        let (first, second) = (state[0], state[1])
        let (firstVelocity, secondVelocity) = (state[2], state[3])
        let (cosine, sine) = (cos(second), sin(second))
        // The mass matrix of both joints: inertia of the whole about the bar, coupling, inertia of the second link.
        let whole =
            mass * center * center + mass * (length * length + center * center + 2 * length * center * cosine)
            + inertia + inertia
        let coupling = mass * (center * center + length * center * cosine) + inertia
        let outer = mass * center * center + inertia
        // What gravity and rotation do to the second joint, and to the first.
        let outerWeight = mass * center * gravity * cos(first + second - .pi / 2)
        let load =
            -mass * length * center * pow2(secondVelocity) * sine
            - 2 * mass * length * center * secondVelocity * firstVelocity * sine
            + (mass * center + mass * length) * gravity * cos(first - .pi / 2) + outerWeight
        let pull = torque + coupling / whole * load - mass * length * center * pow2(firstVelocity) * sine
        let secondAcceleration = (pull - outerWeight) / (outer - pow2(coupling) / whole)
        let firstAcceleration = -(coupling * secondAcceleration + load) / whole
        return [firstVelocity, secondVelocity, firstAcceleration, secondAcceleration]
    }

    /// The angle within one turn, [-π, π].
    private static func turn(_ angle: Double) -> Double {
        var angle = angle
        while angle > .pi { angle -= 2 * .pi }
        while angle < -.pi { angle += 2 * .pi }
        return angle
    }
}
