import Agents
import RLTraining
import Testing

/// What A2C and PPO can be configured to: every probe is learned in every case.
struct ActorCriticCase: CustomTestStringConvertible, Sendable {
    let agent: String
    let rows: Int
    let variant: [String: String]

    static let all = [1, 4].flatMap { rows in
        [
            ActorCriticCase(agent: "a2c", rows: rows, variant: [:]),
            ActorCriticCase(agent: "a2c", rows: rows, variant: ["lambda": "0.8", "optimizer": "adam"]),
            ActorCriticCase(agent: "ppo", rows: rows, variant: [:]),
            ActorCriticCase(agent: "ppo", rows: rows, variant: ["valueClipRange": "1", "minibatches": "1"]),
        ]
    }

    /// One of each agent, with one row.
    static let agents = ["a2c", "ppo"].map { ActorCriticCase(agent: $0, rows: 1, variant: [:]) }

    var entry: AgentEntry { agent == "ppo" ? AgentEntry(PPO.self) : AgentEntry(A2C.self) }

    var testDescription: String { "\(agent), rows \(rows), \(variant)" }

    /// Settings for learning a probe in few steps, with `changes`.
    func settings(_ changes: [String: String] = [:]) -> [String: String] {
        var settings = ["hidden": "[16]", "discount": "0.9", "entropyWeight": "0.01", "gradientClip": "2"]
        if agent == "ppo" {
            settings["rolloutSteps"] = "\(32 / rows)"
            settings["learningRate"] = "linear(0.02, 0.0005)"
        } else {
            settings["rolloutSteps"] = "5"
            settings["learningRate"] = "linear(0.02, 0.0005)"
        }
        return settings.merging(variant) { $1 }.merging(changes) { $1 }
    }
}
