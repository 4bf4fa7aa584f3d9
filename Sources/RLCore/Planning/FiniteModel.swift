/// The exact dynamics of a finite task in flat arrays, as planners read them, over and over.
///
/// The pair of state s and action a has the number s · `actionCount` + a. Beside the expected reward of every pair
/// lie the states that the task goes on in. A transition that ends the task leaves nothing but its reward: the value
/// of what follows is 0.
public struct FiniteModel: Sendable {
    /// States, numbered from 0.
    public let stateCount: Int
    /// Actions, numbered from 0.
    public let actionCount: Int
    /// Where episodes start, with probabilities that sum to 1.
    public let initialStates: [(state: Int, probability: Double)]
    private let rewards: [Double]  // expected, [states, actions]
    private let offsets: [Int]  // of a pair's first successor, [states × actions + 1]
    private let successors: [Int32]
    private let probabilities: [Double]

    /// Reads every transition of `model` once, and checks what a planner relies on.
    public init(_ model: some TransitionModel) throws(PlanningError) {
        (stateCount, actionCount) = (model.stateCount, model.actionCount)
        initialStates = model.initialStates
        guard stateCount > 0, actionCount > 0, stateCount <= Int(Int32.max) else {
            throw PlanningError("a task of \(stateCount) states and \(actionCount) actions cannot be solved")
        }
        try Self.check(initialStates.map { ($0.state, $0.probability) }, of: "the start", states: stateCount)
        var rewards: [Double] = []
        var offsets = [0]
        var (successors, probabilities): ([Int32], [Double]) = ([], [])
        rewards.reserveCapacity(stateCount * actionCount)
        offsets.reserveCapacity(stateCount * actionCount + 1)
        for state in 0..<stateCount {
            for action in 0..<actionCount {
                let transitions = model.transitions(from: state, action: action)
                let name = "state \(state), action \(action)"
                try Self.check(
                    transitions.map { ($0.state, $0.probability) }, of: name, states: stateCount)
                let reward = transitions.reduce(0) { $0 + $1.probability * $1.reward }
                guard reward.isFinite else { throw PlanningError("\(name): its reward is \(reward)") }
                rewards.append(reward)
                for transition in transitions where !transition.terminated && transition.probability > 0 {
                    successors.append(Int32(transition.state))
                    probabilities.append(transition.probability)
                }
                offsets.append(successors.count)
            }
        }
        (self.rewards, self.offsets) = (rewards, offsets)
        (self.successors, self.probabilities) = (successors, probabilities)
    }

    private static func check(
        _ outcomes: [(state: Int, probability: Double)], of name: String, states: Int
    ) throws(PlanningError) {
        let total = outcomes.reduce(0) { $0 + $1.probability }
        // Written so that a probability that is not a number fails too.
        guard abs(total - 1) <= 1e-6, outcomes.allSatisfy({ $0.probability >= 0 }) else {
            throw PlanningError("\(name): its probabilities do not sum to 1")
        }
        guard outcomes.allSatisfy({ (0..<states).contains($0.state) }) else {
            throw PlanningError("\(name): it leads out of the \(states) states")
        }
    }

    /// The expected reward r(s, a).
    @inline(__always)
    func reward(_ state: Int, _ action: Int) -> Double { rewards[state * actionCount + action] }

    /// Where the task can go on after an action, whatever the probability; empty where it always ends.
    func successors(_ state: Int, _ action: Int) -> ArraySlice<Int32> {
        let pair = state * actionCount + action
        return successors[offsets[pair]..<offsets[pair + 1]]
    }

    /// The probability that the task does not go on after an action.
    func endProbability(_ state: Int, _ action: Int) -> Double {
        let pair = state * actionCount + action
        return offsets[pair] == offsets[pair + 1]
            ? 1 : 1 - probabilities[offsets[pair]..<offsets[pair + 1]].reduce(0, +)
    }

    /// Σ p(s′ | s, a) x(s′) over the states that the task goes on in.
    @inline(__always)
    func expectation(_ state: Int, _ action: Int, of x: [Double]) -> Double {
        let pair = state * actionCount + action
        var sum = 0.0
        for index in offsets[pair]..<offsets[pair + 1] {
            sum += probabilities[index] * x[Int(successors[index])]
        }
        return sum
    }

    /// The value of an action, q(s, a) = r(s, a) + γ Σ p(s′ | s, a) v(s′).
    @inline(__always)
    public func actionValue(_ state: Int, _ action: Int, values: [Double], discount: Double) -> Double {
        reward(state, action) + discount * expectation(state, action, of: values)
    }

    /// The values of all actions in a state.
    public func actionValues(_ state: Int, values: [Double], discount: Double) -> [Double] {
        (0..<actionCount).map { actionValue(state, $0, values: values, discount: discount) }
    }

    /// The mean of `values` over where episodes start: the expected return.
    public func expectedReturn(of values: [Double]) -> Double {
        initialStates.reduce(0) { $0 + $1.probability * values[$1.state] }
    }
}

/// Why a task could not be solved; one line.
public struct PlanningError: Error, CustomStringConvertible, Equatable {
    /// What is wrong, and a way out.
    public let description: String

    /// An error that says `description`.
    public init(_ description: String) {
        self.description = description
    }
}
