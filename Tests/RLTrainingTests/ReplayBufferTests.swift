import CAllocationCounter
import Environments
import RLCore
import RLTraining
import Testing

@Suite struct ReplayBufferTests {
    static let observationSpaces: [Space] = [
        .box(Box(low: [-1], high: [1], shape: [3])),
        .box(Box(low: [0], high: [255], shape: [2, 2], scalarType: .uint8)),
        .discrete(1000), .multiDiscrete([1000, 1000]),
    ]
    static let actionSpaces: [Space] = [
        .discrete(5), .multiDiscrete([5, 9]), .box(Box(low: [-1], high: [1], shape: [2])),
    ]

    /// A transition kept as plain numbers.
    private struct Transition: Equatable {
        var observation: [Double], action: [Double], reward: Float, next: [Double], terminated: Bool
    }

    /// Batches of random episodes: successors continue where the episode goes on.
    private struct RandomEpisodes: ~Copyable {
        var random: PCG64
        var batch: StepBatch
        var actions: ActionBatch

        init(observing space: Space, acting actionSpace: Space, rows: Int, seed: UInt64) {
            random = PCG64(seed: seed)
            batch = StepBatch(observationSpace: space, count: rows)
            actions = ActionBatch(for: actionSpace, count: rows)
            batch.observations.randomize(using: &random)
        }

        mutating func step() -> [Transition] {
            batch.nextObservations.randomize(using: &random)
            for index in actions.indices.indices { actions.indices[index] = Int32(random.integers(5)) }
            for index in actions.values.indices { actions.values[index] = Float(random.uniform(-1, 1)) }
            for row in 0..<batch.count {
                batch.rewards[row] = Float(random.uniform(-9, 9))
                batch.terminated[row] = random.random() < 0.2
                batch.truncated[row] = random.random() < 0.2
            }
            return (0..<batch.count).map { row in
                Transition(
                    observation: batch.observations.row(row), action: actions.row(row),
                    reward: batch.rewards[row], next: batch.nextObservations.row(row),
                    terminated: batch.terminated[row])
            }
        }

        /// What `advance` does, with other observations where an episode starts.
        mutating func advance() {
            swap(&batch.observations, &batch.nextObservations)
            var fresh = batch.observations
            fresh.randomize(using: &random)
            for row in 0..<batch.count where batch.isDone(row) {
                batch.observations.copyRow(row, from: fresh, row: row)
            }
        }
    }

    /// Whatever was stored, sampling gives what a plain array of all transitions gives, whose element `i` of the
    /// buffer is the last one whose number is `i` modulo the capacity.
    @Test(arguments: [(7, 1), (1, 1), (5, 8), (1, 3), (12, 4), (10, 4)], observationSpaces)
    func isANaiveBuffer(_ shape: (capacity: Int, rows: Int), _ space: Space) throws {
        for (seed, actionSpace) in ReplayBufferTests.actionSpaces.enumerated() {
            var episodes = RandomEpisodes(
                observing: space, acting: actionSpace, rows: shape.rows, seed: UInt64(seed))
            var buffer = try ReplayBuffer(
                capacity: shape.capacity, observationSpace: space, actionSpace: actionSpace)
            var sample = ReplaySample(count: 6, observationSpace: space, actionSpace: actionSpace)
            var (random, naiveRandom) = (PCG64(seed: 8), PCG64(seed: 8))
            var all: [Transition] = []
            for _ in 0..<40 {
                all += episodes.step()
                buffer.append(episodes.batch, actions: episodes.actions)
                episodes.advance()
                let count = min(all.count, shape.capacity)
                #expect(buffer.count == count)
                buffer.sample(into: &sample, using: &random)
                for row in 0..<6 {
                    let place = naiveRandom.integers(count)
                    let last = all.indices.last { $0 % shape.capacity == place }
                    #expect(ReplayBufferTests.transition(row, of: sample) == last.map { all[$0] })
                }
            }
        }
    }

    private static func transition(_ row: Int, of sample: ReplaySample) -> Transition {
        Transition(
            observation: sample.observations.row(row), action: sample.actions.row(row),
            reward: sample.rewards[row], next: sample.nextObservations.row(row),
            terminated: sample.continuations[row] == 0)
    }

    /// At a limit the successor is the last observation of the episode, not the first of the next, and bootstraps.
    @Test func aTruncationKeepsItsSuccessor() throws {
        let environment = try Vectorized(Ascent().timeLimit(3), count: 1)
        var batch = StepBatch(observationSpace: environment.observationSpace, count: 1)
        let actions = ActionBatch(for: environment.actionSpace, count: 1)
        var buffer = try ReplayBuffer(
            capacity: 6, observationSpace: environment.observationSpace, actionSpace: environment.actionSpace)
        environment.reset(seed: 0, into: &batch)
        for _ in 0..<6 {
            try environment.step(actions, into: &batch)
            buffer.append(batch, actions: actions)
            environment.advance(&batch)
        }
        var sample = ReplaySample(
            count: 200, observationSpace: environment.observationSpace, actionSpace: environment.actionSpace)
        var random = PCG64(seed: 1)
        buffer.sample(into: &sample, using: &random)
        for row in 0..<200 {
            #expect(sample.nextObservations.floats[row] == sample.observations.floats[row] + 1)
            #expect(sample.continuations[row] == 1)
        }
        #expect(Set(sample.observations.floats) == [0, 1, 2])
    }

    /// 100 transitions drawn 100,000 times: χ² with 99 degrees of freedom exceeds 148 once in a thousand seeds.
    @Test func sampledUniformly() throws {
        let space = Space.discrete(1000)
        var episodes = RandomEpisodes(observing: space, acting: .discrete(2), rows: 1, seed: 0)
        var buffer = try ReplayBuffer(capacity: 100, observationSpace: space, actionSpace: .discrete(2))
        for number in 0..<150 {
            _ = episodes.step()
            episodes.batch.rewards[0] = Float(number)
            buffer.append(episodes.batch, actions: episodes.actions)
        }
        var sample = ReplaySample(count: 1000, observationSpace: space, actionSpace: .discrete(2))
        var random = PCG64(seed: 6)
        var counts: [Float: Double] = [:]
        for _ in 0..<100 {
            buffer.sample(into: &sample, using: &random)
            for reward in sample.rewards { counts[reward, default: 0] += 1 }
        }
        #expect(counts.keys.sorted() == (50..<150).map(Float.init), "the last 100, and each of them")
        let statistic = counts.values.reduce(0) { $0 + ($1 - 1000) * ($1 - 1000) / 1000 }
        #expect(statistic < 148 && statistic > 59, "χ² = \(statistic)")
    }

    @Test(arguments: observationSpaces, actionSpaces)
    func archived(_ space: Space, _ actionSpace: Space) throws {
        for steps in [0, 2, 9] {
            var episodes = RandomEpisodes(observing: space, acting: actionSpace, rows: 2, seed: 4)
            var buffer = try ReplayBuffer(capacity: 7, observationSpace: space, actionSpace: actionSpace)
            for _ in 0..<steps {
                _ = episodes.step()
                buffer.append(episodes.batch, actions: episodes.actions)
            }
            var saved = Archive()
            try buffer.archive(&saved)
            let file = saved.safetensors()
            var restored = try ReplayBuffer(capacity: 7, observationSpace: space, actionSpace: actionSpace)
            var archive = try Archive(safetensors: file)
            try restored.archive(&archive)
            var again = Archive()
            try restored.archive(&again)
            #expect(again.safetensors() == file)

            // Both go on alike.
            _ = episodes.step()
            buffer.append(episodes.batch, actions: episodes.actions)
            restored.append(episodes.batch, actions: episodes.actions)
            var (one, other) = (
                ReplaySample(count: 20, observationSpace: space, actionSpace: actionSpace),
                ReplaySample(count: 20, observationSpace: space, actionSpace: actionSpace)
            )
            var (random, otherRandom) = (PCG64(seed: 2), PCG64(seed: 2))
            buffer.sample(into: &one, using: &random)
            restored.sample(into: &other, using: &otherRandom)
            #expect(
                one.observations == other.observations && one.actions == other.actions
                    && one.nextObservations == other.nextObservations && one.rewards == other.rewards
                    && one.continuations == other.continuations)

            var larger = try ReplayBuffer(capacity: 8, observationSpace: space, actionSpace: actionSpace)
            var wrong = try Archive(safetensors: file)
            #expect(throws: ArchiveError.self) { try larger.archive(&wrong) }
        }
    }

    /// Neither storing nor sampling takes memory.
    @Test(.enabled(if: allocations_are_counted() != 0), arguments: observationSpaces, actionSpaces)
    func allocatesNothing(_ space: Space, _ actionSpace: Space) throws {
        var episodes = RandomEpisodes(observing: space, acting: actionSpace, rows: 3, seed: 4)
        var buffer = try ReplayBuffer(capacity: 50, observationSpace: space, actionSpace: actionSpace)
        var sample = ReplaySample(count: 32, observationSpace: space, actionSpace: actionSpace)
        var random = PCG64(seed: 1)
        _ = episodes.step()
        buffer.append(episodes.batch, actions: episodes.actions)
        buffer.sample(into: &sample, using: &random)
        let before = allocation_count()
        for _ in 0..<200 {
            buffer.append(episodes.batch, actions: episodes.actions)
            buffer.sample(into: &sample, using: &random)
        }
        #expect(allocation_count() - before == 0)
    }

    /// The counter counts: an array that is kept is an allocation.
    @Test(.enabled(if: allocations_are_counted() != 0))
    func anAllocationIsCounted() {
        let before = allocation_count()
        let kept = (0..<20).map { [Int](repeating: $0, count: 10) }
        #expect(allocation_count() - before >= 20 && kept.count == 20)
    }
}

extension ObservationBatch {
    fileprivate mutating func randomize(using random: inout PCG64) {
        for index in floats.indices { floats[index] = Float(random.uniform(-1, 1)) }
        for index in bytes.indices { bytes[index] = UInt8(random.integers(256)) }
        for index in indices.indices { indices[index] = Int32(random.integers(1000)) }
    }
}

/// Observes 0, 1, 2, … from the start of the episode.
private struct Ascent: Environment {
    var height = 0

    var observationSpace: Space { .box(Box(low: [0], high: [.infinity], shape: [1])) }
    var actionSpace: Space { .discrete(1) }

    mutating func reset(into observation: inout MutableSpan<Float>, using random: inout PCG64) {
        height = 0
        observation[0] = 0
    }

    mutating func step(
        _ action: Int, into observation: inout MutableSpan<Float>, using random: inout PCG64
    ) -> Outcome {
        height += 1
        observation[0] = Float(height)
        return Outcome(reward: 0)
    }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("height", &height)
    }
}
