import Environments
import RLCore
import Testing

/// What is given to rows and comes back from them is checked, and an error names environment, row and value.
@Suite struct VectorizedErrorsTests {
    @Test func anActionOutsideTheSpaceMovesNothing() throws {
        for (action, text) in [(Int32(2), "2"), (-1, "-1"), (.max, "2147483647")] {
            let environment = try CartPoleRowsOfThree()
            var actions = ActionBatch(for: .discrete(2), count: 3)
            actions.indices[1] = action
            let before = environment.batch.observations
            let expected = EnvironmentError("CartPole-v1, row 1: the action \(text) is not in discrete(2)")
            #expect(throws: expected) { try environment.step(actions) }
            #expect(environment.batch.observations == before)
            // It goes on where it was.
            let twin = try CartPoleRowsOfThree()
            actions.indices[1] = 0
            try environment.step(actions)
            try twin.step(actions)
            #expect(environment.batch.nextObservations == twin.batch.nextObservations)
        }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func anActionThatIsNoNumber(_ action: Float) throws {
        let space = Space.box(Box(low: [-1], high: [1], shape: [2]))
        let environment = try Vectorized(Echo(space: space), count: 2, name: "echo")
        var batch = StepBatch(observationSpace: environment.observationSpace, count: 2)
        var actions = ActionBatch(for: space, count: 2)
        environment.reset(seed: 0, into: &batch)
        actions.values = [1, 5, 0, action]  // 5 lies outside the box, and is the environment's to clip
        let error = #expect(throws: EnvironmentError.self) { try environment.step(actions, into: &batch) }
        #expect(error?.description.hasPrefix("echo, row 1: the action [0, \(action)] is not in box(") == true)
        actions.values[3] = -7
        try environment.step(actions, into: &batch)
        #expect(batch.rewards == [1, 0])
    }

    @Test func whatAnEnvironmentGetsWrongIsNamed() throws {
        let space = Space.box(Box(low: [-1], high: [1], shape: [2]))
        var actions = ActionBatch(for: space, count: 2)
        var batch = StepBatch(observationSpace: .box(Box(low: [-1], high: [1], shape: [2])), count: 2)
        let noReward = try Vectorized(Echo(space: space, fault: .reward), count: 2, name: "echo")
        actions.values = [0, 0, 1, 0]
        noReward.reset(seed: 0, into: &batch)
        #expect(throws: EnvironmentError("echo, row 1: the reward is nan")) {
            try noReward.step(actions, into: &batch)
        }
        let noNumber = try Vectorized(Echo(space: space, fault: .observation), count: 2, name: "echo")
        noNumber.reset(seed: 0, into: &batch)
        #expect(throws: EnvironmentError("echo, row 1: element 1 of the observation is inf")) {
            try noNumber.step(actions, into: &batch)
        }
    }

    @Test func rowsAndThreadsAreCounted() {
        #expect(throws: EnvironmentError("CartPole: 0 rows; there is at least 1")) {
            try Vectorized(CartPole(), count: 0)
        }
        #expect(throws: EnvironmentError("CartPole: -3 rows; there is at least 1")) {
            try Vectorized(CartPole(), count: -3)
        }
        #expect(throws: EnvironmentError("CartPole: 0 threads; there is at least 1")) {
            try Vectorized(CartPole(), count: 1, threads: 0)
        }
    }

    @Test func oneEnvironmentChecksToo() throws {
        let environment = Stepped(CartPole(), name: "CartPole-v1")
        environment.reset(seed: 1)
        var actions = ActionBatch(for: .discrete(2), count: 1)
        actions.indices[0] = 7
        let before = environment.observation
        #expect(throws: EnvironmentError.self) { try environment.step(actions) }
        #expect(environment.observation == before)
    }
}

private final class CartPoleRowsOfThree {
    let rows: any VectorEnvironment
    var batch: StepBatch

    init() throws {
        rows = try MadeEnvironment(name: "CartPole-v1", CartPole().timeLimit(20)).vectorized(3)
        batch = StepBatch(observationSpace: rows.observationSpace, count: 3)
        rows.reset(seed: 4, into: &batch)
    }

    func step(_ actions: ActionBatch) throws { try rows.step(actions, into: &batch) }
}

/// Observes its action; the reward is the first number.
private struct Echo: Environment {
    enum Fault { case reward, observation }

    let space: Space
    var fault: Fault?
    var observationSpace: Space { .box(Box(low: [-1], high: [1], shape: [2])) }
    var actionSpace: Space { space }

    mutating func reset(into observation: inout MutableSpan<Float>, using random: inout PCG64) {
        observation[0] = 0
        observation[1] = 0
    }

    mutating func step(
        _ action: InlineArray<2, Float>, into observation: inout MutableSpan<Float>, using random: inout PCG64
    ) -> Outcome {
        let isWrong = action[0] == 1
        observation[0] = action[0]
        observation[1] = isWrong && fault == .observation ? .infinity : action[1]
        return Outcome(reward: isWrong && fault == .reward ? .nan : Double(action[0]))
    }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}
}
