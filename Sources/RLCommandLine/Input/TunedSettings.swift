import RLCore
import RLRuns
import Yams

/// What is known to work well for an agent on an environment: `tuned.yaml`, which is part of the binary.
enum TunedSettings {
    /// These layers over what was tuned for the agent and the environment that they name.
    static func underlying(_ layers: [RunLayer]) throws(ConfigurationError) -> [RunLayer] {
        guard let agent = layers.last(where: { $0.agent != nil })?.agent,
            let environment = layers.last(where: { $0.environment != nil })?.environment
        else { return layers }
        let catalog = CommandCatalog.current
        let tuned = try layer(
            agent: catalog.agent(agent).name, environment: catalog.environment(environment).name)
        return tuned.map { [$0] + layers } ?? layers
    }

    /// The layer for this agent on this environment; nil where nothing was tuned.
    static func layer(agent: String, environment: String) throws(ConfigurationError) -> RunLayer? {
        guard let entry = try entries()[.init("\(agent) \(environment)")]?.mapping else { return nil }
        return try ExperimentFile.layer(entry, origin: "tuned")
    }

    /// The environments that something was tuned for this agent on.
    static func environments(for agent: String) throws(ConfigurationError) -> [String] {
        try entries().keys.compactMap(\.string).filter { $0.hasPrefix(agent + " ") }
            .map { String($0.dropFirst(agent.count + 1)) }
    }

    private static func entries() throws(ConfigurationError) -> Node.Mapping {
        let text = String(decoding: PackageResources.tuned_yaml, as: UTF8.self)
        return try ExperimentFile.parse(text, origin: "tuned.yaml")?.mapping ?? [:]
    }
}
