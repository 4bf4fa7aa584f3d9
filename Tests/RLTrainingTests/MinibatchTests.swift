import RLCore
import RLTraining
import Testing

@Suite struct MinibatchTests {
    private static let observationSpaces: [Space] = [
        .box(Box(low: [-1], high: [1], shape: [3])),
        .box(Box(low: [0], high: [255], shape: [2, 2], scalarType: .uint8)),
        .discrete(1000), .multiDiscrete([1000, 1000]),
    ]
    private static let actionSpaces: [Space] = [
        .discrete(5), .multiDiscrete([5, 9]), .box(Box(low: [-1], high: [1], shape: [2])),
    ]

    /// Large ones are halved, whatever the threads; parts cover each row once.
    @Test func parts() {
        func minibatch(_ count: Int) -> Minibatch {
            Minibatch(count: count, observationSpace: .discrete(2), actionSpace: .discrete(2))
        }
        #expect(minibatch(128).isWorthThreads(parameters: 10_000))
        #expect(!minibatch(63).isWorthThreads(parameters: 10_000_000))
        #expect(!minibatch(128).isWorthThreads(parameters: 1000))
        #expect(minibatch(7).rows(ofPart: 0, of: 2) == 0..<3)
        #expect(minibatch(7).rows(ofPart: 1, of: 2) == 3..<7)
    }

    /// Shuffled places in minibatches bring every transition whole and exactly once.
    @Test(arguments: observationSpaces, actionSpaces)
    func coversEachOnce(observing observationSpace: Space, acting actionSpace: Space) throws {
        var random = PCG64(seed: 3)
        var rollout = try Rollout(
            steps: 6, rows: 4, observationSpace: observationSpace, actionSpace: actionSpace)
        for step in 0..<6 {
            var batch = StepBatch(observationSpace: observationSpace, count: 4)
            var decisions = Decisions(actionSpace: actionSpace, rows: 4)
            for index in 0..<batch.observations.floats.count {
                batch.observations.floats[index] = Float(random.random())
            }
            for index in 0..<batch.observations.bytes.count {
                batch.observations.bytes[index] = UInt8(random.integers(256))
            }
            for index in 0..<batch.observations.indices.count {
                batch.observations.indices[index] = Int32(random.integers(1000))
            }
            for index in decisions.actions.indices.indices {
                decisions.actions.indices[index] = Int32(random.integers(5))
            }
            for index in decisions.actions.values.indices {
                decisions.actions.values[index] = Float(random.random())
            }
            for row in 0..<4 {
                // Every transition is told by its log-probability.
                decisions.logProbabilities[row] = Float(step * 4 + row)
                decisions.values[row] = Float(random.random())
                batch.rewards[row] = Float(random.random())
            }
            rollout.append(batch, decisions, cutValues: [0, 0, 0, 0])
        }
        rollout.finish(lastValues: [1, 2, 3, 4], discount: 0.9, lambda: 0.9)

        var minibatch = Minibatch(count: 8, observationSpace: observationSpace, actionSpace: actionSpace)
        for _ in 0..<3 {
            var order = (0..<24).map(Int32.init)
            random.shuffle(&order)
            var seen: [Int] = []
            for first in stride(from: 0, to: 24, by: 8) {
                minibatch.gather(order[first..<first + 8], of: rollout)
                for row in 0..<8 {
                    let place = Int(minibatch.logProbabilities[row])
                    seen.append(place)
                    #expect(minibatch.observations.row(row) == rollout.observations.row(place))
                    #expect(minibatch.actions.row(row) == rollout.actions.row(place))
                    #expect(minibatch.values[row] == rollout.values[place])
                    #expect(minibatch.advantages[row] == rollout.advantages[place])
                    #expect(minibatch.returns[row] == rollout.returns[place])
                }
            }
            #expect(seen.sorted() == Array(0..<24) && seen != seen.sorted())
        }
    }

    @Test func normalizesItsOwn() throws {
        var rollout = try Rollout(
            steps: 4, rows: 1, observationSpace: .discrete(2), actionSpace: .discrete(2))
        for step in 0..<4 {
            var batch = StepBatch(observationSpace: .discrete(2), count: 1)
            batch.rewards[0] = Float(step * step)
            batch.terminated[0] = true
            rollout.append(batch, Decisions(actionSpace: .discrete(2), rows: 1), cutValues: [0])
        }
        rollout.finish(lastValues: [0], discount: 1, lambda: 1)
        var minibatch = Minibatch(count: 2, observationSpace: .discrete(2), actionSpace: .discrete(2))
        minibatch.gather([3, 1], of: rollout)
        minibatch.normalizeAdvantages()
        // 9 and 1: mean 5, deviation √32.
        #expect(minibatch.advantages.map { abs($0) }.allSatisfy { abs($0 - 0.70710678) < 1e-6 })
        #expect(minibatch.advantages[0] > 0 && minibatch.returns == [9, 1])
    }
}
