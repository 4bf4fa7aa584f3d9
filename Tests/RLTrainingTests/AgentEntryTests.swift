import RLCore
import RLTraining
import Testing

@Suite struct AgentEntryTests {
    private let task = TrainingTask(
        name: "task", observationSpace: .discrete(2), actionSpace: .discrete(3), rows: 2, steps: 100)

    @Test func tellsWhatItIs() {
        let entry = AgentEntry(Steady.self)
        #expect(entry.name == "steady" && entry.summary == "always the same" && entry.metrics == [.loss])
        #expect(entry.settings.map(\.name) == ["choice"] && entry.settings[0].text == "1")
    }

    @Test func makes() throws {
        let entry = AgentEntry(Steady.self)
        let made = try entry.make(["choice": "2"], for: task, seed: 5)
        #expect(made.settings.map(\.text) == ["2"])
        var policy = made.policy(.greedy, rows: 2, seed: 0)
        let batch = StepBatch(observationSpace: .discrete(2), count: 2)
        var actions = ActionBatch(for: .discrete(3), count: 2)
        policy.act(on: batch, into: &actions)
        #expect(actions.indices == [2, 2])
        var archive = Archive()
        try made.archive(&archive)
        #expect(try #require(archive.entries["seed"]).bytes[0] == 5)
    }

    @Test func refuses() {
        let entry = AgentEntry(Steady.self)
        for texts in [["choise": "1"], ["choice": "x"], ["choice": "-1"], ["choice": "7"]] {
            let error = #expect(throws: ConfigurationError.self) {
                try entry.make(texts, for: task, seed: 0)
            }
            #expect(error?.description.contains("\n") == false)
        }
    }

    @Test func actionsOfATask() throws {
        #expect(try task.discreteActions(for: "x") == 3)
        let box = Space.box(Box(low: [0], high: [1], shape: [1]))
        for space in [box, .multiDiscrete([2])] {
            let other = TrainingTask(
                name: "pendulum", observationSpace: box, actionSpace: space, rows: 1, steps: 1)
            let error = #expect(throws: ConfigurationError.self) { try other.discreteActions(for: "dqn") }
            #expect(error?.description.contains("dqn") == true)
            #expect(error?.description.contains("pendulum") == true)
        }
    }

    @Test func choicesOfATask() throws {
        func choices(_ space: Space) throws -> [Int] {
            try TrainingTask(
                name: "pendulum", observationSpace: .discrete(2), actionSpace: space, rows: 1, steps: 1
            ).choices(for: "ppo")
        }
        #expect(try choices(.discrete(3)) == [3])
        #expect(try choices(.multiDiscrete([2, 5])) == [2, 5])
        let error = #expect(throws: ConfigurationError.self) {
            try choices(.box(Box(low: [0], high: [1], shape: [1])))
        }
        #expect(error?.description.contains("ppo") == true)
        #expect(error?.description.contains("pendulum") == true)
    }

    @Test func divergence() {
        let error = TrainingError.notFinite(.gradientNorm, .nan, step: 12)
        #expect(error.description.contains("gradientNorm is nan at step 12"))
        #expect(!error.description.contains("\n"))
    }
}

/// Always takes the same action.
private struct Steady: Agent, ~Copyable {
    static let name = "steady"
    static let summary = "always the same"
    static let metrics: [Metric] = [.loss]

    struct Configuration: Settings {
        @Setting("What to do", in: .between(0, 6)) var choice = 1
    }

    let configuration: Configuration
    var seed: UInt64

    init(_ configuration: Configuration, for task: TrainingTask, seed: UInt64) throws(ConfigurationError) {
        guard configuration.choice < (try task.discreteActions(for: Steady.name)) else {
            throw ConfigurationError("choice=\(configuration.choice) is no action of \(task.name)")
        }
        self.configuration = configuration
        self.seed = seed
    }

    mutating func iterate(in environment: any VectorEnvironment, recorder: RunRecorder) throws {}

    func policy(_ mode: ActingMode, rows: Int, seed: UInt64) -> SteadyPolicy {
        SteadyPolicy(choice: Int32(configuration.choice))
    }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("seed", &seed)
    }
}

private struct SteadyPolicy: Policy {
    let choice: Int32

    mutating func act(on batch: borrowing StepBatch, into actions: inout ActionBatch) {
        for row in 0..<batch.count { actions.indices[row] = choice }
    }

    func explain(row: Int) -> Insight { Insight() }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}
}
