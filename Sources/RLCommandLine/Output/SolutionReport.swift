import Foundation
import RLCore

/// What `rl solve` tells of a task and its plan.
struct SolutionReport {
    let made: MadeEnvironment
    let model: any TransitionModel
    let finite: FiniteModel
    let plan: Plan

    /// Beyond so many, maps and states are left to `--json`.
    private static let (mostLayers, mostStates) = (16, 50)

    /// For people.
    var text: String {
        let counts =
            "\(finite.stateCount.grouped) state\(finite.stateCount == 1 ? "" : "s"), "
            + "\(finite.actionCount) action\(finite.actionCount == 1 ? "" : "s")"
        let sweeps = "\(plan.sweeps.grouped) sweep\(plan.sweeps == 1 ? "" : "s")"
        let policies = "\(plan.policies) polic\(plan.policies == 1 ? "y" : "ies")"
        let method =
            plan.policies == 0 ? "value iteration, \(sweeps)" : "policy iteration, \(policies), \(sweeps)"
        var parts = [
            aligned([
                ["\(made.name)", "\(counts), discount \(plan.discount.settingText)"],
                ["solved by", "\(method); \(precision)"],
                ["expected return", "\(expectedReturn.asScore) from where episodes start\(discounted)"],
            ])
        ]
        if let map = model as? any MappedModel, layers(of: map).count <= Self.mostLayers {
            parts += layers(of: map).map { text(of: $0, on: map) }
        } else if finite.stateCount <= Self.mostStates {
            parts.append(table)
        } else {
            parts.append("too many states to show; --json has the value and the best actions of each")
        }
        return parts.joined(separator: "\n\n")
    }

    /// For programs.
    var json: String {
        let states = (0..<finite.stateCount).map { state in
            var fields = [
                "\"state\":\(state)", "\"value\":\(RLCommandLine.json(plan.values[state]))",
                "\"action\":\(plan.actions[state])",
                "\"best\":[\(bestActions(state).map { "\($0)" }.joined(separator: ","))]",
            ]
            if let place = (model as? any MappedModel)?.place(of: state) {
                fields += ["\"row\":\(place.row)", "\"column\":\(place.column)"]
                if !place.layer.isEmpty { fields.append("\"layer\":\(quoted(place.layer))") }
            }
            return "    {\(fields.joined(separator: ","))}"
        }
        let fields = [
            "\"environment\":\(quoted(made.name))",
            "\"settings\":{\(made.settings.map { "\(quoted($0.name)):\($0.json)" }.joined(separator: ","))}",
            "\"discount\":\(RLCommandLine.json(plan.discount))",
            "\"method\":\"\(plan.policies == 0 ? "value" : "policy")\"",
            "\"sweeps\":\(plan.sweeps)", "\"policies\":\(plan.policies)",
            "\"errorBound\":\(RLCommandLine.json(plan.errorBound))",
            "\"expectedReturn\":\(RLCommandLine.json(expectedReturn))",
            "\"actionNames\":[\(made.actionNames.map(quoted).joined(separator: ","))]",
            "\"states\":[\n\(states.joined(separator: ",\n"))\n  ]",
        ]
        return "{\n  \(fields.joined(separator: ",\n  "))\n}"
    }

    private var precision: String {
        plan.errorBound == 0
            ? "the last changed nothing"
            : "no value is off by more than " + String(format: "%.0e", plan.errorBound)
    }

    private var discounted: String { plan.discount < 1 ? ", discounted" : "" }

    private var expectedReturn: Double { finite.expectedReturn(of: plan.values) }

    private func bestActions(_ state: Int) -> [Int] { plan.bestActions(in: finite, state: state) }

    // MARK: - Maps

    /// The states of one map, by place in reading order.
    private struct Layer {
        let name: String
        var states: [Int: Int]
    }

    private func layers(of map: any MappedModel) -> [Layer] {
        var layers: [Layer] = []
        var numbers: [String: Int] = [:]
        for state in 0..<finite.stateCount {
            guard let place = map.place(of: state) else { continue }
            let number = numbers[place.layer] ?? layers.count
            if number == layers.count {
                numbers[place.layer] = number
                layers.append(Layer(name: place.layer, states: [:]))
            }
            layers[number].states[place.row * map.mapColumns + place.column] = state
        }
        return layers
    }

    private func text(of layer: Layer, on map: any MappedModel) -> String {
        let largest = layer.states.values.map { plan.values[$0].magnitude }.max() ?? 0
        let digits = largest >= 1000 ? 0 : largest >= 100 ? 1 : largest >= 10 ? 2 : 3
        let columns = Set(0..<map.mapColumns)
        let values = grid(of: layer, on: map) { Self.withoutSign(plan.values[$0].rounded(to: digits)) }
        let arrows = grid(of: layer, on: map) { state in
            isEnd(state) ? "·" : String(bestActions(state).map { map.actionSymbols[$0] })
        }
        let title = layer.name.isEmpty ? "" : layer.name + ":\n"
        return title + aligned(values, right: columns) + "\n\n" + aligned(arrows)
    }

    private func grid(of layer: Layer, on map: any MappedModel, _ text: (Int) -> String) -> [[String]] {
        (0..<map.mapRows).map { row in
            (0..<map.mapColumns).map { column in
                let place = MapPlace(layer: layer.name, row: row, column: column)
                if let symbol = map.symbol(at: place) { return String(symbol) }
                return layer.states[row * map.mapColumns + column].map(text) ?? ""
            }
        }
    }

    /// Whether nothing follows a state, whatever is done.
    private func isEnd(_ state: Int) -> Bool {
        (0..<finite.actionCount).allSatisfy { action in
            model.transitions(from: state, action: action).allSatisfy {
                $0.terminated && $0.state == state && $0.reward == 0
            }
        }
    }

    // MARK: - Tables

    private var table: String {
        let names = made.actionNames
        let rows = (0..<finite.stateCount).map { state in
            let best = bestActions(state).map { names.isEmpty ? "\($0)" : names[$0] }
            return ["\(state)", plan.values[state].asScore, best.joined(separator: ", ")]
        }
        return aligned([["state", "value", "best actions"]] + rows, right: [0, 1])
    }

    /// Zero has no sign.
    private static func withoutSign(_ text: String) -> String {
        text.hasPrefix("-") && !text.contains { ("1"..."9").contains($0) } ? String(text.dropFirst()) : text
    }
}

private func quoted(_ text: String) -> String {
    // A string always has a form in JSON.
    (try? JSONEncoder().encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
}
