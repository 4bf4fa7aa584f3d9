import Environments
import RLCore
import Testing

@Suite struct WorkerThreadsTests {
    /// The same batches, episodes and archives for any number of threads, also more than rows.
    @Test(arguments: ["CartPole-v1", "gridworld"], [2, 3, 16])
    func threadsChangeNoResult(_ name: String, _ threads: Int) throws {
        let made = try #require(standardEnvironments.first { $0.name == name }).make()
        let rows = 13
        let (one, many) = (try made.vectorized(rows), try made.vectorized(rows, threads: threads))
        var batch = StepBatch(observationSpace: made.observationSpace, count: rows)
        var other = StepBatch(observationSpace: made.observationSpace, count: rows)
        var actions = ActionBatch(for: made.actionSpace, count: rows)
        var random = PCG64(seed: 2)
        one.reset(seed: 5, into: &batch)
        many.reset(seed: 5, into: &other)
        var ended = 0
        for _ in 0..<400 {
            for row in 0..<rows { actions.draw(row: row, from: made.actionSpace, using: &random) }
            try one.step(actions, into: &batch)
            try many.step(actions, into: &other)
            #expect(batch.nextObservations == other.nextObservations && batch.rewards == other.rewards)
            #expect(batch.terminated == other.terminated && batch.truncated == other.truncated)
            #expect(batch.finished == other.finished)
            ended += batch.finished.count
            one.advance(&batch)
            many.advance(&other)
            #expect(batch.observations == other.observations && batch.starts == other.starts)
        }
        #expect(ended > 20)
        var (archive, otherArchive) = (Archive(), Archive())
        try one.archive(&archive)
        try many.archive(&otherArchive)
        #expect(archive.entries == otherArchive.entries)
    }

    /// Threads that sleep at once are woken for every round and for the end, however close rounds follow each other.
    @Test(arguments: [0, 1, 300, 20_000]) func everyPieceRunsOnce(_ patience: Int) {
        for count in 1...4 {
            let workers = WorkerThreads(count, patience: patience)
            let counters = UnsafeMutablePointer<Int>.allocate(capacity: 7 * 16)
            defer { counters.deallocate() }
            counters.initialize(repeating: 0, count: 7 * 16)
            for round in 1...500 {
                workers.run(pieces: 7) { counters[16 * $0] += 1 }
                #expect((0..<7).allSatisfy { counters[16 * $0] == round })
                workers.run { _ in }
            }
        }
        for _ in 0..<200 { WorkerThreads(3, patience: patience).run { _ in } }
        for _ in 0..<50 { _ = WorkerThreads(3, patience: patience) }
    }

    /// Threads that have gone to sleep are woken, and those of an environment that is gone end.
    @Test func manyComeAndGo() throws {
        let made = MadeEnvironment(name: "probe", ObservedRewardProbe())
        for round in 0..<50 {
            let environment = try made.vectorized(4, threads: 3)
            var batch = StepBatch(observationSpace: made.observationSpace, count: 4)
            let actions = ActionBatch(for: made.actionSpace, count: 4)
            environment.reset(seed: UInt64(round), into: &batch)
            for _ in 0..<20 {
                try environment.step(actions, into: &batch)
                #expect(batch.finished.map(\.row) == [0, 1, 2, 3])
                environment.advance(&batch)
            }
        }
    }
}
