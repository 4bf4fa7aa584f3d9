import CAllocationCounter
import Environments
import RLCore
import Testing

/// Every form of the tasks on maps keeps the contract of environments, and allocates nothing on the way.
@Suite struct GridWorldContractTests {
    static let forms: [[String]] =
        ["windy", "key-door", "three-keys", "one-way", "goals", "courtyard"].flatMap { map in
            [
                [], ["slip=0.3", "stochasticWind=true"], ["observation=planes"],
                ["observation=pixels", "tile=3"],
                ["actions=turning", "slip=0.2"], ["actions=turning", "observation=planes", "view=3"],
                ["actions=turning", "observation=pixels", "view=5", "tile=2", "turned=false"],
            ].map { ["gridworld", "map=\(map)", "limit=60"] + $0 }
        }
        + [
            [], ["keys=3"], ["size=31", "room=2", "keys=2"], ["size=3"],
            ["view=5", "actions=turning", "keys=1"],
            ["observation=pixels", "tile=2", "slip=0.3"],
            ["observation=pixels", "tile=2", "view=3", "turned=false", "actions=turning"],
        ].map { ["rooms", "limit=25"] + $0 }

    @Test(arguments: forms) func itKeepsTheContract(form: [String]) throws {
        #expect(EnvironmentChecker(seeds: [3], steps: 200).violations(of: try made(form)) == [])
    }

    @Test(.enabled(if: allocations_are_counted() != 0), arguments: forms)
    func aStepAllocatesNothing(form: [String]) throws {
        let environment = try made(form).vectorized(8)
        var batch = StepBatch(observationSpace: environment.observationSpace, count: 8)
        var actions = ActionBatch(for: environment.actionSpace, count: 8)
        var random = PCG64(seed: 4)
        environment.reset(seed: 0, into: &batch)
        let (before, count) = (allocation_count(), 500)
        var ends = 0
        for _ in 0..<count {
            for row in 0..<8 { actions.draw(row: row, from: environment.actionSpace, using: &random) }
            try environment.step(actions, into: &batch)
            ends += batch.finished.count
            environment.advance(&batch)
        }
        #expect(allocation_count() == before)
        #expect(ends > 30, "restarts are among the steps")
    }

    private func made(_ form: [String]) throws -> MadeEnvironment {
        let entry = try #require(gridWorldEnvironments.first { $0.name == form[0] })
        let pairs = form.dropFirst().map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        // What is said later counts.
        return try entry.make(Dictionary(pairs.map { ($0[0], $0[1]) }) { $1 })
    }
}
