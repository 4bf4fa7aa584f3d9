import RLCore
import RLTraining

/// An agent, an environment and a recorder, driven by hand: what a run is without its files.
final class Lab {
    let agent: any MadeAgent
    let recorder: RunRecorder
    let rows: Int
    private let entry: AgentEntry
    private let vectorized: any VectorEnvironment
    private let space: Space
    private let actionSpace: Space
    /// What a run would have written so far: a line an episode, a line every `rowInterval` steps.
    private(set) var output: [String] = []
    private let rowInterval = 16

    init(
        _ entry: AgentEntry, _ settings: [String: String] = [:], in environment: MadeEnvironment,
        rows: Int = 1, steps: Int = 10_000, seed: UInt64 = 1, threads: Int = 1
    ) throws {
        let task = TrainingTask(
            name: environment.name, observationSpace: environment.observationSpace,
            actionSpace: environment.actionSpace, rows: rows, steps: steps, threads: threads)
        agent = try entry.make(settings, for: task, seed: seed)
        recorder = RunRecorder(metrics: entry.metrics)
        vectorized = try environment.vectorized(rows)
        space = environment.observationSpace
        actionSpace = environment.actionSpace
        self.entry = entry
        self.rows = rows
    }

    /// Iterates until `steps` environment steps have been taken in all.
    func train(until steps: Int) throws {
        while recorder.steps < steps { try iterate() }
    }

    func iterate() throws {
        let before = recorder.steps
        try agent.iterate(in: vectorized, recorder: recorder)
        for record in recorder.takeEpisodes() {
            let episode = record.episode
            output.append(
                "\(record.step) \(record.number) \(episode.row) \(episode.return) \(episode.length) "
                    + "\(episode.terminated)")
        }
        if recorder.steps / rowInterval > before / rowInterval { output.append("\(recorder.takeRow())") }
    }

    /// One iteration without what a run does around it.
    func iterateOnly() throws { try agent.iterate(in: vectorized, recorder: recorder) }

    /// The lowest return of the first episodes that `policy` plays in `environment`.
    static func score(of policy: any Policy, in environment: any VectorEnvironment) throws -> Double {
        var policy = policy
        var batch = StepBatch(observationSpace: environment.observationSpace, count: environment.count)
        var actions = ActionBatch(for: environment.actionSpace, count: environment.count)
        environment.reset(seed: 5, into: &batch)
        repeat {
            policy.act(on: batch, into: &actions)
            try environment.step(actions, into: &batch)
            if batch.finished.isEmpty { environment.advance(&batch) }
        } while batch.finished.isEmpty
        return batch.finished.map(\.return).min() ?? 0
    }

    /// One iteration, and the metrics of it alone.
    func measure() throws -> [String: Double] {
        _ = recorder.takeRow()
        try iterateOnly()
        _ = recorder.takeEpisodes()
        var metrics: [String: Double] = [:]
        for (name, value) in zip(recorder.columns, recorder.takeRow()) { metrics[name] = value }
        return metrics
    }

    /// Everything, as the fields of a checkpoint.
    func archive() throws -> Archive {
        var archive = Archive()
        try visit(&archive)
        return archive
    }

    /// Goes on from a checkpoint's bytes.
    func restore(_ file: [UInt8]) throws {
        var archive = try Archive(safetensors: file)
        try visit(&archive)
    }

    private func visit(_ archive: inout Archive) throws(ArchiveError) {
        try archive.scope("agent") { archive throws(ArchiveError) in try agent.archive(&archive) }
        try archive.scope("environment") { archive throws(ArchiveError) in try vectorized.archive(&archive) }
        try archive.scope("recorder") { archive throws(ArchiveError) in try recorder.archive(&archive) }
    }

    /// One field of the checkpoint, as numbers of its type.
    func field<T: ArchiveScalar>(_ name: String, as type: T.Type = T.self) throws -> [T] {
        try archive().numbers(name)
    }

    /// The values of the actions where `observation` is observed, by the policy as it is now.
    func actionValues(_ observation: [Double]) throws -> [Float] {
        try insight(observation).actionValues ?? []
    }

    /// What the policy as it is now tells where `observation` is observed.
    func insight(_ observation: [Double]) throws -> Insight {
        var policy = agent.policy(.greedy, rows: 1, seed: 0)
        var batch = StepBatch(observationSpace: space, count: 1)
        batch.observations.fill(observation)
        var actions = ActionBatch(for: actionSpace, count: 1)
        policy.act(on: batch, into: &actions)
        return policy.explain(row: 0)
    }

    /// What `policy` does in `count` steps of one row that always observes `observation`.
    func actions(of policy: any Policy, on observation: [Double], count: Int) -> [Int32] {
        var policy = policy
        var batch = StepBatch(observationSpace: space, count: 1)
        batch.observations.fill(observation)
        var actions = ActionBatch(for: .discrete(1), count: 1)
        return (0..<count).map { _ in
            policy.act(on: batch, into: &actions)
            return actions.indices[0]
        }
    }
}

extension ObservationBatch {
    mutating func fill(_ values: [Double]) {
        switch scalarType {
        case .float32: floats = values.map(Float.init)
        case .uint8: bytes = values.map(UInt8.init)
        case .int32: indices = values.map(Int32.init)
        }
    }
}

extension Archive {
    /// One field's numbers; empty where there is no such field.
    func numbers<T: ArchiveScalar>(_ name: String, as type: T.Type = T.self) throws -> [T] {
        var restoring = Archive(restoring: entries)
        guard let entry = entries[name] else { throw ArchiveError("the test asks for '\(name)'") }
        var values: [T] = Array(
            unsafeUninitializedCapacity: entry.shape.reduce(1, *)
        ) { buffer, count in
            count = entry.shape.reduce(1, *)
            UnsafeMutableRawBufferPointer(buffer).initializeMemory(as: UInt8.self, repeating: 0)
        }
        try restoring.field(name, &values, shape: entry.shape)
        return values
    }
}
