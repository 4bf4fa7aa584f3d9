import Autograd
import RLCore
import RLRuns
import RLTraining

/// What an agent's updates did, operation by operation. An agent may have several kinds of update (a critic's and an
/// actor's): those that do the same are one.
struct UpdateInspection {
    /// Updates of the same operations.
    struct Kind {
        /// How many were seen: what the times are the medians of.
        var count: Int { seen.count }
        /// The operations of the last, with median times.
        var operations: [Inspection.Operation] {
            guard let last = seen.last else { return [] }
            return last.indices.map { index in
                var operation = last[index]
                operation.forward = median(seen.map { $0[index].forward })
                if operation.backward != nil {
                    operation.backward = median(seen.compactMap { $0[index].backward })
                }
                return operation
            }
        }
        /// The parameters of its losses, with the errors of their gradients where these were checked.
        fileprivate(set) var gradients: [Inspection.ParameterGradient] = []
        fileprivate var seen: [[Inspection.Operation]] = []

        private func median(_ times: [Duration]) -> Duration { times.sorted()[times.count / 2] }
    }

    /// In the order in which they were first seen.
    fileprivate(set) var kinds: [Kind] = []
    /// Environment steps taken.
    fileprivate(set) var steps = 0
    /// What was infinite or not a number first.
    fileprivate(set) var firstNonFinite: String?
    /// Updates of all kinds.
    fileprivate var updates: Int { kinds.map(\.count).reduce(0, +) }

    fileprivate mutating func add(_ inspection: Inspection) {
        firstNonFinite = inspection.firstNonFinite
        for scope in inspection.scopes {
            let operations = Array(inspection.operations[scope.operations])
            if !operations.contains(where: { $0.backward != nil }) { continue }
            let names = operations.map { "\($0.name) \($0.output)" }
            let known = kinds.firstIndex { $0.seen.last?.map { "\($0.name) \($0.output)" } == names }
            let index = known ?? kinds.count
            if known == nil { kinds.append(Kind()) }
            kinds[index].seen.append(operations)
            // What was checked stays, and what was not gives way to what comes later.
            if kinds[index].gradients.allSatisfy({ $0.error == nil }) {
                kinds[index].gradients = Array(inspection.gradients[scope.gradients])
            }
        }
    }
}

extension RunPlan {
    /// Trains until at least `updates` updates have been seen, or the plan's steps are spent.
    func inspectUpdates(_ updates: Int, seed: Int, checkingGradients: Bool) throws -> UpdateInspection {
        let agent = try makeAgent(seed: seed)
        let environment = try environment.vectorized(rows)
        let recorder = RunRecorder(metrics: self.agent.metrics)
        var seen = UpdateInspection()
        while recorder.steps < steps, seen.updates < updates {
            let (outcome, inspection) = inspecting(checkingGradients: checkingGradients) {
                Result { try agent.iterate(in: environment, recorder: recorder) }
            }
            _ = recorder.takeEpisodes()
            seen.steps = recorder.steps
            seen.add(inspection)
            if seen.firstNonFinite != nil { break }
            try outcome.get()
        }
        return seen
    }
}
