import RLCore
import RLRuns

/// What a person played: the scores, and, where it is asked for, every transition in a file.
final class GameRecord {
    private var lines: [[String]] = []
    private var file: JSONLines?
    private var steps = 0
    private var returns: [Double] = []
    private var running = 0.0

    /// Observes `row` from now on.
    init(observing row: SteppedRow) {
        row.observer = { [unowned self] environment, event in try self.note(environment, event) }
    }

    /// Writes what was and what will be to a file, which must not be there yet.
    func write(to path: String) throws {
        var file = try JSONLines(creating: path)
        for line in lines { try file.write(line) }
        try file.flush()
        self.file = file
        lines = []
    }

    /// Hands the rest over.
    func finish() throws { try file?.flush() }

    /// The score, in a line.
    var summary: String {
        guard let last = returns.last else {
            return steps == 0
                ? "nothing was played" : "return \(running.asScore) so far, after \(steps) steps"
        }
        if returns.count == 1 { return "return \(last.asScore)" }
        let mean = returns.reduce(0, +) / Double(returns.count)
        return
            "\(returns.count) episodes, mean return \(mean.asScore), best \((returns.max() ?? last).asScore)"
    }

    private func note(_ environment: any SteppedEnvironment, _ event: SteppedRow.Event) throws {
        let line: [String]
        switch event {
        case .reset(let seed):
            line = try TraceLines().reset(environment, seed: seed)
            running = 0
        case .step(let action, let outcome):
            steps += 1
            running += outcome.score
            line = try TraceLines().step(steps, action, outcome, environment)
            if outcome.episodeEnded { returns.append(running) }
        }
        if file == nil {
            // Only the first reset comes before it is known where to; without a file nothing is kept.
            if steps == 0, lines.isEmpty { lines.append(line) }
        } else {
            try file?.write(line)
            if case .reset = event { try file?.flush() }
        }
    }
}
