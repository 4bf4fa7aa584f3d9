import Agents
import RLCore
import RLTraining
import Testing

@Suite struct SaliencyTests {
    /// The slope of the greedy action's value, as the policy's own values tell it.
    @Test func isTheSlopeOfTheGreedyValue() throws {
        let space = Space.box(Box(low: [-2], high: [2], shape: [3]))
        let task = TrainingTask(
            name: "slope", observationSpace: space, actionSpace: .discrete(4), rows: 2, steps: 10)
        let agent = try AgentEntry(DQN.self).make(
            ["hidden": "[16,16]", "activation": "tanh"], for: task, seed: 3)
        var policy = agent.policy(.greedy, rows: 2, seed: 0)
        var actions = ActionBatch(for: .discrete(4), count: 2)
        func values(_ observations: [Float]) -> [Float] {
            var batch = StepBatch(observationSpace: space, count: 2)
            batch.observations.floats = observations
            policy.act(on: batch, into: &actions)
            return policy.explain(row: 1).actionValues ?? []
        }
        let point: [Float] = [0, 0, 0, 0.7, -0.3, 1.1]
        let greedy = try #require(values(point).indices.max { values(point)[$0] < values(point)[$1] })
        var batch = StepBatch(observationSpace: space, count: 2)
        batch.observations.floats = point
        let (told, other) = (policy.saliency(of: batch, row: 1), policy.saliency(of: batch, row: 0))
        let saliency = try #require(told)
        #expect(saliency.count == 3)
        for index in 0..<3 {
            var (up, down) = (point, point)
            up[3 + index] += 1e-2
            down[3 + index] -= 1e-2
            let slope = abs(values(up)[greedy] - values(down)[greedy]) / 2e-2
            #expect(abs(saliency[index] - slope) < 1e-3 + 1e-2 * slope)
        }
        #expect(try #require(saliency.max()) > 1e-3)
        // Row 0 is another state.
        #expect(other != saliency)
    }

    /// The slope of the most probable action's log-probability, as the policy's own probabilities tell it.
    @Test(arguments: ["false", "true"]) func isTheSlopeOfTheGreedyLogProbability(_ isNormalized: String)
        throws
    {
        let space = Space.box(Box(low: [-2], high: [2], shape: [3]))
        let task = TrainingTask(
            name: "slope", observationSpace: space, actionSpace: .discrete(4), rows: 2, steps: 10)
        let agent = try AgentEntry(PPO.self).make(
            ["hidden": "[16,16]", "normalizesObservations": isNormalized], for: task, seed: 3)
        var policy = agent.policy(.greedy, rows: 2, seed: 0)
        var actions = ActionBatch(for: .discrete(4), count: 2)
        func probabilities(_ observations: [Float]) -> [Float] {
            var batch = StepBatch(observationSpace: space, count: 2)
            batch.observations.floats = observations
            policy.act(on: batch, into: &actions)
            return policy.explain(row: 1).actionProbabilities ?? []
        }
        let point: [Float] = [0, 0, 0, 0.7, -0.3, 1.1]
        let start = probabilities(point)
        let greedy = try #require(start.indices.max { start[$0] < start[$1] })
        var batch = StepBatch(observationSpace: space, count: 2)
        batch.observations.floats = point
        let (told, other) = (policy.saliency(of: batch, row: 1), policy.saliency(of: batch, row: 0))
        let saliency = try #require(told)
        for index in 0..<3 {
            var (up, down) = (point, point)
            up[3 + index] += 5e-2
            down[3 + index] -= 5e-2
            let slope = abs(probabilities(up)[greedy] - probabilities(down)[greedy]) / 1e-1 / start[greedy]
            #expect(abs(saliency[index] - slope) < 1e-4 + 3e-2 * slope)
        }
        #expect(try #require(saliency.max()) > 1e-3)
        #expect(other != saliency)
    }

    /// Bytes and states are told as the network receives them: planes, and one number a state.
    @Test func hasTheShapeOfTheInput() throws {
        func saliency(_ space: Space) throws -> [Float]? {
            let task = TrainingTask(
                name: "shapes", observationSpace: space, actionSpace: .discrete(2), rows: 1, steps: 10)
            let agent = try AgentEntry(DQN.self).make([:], for: task, seed: 3)
            return agent.policy(.greedy, rows: 1, seed: 0)
                .saliency(of: StepBatch(observationSpace: space, count: 1), row: 0)
        }
        let planes = try #require(
            try saliency(.box(Box(low: [0], high: [1], shape: [10, 10, 4], scalarType: .uint8))))
        #expect(planes.count == 400 && planes.contains { $0 > 0 })
        #expect(try saliency(.discrete(9))?.count == 9)
        #expect(try saliency(.multiDiscrete([2, 5]))?.count == 7)
    }

    @Test func whoCannotTellSaysSo() {
        let policy = RandomPolicy(space: .discrete(2), random: PCG64(seed: 1))
        let told = policy.saliency(of: StepBatch(observationSpace: .discrete(2), count: 1), row: 0)
        #expect(told == nil)
    }
}
