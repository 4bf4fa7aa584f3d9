import CKernels
import Environments
import RLCore
import Testing

/// Carts stepped by vectors do what one cart does.
@Suite struct CartPoleRowsTests {
    /// To the bit, for row counts on both sides of a vector's width, with episodes cut and ended.
    @Test(arguments: [1, 7, 8, 65, 130], [CartPole.Arithmetic.exact, .float32])
    func rowsAreTheEnvironment(_ count: Int, _ arithmetic: CartPole.Arithmetic) throws {
        var options = CartPole.Options()
        options.arithmetic = arithmetic
        options.suttonBartoReward = count == 7
        let environment = CartPole(options).timeLimit(25)
        let rows = try Vectorized(environment, count: count)
        var singles = (0..<count).map { _ in environment }
        var randoms = (0..<count).map { PCG64(SeedSequence(11, spawnKey: [UInt32($0)])) }
        var scores = [Double](repeating: 0, count: count)
        var observation = [Float](repeating: 0, count: 4)
        var batch = StepBatch(observationSpace: rows.observationSpace, count: count)
        var actions = ActionBatch(for: rows.actionSpace, count: count)
        var choices = PCG64(seed: 1)
        var (terminations, truncations) = (0, 0)
        rows.reset(seed: 11, into: &batch)
        for row in 0..<count {
            var span = observation.mutableSpan
            singles[row].reset(into: &span, using: &randoms[row])
            #expect(batch.observations.row(row) == observation.map(Double.init))
        }
        for _ in 0..<200 {
            for row in 0..<count { actions.draw(row: row, from: rows.actionSpace, using: &choices) }
            try rows.step(actions, into: &batch)
            var finished: [FinishedEpisode] = []
            for row in 0..<count {
                var span = observation.mutableSpan
                let outcome = singles[row].step(Int(actions.indices[row]), into: &span, using: &randoms[row])
                scores[row] += outcome.score
                #expect(batch.nextObservations.row(row) == observation.map(Double.init))
                #expect(batch.rewards[row] == Float(outcome.reward))
                #expect(batch.terminated[row] == outcome.terminated)
                #expect(batch.truncated[row] == outcome.truncated)
                terminations += outcome.terminated ? 1 : 0
                truncations += outcome.truncated ? 1 : 0
                if outcome.isDone {
                    finished.append(
                        FinishedEpisode(
                            row: row, return: scores[row],
                            length: batch.finished.first { $0.row == row }?.length ?? 0,
                            terminated: outcome.terminated))
                    scores[row] = 0
                    var span = observation.mutableSpan
                    singles[row].reset(into: &span, using: &randoms[row])
                }
            }
            #expect(batch.finished == finished)
            rows.advance(&batch)
        }
        #expect(terminations > 3 && truncations > 0)
    }

    /// From equal states, Float32 is within 1e-6 of Double after one step.
    @Test func float32StaysClose() throws {
        var random = PCG64(seed: 8)
        var observation = [Float](repeating: 0, count: 4)
        var options = CartPole.Options()
        options.arithmetic = .float32
        var worst = 0.0
        for _ in 0..<20_000 {
            let state = [2.4, 3, 0.2094, 3].map { Double(Float(random.uniform(-$0, $0))) }
            var (exact, fast) = (try CartPole().restored(state), try CartPole(options).restored(state))
            let action = random.integers(2)
            var span = observation.mutableSpan
            let outcome = exact.step(action, into: &span, using: &random)
            let other = fast.step(action, into: &span, using: &random)
            let distances = [
                exact.position - fast.position, exact.velocity - fast.velocity, exact.angle - fast.angle,
                exact.angularVelocity - fast.angularVelocity,
            ]
            worst = max(worst, distances.map(abs).max() ?? 0)
            // At the very edge the two may part.
            if abs(abs(exact.angle) - 0.20943951) > 1e-6, abs(abs(exact.position) - 2.4) > 1e-6 {
                #expect(outcome.terminated == other.terminated)
            }
        }
        #expect(worst <= 1e-6 && worst > 0, "\(worst)")
    }

    /// The same bits on every instruction set.
    @Test func everySetComputesTheSame() {
        let count = 67
        let sets = [rl_baseline, rl_avx2, rl_avx512].map { rl_kernels_at_most(Int32($0)) }
        for step in [\rl_kernels.cartpole, \.cartpole_float32] {
            var results: [[Double]] = []
            for kernels in sets {
                var random = PCG64(seed: 3)
                var state = (0..<4 * count).map { _ in random.uniform(-0.2, 0.2) }
                let actions = (0..<count).map { _ in Int32(random.integers(2)) }
                var observations = [Float](repeating: 0, count: 4 * count)
                var isOver = [Bool](repeating: false, count: count)
                let constants = rl_cartpole(
                    gravity: 9.8, total_mass: 1.1, pole_mass: 0.1, half_length: 0.5, pole_mass_length: 0.05,
                    force: 10, time_step: 0.02, position_limit: 2.4, angle_limit: 0.2)
                for _ in 0..<5 {
                    kernels.pointee[keyPath: step](
                        count, constants, actions, &state, count, &observations, &isOver)
                }
                results.append(state + observations.map(Double.init) + isOver.map { $0 ? 1 : 0 })
            }
            #expect(results[0] == results[1] && results[0] == results[2])
        }
    }

    @Test func aDamagedArchiveOfRowsIsRefused() throws {
        let rows = try Vectorized(CartPole().timeLimit(25), count: 2)
        var archive = Archive()
        try rows.archive(&archive)
        for (name, value) in [("1.length", Int64(25)), ("0.length", -1), ("1.length", Int64.max)] {
            var entries = archive.entries
            let entry = try #require(entries[name])
            entries[name] = Archive.Entry(
                type: entry.type, shape: entry.shape,
                bytes: withUnsafeBytes(of: value.littleEndian) { Array($0) })
            var damaged = Archive(restoring: entries)
            #expect(throws: ArchiveError.self) { try rows.archive(&damaged) }
        }
    }
}

extension CartPole {
    fileprivate func restored(_ state: [Double]) throws -> CartPole {
        var copy = self
        var archive = Archive(
            restoring: Dictionary(
                uniqueKeysWithValues: zip(["position", "velocity", "angle", "angularVelocity"], state).map {
                    (
                        $0,
                        Archive.Entry(type: .float64, shape: [], bytes: withUnsafeBytes(of: $1) { Array($0) })
                    )
                }))
        try copy.archive(&archive)
        return copy
    }
}
