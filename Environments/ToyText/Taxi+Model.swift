import RLCore

/// A state is what is observed and, where passengers are fickle, whether this one is going to change the destination:
/// the observation's number, and 500 more where that is so.
extension Taxi: TransitionModel {
    /// The number of the ride.
    public var state: Int { ride.code + (ride.isFickle ? TaxiRide.codes : 0) }
    /// 500, or 1,000 with a fickle passenger.
    public var stateCount: Int { fickleProbability == nil ? TaxiRide.codes : 2 * TaxiRide.codes }
    /// Four moves, picking up and dropping off.
    public var actionCount: Int { 6 }

    /// The 300 starts with equal probability, each with and without a change of mind ahead.
    public var initialStates: [(state: Int, probability: Double)] {
        let each = 1 / Double(TaxiRide.starts.count)
        guard let fickleProbability else { return TaxiRide.starts.map { ($0, each) } }
        let steady = TaxiRide.starts.map { (state: $0, probability: each * (1 - fickleProbability)) }
        let fickle = TaxiRide.starts.map {
            (state: $0 + TaxiRide.codes, probability: each * fickleProbability)
        }
        return (steady + fickle).filter { $0.probability > 0 }
    }

    /// Where the taxi drifts to and where the passenger wants to go then, each once.
    public func transitions(from state: Int, action: Int) -> [Transition] {
        var ride = Self.ride(of: state)
        if action >= 4 {
            let outcome = action == 4 ? ride.pickUp() : ride.dropOff()
            return [transition(1, to: ride, outcome)]
        }
        var transitions: [Transition] = []
        for (drift, probability) in drifts.enumerated() {
            var next = ride
            guard next.move(action, drift: drift), next.changesNow else {
                transitions.append(transition(probability, to: next, Outcome(reward: -1)))
                continue
            }
            for other in 0..<TaxiRide.standCount - 1 {
                var changed = next
                changed.changeDestination(to: other)
                transitions.append(transition(probability / 3, to: changed, Outcome(reward: -1)))
            }
        }
        return transitions.merged()
    }

    private func transition(_ probability: Double, to ride: TaxiRide, _ outcome: Outcome) -> Transition {
        Transition(
            probability: probability, state: ride.code + (ride.isFickle ? TaxiRide.codes : 0),
            reward: outcome.reward, terminated: outcome.terminated)
    }

    private static func ride(of state: Int) -> TaxiRide {
        TaxiRide(code: state % TaxiRide.codes, isFickle: state >= TaxiRide.codes)
    }
}

/// A layer of the map is where the passenger is and wants to go. Columns of cells have columns between them that hold
/// the walls.
extension Taxi: MappedModel {
    /// Five.
    public var mapRows: Int { TaxiRide.rows }
    /// Five columns of cells and four between them.
    public var mapColumns: Int { 2 * TaxiRide.columns - 1 }
    /// South, north, east, west; pick up and drop off.
    public var actionSymbols: [Character] { ["↓", "↑", "→", "←", "P", "D"] }

    /// The taxi's cell; nil where the passenger has arrived.
    public func place(of state: Int) -> MapPlace? {
        let ride = Self.ride(of: state)
        if ride.passenger == ride.destination { return nil }
        let names = ["R", "G", "Y", "B"]
        let passenger = ride.passenger == TaxiRide.inTaxi ? "in the taxi" : "at " + names[ride.passenger]
        return MapPlace(
            layer: "passenger \(passenger), to \(names[ride.destination])"
                + (ride.isFickle ? ", about to change that" : ""),
            row: ride.cell / TaxiRide.columns, column: 2 * (ride.cell % TaxiRide.columns))
    }

    /// What is between the cells: a wall, or nothing.
    public func symbol(row: Int, column: Int) -> Character? {
        if column.isMultiple(of: 2) { return nil }
        return TaxiRide.isOpenToEast(row * TaxiRide.columns + column / 2) ? " " : "|"
    }
}
