import Agents
import Foundation
import RLCore
import RLTraining
import Testing

/// Updates of A2C and PPO against the formulas written out as loops over numbers.
///
/// Networks without hidden layers on one-hot states are tables: logits[s, a] and V(s), each with a bias. Everything that an
/// update reads and writes is in the agent's archive.
@Suite struct ActorCriticUpdateTests {
    @Test(
        arguments: [
            ["valueClipRange": "0", "gradientClip": "100"],
            ["valueClipRange": "0.05", "gradientClip": "0.3"],
            ["normalizesAdvantages": "false", "clipRange": "0.02", "entropyWeight": "0"],
        ], [1, 3])
    func ppo(_ variant: [String: String], rows: Int) throws {
        let settings = [
            "hidden": "[]", "rolloutSteps": "8", "epochs": "3", "minibatches": "2", "learningRate": "0.05",
            "discount": "0.9", "lambda": "0.8", "entropyWeight": "0.02", "clipRange": "0.1",
        ].merging(variant) { $1 }
        try check(AgentEntry(PPO.self), settings, rows: rows)
    }

    @Test(arguments: [["lambda": "1"], ["lambda": "0.7", "normalizesAdvantages": "true"]], [1, 3])
    func a2c(_ variant: [String: String], rows: Int) throws {
        let settings = [
            "hidden": "[]", "rolloutSteps": "8", "learningRate": "0.02", "discount": "0.9",
            "entropyWeight": "0.02", "gradientClip": "0.3",
        ].merging(variant) { $1 }
        try check(AgentEntry(A2C.self), settings, rows: rows)
    }

    private func check(_ entry: AgentEntry, _ settings: [String: String], rows: Int) throws {
        let lab = try Lab(entry, settings, in: .randomWalk(), rows: rows)
        for _ in 0..<12 {
            for _ in 0..<7 { try lab.iterate() }
            let before = try lab.archive()
            let measured = try lab.measure()
            let after = try lab.archive()
            var oracle = try Oracle(entry.name, settings, before: before, after: after)
            try oracle.update()
            for (name, value) in oracle.measured {
                #expect(abs(value - (measured[name] ?? .nan)) < 3e-5 * max(1, abs(value)), "\(name)")
            }
            let error = zip(oracle.parameters, try Oracle.parameters(after)).map { abs($0 - $1) }.max()
            #expect((error ?? 1) < 2e-5, "step \(lab.recorder.steps)")
        }
    }
}

private struct Oracle {
    private let agent: String
    private let settings: [String: String]
    private let before, after: Archive
    private let states = 4
    private let actions = 3
    /// logits [state, action], their biases, V [state], its bias: the order in memory.
    private(set) var parameters: [Double]
    private var first: [Double] = []
    private var second: [Double] = []
    private var step = 0
    private var sums: [String: Double] = [:]
    private var minibatches = 0.0

    private let observed, taken: [Int]
    private let logProbabilities, values, rewards, successorValues: [Double]
    private let terminated, ended: [Bool]
    private var advantages: [Double] = []

    init(_ agent: String, _ settings: [String: String], before: Archive, after: Archive) throws {
        func numbers(_ name: String) throws -> [Double] {
            try after.numbers("agent.rollout.\(name)", as: Float.self).map(Double.init)
        }
        func choices(_ name: String) throws -> [Int] {
            try after.numbers("agent.rollout.\(name).indices", as: Int32.self).map(Int.init)
        }
        (self.agent, self.settings, self.before, self.after) = (agent, settings, before, after)
        parameters = try Oracle.parameters(before)
        (observed, taken) = (try choices("observations"), try choices("actions"))
        logProbabilities = try numbers("logProbabilities")
        values = try numbers("values")
        rewards = try numbers("rewards")
        successorValues = try numbers("successorValues")
        terminated = try after.numbers("agent.rollout.terminated", as: Bool.self)
        ended = try after.numbers("agent.rollout.ended", as: Bool.self)
    }

    /// The mean of each metric over the minibatches.
    var measured: [String: Double] { sums.mapValues { $0 / minibatches } }

    static func parameters(_ archive: Archive) throws -> [Double] {
        func numbers(_ name: String) throws -> [Double] {
            try archive.numbers("agent.network.\(name)", as: Float.self).map(Double.init)
        }
        let (weights, biases) = (try numbers("actor.layers.0.weight"), try numbers("actor.layers.0.bias"))
        let states = weights.count / biases.count
        // [action, state] in files.
        let logits = (0..<weights.count).map { weights[$0 % biases.count * states + $0 / biases.count] }
        return try logits + biases + numbers("critic.layers.0.weight") + numbers("critic.layers.0.bias")
    }

    private func setting(_ name: String, _ otherwise: Double) -> Double {
        settings[name].flatMap(Double.init) ?? otherwise
    }

    mutating func update() throws {
        let rows = observed.count / 8
        advantages = Array(repeating: 0, count: observed.count)
        for start in observed.indices {
            var (index, weight) = (start, 1.0)
            while true {
                let next = terminated[index] ? 0 : 0.9 * successorValues[index]
                advantages[start] += weight * (rewards[index] + next - values[index])
                if ended[index] || index + rows >= observed.count { break }
                weight *= 0.9 * setting("lambda", 1)
                index += rows
            }
        }
        if agent == "a2c" {
            second = try moments("squares")
            learn(Array(observed.indices))
            return
        }
        first = try moments("firstMoments")
        second = try moments("secondMoments")
        step = try before.numbers("agent.optimizer.step", as: Int.self)[0]
        var random = PCG64(seed: 0)
        var stream = Archive(restoring: before.entries)
        try stream.scope("agent.shuffling") { archive throws(ArchiveError) in try random.archive(&archive) }
        for _ in 0..<3 {
            var order = Array(observed.indices)
            random.shuffle(&order)
            let half = order.count / 2
            learn(Array(order[..<half]))
            learn(Array(order[half...]))
        }
    }

    /// Zeros before the first update.
    private func moments(_ name: String) throws -> [Double] {
        let numbers = try before.numbers("agent.optimizer.\(name)", as: Float.self).map(Double.init)
        return numbers.isEmpty ? Array(repeating: 0, count: parameters.count) : numbers
    }

    private mutating func learn(_ places: [Int]) {
        let count = Double(places.count)
        var scaled = places.map { advantages[$0] }
        if settings["normalizesAdvantages"] ?? (agent == "ppo" ? "true" : "false") == "true" {
            let mean = scaled.reduce(0, +) / count
            let deviation = (scaled.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot()
            scaled = scaled.map { ($0 - mean) / (deviation + 1e-8) }
        }
        var gradient = [Double](repeating: 0, count: parameters.count)
        var parts = [String: Double]()
        for (advantage, place) in zip(scaled, places) {
            let s = observed[place]
            let logits = (0..<actions).map {
                parameters[s * actions + $0] + parameters[states * actions + $0]
            }
            let normalizer = log(logits.reduce(0) { $0 + exp($1) })
            let logs = logits.map { $0 - normalizer }
            let entropy = -logs.reduce(0) { $0 + exp($1) * $1 }

            // How the objective changes with log π(a | s).
            var slope = advantage
            var objective = logs[taken[place]] * advantage
            if agent == "ppo" {
                let ratio = exp(logs[taken[place]] - logProbabilities[place])
                let range = setting("clipRange", 0)
                let clipped = min(max(ratio, 1 - range), 1 + range)
                objective = min(ratio * advantage, clipped * advantage)
                slope = ratio * advantage <= clipped * advantage ? ratio * advantage : 0
                parts["approximateKL", default: 0] += ratio - 1 - log(ratio)
                parts["clipFraction", default: 0] += abs(ratio - 1) > range ? 1 : 0
            }
            parts["policyLoss", default: 0] -= objective
            parts["entropy", default: 0] += entropy
            for a in 0..<actions {
                let p = exp(logs[a])
                let change =
                    slope * ((a == taken[place] ? 1 : 0) - p)
                    - setting("entropyWeight", 0) * p * (logs[a] + entropy)
                gradient[s * actions + a] -= change / count
                gradient[states * actions + a] -= change / count
            }

            let critic = states * actions + actions
            let value = parameters[critic + s] + parameters[critic + states]
            let target = advantages[place] + values[place]
            var (error, slopeOfError) = ((value - target) * (value - target), 2 * (value - target))
            let limit = setting("valueClipRange", 0)
            if limit > 0 {
                let moved = value - values[place]
                let other = values[place] + min(max(moved, -limit), limit) - target
                if other * other > error {
                    error = other * other
                    slopeOfError = abs(moved) < limit ? 2 * other : 0
                }
            }
            parts["valueLoss", default: 0] += error
            gradient[critic + s] += 0.5 * slopeOfError / count
            gradient[critic + states] += 0.5 * slopeOfError / count
        }
        for (name, sum) in parts { sums[name, default: 0] += sum / count }
        let losses = parts.mapValues { $0 / count }
        sums["loss", default: 0] +=
            0.5 * (losses["valueLoss"] ?? 0) + (losses["policyLoss"] ?? 0)
            - setting("entropyWeight", 0) * (losses["entropy"] ?? 0)
        let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
        sums["gradientNorm", default: 0] += norm
        minibatches += 1
        let limit = setting("gradientClip", 0.5)
        if norm > limit { gradient = gradient.map { $0 * limit / (norm + 1e-6) } }
        descend(gradient)
    }

    /// Adam, or RMSProp.
    private mutating func descend(_ gradient: [Double]) {
        let rate = setting("learningRate", 0)
        step += 1
        for (index, g) in gradient.enumerated() {
            if agent == "a2c" {
                second[index] = 0.99 * second[index] + 0.01 * g * g
                parameters[index] -= rate * g / (second[index].squareRoot() + 1e-5)
            } else {
                first[index] = 0.9 * first[index] + 0.1 * g
                second[index] = 0.999 * second[index] + 0.001 * g * g
                let mean = first[index] / (1 - pow(0.9, Double(step)))
                let square = second[index] / (1 - pow(0.999, Double(step)))
                parameters[index] -= rate * mean / (square.squareRoot() + 1e-5)
            }
        }
    }
}
