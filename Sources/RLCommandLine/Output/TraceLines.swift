import RLCore

/// The lines of `rl trace`, which `rl play --record` writes too.
struct TraceLines {
    /// Whether observations of more than 1,000 numbers are told.
    var showsLongObservations = false
    /// Whether the inner state is told.
    var showsState = false

    /// An episode starts, with a seed where it is the first.
    func reset(_ environment: any SteppedEnvironment, seed: UInt64?) throws -> [String] {
        try ["\"reset\":true"] + (seed.map { ["\"seed\":\($0)"] } ?? []) + observed(environment)
            + inner(environment)
    }

    /// An action and what it brought; steps count on over episodes.
    func step(
        _ number: Int, _ action: ActionBatch, _ outcome: Outcome, _ environment: any SteppedEnvironment
    ) throws -> [String] {
        return try ["\"step\":\(number)", "\"action\":\(json(action))"] + observed(environment) + [
            "\"reward\":\(json(outcome.reward))", "\"terminated\":\(outcome.terminated)",
            "\"truncated\":\(outcome.truncated)",
        ] + inner(environment)
    }

    private func observed(_ environment: any SteppedEnvironment) -> [String] {
        let observation = environment.observation
        guard showsLongObservations || observation.width <= 1000 else { return [] }
        return ["\"observation\":" + json(observation)]
    }

    private func inner(_ environment: any SteppedEnvironment) throws -> [String] {
        guard showsState else { return [] }
        var archive = Archive()
        try environment.archive(&archive)
        let fields = archive.entries.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\(json($0.value))" }
        return ["\"state\":{\(fields.joined(separator: ","))}"]
    }
}
