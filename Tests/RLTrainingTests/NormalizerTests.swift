import RLCore
import RLTraining
import Testing

@Suite struct NormalizerTests {
    private static let space = Space.box(Box(low: [-.infinity], high: [.infinity], shape: [3]))
    private let task = TrainingTask(
        name: "task", observationSpace: NormalizerTests.space, actionSpace: .discrete(2), rows: 4, steps: 100)

    private func normalizer(observations: Bool = true, rewards: Bool = true) throws -> Normalizer {
        try Normalizer(for: task, observations: observations, rewards: rewards, discount: 0.9)
    }

    /// Merged batch by batch, the moments are those of everything at once and of the beginning's 10⁻⁴ of an observation
    /// with mean 0 and variance 1.
    @Test func momentsAreThoseOfEverything() {
        var random = PCG64(seed: 1)
        var moments = RunningMoments(width: 2)
        var columns: [[Double]] = [[], []]
        for rows in [1, 5, 2, 40] {
            let values = (0..<2 * rows).map { Float(random.uniform(-3, 5)) * ($0 % 2 == 0 ? 1 : 100) + 7 }
            moments.update(with: values)
            for (index, value) in values.enumerated() { columns[index % 2].append(Double(value)) }
        }
        for (column, values) in columns.enumerated() {
            let count = Double(values.count) + 1e-4
            let mean = values.reduce(0, +) / count
            let squares = values.reduce(1e-4 * (1 + mean * mean)) { $0 + ($1 - mean) * ($1 - mean) }
            #expect(abs(moments.mean[column] - mean) < 1e-9 * max(1, abs(mean)))
            #expect(abs(moments.variance[column] - squares / count) < 1e-9 * squares)
        }
        #expect(moments.count == 48 + 1e-4)
    }

    @Test func observationsByHand() throws {
        var normalizer = try normalizer()
        var batch = StepBatch(observationSpace: NormalizerTests.space, count: 4)
        batch.observations.floats = [1, 0, 5, 3, 0, 5, 5, 0, 5, 7, 1000, 5]
        normalizer.normalizeObservations(of: &batch)
        // The first column has the mean 4 and the variance 5, but for the beginning's share.
        let expected: [Float] = [-3, -1, 1, 3].map { $0 / Float(5).squareRoot() }
        for row in 0..<4 { #expect(abs(batch.observations.floats[3 * row] - expected[row]) < 1e-4) }
        #expect(abs(batch.observations.floats[10] - Float(3).squareRoot()) < 1e-4)
        // Of nothing but fives there is no deviation to divide by, and the mean is almost five.
        #expect(abs(batch.observations.floats[2]) < 0.02)

        // What is not taken note of is seen with the same eyes, and clipped.
        var seen = ObservationBatch(for: NormalizerTests.space, count: 2)
        seen.floats = [4, 0, 0, 1e9, -1e9, 0]
        let before = normalizer.observations
        let normalized = normalizer.normalized(seen)
        #expect(abs(normalized.floats[0]) < 1e-3 && normalized.floats[3] == 10)
        #expect(normalized.floats[4] == -10)
        #expect(normalizer.observations == before && seen.floats[3] == 1e9)
    }

    /// Rewards are divided by the standard deviation of the discounted return; its mean stays in; an episode's end begins
    /// a new one.
    @Test func rewardsAgainstAPlainLoop() throws {
        var random = PCG64(seed: 2)
        var normalizer = try normalizer()
        var sums = [Double](repeating: 0, count: 4)
        var seen: [Double] = []
        for _ in 0..<50 {
            var batch = StepBatch(observationSpace: NormalizerTests.space, count: 4)
            for row in 0..<4 {
                batch.rewards[row] = Float(random.uniform(0, 20))
                batch.terminated[row] = random.random() < 0.1
                batch.truncated[row] = random.random() < 0.1
            }
            let rewards = batch.rewards
            normalizer.normalizeRewards(of: &batch)
            for row in 0..<4 { sums[row] = 0.9 * sums[row] + Double(rewards[row]) }
            seen += sums
            let count = Double(seen.count) + 1e-4
            let mean = seen.reduce(0, +) / count
            let squares = seen.reduce(1e-4 * (1 + mean * mean)) { $0 + ($1 - mean) * ($1 - mean) }
            let deviation = (squares / count + 1e-8).squareRoot()
            for row in 0..<4 {
                let expected = min(Double(rewards[row]) / deviation, 10)
                #expect(abs(Double(batch.rewards[row]) - expected) < 1e-6 * max(1, expected))
                if batch.isDone(row) { sums[row] = 0 }
            }
        }
        // Before, the deviation is small beside the first rewards: they are clipped where they would be above 10.
        var fresh = try self.normalizer(observations: false)
        var batch = StepBatch(observationSpace: NormalizerTests.space, count: 4)
        batch.rewards = [-3, -3, -3, -3]
        fresh.normalizeRewards(of: &batch)
        #expect(batch.rewards == [-10, -10, -10, -10])
    }

    @Test func turnedOffChangesNothing() throws {
        var normalizer = try normalizer(observations: false, rewards: false)
        var batch = StepBatch(observationSpace: NormalizerTests.space, count: 4)
        batch.observations.floats = (0..<12).map(Float.init)
        batch.rewards = [1, 2, 3, 4]
        normalizer.normalizeObservations(of: &batch)
        normalizer.normalizeRewards(of: &batch)
        #expect(batch.rewards == [1, 2, 3, 4] && batch.observations.floats == (0..<12).map(Float.init))
        #expect(normalizer.normalized(batch.observations) == batch.observations)
        var archive = Archive()
        try normalizer.archive(&archive)
        #expect(archive.entries.isEmpty)
    }

    @Test func isArchived() throws {
        var one = try normalizer()
        var batch = StepBatch(observationSpace: NormalizerTests.space, count: 4)
        for round in 0..<3 {
            batch.observations.floats = (0..<12).map { Float($0 * round) }
            batch.rewards = [1, 2, 3, Float(round)]
            one.normalizeObservations(of: &batch)
            one.normalizeRewards(of: &batch)
        }
        var archive = Archive()
        try one.archive(&archive)
        var other = try normalizer()
        var restoring = Archive(restoring: archive.entries)
        try other.archive(&restoring)
        batch.rewards = [5, 6, 7, 8]
        var again = StepBatch(observationSpace: NormalizerTests.space, count: 4)
        again.rewards = batch.rewards
        one.normalizeRewards(of: &batch)
        other.normalizeRewards(of: &again)
        #expect(batch.rewards == again.rewards && one.observations == other.observations)
        // A policy needs no rewards.
        var policy = Archive()
        try one.archivePolicy(&policy)
        #expect(
            policy.entries.keys.sorted() == [
                "observations.count", "observations.mean", "observations.variance",
            ])
    }

    @Test func onlyNumbersHaveAScale() throws {
        let task = TrainingTask(
            name: "maze", observationSpace: .discrete(9), actionSpace: .discrete(2), rows: 1, steps: 10)
        let error = #expect(throws: ConfigurationError.self) {
            _ = try Normalizer(for: task, observations: true, rewards: false, discount: 0.9)
        }
        #expect(error?.description.contains("normalizesObservations=true") == true)
        #expect(error?.description.contains("discrete(9)") == true)
        _ = try Normalizer(for: task, observations: false, rewards: true, discount: 0.9)
    }
}
