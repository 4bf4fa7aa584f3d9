/// What an agent has learned, as a value that acts: frozen, with its own random stream, so that evaluating or
/// watching it can never disturb training.
public protocol Policy: Sendable {
    /// Writes an action for every row; per-row memory is cleared where `batch.starts`.
    mutating func act(on batch: borrowing StepBatch, into actions: inout ActionBatch)
    /// What the policy saw in row `row` when it last acted.
    func explain(row: Int) -> Insight
    /// How much the policy's choice in row `row` depends on each number of the observation, as the network receives it
    /// (a discrete state as a one-hot row); nil where a policy cannot tell. Nothing the policy does changes by it.
    func saliency(of batch: borrowing StepBatch, row: Int) -> [Float]?
    /// Visits what was learned, and only that: neither per-row memory nor the random stream belongs in a policy's
    /// file.
    mutating func archive(_ archive: inout Archive) throws(ArchiveError)
}

extension Policy {
    /// Cannot tell.
    public func saliency(of batch: borrowing StepBatch, row: Int) -> [Float]? { nil }
}

/// How a policy acts.
public enum ActingMode: String, Sendable, CaseIterable {
    /// The best action known.
    case greedy
    /// With the exploration or the sampling that training uses at its end.
    case stochastic
}

/// The inside of a policy in plain data, for people: what a viewer draws and a test reads. What a policy does not
/// have is nil.
public struct Insight: Sendable, Equatable {
    /// Value of each action, Q(s, a).
    public var actionValues: [Float]?
    /// Probability of each action, π(a | s).
    public var actionProbabilities: [Float]?
    /// Value of the state, V(s).
    public var stateValue: Float?
    /// Distribution of the return of each action, Z(s, a).
    public var valueDistributions: ValueDistributions?

    /// Nothing to tell but what is given.
    public init(
        actionValues: [Float]? = nil, actionProbabilities: [Float]? = nil, stateValue: Float? = nil,
        valueDistributions: ValueDistributions? = nil
    ) {
        self.actionValues = actionValues
        self.actionProbabilities = actionProbabilities
        self.stateValue = stateValue
        self.valueDistributions = valueDistributions
    }
}

/// What return an action may bring and how likely: a distribution over fixed atoms (Bellemare et al. 2017).
public struct ValueDistributions: Sendable, Equatable {
    /// The returns, growing, `[atoms]`.
    public let support: [Float]
    /// Their probabilities, `[actions, atoms]` row-major.
    public let probabilities: [Float]

    /// Distributions over `support`, as many as there are whole rows of `probabilities`.
    public init(support: [Float], probabilities: [Float]) {
        self.support = support
        self.probabilities = probabilities
    }

    /// Actions told about.
    public var actionCount: Int { support.isEmpty ? 0 : probabilities.count / support.count }

    /// The probabilities of one action, `[atoms]`.
    public func probabilities(of action: Int) -> ArraySlice<Float> {
        probabilities[action * support.count..<(action + 1) * support.count]
    }
}
