import RLCore

/// How fast an environment steps through its public faces, with random actions, episodes restarted where they end.
struct EnvironmentBench {
    /// Seconds for each figure.
    let seconds: Double

    /// One figure.
    struct Line: Encodable {
        /// The environment.
        let name: String
        /// Rows stepped together; 0 for one environment by itself, behind `SteppedEnvironment`.
        let rows: Int
        /// Threads that step them.
        let threads: Int
        /// Steps of single rows a second, the median of many samples.
        let stepsPerSecond: Double
        /// The best sample.
        let most: Double
    }

    /// One environment by itself, a call a step.
    func alone(_ made: MadeEnvironment) throws -> Line {
        let environment = made.stepped()
        let actions = drawn(in: made.actionSpace, rows: 1)
        var next = 0
        environment.reset(seed: 0)
        let timing = try Timing(seconds: seconds) {
            next = next + 1 == actions.count ? 0 : next + 1
            if try environment.step(actions[next]).isDone { environment.reset(seed: nil) }
        }
        return line(made, rows: 0, threads: 1, timing)
    }

    /// Many rows, a call for a step of all.
    func together(_ made: MadeEnvironment, rows: Int, threads: Int) throws -> Line {
        let environment = try made.vectorized(rows, threads: threads)
        let actions = drawn(in: made.actionSpace, rows: rows)
        var batch = StepBatch(observationSpace: made.observationSpace, count: rows)
        var next = 0
        environment.reset(seed: 0, into: &batch)
        // Rows that start together end together in tasks of a fixed length; a while apart they cost what they cost.
        let timing = try Timing(seconds: seconds) {
            next = next + 1 == actions.count ? 0 : next + 1
            try environment.step(actions[next], into: &batch)
            environment.advance(&batch)
        }
        return line(made, rows: rows, threads: threads, timing)
    }

    private func drawn(in space: Space, rows: Int) -> [ActionBatch] {
        var random = PCG64(seed: 0)
        // A prime number of them, so that no task's period is in step with theirs.
        return (0..<97).map { _ in
            var actions = ActionBatch(for: space, count: rows)
            for row in 0..<rows { actions.draw(row: row, from: space, using: &random) }
            return actions
        }
    }

    private func line(_ made: MadeEnvironment, rows: Int, threads: Int, _ timing: Timing) -> Line {
        let steps = Double(max(rows, 1)) * 1e6
        return Line(
            name: made.name, rows: rows, threads: threads, stepsPerSecond: steps / timing.median,
            most: steps / timing.minimum)
    }
}
