import RLCore

/// Drive a taxi to a passenger, take the passenger in, and bring them where they want to go.
///
/// The task of Dietterich (2000), "Hierarchical Reinforcement Learning with the MAXQ Value Function Decomposition", as
/// Gymnasium's Taxi-v4: same seed, same actions, same episodes.
///
/// | action | | | observation | |
/// |---|---|---|---|---|
/// | 0 | south | | 0 | `((5 * row + column) * 5 + passenger) * 4 + destination` |
/// | 1 | north | | | |
/// | 2 | east | | | row and column of the taxi, from 0 |
/// | 3 | west | | | passenger at R (0), G (1), Y (2), B (3), or in the taxi (4) |
/// | 4 | pick up | | | destination R (0), G (1), Y (2), B (3) |
/// | 5 | drop off | | | |
///
///     R . | . . G      The stands R, G, Y and B on the map of 5 by 5 cells, with the walls between cells.
///     . . | . . .
///     . . . . . .
///     . | . . | . .
///     Y | . . | B .
///
/// - Start: the taxi anywhere, the passenger at a stand that is not the destination, all 300 with equal probability.
/// - Moves: a move against a wall or the edge stays. In the rain a move goes where it was meant with the rainy
///   probability, and to its left or its right with half of the rest each; a move that is blocked stays all the same.
/// - A fickle passenger decides at the start, with the fickle probability and unseen, to want to go elsewhere: on the
///   first move that brings the taxi on with the passenger inside, the destination becomes one of the other three.
/// - Reward: 20 for dropping the passenger off at the destination, -10 for picking up where there is nobody and for
///   dropping off where that cannot be done, -1 for every other step. The passenger may be dropped off at any stand.
/// - End: terminated when the passenger is at the destination. The time limit is not part of this type
///   (`timeLimit(_:)` adds it). A step after the end goes on by the same rules and means nothing.
/// - Draws: one `random` at a reset, one more where the passenger is fickle; one `random` a step, also where there is
///   nothing to decide, and one `integers(3)` where the destination changes.
public struct Taxi: Environment {
    /// What can be set about the task, with Gymnasium's defaults.
    public struct Options: Settings {
        /// Whether moves can go sideways.
        @Setting("whether a move can go to one of its two sides instead") public var rainy = false
        /// Probability of a move as meant.
        @Setting("probability that a move in the rain goes where it was meant", in: .between(0, 1))
        public var rainyProbability = 0.8
        /// Whether the destination can change.
        @Setting("whether a passenger may want to go elsewhere once the taxi has moved on")
        public var ficklePassenger = false
        /// Probability that it does.
        @Setting("probability that a fickle passenger does", in: .between(0, 1))
        public var fickleProbability = 0.3
        /// The time limit.
        @Setting("steps after which an episode is truncated; 0 for none", unit: "steps", in: .atLeast(0))
        public var limit = 200
        /// The defaults.
        public init() {}
    }

    /// Where taxi and passenger are and want to go.
    private(set) var ride = TaxiRide()
    // Probabilities that a move goes where it was meant, to its left and to its right.
    let drifts: [Double]
    private let driftSums: RunningSums
    // Nil where no passenger is fickle, so that nothing is drawn for it.
    let fickleProbability: Double?

    /// The task with the given settings, of which the limit is the caller's to apply.
    public init(_ options: Options = Options()) {
        let sideways = (1 - options.rainyProbability) / 2
        drifts = options.rainy ? [options.rainyProbability, sideways, sideways] : [1]
        driftSums = RunningSums(drifts)
        fickleProbability = options.ficklePassenger ? options.fickleProbability : nil
    }

    /// Taxi's cell, passenger's place and destination as one number.
    public var observationSpace: Space { .discrete(TaxiRide.codes) }
    /// Four moves, picking up and dropping off.
    public var actionSpace: Space { .discrete(6) }
    /// Four moves, picking up and dropping off.
    public var actionNames: [String] { ["south", "north", "east", "west", "pickup", "dropoff"] }

    /// Starts with the passenger waiting.
    public mutating func reset(into observation: inout MutableSpan<Int32>, using random: inout PCG64) {
        // Where rounding leaves all sums below the draw (once in 2⁵³ draws), the published task starts in state 0.
        ride = TaxiRide(code: TaxiRide.startSums.indexAbove(random.random()).map { TaxiRide.starts[$0] } ?? 0)
        if let fickleProbability { ride.isFickle = random.random() < fickleProbability }
        observation[0] = Int32(ride.code)
    }

    /// Moves, picks up or drops off.
    public mutating func step(
        _ action: Int, into observation: inout MutableSpan<Int32>, using random: inout PCG64
    ) -> Outcome {
        let draw = random.random()
        var outcome = Outcome(reward: -1)
        if action < 4 {
            if ride.move(action, drift: driftSums.outcome(for: draw)), ride.changesNow {
                ride.changeDestination(to: random.integers(3))
            }
        } else if action == 4 {
            outcome = ride.pickUp()
        } else {
            outcome = ride.dropOff()
        }
        observation[0] = Int32(ride.code)
        return outcome
    }

    /// Visits what is observed and, where passengers are fickle, the secret.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        var code = ride.code
        var isFickle = ride.isFickle
        try archive.field("code", &code)
        if fickleProbability != nil { try archive.field("isFickle", &isFickle) }
        guard (0..<TaxiRide.codes).contains(code) else {
            throw ArchiveError("field 'code' is \(code), but there are \(TaxiRide.codes) states to observe")
        }
        ride = TaxiRide(code: code, isFickle: isFickle)
    }
}
