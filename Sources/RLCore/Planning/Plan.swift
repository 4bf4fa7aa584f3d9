/// What a planner found out about a task: the best return from every state, and how to get it.
public struct Plan: Sendable {
    /// The discount γ it is best for.
    public let discount: Double
    /// The best expected return from every state, `[states]`.
    public let values: [Double]
    /// An action in every state that gets it, `[states]`: the first of the best.
    ///
    /// With discount 1 it is the one of the best that most likely leads on to an end, because going in circles for
    /// nothing may look as good.
    public let actions: [Int]
    /// Passes over all states that it took.
    public let sweeps: Int
    /// Policies that were evaluated; 0 in value iteration.
    public let policies: Int
    /// No value is farther than this from the exact one. (With discount 1: from the exact value of following `actions`.)
    public let errorBound: Double

    /// All actions in a state that are as good as the best: their values differ by no more than the error that is left.
    public func bestActions(in model: FiniteModel, state: Int) -> [Int] {
        model.bestActions(state, values: values, discount: discount, margin: 2 * errorBound)
    }
}

/// When a planner stops.
public struct PlanningLimits: Sendable {
    /// How far a value may be from the exact one; above 0.
    public var tolerance: Double
    /// Passes over all states after which a planner gives up.
    public var sweeps: Int

    /// Limits that suit small tasks.
    public init(tolerance: Double = 1e-9, sweeps: Int = 100_000) {
        self.tolerance = tolerance
        self.sweeps = sweeps
    }

    func check(discount: Double) throws(PlanningError) {
        guard (0...1).contains(discount) else {
            throw PlanningError("discount=\(discount) does not fit: expected a number, from 0 to 1")
        }
        guard tolerance > 0, tolerance.isFinite else {
            throw PlanningError("tolerance=\(tolerance) does not fit: expected a number, above 0")
        }
        guard sweeps > 0 else {
            throw PlanningError("sweeps=\(sweeps) does not fit: expected an integer, at least 1")
        }
    }
}

extension FiniteModel {
    func bestActions(_ state: Int, values: [Double], discount: Double, margin: Double) -> [Int] {
        let candidates = actionValues(state, values: values, discount: discount)
        let best = candidates.max() ?? 0
        // Equal values summed in another order differ in their last digits.
        let least = best - max(margin, 1e-12 * max(1, abs(best)))
        return candidates.indices.filter { candidates[$0] >= least }
    }

    /// The first of the best actions in every state. With discount 1 it is the one that most likely leads on to an end,
    /// or else to where it is best to stay for ever.
    func greedyPolicy(values: [Double], discount: Double, margin: Double) -> [Int] {
        let best = (0..<stateCount).map {
            bestActions($0, values: values, discount: discount, margin: margin)
        }
        guard discount == 1 else { return best.map { $0[0] } }
        let ways = waysToAnEnd { best[$0] }
        let circles = freeCircles { ways[$0] == nil ? best[$0] : [] }
        let others = waysToAnEnd(choosing: { best[$0] }, treating: circles.map { $0 != nil })
        return (0..<stateCount).map { ways[$0] ?? circles[$0] ?? others[$0] ?? best[$0][0] }
    }
}
