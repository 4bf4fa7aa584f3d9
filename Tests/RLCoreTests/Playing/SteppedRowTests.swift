import Environments
import RLCore
import Testing

@Suite struct SteppedRowTests {
    /// The same episodes as one environment that is stepped by hand, told one by one.
    @Test func isTheEnvironmentItHolds() throws {
        var options = CartPole.Options()
        options.limit = 7
        let (alone, held) = (
            Stepped(CartPole(options).timeLimit(7)), Stepped(CartPole(options).timeLimit(7))
        )
        let row = SteppedRow(held)
        var told: [String] = []
        row.observer = { environment, event in
            switch event {
            case .reset(let seed):
                told.append("reset \(seed.map(String.init) ?? "on") \(environment.observation.floats)")
            case .step(let action, let outcome):
                told.append("\(action.indices[0]) \(outcome.truncated) \(environment.observation.floats)")
            }
        }
        var batch = StepBatch(observationSpace: row.observationSpace, count: 1)
        row.reset(seed: 4, into: &batch)
        alone.reset(seed: 4)
        var expected = ["reset 4 \(alone.observation.floats)"]
        var action = ActionBatch(for: row.actionSpace, count: 1)
        var finished: [FinishedEpisode] = []
        for step in 0..<20 {
            #expect(batch.observations == alone.observation)
            action.indices[0] = Int32(step % 2)
            try row.step(action, into: &batch)
            let outcome = try alone.step(action)
            #expect(batch.nextObservations == alone.observation && batch.rewards == [1])
            expected.append("\(step % 2) \(outcome.truncated) \(alone.observation.floats)")
            finished += batch.finished
            row.advance(&batch)
            #expect(batch.starts == [outcome.isDone])
            if outcome.isDone {
                alone.reset(seed: nil)
                expected.append("reset on \(alone.observation.floats)")
            }
        }
        #expect(told == expected)
        #expect(
            finished
                == Array(
                    repeating: FinishedEpisode(row: 0, return: 7, length: 7, terminated: false), count: 2))
    }

    /// An observer that fails is heard of, and asked no more.
    @Test func theObserversErrorIsKept() throws {
        let row = SteppedRow(Stepped(CartPole()))
        var calls = 0
        row.observer = { _, _ in
            calls += 1
            throw ArchiveError("no room")
        }
        var batch = StepBatch(observationSpace: row.observationSpace, count: 1)
        row.reset(seed: 0, into: &batch)
        try row.step(ActionBatch(for: row.actionSpace, count: 1), into: &batch)
        #expect(calls == 1 && row.observerError as? ArchiveError == ArchiveError("no room"))
    }
}
