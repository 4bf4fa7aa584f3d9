/// The exact dynamics of a finite task: what a planner needs, and what a learned policy is checked against.
public protocol TransitionModel: Sendable {
    /// The state the task is in now, by its number.
    var state: Int { get }
    /// States, numbered from 0. They are what the future depends on, which may be more than is observed.
    var stateCount: Int { get }
    /// Actions, numbered from 0.
    var actionCount: Int { get }
    /// Where episodes start, with probabilities that sum to 1.
    var initialStates: [(state: Int, probability: Double)] { get }
    /// What can follow, with probabilities that sum to 1.
    func transitions(from state: Int, action: Int) -> [Transition]
}

/// One thing that can follow from a state and an action.
public struct Transition: Sendable, Equatable {
    /// How likely it is.
    public let probability: Double
    /// The state reached.
    public let state: Int
    /// The reward for it.
    public let reward: Double
    /// Whether the task ends there.
    public let terminated: Bool

    /// A transition.
    public init(probability: Double, state: Int, reward: Double, terminated: Bool) {
        self.probability = probability
        self.state = state
        self.reward = reward
        self.terminated = terminated
    }
}
