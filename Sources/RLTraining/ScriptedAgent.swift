import RLCore

/// Writes an action for every row from what the rows observe.
public typealias Script = @Sendable (borrowing StepBatch, inout ActionBatch) -> Void

extension AgentEntry {
    /// Registers a rule that a person wrote as an agent that learns nothing: a score to compare learners with.
    ///
    ///     AgentEntry(scripted: "lean", summary: "pushes the cart to the side the pole leans to") { batch, actions in
    ///         for row in 0..<batch.count {
    ///             actions.indices[row] = batch.observations.floats[4 * row + 2] > 0 ? 1 : 0
    ///         }
    ///     }
    public init(scripted name: String, summary: String, _ script: @escaping Script) {
        self.init(name: name, summary: summary, settings: [], metrics: []) {
            texts, task, seed throws(ConfigurationError) in
            _ = try NoSettings(replacing: texts)
            return ScriptedAgent(script, for: task, seed: seed)
        }
    }
}

private final class ScriptedAgent: MadeAgent {
    let settings: [SettingDeclaration] = []
    private var acting: ScriptedPolicy
    private var batch: StepBatch
    private var actions: ActionBatch
    private var hasStarted = false
    private let environmentSeed: UInt64

    init(_ script: @escaping Script, for task: TrainingTask, seed: UInt64) {
        acting = ScriptedPolicy(script: script)
        batch = StepBatch(observationSpace: task.observationSpace, count: task.rows)
        actions = ActionBatch(for: task.actionSpace, count: task.rows)
        environmentSeed = RandomStreams(seed: seed).seed("environment")
    }

    func iterate(in environment: any VectorEnvironment, recorder: RunRecorder) throws {
        if !hasStarted {
            environment.reset(seed: environmentSeed, into: &batch)
            hasStarted = true
        }
        acting.act(on: batch, into: &actions)
        try environment.step(actions, into: &batch)
        recorder.record(batch)
        environment.advance(&batch)
    }

    func policy(_ mode: ActingMode, rows: Int, seed: UInt64) -> any Policy { acting }

    func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("hasStarted", &hasStarted)
        try archive.scope("batch") { archive throws(ArchiveError) in try batch.archive(&archive) }
    }
}

private struct ScriptedPolicy: Policy {
    let script: Script

    mutating func act(on batch: borrowing StepBatch, into actions: inout ActionBatch) {
        script(batch, &actions)
    }

    func explain(row: Int) -> Insight { Insight() }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}
}
