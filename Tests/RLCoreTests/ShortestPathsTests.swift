import RLCore
import Testing

@Suite struct ShortestPathsTests {
    /// 0 → 1 → 2 → goal 3; 4 can only fall into an end that stands on 2; 5 reaches 1 by luck; 6 only itself.
    @Test func lengthsCountStepsToAGoalAndNotThroughAnEnd() {
        let model = Table(rows: [
            [step(1)], [step(2)], [step(3, reward: 1, terminated: true)], [step(3, terminated: true)],
            [step(2, reward: -1, terminated: true)], [step(5, probability: 0.9), step(1, probability: 0.1)],
            [step(6), step(0, probability: 0)],
        ])
        #expect(model.shortestPathLengths() == [3, 2, 1, nil, nil, 3, nil])
        #expect(model.shortestPathLengths { $0.state == 1 } == [1, nil, nil, nil, nil, 1, nil])
    }

    @Test func aTimeLimitKeepsTheModel() {
        let limited: any Environment = Corridor().timeLimit(3)
        #expect((limited as? any TransitionModel)?.shortestPathLengths() == [1])
    }

    private func step(
        _ state: Int, probability: Double = 1, reward: Double = 0, terminated: Bool = false
    ) -> Transition {
        Transition(probability: probability, state: state, reward: reward, terminated: terminated)
    }
}

private struct Table: TransitionModel {
    let rows: [[Transition]]
    var state: Int { 0 }
    var stateCount: Int { rows.count }
    var actionCount: Int { 1 }
    var initialStates: [(state: Int, probability: Double)] { [(0, 1)] }
    func transitions(from state: Int, action: Int) -> [Transition] { rows[state] }
}

private struct Corridor: Environment, TransitionModel {
    var observationSpace: Space { .discrete(1) }
    var actionSpace: Space { .discrete(1) }
    var state: Int { 0 }
    var stateCount: Int { 1 }
    var actionCount: Int { 1 }
    var initialStates: [(state: Int, probability: Double)] { [(0, 1)] }

    mutating func reset(into observation: inout MutableSpan<Int32>, using random: inout PCG64) {
        observation[0] = 0
    }

    mutating func step(
        _ action: Int, into observation: inout MutableSpan<Int32>, using random: inout PCG64
    ) -> Outcome {
        observation[0] = 0
        return Outcome(reward: 1, terminated: true)
    }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}

    func transitions(from state: Int, action: Int) -> [Transition] {
        [Transition(probability: 1, state: 0, reward: 1, terminated: true)]
    }
}
