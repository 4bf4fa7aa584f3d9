import RLCore

/// What a policy decided in one step of every row, and what it then thought of it; overwritten at every step.
public struct Decisions: Sendable {
    /// What is done.
    public var actions: ActionBatch
    /// log π(a | s) of it, `[rows]`.
    public var logProbabilities: [Float]
    /// V(s), `[rows]`; not set by who computes it later (`Rollout.setValues`).
    public var values: [Float]

    /// Room for the decisions of `rows` rows.
    public init(actionSpace: Space, rows: Int) {
        actions = ActionBatch(for: actionSpace, count: rows)
        logProbabilities = Array(repeating: 0, count: rows)
        values = Array(repeating: 0, count: rows)
    }
}
