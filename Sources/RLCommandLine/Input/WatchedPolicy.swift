import RLCore
import RLRuns
import RLTraining

/// Who is watched: what a run has learned, or an agent that has learned nothing yet; and where.
struct WatchedPolicy {
    /// Where it acts.
    let environment: MadeEnvironment
    /// The run's folder, or the agent's name.
    let name: String
    /// The policy for so many rows.
    let makePolicy: (_ rows: Int, _ seed: UInt64) throws -> any Policy

    /// `subject` is a run, or, where `environment` is given, an agent.
    init(
        _ subject: String, in environment: String?, best: Bool, settings: SettingOptions, seed: Int
    ) throws {
        let catalog = CommandCatalog.current
        if let environment {
            guard !best else {
                throw ConfigurationError(
                    "--best is of a run, but \(subject) in \(environment) is a fresh agent")
            }
            var layer = RunLayer(origin: "flag")
            (layer.agent, layer.environment) = (subject, environment)
            layer.settings = try settings.texts()
            let plan = try RunPlan(TunedSettings.underlying([layer]), catalog: catalog)
            let agent = try plan.makeAgent(seed: seed)
            self.environment = plan.environment
            name = "\(plan.agent.name), untrained"
            makePolicy = { rows, seed in agent.policy(.greedy, rows: rows, seed: seed) }
        } else {
            guard let folder = try ResultsFolder().seeds(of: subject).first else {
                throw ConfigurationError("\(subject) has no seed to watch")
            }
            let trained = try TrainedPolicy(
                of: folder, best: best, settings: try settings.texts(), catalog: catalog)
            self.environment = trained.plan.environment
            name = folder.path
            makePolicy = { rows, seed in try trained.policy(.greedy, rows: rows, seed: seed) }
        }
    }
}
