/// Any environment, `count` times: one row after another on the caller's thread, or shares of the rows on several.
///
/// A class because it owns simulators that must not be copied by accident. It is not generic: behind
/// `any VectorEnvironment` Swift runs the one form of a generic class that serves every type, three to five times
/// slower than code made for one. The loops over rows are closures instead, made where the environment's type is
/// known, and they hold the rows.
public final class Vectorized: VectorEnvironment {
    /// Rows held.
    public let count: Int
    /// What each row observes.
    public let observationSpace: Space
    /// What each row can do.
    public let actionSpace: Space
    /// What errors call the environment.
    public let name: String
    @usableFromInline let width: Int
    @usableFromInline let scalarType: ScalarType
    @usableFromInline let seedRows: (UInt64) -> Void
    @usableFromInline
    let stepRows: (Range<Int>, borrowing ActionBatch, StepMemory, inout [FinishedEpisode]) -> Void
    @usableFromInline let restartRows: (Range<Int>, StepMemory) -> Void
    @usableFromInline let drawRow: (Int, inout Canvas) -> Bool
    @usableFromInline let archiveRows: (inout Archive) throws(ArchiveError) -> Void
    @usableFromInline let shares: Shares

    /// `count` copies of `environment`, stepped by `threads` threads. Call `reset` before the first step.
    ///
    /// More threads than one pay where a step of one row costs a microsecond or more; the results are the same for any
    /// number. `name` is what errors call the environment.
    /// - Throws: Where there is not at least one row and one thread.
    @inlinable
    public init<E: Environment>(
        _ environment: E, count: Int, threads: Int = 1, name: String? = nil
    ) throws(EnvironmentError) {
        let name = name ?? "\(E.self)"
        self.name = name
        if count < 1 { throw EnvironmentError("\(name): \(count) rows; there is at least 1") }
        if threads < 1 { throw EnvironmentError("\(name): \(threads) threads; there is at least 1") }
        self.count = count
        observationSpace = environment.observationSpace
        actionSpace = environment.actionSpace
        width = observationSpace.count
        scalarType = E.Scalar.scalarType
        if observationSpace.scalarType != scalarType {
            throw EnvironmentError(
                "\(name) writes \(scalarType) into a space of \(observationSpace.scalarType)")
        }
        shares = Shares(of: count, threads: threads)
        if let environment = environment as? any RowStepping {
            let rows = environment.rows(count: count, limit: 0)
            seedRows = { rows.seed($0) }
            stepRows = { range, actions, memory, finished in
                rows.step(range, actions, into: memory, finished: &finished)
            }
            restartRows = { range, memory in rows.restart(range, into: memory) }
            drawRow = { row, canvas in rows.draw(row, on: &canvas) }
            archiveRows = { archive throws(ArchiveError) in try rows.archive(&archive) }
        } else {
            let rows = Rows(environment, count: count)
            seedRows = { rows.seed($0) }
            stepRows = { range, actions, memory, finished in
                rows.step(range, actions, into: memory, finished: &finished)
            }
            restartRows = { range, memory in rows.restart(range, into: memory) }
            drawRow = { row, canvas in rows.draw(row, on: &canvas) }
            archiveRows = { archive throws(ArchiveError) in try rows.archive(&archive) }
        }
    }

    /// Starts an episode in every row; row `r` draws from the stream `SeedSequence(seed, spawnKey: [r])`.
    public func reset(seed: UInt64, into batch: inout StepBatch) {
        checkShape(batch)
        seedRows(seed)
        for row in 0..<count {
            batch.starts[row] = true
            batch.terminated[row] = false
            batch.truncated[row] = false
        }
        batch.finished.removeAll(keepingCapacity: true)
        restart(&batch)
    }

    /// Acts once in every row.
    ///
    /// - Throws: Before anything has moved, where an action cannot be taken; afterwards, where a reward or an
    ///   observation is not finite.
    public func step(
        _ actions: borrowing ActionBatch, into batch: inout StepBatch
    ) throws(EnvironmentError) {
        checkShape(batch)
        if actions.count != count { failure("\(actions.count) actions for \(count) rows") }
        if let (row, action) = actions.violation(of: actionSpace) {
            throw EnvironmentError("\(name), row \(row): the action \(text(action)) is not in \(actionSpace)")
        }
        if !batch.finished.isEmpty { batch.finished.removeAll(keepingCapacity: true) }
        if shares.count == 1 {
            batch.step(0..<count, actions, stepRows)
        } else {
            let actions = copy actions
            batch.withSuccessors { memory in
                shares.forEach { range, finished in stepRows(range, actions, memory, &finished) }
            }
            shares.takeFinished(into: &batch.finished)
        }
        try checkNumbers(batch)
    }

    /// Makes the successors the observations to act on, and restarts the rows that are done.
    public func advance(_ batch: inout StepBatch) {
        checkShape(batch)
        swap(&batch.observations, &batch.nextObservations)
        var isAnyDone = false
        batch.withObservations { memory in
            for row in 0..<count {
                let isDone = memory.terminated[row] || memory.truncated[row]
                memory.starts[row] = isDone
                isAnyDone = isAnyDone || isDone
            }
        }
        if isAnyDone { restart(&batch) }
    }

    /// Draws one row.
    public func draw(row: Int, on canvas: inout Canvas) -> Bool {
        if !(0..<count).contains(row) { failure("row \(row) of \(count) rows") }
        return drawRow(row, &canvas)
    }

    /// Visits the state of every row by name.
    public func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archiveRows(&archive)
    }

    private func restart(_ batch: inout StepBatch) {
        batch.withObservations { memory in
            if shares.count == 1 {
                restartRows(0..<count, memory)
            } else {
                shares.forEach { range, _ in restartRows(range, memory) }
            }
        }
    }

    private func checkShape(_ batch: borrowing StepBatch) {
        if batch.count != count { failure("a batch of \(batch.count) rows for \(count) environments") }
        if batch.observations.width != width || batch.observations.scalarType != scalarType {
            failure("the batch was not made for \(observationSpace)")
        }
    }

    private func checkNumbers(_ batch: borrowing StepBatch) throws(EnvironmentError) {
        let areSound =
            batch.rewards.withUnsafeBufferPointer { $0.areFinite }
            && batch.nextObservations.floats.withUnsafeBufferPointer { $0.areFinite }
        if areSound { return }
        for row in 0..<count {
            if !batch.rewards[row].isFinite {
                throw EnvironmentError("\(name), row \(row): the reward is \(batch.rewards[row])")
            }
            let observation = batch.nextObservations.row(row)
            if let index = observation.firstIndex(where: { !$0.isFinite }) {
                throw EnvironmentError(
                    "\(name), row \(row): element \(index) of the observation is \(observation[index])")
            }
        }
    }

    private func text(_ action: [Double]) -> String {
        let numbers = action.map(\.settingText)
        return numbers.count == 1 ? numbers[0] : "[" + numbers.joined(separator: ", ") + "]"
    }
}

extension StepBatch {
    fileprivate mutating func step(
        _ range: Range<Int>, _ actions: borrowing ActionBatch,
        _ stepRows: (Range<Int>, borrowing ActionBatch, StepMemory, inout [FinishedEpisode]) -> Void
    ) {
        // Aside for the moment, since the memory of the batch is lent out whole.
        var finished: [FinishedEpisode] = []
        swap(&finished, &self.finished)
        withSuccessors { memory in stepRows(range, actions, memory, &finished) }
        swap(&finished, &self.finished)
    }
}

/// The rows in as many ranges as there are threads.
@usableFromInline
final class Shares {
    private let ranges: [Range<Int>]
    private let threads: WorkerThreads?
    private let finished: UnsafeMutablePointer<[FinishedEpisode]>

    @usableFromInline
    init(of rows: Int, threads: Int) {
        let count = min(rows, threads)
        ranges = (0..<count).map { rows * $0 / count..<rows * ($0 + 1) / count }
        self.threads = count > 1 ? WorkerThreads(count) : nil
        finished = .allocate(capacity: count)
        for (index, range) in ranges.enumerated() {
            var episodes: [FinishedEpisode] = []
            if count > 1 { episodes.reserveCapacity(range.count) }
            (finished + index).initialize(to: episodes)
        }
    }

    deinit {
        finished.deinitialize(count: ranges.count)
        finished.deallocate()
    }

    var count: Int { ranges.count }

    func forEach(_ body: (Range<Int>, inout [FinishedEpisode]) -> Void) {
        threads?.run { share in body(ranges[share], &finished[share]) }
    }

    /// In the order of rows.
    func takeFinished(into episodes: inout [FinishedEpisode]) {
        for share in 0..<count where !finished[share].isEmpty {
            episodes.append(contentsOf: finished[share])
            finished[share].removeAll(keepingCapacity: true)
        }
    }
}
