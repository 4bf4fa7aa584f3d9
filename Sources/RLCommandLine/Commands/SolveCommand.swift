import ArgumentParser
import Foundation
import RLCore
import RLRuns

struct SolveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "solve",
        abstract: "Compute the best values and actions of a finite task from its exact model.",
        discussion: """
            Examples:
              rl solve gridworld
              rl solve gridworld --set map=windy --set stochasticWind=true --discount 1
              rl solve frozenlake --method policy --json

            On a map the values are followed by the best actions as arrows: walls are #, goals and pits as the map has \
            them, and an end has no arrow. A time limit is not part of the model.
            """)

    /// How to solve it.
    enum Method: String, ExpressibleByArgument, CaseIterable {
        case value, policy
    }

    @Argument(help: "An environment whose states can be counted.")
    var environment: String
    @Option(
        parsing: .unconditional, help: "Discount factor γ, from 0 to 1 (default: 0.99).",
        transform: settingNumber)
    var discount = 0.99
    @Option(help: "Value iteration or policy iteration.")
    var method = Method.value
    @Option(
        parsing: .unconditional, help: "How far a value may be from the exact one (default: 1e-9).",
        transform: settingNumber)
    var tolerance = 1e-9
    @Option(
        parsing: .unconditional, help: "Sweeps over all states after which to give up (default: 100,000).",
        transform: settingNumber)
    var sweeps = 100_000
    @OptionGroup var settings: SettingOptions
    @Flag(help: "Print JSON: the value and the best actions of every state.")
    var json = false

    func run() throws {
        let made = try CommandCatalog.current.environment(environment).make(settings.environmentTexts())
        guard let model = made.transitionModel else {
            throw ConfigurationError(
                "\(made.name) tells no exact model to solve: its states cannot be counted, or change with every "
                    + "episode; `rl list environments` shows the others")
        }
        let finite = try FiniteModel(model)
        let limits = PlanningLimits(tolerance: tolerance, sweeps: sweeps)
        let plan =
            switch method {
            case .value: try finite.valueIteration(discount: discount, limits: limits)
            case .policy: try finite.policyIteration(discount: discount, limits: limits)
            }
        let report = SolutionReport(made: made, model: model, finite: finite, plan: plan)
        try printLine(json ? report.json : report.text)
    }
}
