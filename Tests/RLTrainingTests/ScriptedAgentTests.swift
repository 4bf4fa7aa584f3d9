import RLCore
import RLTraining
import Testing

/// A rule written down acts in training and in evaluation alike, and goes on from an archive.
@Test func scriptedAgentFollowsItsRule() throws {
    let entry = AgentEntry(scripted: "echo", summary: "Repeats what it sees.") { batch, actions in
        for row in 0..<batch.count { actions.indices[row] = batch.observations.indices[row] }
    }
    let task = TrainingTask(
        name: "echo", observationSpace: .discrete(3), actionSpace: .discrete(3), rows: 2, steps: 10)
    let agent = try entry.make(for: task, seed: 1)
    let environment = try Vectorized(Echo(), count: 2)
    let recorder = RunRecorder(metrics: [])
    for _ in 0..<6 { try agent.iterate(in: environment, recorder: recorder) }
    #expect(recorder.steps == 12)
    #expect(recorder.takeEpisodes().map(\.episode.return) == [3, 3, 3, 3])

    var batch = StepBatch(observationSpace: .discrete(3), count: 1)
    batch.observations.indices[0] = 2
    var actions = ActionBatch(for: .discrete(3), count: 1)
    var policy = agent.policy(.greedy, rows: 1, seed: 0)
    policy.act(on: batch, into: &actions)
    #expect(actions.indices == [2])

    var saved = Archive()
    try agent.archive(&saved)
    let other = try entry.make(for: task, seed: 1)
    var restored = Archive(restoring: saved.entries)
    try other.archive(&restored)
    var again = Archive()
    try other.archive(&again)
    #expect(again.entries == saved.entries)

    #expect(throws: ConfigurationError.self) { try entry.make(["speed": "3"], for: task, seed: 1) }
}

/// Shows 0, 1, 2 in turn, and pays 1 for the same number.
private struct Echo: Environment {
    let observationSpace = Space.discrete(3)
    let actionSpace = Space.discrete(3)
    var place = 0

    mutating func reset(into observation: inout MutableSpan<Int32>, using random: inout PCG64) {
        place = 0
        observation[0] = 0
    }

    mutating func step(
        _ action: Int, into observation: inout MutableSpan<Int32>, using random: inout PCG64
    ) -> Outcome {
        let isSame = action == place
        place += 1
        observation[0] = Int32(place % 3)
        return Outcome(reward: isSame ? 1 : 0, terminated: place == 3)
    }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("place", &place)
    }
}
