import RLCore

/// Rows of an environment with who acts in them: what is played, step by step, there and back. A class, because it
/// owns a simulator.
final class Stage {
    /// What is told of one row.
    struct Row {
        var episode = 1
        var step = 0
        var episodeReturn = 0.0
        var lastReturn: Double?
        var reward: Double?
        var isOver = false
        var stateValues: [Float] = []
    }

    /// Everything at one moment: environment, policy and what is shown.
    private struct Moment {
        let environment: Archive
        let policy: any Policy
        let batch: BatchContents
        let actions: ActionBatch
        let rows: [Row]
        let isTransition: Bool
        let bytes: Int
    }

    let environment: any VectorEnvironment
    private(set) var rows: [Row]
    private(set) var actions: ActionBatch
    private var policy: any Policy
    private var batch: StepBatch
    /// Whether the batch holds a transition that waits to be advanced, because a row's end is shown.
    private var isTransition = false
    private var past = History<Moment>(limit: 1000, bytes: 128 << 20)
    /// How each row's latest episode began; only of a single row.
    private var beginning: Moment?
    /// Whether moments are kept: not where a person plays, whose past cannot be taken back.
    private let keepsPast: Bool

    init(_ environment: any VectorEnvironment, policy: any Policy, seed: UInt64, keepsPast: Bool = true) {
        self.environment = environment
        self.policy = policy
        self.keepsPast = keepsPast
        rows = Array(repeating: Row(), count: environment.count)
        actions = ActionBatch(for: environment.actionSpace, count: environment.count)
        batch = StepBatch(observationSpace: environment.observationSpace, count: environment.count)
        environment.reset(seed: seed, into: &batch)
        decide()
        beginning = moment()
    }

    /// Whether the only row's episode is over.
    var isOver: Bool { rows.count == 1 && rows[0].isOver }
    /// Whether there is a step to go back to.
    var hasPast: Bool { !past.isEmpty }

    /// What the policy saw in a row, and what it is about to do.
    func insight(row: Int) -> Insight { policy.explain(row: row) }
    func saliency(row: Int) -> [Float]? { policy.saliency(of: batch, row: row) }
    /// The observation of a row as it is shown: the last one where the episode is over.
    func observation(row: Int) -> [Double] {
        isTransition ? batch.nextObservations.row(row) : batch.observations.row(row)
    }

    /// One step of every row, or, where the only row's episode is over, the start of the next.
    func proceed() throws {
        if keepsPast, let moment = moment() { past.append(moment, bytes: moment.bytes) }
        if isTransition {
            environment.advance(&batch)
            isTransition = false
            for index in rows.indices where rows[index].isOver {
                var next = Row()
                next.episode = rows[index].episode + 1
                next.lastReturn = rows[index].episodeReturn
                rows[index] = next
            }
            decide()
            if rows.count == 1 {
                beginning = moment()
                return
            }
        }
        try environment.step(actions, into: &batch)
        for index in rows.indices {
            let reward = Double(batch.rewards[index])
            rows[index].step += 1
            rows[index].reward = reward
            rows[index].episodeReturn += reward
        }
        for finished in batch.finished {
            // The task's own account, which modifiers of rewards do not touch.
            rows[finished.row].step = finished.length
            rows[finished.row].episodeReturn = finished.return
            rows[finished.row].isOver = true
        }
        let ends = rows.contains(where: \.isOver)
        if ends {
            isTransition = true  // so that the state it ended in is seen
        } else {
            environment.advance(&batch)
            decide()
        }
    }

    /// Does as the keys say in the only row.
    func proceed(with action: [Double]) throws {
        for (index, value) in action.enumerated() where index < actions.width {
            if actions.indices.isEmpty {
                actions.values[index] = Float(value)
            } else {
                actions.indices[index] = Int32(value)
            }
        }
        try proceed()
    }

    /// One step back; false where nothing is remembered.
    func goBack() throws -> Bool {
        guard let moment = past.removeLast() else { return false }
        try restore(moment)
        return true
    }

    /// The only row's episode once more, from its beginning.
    func restart() throws {
        if let played = environment as? SteppedRow {
            // A new one in the same stream: what a person did cannot be undone.
            if isTransition {
                try proceed()
                return
            }
            played.restart(into: &batch)
            rows[0].step = 0
            rows[0].episodeReturn = 0
            rows[0].reward = nil
            return
        }
        guard let beginning else { return }
        try restore(beginning)
        past.removeAll()
    }

    /// Acts with another policy from now on.
    func take(_ policy: any Policy) {
        self.policy = policy
        guard !isTransition else { return }
        for index in rows.indices where !rows[index].stateValues.isEmpty {
            rows[index].stateValues.removeLast()
        }
        decide()
    }

    /// Where an end has been reached, what follows it in a record of what happened.
    func finish() { if isTransition { environment.advance(&batch) } }

    private func decide() {
        policy.act(on: batch, into: &actions)
        for index in rows.indices {
            let insight = policy.explain(row: index)
            if let value = insight.stateValue ?? insight.actionValues?.max() {
                rows[index].stateValues.append(value)
            }
        }
    }

    private func moment() -> Moment? {
        guard keepsPast else { return nil }
        var archive = Archive()
        guard (try? environment.archive(&archive)) != nil else { return nil }
        let contents = BatchContents(batch)
        let bytes =
            archive.entries.values.reduce(0) { $0 + $1.bytes.count } + contents.bytes
            + rows.reduce(0) { $0 + 4 * $1.stateValues.count }
        return Moment(
            environment: Archive(restoring: archive.entries), policy: policy, batch: contents,
            actions: actions, rows: rows, isTransition: isTransition, bytes: bytes)
    }

    private func restore(_ moment: Moment) throws {
        var archive = moment.environment
        try environment.archive(&archive)
        policy = moment.policy
        moment.batch.restore(to: &batch)
        (actions, rows, isTransition) = (moment.actions, moment.rows, moment.isTransition)
    }
}

/// What a batch holds, as a value that can be kept.
private struct BatchContents {
    let observations, nextObservations: ObservationBatch
    let rewards: [Float]
    let terminated, truncated, starts: [Bool]
    let finished: [FinishedEpisode]

    init(_ batch: borrowing StepBatch) {
        (observations, nextObservations) = (batch.observations, batch.nextObservations)
        (rewards, terminated, truncated) = (batch.rewards, batch.terminated, batch.truncated)
        (starts, finished) = (batch.starts, batch.finished)
    }

    func restore(to batch: inout StepBatch) {
        (batch.observations, batch.nextObservations) = (observations, nextObservations)
        (batch.rewards, batch.terminated, batch.truncated) = (rewards, terminated, truncated)
        (batch.starts, batch.finished) = (starts, finished)
    }

    var bytes: Int { 2 * observations.count * observations.width * observations.scalarType.size }
}
