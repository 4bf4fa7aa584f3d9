import RLCore

/// Where taxi and passenger are and want to go: what is observed of `Taxi`, and the passenger's secret.
struct TaxiRide: Sendable, Equatable {
    static let rows = 5
    static let columns = 5
    static let standCount = 4
    /// The number of the passenger's place that is the taxi.
    static let inTaxi = 4
    /// Different observations.
    static let codes = 500

    /// The taxi's, in reading order.
    var cell = 0
    /// The number of a stand, or `inTaxi`.
    var passenger = 0
    /// The number of a stand.
    var destination = 1
    /// Whether the destination changes on the first move with the passenger inside.
    var isFickle = false

    /// What is observed.
    var code: Int { (cell * 5 + passenger) * 4 + destination }

    /// A ride on its way somewhere.
    init(code: Int = 1, isFickle: Bool = false) {
        cell = code / 20
        passenger = code / 4 % 5
        destination = code % 4
        self.isFickle = isFickle
    }

    /// Where rides start: wherever the taxi is, the passenger waits at a stand and wants to go to another.
    static let starts = (0..<codes).filter {
        let ride = TaxiRide(code: $0)
        return ride.passenger != inTaxi && ride.passenger != ride.destination
    }
    /// Every start with equal probability.
    static let startSums = RunningSums(starts.map { _ in 1 / Double(starts.count) })

    /// The cell of a stand: R, G, Y, B.
    static func cell(ofStand stand: Int) -> Int {
        switch stand {
        case 0: 0
        case 1: 4
        case 2: 20
        default: 23
        }
    }

    /// The stand the taxi is at.
    var stand: Int? { (0..<Self.standCount).first { Self.cell(ofStand: $0) == cell } }

    // Bit `cell` is set where nothing stands between a cell and the next one to the east; the last row comes first, and
    // in a row the last column.
    private static let openToEast: UInt32 = 0b01010_01010_01111_01101_01101

    /// Whether one can drive from `cell` to the next one to the east.
    static func isOpenToEast(_ cell: Int) -> Bool { openToEast >> UInt32(cell) & 1 == 1 }

    /// The cell one move away to the south (0), north (1), east (2) or west (3), or `cell` itself where a wall or the
    /// edge is in the way.
    static func neighbor(of cell: Int, heading: Int) -> Int {
        switch heading {
        case 0: cell < (rows - 1) * columns ? cell + columns : cell
        case 1: cell >= columns ? cell - columns : cell
        case 2: isOpenToEast(cell) ? cell + 1 : cell
        default: cell > 0 && isOpenToEast(cell - 1) ? cell - 1 : cell
        }
    }

    /// Moves as meant (`drift` 0), or to the left (1) or right (2) of that; not at all where the move meant is blocked.
    /// Says whether the taxi got anywhere.
    mutating func move(_ heading: Int, drift: Int) -> Bool {
        let before = cell
        let ahead = Self.neighbor(of: before, heading: heading)
        if ahead == before { return false }
        cell = drift == 0 ? ahead : Self.neighbor(of: before, heading: Self.side(of: heading, drift: drift))
        return cell != before
    }

    private static func side(of heading: Int, drift: Int) -> Int {
        let left =
            switch heading {
            case 0: 2
            case 1: 3
            case 2: 1
            default: 0
            }
        // North and south, east and west differ in the last bit.
        return drift == 1 ? left : left ^ 1
    }

    /// Whether a move that got somewhere makes the passenger want to go elsewhere.
    var changesNow: Bool { isFickle && passenger == Self.inTaxi }

    /// Makes the destination one of the three others, by its number among them.
    mutating func changeDestination(to other: Int) {
        destination = other < destination ? other : other + 1
        isFickle = false
    }

    /// Takes the passenger in, if there is one here.
    mutating func pickUp() -> Outcome {
        guard passenger != Self.inTaxi, cell == Self.cell(ofStand: passenger) else {
            return Outcome(reward: -10)
        }
        passenger = Self.inTaxi
        return Outcome(reward: -1)
    }

    /// Lets the passenger out, if there is one in the taxi and the taxi is at a stand.
    mutating func dropOff() -> Outcome {
        guard passenger == Self.inTaxi, let stand else { return Outcome(reward: -10) }
        passenger = stand
        let hasArrived = stand == destination
        return Outcome(reward: hasArrived ? 20 : -1, terminated: hasArrived)
    }
}
