import RLCore

/// A learning algorithm. One file holds one agent and reads top to bottom like its paper: configuration, networks,
/// loss, loop, policy.
///
/// Noncopyable, because a copy would duplicate a replay buffer by accident.
public protocol Agent: ~Copyable, Sendable {
    /// Every hyperparameter, declared once.
    associatedtype Configuration: Settings
    /// What the agent has learned, as a value that acts.
    associatedtype Acting: Policy

    /// The name on the command line.
    static var name: String { get }
    /// What it is, in one sentence, with its source.
    static var summary: String { get }
    /// What it measures while it learns: the columns of `metrics.csv`.
    static var metrics: [Metric] { get }

    /// An agent that has not learned yet. Throws where it does not fit the task.
    init(_ configuration: Configuration, for task: TrainingTask, seed: UInt64) throws(ConfigurationError)
    /// The body of the paper's loop: act, step, store, advance, learn. Tells `recorder` every step.
    mutating func iterate(in environment: any VectorEnvironment, recorder: RunRecorder) throws
    /// What has been learned so far, ready to act in `rows` rows with a random stream of its own.
    func policy(_ mode: ActingMode, rows: Int, seed: UInt64) -> Acting
    /// Visits everything the agent needs to go on to the bit.
    mutating func archive(_ archive: inout Archive) throws(ArchiveError)
}

/// What an agent is made for.
public struct TrainingTask: Sendable {
    /// The environment's name.
    public let name: String
    /// What is observed.
    public let observationSpace: Space
    /// What can be done.
    public let actionSpace: Space
    /// Copies of the environment that are stepped together.
    public let rows: Int
    /// Planned environment steps over all rows: what a schedule's percentage is of.
    public let steps: Int
    /// Threads that the agent may use, its own among them; their number changes no result.
    public let threads: Int

    /// A task.
    public init(
        name: String, observationSpace: Space, actionSpace: Space, rows: Int, steps: Int, threads: Int = 1
    ) {
        self.name = name
        self.observationSpace = observationSpace
        self.actionSpace = actionSpace
        self.rows = rows
        self.steps = steps
        self.threads = threads
    }

    /// The number of actions, for an agent that chooses one of several.
    public func discreteActions(for agent: String) throws(ConfigurationError) -> Int {
        guard case .discrete(let count) = actionSpace else {
            throw ConfigurationError(
                "\(agent) chooses one of several actions, but those of \(name) are \(actionSpace); "
                    + "`rl list environments` shows where it fits")
        }
        return count
    }

    /// The numbers of choices of every part of an action, for an agent that chooses each of them: one of a discrete
    /// space, several of a multi-discrete one.
    public func choices(for agent: String) throws(ConfigurationError) -> [Int] {
        switch actionSpace {
        case .discrete(let count): return [count]
        case .multiDiscrete(let counts): return counts
        case .box:
            throw ConfigurationError(
                "\(agent) chooses among numbered actions, but those of \(name) are \(actionSpace); "
                    + "`rl list environments` shows where it fits")
        }
    }
}

/// Training that cannot go on: what was measured, and when.
public struct TrainingError: Error, CustomStringConvertible, Equatable {
    /// One line.
    public let description: String

    /// `metric` became infinite or not a number at environment step `step`; `cause` says which operation was first, as
    /// `Inspection.firstNonFinite` does.
    public static func notFinite(
        _ metric: Metric, _ value: Float, step: Int, cause: String? = nil
    ) -> TrainingError {
        TrainingError(
            description: "training diverged: \(metric.name) is \(value) at step \(step)"
                + (cause.map { " (\($0))" } ?? "")
                + "; a lower learning rate or a smaller gradient clip may help")
    }
}
