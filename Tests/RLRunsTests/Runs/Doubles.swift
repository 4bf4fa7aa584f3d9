import RLCore
import RLTraining

/// A task of `length` steps, each of which earns its number: the first 1, the second 2 … Nothing is drawn.
struct Countdown: Environment {
    var length = 4
    var step = 0

    var observationSpace: Space { .box(Box(low: [0], high: [.infinity], shape: [1])) }
    var actionSpace: Space { .discrete(2) }

    mutating func reset(into observation: inout MutableSpan<Float>, using random: inout PCG64) {
        step = 0
        observation[0] = 0
    }

    mutating func step(
        _ action: Int, into observation: inout MutableSpan<Float>, using random: inout PCG64
    ) -> Outcome {
        step += 1
        observation[0] = Float(step)
        return Outcome(reward: Double(step), terminated: step == length)
    }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("step", &step)
    }
}

/// Episodes as long as a draw says, from 1 to 40 steps of reward 1.
struct Lottery: Environment {
    var left = 1

    var observationSpace: Space { .discrete(41) }
    var actionSpace: Space { .discrete(2) }

    mutating func reset(into observation: inout MutableSpan<Int32>, using random: inout PCG64) {
        left = 1 + random.integers(40)
        observation[0] = Int32(left)
    }

    mutating func step(
        _ action: Int, into observation: inout MutableSpan<Int32>, using random: inout PCG64
    ) -> Outcome {
        left -= 1
        observation[0] = Int32(left)
        return Outcome(reward: 1, terminated: left == 0)
    }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("left", &left)
    }
}

/// Steers with a number instead of choosing.
struct Steering: Environment {
    var observationSpace: Space { .box(Box(low: [0], high: [1], shape: [1])) }
    var actionSpace: Space { .box(Box(low: [-1], high: [1], shape: [1])) }

    mutating func reset(into observation: inout MutableSpan<Float>, using random: inout PCG64) {}

    mutating func step(
        _ action: Float, into observation: inout MutableSpan<Float>, using random: inout PCG64
    ) -> Outcome {
        Outcome(reward: 0, terminated: true)
    }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}
}

/// Always does the same, and fails on purpose at a step if it is told to.
struct StubAgent: Agent, ~Copyable {
    static let name = "stub"
    static let summary = "does the same always"
    static let metrics: [Metric] = [.loss]

    struct Configuration: Settings {
        @Setting("Also a setting of the countdown") var length = 1
        @Setting("The step to fail at; 0 for never", in: .atLeast(0)) var failAt = 0
    }

    private let configuration: Configuration
    private let task: TrainingTask
    private var batch: StepBatch
    private var hasStarted = false

    init(_ configuration: Configuration, for task: TrainingTask, seed: UInt64) throws(ConfigurationError) {
        _ = try task.discreteActions(for: StubAgent.name)
        self.configuration = configuration
        self.task = task
        batch = StepBatch(observationSpace: task.observationSpace, count: task.rows)
    }

    mutating func iterate(in environment: any VectorEnvironment, recorder: RunRecorder) throws {
        if !hasStarted { environment.reset(seed: 0, into: &batch) }
        hasStarted = true
        try environment.step(ActionBatch(for: task.actionSpace, count: task.rows), into: &batch)
        recorder.record(batch)
        recorder.record(.loss, Float(recorder.steps))
        environment.advance(&batch)
        if configuration.failAt > 0, recorder.steps >= configuration.failAt {
            throw TrainingError.notFinite(.loss, .infinity, step: recorder.steps)
        }
    }

    func policy(_ mode: ActingMode, rows: Int, seed: UInt64) -> StubPolicy { StubPolicy() }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}
}

/// Always the first action.
struct StubPolicy: Policy {
    mutating func act(on batch: borrowing StepBatch, into actions: inout ActionBatch) {}
    func explain(row: Int) -> Insight { Insight() }
    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}
}

/// What can be set about a countdown; `length` is a setting of the stub agent too.
struct CountdownOptions: Settings {
    @Setting("Steps of an episode; 0 for no end", unit: "steps", in: .atLeast(0)) var length = 4
}
