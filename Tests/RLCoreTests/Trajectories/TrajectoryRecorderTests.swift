import Environments
import RLCore
import Testing

@Suite struct TrajectoryRecorderTests {
    /// Plays `steps` random steps of `environment`, and hands over every batch between `step` and `advance`.
    private func play(
        _ environment: any VectorEnvironment, steps: Int, seed: UInt64 = 3,
        _ body: (borrowing StepBatch, ActionBatch) -> Void = { _, _ in }
    ) throws {
        var batch = StepBatch(observationSpace: environment.observationSpace, count: environment.count)
        var actions = ActionBatch(for: environment.actionSpace, count: environment.count)
        var random = PCG64(seed: 8)
        environment.reset(seed: seed, into: &batch)
        for _ in 0..<steps {
            for row in 0..<environment.count {
                actions.draw(row: row, from: environment.actionSpace, using: &random)
            }
            try environment.step(actions, into: &batch)
            body(batch, actions)
            environment.advance(&batch)
        }
    }

    private func cartPoles(_ count: Int) throws -> Vectorized {
        try Vectorized(CartPole().timeLimit(30), count: count)
    }

    /// Against a list of every transition, kept row by row as plainly as can be.
    @Test func episodesAreWhatWasPlayed() throws {
        struct Step: Equatable {
            var before, action, after: [Double]
            var reward: Float
            var terminated, truncated: Bool
        }
        let recorder = TrajectoryRecorder(try cartPoles(3), limit: .steps(100_000))
        var running: [[Step]] = [[], [], []]
        var expected: [(row: Int, steps: [Step])] = []
        var returns: [Double?] = []
        try play(recorder, steps: 200) { batch, actions in
            for row in 0..<3 {
                running[row].append(
                    Step(
                        before: batch.observations.row(row), action: actions.row(row),
                        after: batch.nextObservations.row(row), reward: batch.rewards[row],
                        terminated: batch.terminated[row], truncated: batch.truncated[row]))
                if batch.isDone(row) {
                    expected.append((row, running[row]))
                    returns.append(batch.finished.first { $0.row == row }?.return)
                    running[row] = []
                }
            }
        }
        #expect(expected.count > 20 && recorder.trajectories.count == expected.count)
        #expect(recorder.trajectories.contains { $0.truncated.last == true })
        #expect(recorder.trajectories.contains { $0.terminated.last == true })
        for (index, episode) in recorder.trajectories.enumerated() {
            let (row, steps) = expected[index]
            #expect(episode.row == row && episode.length == steps.count)
            #expect(episode.return == returns[index] && episode.return == Double(steps.count))
            #expect(episode.observations.count == steps.count + 1 && episode.actions.count == steps.count)
            for (time, step) in steps.enumerated() {
                let recorded = Step(
                    before: episode.observations.row(time), action: episode.actions.row(time),
                    after: episode.observations.row(time + 1), reward: episode.rewards[time],
                    terminated: episode.terminated[time], truncated: episode.truncated[time])
                #expect(recorded == step)
            }
        }
    }

    /// With a recorder and without one, all that is seen is the same.
    @Test func nothingChangesWhereItIsRecorded() throws {
        struct Seen: Equatable {
            var before, after: ObservationBatch
            var rewards: [Float]
            var flags: [[Bool]]
            var finished: [FinishedEpisode]
        }
        func seen(_ environment: any VectorEnvironment) throws -> [Seen] {
            var all: [Seen] = []
            try play(environment, steps: 120) { batch, _ in
                all.append(
                    Seen(
                        before: batch.observations, after: batch.nextObservations, rewards: batch.rewards,
                        flags: [batch.terminated, batch.truncated, batch.starts], finished: batch.finished))
            }
            return all
        }
        let plain = try seen(try cartPoles(4))
        // Through the moment when it is full, too.
        #expect(try seen(TrajectoryRecorder(try cartPoles(4), limit: .episodes(5))) == plain)
        #expect(try seen(TrajectoryRecorder(try cartPoles(4), limit: .episodesPerRow(0))) == plain)
        var (with, without) = (Archive(), Archive())
        let (bare, recorded) = (try cartPoles(2), try cartPoles(2))
        try play(bare, steps: 9)
        let recorder = TrajectoryRecorder(recorded, limit: .episodes(9))
        try play(recorder, steps: 9)
        try recorder.archive(&with)
        try bare.archive(&without)
        #expect(with.entries == without.entries)
    }

    @Test func limitsBoundWhatIsKept() throws {
        let some = TrajectoryRecorder(try cartPoles(4), limit: .episodes(5))
        try play(some, steps: 300)
        #expect(some.trajectories.count == 5)
        let perRow = TrajectoryRecorder(try cartPoles(4), limit: .episodesPerRow(2))
        try play(perRow, steps: 300)
        #expect(perRow.trajectories.map(\.row).sorted() == [0, 0, 1, 1, 2, 2, 3, 3])
        let long = TrajectoryRecorder(try cartPoles(4), limit: .steps(50))
        try play(long, steps: 300)
        let lengths = long.trajectories.map(\.length)
        #expect(lengths.reduce(0, +) >= 50 && lengths.dropLast().reduce(0, +) < 50)
        for recorder in [some, perRow, long] {
            // Four floats observed, an action, a reward, two flags; nothing of running episodes is left.
            let steps = recorder.trajectories.reduce(0) { $0 + $1.length }
            #expect(recorder.bytes == steps * (16 + 4 + 4 + 2))
        }
    }

    @Test func tooMuchIsRefusedByName() throws {
        let recorder = TrajectoryRecorder(
            try Vectorized(Endless(), count: 2), limit: .episodes(1), bytesAllowed: 3 << 20)
        do {
            try play(recorder, steps: 200_000)
            Issue.record("not refused")
        } catch let error as EnvironmentError {
            #expect(error.description.contains("more than 3 MB"))
        }
    }

    @Test func whatRunsIsCutOnDemandAlone() throws {
        let recorder = TrajectoryRecorder(try Vectorized(Endless(), count: 2), limit: .episodes(5))
        try play(recorder, steps: 10)
        #expect(recorder.trajectories.isEmpty)
        recorder.cutRunning()
        #expect(recorder.trajectories.map(\.row) == [0, 1])
        for episode in recorder.trajectories {
            #expect(episode.length == 10 && episode.return == nil)
            #expect(episode.truncated == [Bool](repeating: false, count: 9) + [true])
            #expect(!episode.terminated.contains(true))
            #expect(episode.observations.indices == Array(0...10))
        }
        // Just reset: nothing to cut.
        recorder.cutRunning()
        #expect(recorder.trajectories.count == 2)
    }

    /// A reset and a restored environment begin anew: no episode is put together from two.
    @Test func beginningsThatAreMissingAreNotRecorded() throws {
        let environment = try cartPoles(1)
        let recorder = TrajectoryRecorder(environment, limit: .episodes(100))
        try play(recorder, steps: 5)
        try play(recorder, steps: 100)
        let plain = TrajectoryRecorder(try cartPoles(1), limit: .episodes(100))
        try play(plain, steps: 100)
        #expect(recorder.trajectories == plain.trajectories && plain.trajectories.count > 2)

        var saved = Archive()
        try environment.archive(&saved)
        let restored = TrajectoryRecorder(try cartPoles(1), limit: .episodes(100))
        try play(restored, steps: 5)
        var reading = try Archive(safetensors: saved.safetensors())
        try restored.archive(&reading)
        restored.cutRunning()
        #expect(restored.trajectories.isEmpty)
    }

    @Test func filesHoldEveryEpisodeByName() throws {
        let environment = try Vectorized(MinAtar<Breakout>().timeLimit(40), count: 2)
        let recorder = TrajectoryRecorder(environment, limit: .episodesPerRow(1))
        try play(recorder, steps: 50)
        let file = TrajectoryFile(
            recorder.trajectories, environment: "MinAtar/Breakout-v1",
            observationSpace: environment.observationSpace, actionSpace: environment.actionSpace, seed: 3,
            metadata: ["run": "a"])
        let bytes = file.safetensors()
        let entries = try Archive(safetensors: bytes).entries
        #expect(entries.count == 2 * 5 + 3)
        let text = String(decoding: bytes.prefix(200), as: UTF8.self)
        #expect(
            text.contains(
                #"{"environment":"MinAtar/Breakout-v1","format":"rl trajectories 1","run":"a"}"#))
        #expect(entries["seed"] == Archive.Entry(type: .uint64, shape: [], bytes: [3, 0, 0, 0, 0, 0, 0, 0]))
        for (number, episode) in recorder.trajectories.enumerated() {
            let observations = try #require(entries["episode.\(number).observations"])
            #expect(observations.type == .uint8 && observations.shape == [episode.length + 1, 10, 10, 4])
            #expect(observations.bytes == episode.observations.bytes)
            let actions = try #require(entries["episode.\(number).actions"])
            #expect(actions.type == .int32 && actions.shape == [episode.length])
            for name in ["rewards", "terminated", "truncated"] {
                #expect(entries["episode.\(number).\(name)"]?.shape == [episode.length])
            }
        }
        let lengths = recorder.trajectories.map(\.length)
        #expect(entries["lengths"]?.bytes == lengths.withUnsafeBytes { Array($0) })
        // A box of actions keeps its shape, and a discrete state has none.
        let pendulum = TrajectoryRecorder(
            try Vectorized(Pendulum().timeLimit(3), count: 1), limit: .episodes(1))
        try play(pendulum, steps: 3)
        let numbers = try Archive(
            safetensors: TrajectoryFile(
                pendulum.trajectories, environment: "", observationSpace: pendulum.observationSpace,
                actionSpace: pendulum.actionSpace, seed: 0
            ).safetensors()
        ).entries
        #expect(numbers["episode.0.actions"]?.shape == [3, 1])
        #expect(numbers["episode.0.actions"]?.type == .float32)
        #expect(numbers["episode.0.observations"]?.shape == [4, 3])
    }
}

/// Counts, and never ends.
private struct Endless: Environment {
    var count: Int32 = 0

    var observationSpace: Space { .discrete(1_000_000) }
    var actionSpace: Space { .discrete(2) }

    mutating func reset(into observation: inout MutableSpan<Int32>, using random: inout PCG64) {
        count = 0
        observation[0] = 0
    }

    mutating func step(
        _ action: Int, into observation: inout MutableSpan<Int32>, using random: inout PCG64
    ) -> Outcome {
        count += 1
        observation[0] = count
        return Outcome(reward: 1)
    }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("count", &count)
    }
}
