import RLCore
import RLTraining

/// A run with everything resolved and checked: what `run.json` records and a driver carries out, for any seed.
public struct RunPlan: Sendable {
    /// The agent.
    public let agent: AgentEntry
    /// The environment's published name.
    public let environmentName: String
    /// The environment with its settings in force.
    public let environment: MadeEnvironment
    /// The agent's settings that were given, by name.
    public let agentTexts: [String: String]
    /// The agent's settings in force.
    public let agentSettings: [SettingDeclaration]
    /// Planned environment steps over all rows.
    public let steps: Int
    /// Copies of the environment stepped together.
    public let rows: Int
    /// Environment steps between evaluations; 0 for none but the last.
    public let evaluationInterval: Int
    /// Episodes an evaluation takes; 0 for no evaluation.
    public let evaluationEpisodes: Int
    /// Stop once an evaluation's mean return reaches this.
    public let untilReturn: Double?
    /// The first seed and how many.
    public let seeds: Range<Int>
    /// The name asked for, if any.
    public let name: String?
    /// Where each value came from, by key.
    public let origins: [String: String]

    /// Steps of a run for which nothing says otherwise.
    public static let defaultSteps = 100_000
    /// Episodes of an evaluation for which nothing says otherwise.
    public static let defaultEvaluationEpisodes = 20

    /// Lays layers over the declared defaults, later ones on top, and checks everything that can be checked before
    /// a step is taken, that the agent fits the task included.
    public init(_ layers: [RunLayer], catalog: Catalog) throws(ConfigurationError) {
        guard let agentName = layers.last(where: { $0.agent != nil })?.agent else {
            throw ConfigurationError("no agent is named; `rl list agents` shows them")
        }
        guard let environmentName = layers.last(where: { $0.environment != nil })?.environment else {
            throw ConfigurationError("no environment is named; `rl list environments` shows them")
        }
        agent = try catalog.agent(agentName)
        let entry = try catalog.environment(environmentName)
        self.environmentName = entry.name

        var texts = SettingTexts(agent: agent.settings.map(\.name), environment: entry.settings.map(\.name))
        for layer in layers { try texts.lay(layer) }
        agentTexts = texts.agent
        environment = try entry.make(texts.environment)

        var options = Options(layers)
        steps = try options.integer(
            "steps", \.steps, default: RunPlan.defaultSteps, in: 1...100_000_000_000_000)
        rows = try options.integer("envs", \.envs, default: 1, in: 1...1_000_000)
        let seed = try options.integer("seed", \.seed, default: 1, in: 0...Int.max)
        let count = try options.integer("seeds", \.seeds, default: 1, in: 1...10_000)
        let (end, isTooLarge) = seed.addingReportingOverflow(count)
        guard !isTooLarge else { throw ConfigurationError("seed=\(seed) leaves no room for \(count) seeds") }
        seeds = seed..<end
        evaluationInterval = try options.integer(
            "evalEvery", \.evalEvery, default: (steps + 9) / 10, in: 0...Int.max)
        evaluationEpisodes = try options.integer(
            "evalEpisodes", \.evalEpisodes, default: RunPlan.defaultEvaluationEpisodes, in: 0...1_000_000)
        untilReturn = options.value("untilReturn", \.untilReturn)
        if untilReturn != nil, evaluationEpisodes == 0 || evaluationInterval == 0 {
            throw ConfigurationError("stopping at a return needs evaluations, which are turned off")
        }
        name = options.value("name", \.name)
        let made = try agent.make(
            agentTexts, for: RunPlan.task(environment, rows: rows, steps: steps), seed: 0)
        agentSettings = made.settings

        var origins = options.origins.merging(texts.origins) { $1 }
        for setting in agent.settings where origins["agent.\(setting.name)"] == nil {
            origins["agent.\(setting.name)"] = "default"
        }
        for setting in entry.settings where origins["environment.\(setting.name)"] == nil {
            origins["environment.\(setting.name)"] = "default"
        }
        self.origins = origins
    }

    /// The agent, not yet trained, for one seed. It may use `threads` threads; their number changes no result.
    public func makeAgent(seed: Int, threads: Int = 1) throws(ConfigurationError) -> any MadeAgent {
        try agent.make(
            agentTexts, for: RunPlan.task(environment, rows: rows, steps: steps, threads: threads),
            seed: UInt64(clamping: seed))
    }

    private static func task(
        _ environment: MadeEnvironment, rows: Int, steps: Int, threads: Int = 1
    ) -> TrainingTask {
        TrainingTask(
            name: environment.name, observationSpace: environment.observationSpace,
            actionSpace: environment.actionSpace, rows: rows, steps: steps, threads: threads)
    }
}

/// The options of a run, the last layer that says something winning.
private struct Options {
    let layers: [RunLayer]
    private(set) var origins: [String: String] = [:]

    init(_ layers: [RunLayer]) {
        self.layers = layers
    }

    mutating func value<T>(_ key: String, _ path: KeyPath<RunLayer, T?>) -> T? {
        let layer = layers.last { $0[keyPath: path] != nil }
        origins[key] = layer?.origin ?? "default"
        return layer?[keyPath: path]
    }

    mutating func integer(
        _ key: String, _ path: KeyPath<RunLayer, Int?>, default standard: Int, in range: ClosedRange<Int>
    ) throws(ConfigurationError) -> Int {
        let value = value(key, path) ?? standard
        guard range.contains(value) else {
            let bounds =
                range.upperBound == Int.max
                ? "at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            throw ConfigurationError("\(key)=\(value) does not fit: expected an integer, \(bounds)")
                .in(origins[key] ?? "flag")
        }
        return value
    }
}

/// Settings given as text, told apart by what they are about.
private struct SettingTexts {
    let agentNames: [String]
    let environmentNames: [String]
    private(set) var agent: [String: String] = [:]
    private(set) var environment: [String: String] = [:]
    private(set) var origins: [String: String] = [:]

    init(agent: [String], environment: [String]) {
        agentNames = agent
        environmentNames = environment
    }

    mutating func lay(_ layer: RunLayer) throws(ConfigurationError) {
        do throws(ConfigurationError) {
            var keys: [String: String] = [:]
            for (key, text) in layer.settings.sorted(by: { $0.key < $1.key }) {
                let (isAgent, name) = try resolve(key)
                let full = "\(isAgent ? "agent" : "environment").\(name)"
                if let other = keys.updateValue(key, forKey: full) {
                    throw ConfigurationError("one setting is given twice, as '\(other)' and as '\(key)'")
                }
                if isAgent { agent[name] = text } else { environment[name] = text }
                origins[full] = layer.origin
            }
        } catch {
            throw error.in(layer.origin)
        }
    }

    private func resolve(_ key: String) throws(ConfigurationError) -> (isAgent: Bool, name: String) {
        let qualified = agentNames.map { "agent.\($0)" } + environmentNames.map { "environment.\($0)" }
        if qualified.contains(key) {
            return key.hasPrefix("agent.")
                ? (true, String(key.dropFirst("agent.".count)))
                : (false, String(key.dropFirst("environment.".count)))
        }
        switch (agentNames.contains(key), environmentNames.contains(key)) {
        case (true, true):
            throw ConfigurationError("'\(key)' is ambiguous; write agent.\(key) or environment.\(key)")
        case (true, false): return (true, key)
        case (false, true): return (false, key)
        case (false, false):
            let names = key.contains(".") ? qualified : agentNames + environmentNames
            throw .unknown("setting", key, among: names)
        }
    }
}

extension ConfigurationError {
    /// The same, and which file it is about; of a flag the line itself tells.
    fileprivate func `in`(_ origin: String) -> ConfigurationError {
        origin == "flag" ? self : ConfigurationError("\(origin): \(self)")
    }
}
