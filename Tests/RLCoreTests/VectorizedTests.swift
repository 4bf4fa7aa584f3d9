import CAllocationCounter
import Environments
import RLCore
import Testing

@Suite struct VectorizedTests {
    /// Between `step` and `advance` the batch is the transition; `advance` restarts the rows that are done.
    @Test func theBatchIsTheTransition() throws {
        let environment = try Vectorized(Count(end: 3), count: 2)
        var batch = StepBatch(observationSpace: environment.observationSpace, count: 2)
        var actions = ActionBatch(for: environment.actionSpace, count: 2)
        environment.reset(seed: 0, into: &batch)
        #expect(batch.observations.floats == [0, 0] && batch.starts == [true, true])
        actions.indices = [1, 0]
        for step in 1...3 {
            try environment.step(actions, into: &batch)
            #expect(batch.observations.floats == [Float(step - 1), 0])
            #expect(batch.nextObservations.floats == [Float(step), 0])
            #expect(batch.rewards == [Float(10 * step), 0])
            #expect(batch.terminated == [step == 3, false] && batch.truncated == [false, false])
            #expect(batch.finished.count == (step == 3 ? 1 : 0))
            if step < 3 {
                environment.advance(&batch)
                #expect(batch.observations.floats == [Float(step), 0] && batch.starts == [false, false])
            }
        }
        #expect(batch.finished == [FinishedEpisode(row: 0, return: 60, length: 3, terminated: true)])
        environment.advance(&batch)
        #expect(batch.observations.floats == [0, 0] && batch.starts == [true, false])
        try environment.step(actions, into: &batch)
        #expect(batch.observations.floats == [0, 0] && batch.nextObservations.floats == [1, 0])
        #expect(batch.finished.isEmpty)
        environment.reset(seed: 1, into: &batch)
        #expect(batch.observations.floats == [0, 0] && batch.starts == [true, true])
        #expect(batch.terminated == [false, false] && batch.finished.isEmpty)
    }

    /// At the limit both flags may be set; the finished episode says which.
    @Test func theTimeLimitTruncates() throws {
        for (end, limit, flags) in [(9, 2, (false, true)), (2, 2, (true, true)), (2, 9, (true, false))] {
            let environment = try Vectorized(Count(end: end).timeLimit(limit), count: 1)
            var batch = StepBatch(observationSpace: environment.observationSpace, count: 1)
            var actions = ActionBatch(for: environment.actionSpace, count: 1)
            actions.indices = [1]
            environment.reset(seed: 0, into: &batch)
            for episode in 0..<2 {
                try environment.step(actions, into: &batch)
                #expect(!batch.isDone(0) && batch.finished.isEmpty, "episode \(episode)")
                environment.advance(&batch)
                try environment.step(actions, into: &batch)
                #expect(batch.terminated[0] == flags.0 && batch.truncated[0] == flags.1)
                #expect(batch.nextObservations.floats == [2])
                #expect(
                    batch.finished == [FinishedEpisode(row: 0, return: 30, length: 2, terminated: flags.0)])
                environment.advance(&batch)
                #expect(batch.observations.floats == [0])
            }
        }
    }

    /// What the learner sees and what the task says are kept apart: a modifier clips the reward and cuts episodes
    /// short for the learner; the finished episode is the task's own.
    @Test func finishedEpisodesAreTheTasksOwn() throws {
        let environment = try Vectorized(Modified(Count(end: 4), Halved()), count: 1)
        var batch = StepBatch(observationSpace: environment.observationSpace, count: 1)
        var actions = ActionBatch(for: environment.actionSpace, count: 1)
        actions.indices = [1]
        environment.reset(seed: 0, into: &batch)
        try environment.step(actions, into: &batch)
        environment.advance(&batch)
        try environment.step(actions, into: &batch)
        #expect(batch.rewards == [1] && batch.terminated == [true] && batch.finished.isEmpty)
        environment.advance(&batch)
        #expect(batch.starts == [true] && batch.observations.floats == [2])
        try environment.step(actions, into: &batch)
        environment.advance(&batch)
        try environment.step(actions, into: &batch)
        #expect(batch.finished == [FinishedEpisode(row: 0, return: 100, length: 4, terminated: true)])
    }

    /// A vectorized environment saved in the middle of its episodes, into a file's bytes, goes on identically.
    @Test func anArchiveInMidEpisodeGoesOnIdentically() throws {
        let entry = try #require(standardEnvironments.first { $0.name == "CartPole-v1" })
        let made = try entry.make()
        let (first, second) = (try made.vectorized(3), try made.vectorized(3))
        var batch = StepBatch(observationSpace: made.observationSpace, count: 3)
        var other = StepBatch(observationSpace: made.observationSpace, count: 3)
        var actions = ActionBatch(for: made.actionSpace, count: 3)
        var random = PCG64(seed: 4)
        first.reset(seed: 1, into: &batch)
        second.reset(seed: 2, into: &other)
        var finished = 0
        for step in 0..<200 {
            for row in 0..<3 { actions.indices[row] = Int32(random.integers(2)) }
            try first.step(actions, into: &batch)
            finished += batch.finished.count
            if step >= 50 {
                try second.step(actions, into: &other)
                #expect(other.nextObservations == batch.nextObservations && other.rewards == batch.rewards)
                #expect(other.finished == batch.finished, "returns and lengths go on, too")
                second.advance(&other)
            }
            first.advance(&batch)
            if step == 49 {
                var archive = Archive()
                try first.archive(&archive)
                try archive.scope("batch") { archive throws(ArchiveError) in try batch.archive(&archive) }
                var reading = try Archive(safetensors: archive.safetensors())
                try second.archive(&reading)
                try reading.scope("batch") { archive throws(ArchiveError) in try other.archive(&archive) }
            }
        }
        #expect(finished > 10)
    }

    @Test func rowStreamsAreDerivedFromSeedAndRow() throws {
        let environment = try Vectorized(CartPole(), count: 3)
        var batch = StepBatch(observationSpace: environment.observationSpace, count: 3)
        environment.reset(seed: 12, into: &batch)
        for row in 0..<3 {
            var random = PCG64(SeedSequence(12, spawnKey: [UInt32(row)]))
            let expected = (0..<4).map { _ in Double(Float(random.uniform(-0.05, 0.05))) }
            #expect(batch.observations.row(row) == expected)
        }
    }

    /// Once warm, a step allocates nothing, whatever the scalar type and however many episodes end.
    @Test(.enabled(if: allocations_are_counted() != 0), arguments: standardEnvironments + probeEnvironments)
    func aStepAllocatesNothing(entry: EnvironmentEntry) throws {
        let made = try entry.make()
        // Shapes of a game are made when they are first painted.
        _ = try allocations(in: made.vectorized(8))
        #expect(try allocations(in: made.vectorized(8)) == 0)
    }

    @Test(.enabled(if: allocations_are_counted() != 0))
    func anAllocationAStepIsCounted() throws {
        #expect(try allocations(in: Vectorized(Hoarder(), count: 8)) == 8 * 1000)
    }

    private func allocations(in environment: any VectorEnvironment) throws -> UInt64 {
        var batch = StepBatch(observationSpace: environment.observationSpace, count: environment.count)
        var actions = ActionBatch(for: environment.actionSpace, count: environment.count)
        environment.reset(seed: 0, into: &batch)
        var before: UInt64 = 0
        for step in 0..<1_100 {
            if step == 100 { before = allocation_count() }
            if case .discrete(let choices) = environment.actionSpace {
                for row in 0..<environment.count { actions.indices[row] = Int32((row + step) % choices) }
            }
            try environment.step(actions, into: &batch)
            environment.advance(&batch)
        }
        return allocation_count() - before
    }
}

/// Counts up on action 1 and ends at `end`; the reward is ten times the count after a count.
private struct Count: Environment {
    let end: Int
    var count = 0

    init(end: Int) { self.end = end }

    var observationSpace: Space { .box(Box(low: [0], high: [100], shape: [1])) }
    var actionSpace: Space { .discrete(2) }

    mutating func reset(into observation: inout MutableSpan<Float>, using random: inout PCG64) {
        count = 0
        observation[0] = 0
    }

    mutating func step(
        _ action: Int, into observation: inout MutableSpan<Float>, using random: inout PCG64
    ) -> Outcome {
        count += action
        observation[0] = Float(count)
        return Outcome(reward: Double(10 * count * action), terminated: count == end)
    }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("count", &count)
    }
}

/// Clips rewards to 1 and ends the learner's episode after every second step, going on where the task is.
private struct Halved: Modifier {
    var steps = 0
    var hasEnded = true

    mutating func reset(
        _ base: inout Count, into observation: inout MutableSpan<Float>, using random: inout PCG64
    ) {
        if hasEnded {
            base.reset(into: &observation, using: &random)
        } else {
            observation[0] = Float(base.count)
        }
        hasEnded = false
    }

    mutating func step(
        _ base: inout Count, _ action: Int, into observation: inout MutableSpan<Float>,
        using random: inout PCG64
    ) -> Outcome {
        var outcome = base.step(action, into: &observation, using: &random)
        steps += 1
        hasEnded = outcome.terminated
        outcome.reward = min(1, outcome.reward)
        outcome.terminated = outcome.terminated || steps.isMultiple(of: 2)
        return outcome
    }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}
}

/// Makes an array a step.
private struct Hoarder: Environment {
    var hoard: [Int] = []

    var observationSpace: Space { .box(Box(low: [0], high: [100], shape: [1])) }
    var actionSpace: Space { .discrete(1) }

    mutating func reset(into observation: inout MutableSpan<Float>, using random: inout PCG64) {
        observation[0] = 0
    }

    mutating func step(
        _ action: Int, into observation: inout MutableSpan<Float>, using random: inout PCG64
    ) -> Outcome {
        hoard = [random.integers(5), random.integers(5)]
        observation[0] = Float(hoard[0])
        return Outcome(reward: 0)
    }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}
}
