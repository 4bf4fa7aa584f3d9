import ArgumentParser
import Foundation
import RLCore
import RLRuns

struct DescribeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Tell every setting of an agent or an environment: default, meaning, unit, range.",
        discussion: """
            Examples:
              rl describe dqn
              rl describe gridworld --json
            """)

    @Argument(help: "An agent or an environment.")
    var name: String
    @OptionGroup var settings: SettingOptions
    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let page = try page()
        try printLine(json ? String(decoding: try page.prettyJSON().dropLast(), as: UTF8.self) : page.text)
    }

    private func page() throws -> Page {
        let catalog = CommandCatalog.current
        if let agent = try? catalog.agent(name) {
            guard settings.assignments.isEmpty else {
                throw ConfigurationError(
                    "--set describes an environment of other settings, but \(agent.name) is an agent; leave it out"
                )
            }
            return Page(
                kind: "agent", name: agent.name, aliases: [], summary: agent.summary, observations: nil,
                actions: nil, actionNames: nil, model: nil,
                settings: agent.settings.map(Page.Row.init), metrics: agent.metrics.map(\.name),
                tunedFor: try TunedSettings.environments(for: agent.name))
        }
        if let entry = try? catalog.environment(name) {
            let made = try entry.make(settings.environmentTexts())
            return Page(
                kind: "environment", name: entry.name, aliases: entry.aliases, summary: entry.summary,
                observations: made.observationSpace.description, actions: made.actionSpace.description,
                actionNames: made.actionNames.isEmpty ? nil : made.actionNames,
                model: made.transitionModel.map {
                    Page.Model(states: $0.stateCount, actions: $0.actionCount)
                },
                settings: made.settings.map(Page.Row.init), metrics: nil, tunedFor: nil)
        }
        let names = catalog.agents.map(\.name) + catalog.environments.flatMap { [$0.name] + $0.aliases }
        throw ConfigurationError.unknown("agent or environment", name, among: names)
    }

    private struct Page: Encodable {
        let kind: String
        let name: String
        let aliases: [String]
        let summary: String
        let observations: String?
        let actions: String?
        let actionNames: [String]?
        let model: Model?
        let settings: [Row]
        let metrics: [String]?
        let tunedFor: [String]?

        struct Model: Encodable {
            let states: Int
            let actions: Int
        }

        struct Row: Encodable {
            let name: String
            let value: JSONValue
            let meaning: String
            let unit: String
            let expected: String

            init(_ setting: SettingDeclaration) {
                name = setting.name
                value = (try? JSONValue(parsing: setting.json)) ?? .string(setting.text)
                meaning = setting.meaning
                unit = setting.unit
                expected = setting.expectation
            }
        }

        var text: String {
            var lines = [([name] + aliases).joined(separator: ", ") + ": " + summary, ""]
            if let observations, let actions {
                var facts = [["observations", observations], ["actions", actions]]
                if let actionNames {
                    let names = actionNames.enumerated().map { "\($0) \($1)" }
                    facts[1][1] += ": " + names.joined(separator: ", ")
                }
                if let model {
                    facts.append([
                        "model", "exact, \(model.states.grouped) states (`rl solve \(name)` plans with it)",
                    ])
                }
                lines += [aligned(facts), ""]
            }
            if settings.isEmpty {
                lines.append("no settings")
            } else {
                let rows = settings.map { row in
                    let unit = row.unit.isEmpty ? "" : " \(row.unit)"
                    let text = row.value.settingText.replacingOccurrences(of: "\n", with: "/")
                    return ["\(kind).\(row.name)", text + unit, row.meaning, "(\(row.expected))"]
                }
                lines.append(aligned([["setting", "default", "meaning", "expected"]] + rows))
            }
            if let metrics, !metrics.isEmpty { lines += ["", "metrics: " + metrics.joined(separator: ", ")] }
            if let tunedFor, !tunedFor.isEmpty {
                lines += [
                    "",
                    "tuned for: \(tunedFor.joined(separator: ", ")) (`rl run … --untuned` takes the defaults)",
                ]
            }
            return lines.joined(separator: "\n")
        }
    }
}
