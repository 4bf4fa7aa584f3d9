import RLCore
import RLTraining
import Testing

@Suite struct RolloutTests {
    private static let space = Space.box(Box(low: [-9], high: [99], shape: [2]))

    /// Row r of step t observes (10 t + r, 1), does r, and brings the reward t + 1.
    private static func append(
        _ step: Int, to rollout: inout Rollout, change: (inout StepBatch) -> Void = { _ in }
    ) {
        var batch = StepBatch(observationSpace: space, count: 2)
        var decisions = Decisions(actionSpace: .discrete(3), rows: 2)
        for row in 0..<2 {
            batch.observations.floats[2 * row] = Float(10 * step + row)
            batch.observations.floats[2 * row + 1] = 1
            batch.rewards[row] = Float(step + 1)
            decisions.actions.indices[row] = Int32(row)
            decisions.logProbabilities[row] = -Float(step)
            decisions.values[row] = Float(step) / 2
        }
        change(&batch)
        rollout.append(batch, decisions, cutValues: [50, 60])
    }

    private func made(steps: Int = 3) throws -> Rollout {
        try Rollout(steps: steps, rows: 2, observationSpace: RolloutTests.space, actionSpace: .discrete(3))
    }

    @Test func keepsTheOrder() throws {
        var rollout = try made()
        for step in 0..<3 {
            #expect(!rollout.isFull && rollout.filled == step)
            RolloutTests.append(step, to: &rollout)
        }
        #expect(rollout.isFull && rollout.count == 6)
        let firsts = (0..<6).map { rollout.observations.floats[2 * $0] }
        #expect(firsts == [0, 1, 10, 11, 20, 21])
        #expect(rollout.actions.indices == [0, 1, 0, 1, 0, 1])
        #expect(rollout.logProbabilities == [0, 0, -1, -1, -2, -2])
        #expect(rollout.rewards == [1, 1, 2, 2, 3, 3])
        #expect(rollout.values == [0, 0, 0.5, 0.5, 1, 1])
    }

    /// A critic that looks at everything at the end has the place of one that was asked at every step.
    @Test func valuesAtTheEnd() throws {
        var rollout = try made()
        var expected = try made()
        for step in 0..<3 {
            RolloutTests.append(step, to: &rollout)
            RolloutTests.append(step, to: &expected)
        }
        rollout.setValues { observations, values in
            for index in values.indices {
                values[index] = (observations.floats[2 * index] / 10).rounded(.down) / 2
            }
        }
        #expect(rollout.values == expected.values)
        rollout.setValues { _, values in for index in values.indices { values[index] += 1 } }
        rollout.finish(lastValues: [7, 8], discount: 0.5, lambda: 1)
        #expect(rollout.values == expected.values.map { $0 + 1 })
        #expect(rollout.successorValues == [1.5, 1.5, 2, 2, 7, 8])
    }

    /// A cut keeps the value of its true successor, a termination has none, and the last step that of what comes next.
    @Test func successors() throws {
        var rollout = try made()
        RolloutTests.append(0, to: &rollout) { $0.truncated[0] = true }
        RolloutTests.append(1, to: &rollout) {
            $0.terminated[0] = true
            // Both: the task has ended.
            $0.terminated[1] = true
            $0.truncated[1] = true
        }
        RolloutTests.append(2, to: &rollout) { $0.truncated[1] = true }
        rollout.finish(lastValues: [7, 8], discount: 0.5, lambda: 1)
        #expect(rollout.successorValues == [50, 0.5, 0, 0, 7, 60])
        #expect(rollout.ended == [true, false, true, true, false, true])
        #expect(rollout.terminated == [false, false, true, true, false, false])
        // Row 0: 1 + 25; 2; 3 + 3.5. Row 1: 1 + 0.5 · 2; 2; 3 + 30.
        #expect(rollout.returns == [26, 2, 2, 2, 6.5, 33])
        #expect(zip(rollout.returns, rollout.values).map { $0 - $1 } == rollout.advantages)
        #expect(rollout.filled == 0 && !rollout.isFull)
    }

    @Test func normalizing() throws {
        var rollout = try made()
        for step in 0..<3 { RolloutTests.append(step, to: &rollout) }
        rollout.finish(lastValues: [0, 0], discount: 0.9, lambda: 0.9)
        var expected = rollout.advantages
        Returns.normalize(&expected)
        rollout.normalizeAdvantages()
        #expect(rollout.advantages == expected)
    }

    @Test func isArchived() throws {
        var rollout = try made()
        RolloutTests.append(0, to: &rollout) { $0.truncated[1] = true }
        var archive = Archive()
        try rollout.archive(&archive)
        var other = try made()
        var restoring = Archive(restoring: archive.entries)
        try other.archive(&restoring)
        for step in 1..<3 {
            RolloutTests.append(step, to: &rollout)
            RolloutTests.append(step, to: &other)
        }
        rollout.finish(lastValues: [1, 2], discount: 0.9, lambda: 0.8)
        other.finish(lastValues: [1, 2], discount: 0.9, lambda: 0.8)
        #expect(rollout.returns == other.returns && rollout.observations == other.observations)
        #expect(rollout.successorValues == other.successorValues && other.successorValues[1] == 60)
    }

    /// A rollout that is full, and actions that are none, would stop the program later.
    @Test(arguments: [("filled", [3]), ("filled", [-1])]) func damagedPlaces(_ name: String, _ value: [Int])
        throws
    {
        var rollout = try made()
        var archive = Archive()
        try rollout.archive(&archive)
        var entries = archive.entries
        let entry = try #require(entries[name])
        entries[name] = Archive.Entry(
            type: entry.type, shape: entry.shape, bytes: withUnsafeBytes(of: value[0]) { Array($0) })
        var restoring = Archive(restoring: entries)
        #expect(throws: ArchiveError.self) { try rollout.archive(&restoring) }
    }

    @Test func tooLarge() {
        let error = #expect(throws: ConfigurationError.self) {
            _ = try Rollout(
                steps: 1_000_000, rows: 1_000_000, observationSpace: RolloutTests.space,
                actionSpace: .discrete(3))
        }
        #expect(
            error?.description.hasPrefix("rolloutSteps=1000000 of 1000000 rows does not fit: at 38 bytes")
                == true)
    }
}
