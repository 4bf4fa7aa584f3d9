import RLCommandLine
import RLCore
import RLRuns
import Testing

/// What the README promises of the first run: `rl run dqn gridworld` ends with a policy that takes a shortest path from
/// every free cell, whatever the seed.
@Test("dqn on gridworld: a shortest path from every cell, 10 seeds")
func dqnFindsShortestPaths() throws {
    let folder = try RunFolders()
    defer { folder.remove() }
    try folder.run("run", "dqn", "gridworld", "--seeds", "10")

    let seeds = try folder.seeds(of: "dqn-gridworld")
    #expect(seeds.count == 10)
    for seed in seeds {
        let plan = try RunPlan([try seed.record().layer], catalog: .standard)
        let model = try #require(plan.environment.transitionModel)
        let shortest = model.shortestPathLengths()
        let greedy = try greedyActions(of: seed, plan: plan, states: model.stateCount)
        for (start, _) in model.initialStates {
            let steps = stepsToEnd(from: start, in: model, taking: greedy)
            #expect(steps == shortest[start], "seed \(seed.path), cell \(start)")
        }
    }
}

/// The greedy action in every state, asked of the policy all at once.
private func greedyActions(of seed: RunFolder, plan: RunPlan, states: Int) throws -> [Int] {
    var policy = try plan.makeAgent(seed: 1).policy(.greedy, rows: states, seed: 0)
    var archive = try seed.policyArchive(best: false)
    try policy.archive(&archive)
    var batch = StepBatch(observationSpace: plan.environment.observationSpace, count: states)
    for state in 0..<states { batch.observations.indices[state] = Int32(state) }
    var actions = ActionBatch(for: plan.environment.actionSpace, count: states)
    policy.act(on: batch, into: &actions)
    return actions.indices.map(Int.init)
}

/// Steps until the goal; nil for a pit or a walk that never ends.
private func stepsToEnd(from start: Int, in model: any TransitionModel, taking actions: [Int]) -> Int? {
    var state = start
    for step in 1...model.stateCount {
        let transition = model.transitions(from: state, action: actions[state])[0]
        if transition.terminated { return transition.reward > 0 ? step : nil }
        state = transition.state
    }
    return nil
}
