import RLCore
import RLRuns
import RLTraining

/// Who acts and where, for the commands that show it: what a run has learned, or an agent that has learned nothing.
struct WatchedPolicy {
    /// What a person calls it.
    let name: String
    /// Where it acts.
    let environment: MadeEnvironment
    /// The policy, ready to act greedily in some rows.
    let policy: (_ rows: Int, _ seed: UInt64) throws -> any Policy

    /// A run where `environment` is nil: the first seed of a name. Otherwise an agent as `rl run` with this seed would
    /// start it. `settings` are laid over those recorded or tuned.
    init(
        _ runOrAgent: String, _ environment: String?, best: Bool, settings: [String: String], seed: Int
    ) throws {
        let catalog = CommandCatalog.current
        if let environment {
            guard !best else {
                throw ConfigurationError(
                    "--best is about a run; an agent that has learned nothing has no evaluations")
            }
            var flags = RunLayer(origin: "flag")
            (flags.agent, flags.environment) = (runOrAgent, environment)
            (flags.seed, flags.settings) = (seed, settings)
            let plan = try RunPlan(TunedSettings.underlying([flags]), catalog: catalog)
            let agent = try plan.makeAgent(seed: seed)
            name = "\(plan.agent.name), untrained"
            self.environment = plan.environment
            policy = { rows, seed in agent.policy(.greedy, rows: rows, seed: seed) }
        } else {
            let folder = try WatchedPolicy.folder(of: runOrAgent)
            let trained = try TrainedPolicy(of: folder, best: best, settings: settings, catalog: catalog)
            name = folder.path
            self.environment = trained.plan.environment
            policy = { rows, seed in try trained.policy(.greedy, rows: rows, seed: seed) }
        }
    }

    private static func folder(of run: String) throws(ConfigurationError) -> RunFolder {
        do throws(ConfigurationError) {
            let seeds = try ResultsFolder().seeds(of: run)
            guard let first = seeds.first else { throw ConfigurationError("there is no run '\(run)'") }
            return first
        } catch {
            guard (try? CommandCatalog.current.agent(run)) != nil else { throw error }
            throw ConfigurationError(
                "there is no run '\(run)', and the agent \(run) needs an environment: \(run) gridworld")
        }
    }
}
