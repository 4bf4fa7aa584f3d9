import ArgumentParser
import Autograd
import Foundation
import RLCore
import RLRuns

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what one update of an agent does, or the layers of a network.",
        discussion: """
            Examples:
              rl inspect dqn cartpole
              rl inspect dqn gridworld --set hidden=[256,256] --no-check
              rl inspect --network nature --input 84x84x4 --outputs 6

            Of an agent: operations, shapes, times, norms and gradients. It trains until it has learned a few times; its last update is shown, with median times. Its \
            gradients are compared with central differences of the same loss, computed again in Double by plain \
            loops. Exits with 1 where they disagree, or where a value is infinite or not a number.
            """)

    @Argument(help: "An agent (`rl list agents`).")
    var agent: String?
    @Argument(help: "An environment (`rl list environments`).")
    var environment: String?
    @Option(help: "A network instead, by its name in agents' settings: \(NetworkChoice.names).")
    var network: String?
    @Option(help: "What the network sees: 84x84x4, or 4 for a vector (default: what suits the network).")
    var input: String?
    @Option(parsing: .unconditional, help: "The network's outputs.", transform: settingNumber)
    var outputs = 6
    @Option(parsing: .unconditional, help: "Seed of all randomness (default: 1).", transform: settingNumber)
    var seed: Int?
    @Option(
        parsing: .unconditional, help: "Copies of the environment stepped together (default: 1).",
        transform: settingNumber)
    var envs: Int?
    @OptionGroup var settings: SettingOptions
    @Option(
        parsing: .unconditional,
        help: "Train until this many updates were seen; the times are their medians.",
        transform: settingNumber)
    var updates = 20
    @Flag(inversion: .prefixedNo, help: "Compare the gradients with central differences in Double.")
    var check = true
    @Flag(help: "Leave out the settings tuned for this agent and environment.")
    var untuned = false
    @Flag(help: "Print one JSON object.")
    var json = false

    /// A gradient in Float32 is nearer than this to the true one, relative to its norm, unless its rule is wrong. Most
    /// are within 10⁻⁵; a unit whose sum is so near to 0 that Float and Double disagree about its sign costs more.
    static let tolerance = 1e-2

    func run() throws {
        if let network { return try describe(network) }
        if input != nil {
            throw ConfigurationError("--input is what a network sees; name one with --network")
        }
        guard let agent, let environment else {
            throw ConfigurationError(
                "say what to inspect: an agent and an environment, or --network NAME; --help has examples")
        }
        guard updates >= 1 else {
            throw ConfigurationError("updates=\(updates) does not fit: expected an integer, at least 1")
        }
        var flags = RunLayer(origin: "flag")
        (flags.agent, flags.environment, flags.seed, flags.envs) = (agent, environment, seed, envs)
        flags.settings = try settings.texts()
        let plan = try RunPlan(
            untuned ? [flags] : TunedSettings.underlying([flags]), catalog: CommandCatalog.current)
        let seen = try plan.inspectUpdates(updates, seed: plan.seeds.lowerBound, checkingGradients: check)
        guard !seen.kinds.isEmpty else {
            throw RunError(
                "\(plan.agent.name) computed no gradient in \(plan.steps.grouped) steps of \(plan.environmentName); "
                    + "`rl list agents` shows which agents learn with a network")
        }
        let page = Page(plan, seen)
        try printLine(json ? page.jsonLine() : page.text)
        if !page.isRight { throw ExitCode(1) }
    }

    /// The layers of a network for one observation.
    private func describe(_ name: String) throws {
        if let agent {
            throw ConfigurationError("--network \(name) is inspected by itself; leave out '\(agent)'")
        }
        guard let choice = NetworkChoice(rawValue: name) else {
            throw ConfigurationError.unknown("network", name, among: NetworkChoice.allCases.map(\.rawValue))
        }
        let sizes = (input ?? choice.usualInput).split(separator: "x", omittingEmptySubsequences: false).map {
            Int($0)
        }
        let shape = sizes.compactMap { $0 }
        // The network is made to be counted: what is far beyond any observation would not fit into memory.
        let largest = shape.count == 1 ? 1_000_000 : 512
        guard shape.count == sizes.count, [1, 3].contains(shape.count),
            shape.allSatisfy({ (1...largest).contains($0) }), shape.reduce(1, *) <= 1 << 22
        else {
            throw ConfigurationError(
                "input=\(input ?? "") does not fit: expected height x width x channels, like 84x84x4, each at most 512 "
                    + "and together 4 million, or one size")
        }
        guard (1...65_536).contains(outputs) else {
            throw ConfigurationError("outputs=\(outputs) does not fit: expected an integer, from 1 to 65536")
        }
        var random = PCG64(seed: 0)
        let network: Network
        do {
            network = try Network(choice, input: Autograd.Shape(shape), outputs: outputs, using: &random)
        } catch {
            throw ConfigurationError("--network \(name) --input \(input ?? choice.usualInput): \(error)")
        }
        let layers = network.summary
        if json {
            for layer in layers { try printLine(LayerLine(layer).jsonLine()) }
            return
        }
        let rows = layers.map {
            [$0.name, $0.layer, "\($0.output)", $0.parameters.grouped, $0.multiplyAdds.grouped]
        }
        let sum = [
            "total", "", "", layers.map(\.parameters).reduce(0, +).grouped,
            layers.map(\.multiplyAdds).reduce(0, +).grouped,
        ]
        try printLine(
            "\(network.choice.rawValue) for one observation of \(Autograd.Shape(shape))\n\n"
                + aligned(
                    [["name", "layer", "output", "parameters", "multiply-adds"]] + rows + [sum],
                    right: [3, 4]))
    }

    private struct LayerLine: Encodable {
        let name, layer: String
        let output: [Int]
        let parameters, multiplyAdds: Int

        init(_ layer: LayerSummary) {
            (name, self.layer, output) = (layer.name, layer.layer, layer.output.dimensions)
            (parameters, multiplyAdds) = (layer.parameters, layer.multiplyAdds)
        }
    }

    private struct Page: Encodable {
        let agent: String
        let environment: String
        let seed: Int
        let steps: Int
        let updates: [Update]
        let firstNonFinite: String?

        init(_ plan: RunPlan, _ seen: UpdateInspection) {
            (agent, environment, seed) = (plan.agent.name, plan.environmentName, plan.seeds.lowerBound)
            (steps, firstNonFinite) = (seen.steps, seen.firstNonFinite)
            updates = seen.kinds.map(Update.init)
        }

        var largestError: Double? { updates.flatMap(\.parameters).compactMap(\.gradientError).max() }

        var isRight: Bool { firstNonFinite == nil && (largestError ?? 0) <= InspectCommand.tolerance }

        var text: String {
            var lines = ["\(agent) on \(environment), seed \(seed), \(steps.grouped) steps"]
            for (index, update) in updates.enumerated() {
                let name = updates.count == 1 ? "the update" : "update \(index + 1) of \(updates.count)"
                lines += ["", "\(name) (times: median of \(update.count.grouped))", "", update.text]
            }
            lines += ["", firstNonFinite.map { "not finite: \($0)" } ?? "every value and gradient is finite"]
            if let largestError {
                lines.append(
                    largestError <= InspectCommand.tolerance
                        ? "gradients agree with central differences in Double: the largest error is \(largestError.short)"
                        : "gradients DISAGREE with central differences in Double: the largest error is "
                            + "\(largestError.short), expected at most \(InspectCommand.tolerance.short)")
            }
            return lines.joined(separator: "\n")
        }
    }

    private struct Update: Encodable {
        let count: Int
        let operations: [Row]
        let parameters: [Parameter]

        struct Row: Encodable {
            let name: String
            let inputs: [String]
            let output: String
            let multiplyAdds: Int
            let forwardMicroseconds: Double
            let backwardMicroseconds: Double?
            let norm: Double
            let gradientNorm: Double?
        }

        struct Parameter: Encodable {
            let name: String
            let shape: [Int]
            let count: Int
            let gradientNorm: Double
            let gradientError: Double?
        }

        init(_ kind: UpdateInspection.Kind) {
            count = kind.count
            operations = kind.operations.map {
                Row(
                    name: $0.name, inputs: $0.inputs, output: "\($0.output)", multiplyAdds: $0.multiplyAdds,
                    forwardMicroseconds: $0.forward / .microseconds(1),
                    backwardMicroseconds: $0.backward.map { $0 / .microseconds(1) }, norm: $0.norm,
                    gradientNorm: $0.gradientNorm)
            }
            parameters = kind.gradients.map {
                Parameter(
                    name: $0.parameter, shape: $0.shape.dimensions, count: $0.shape.count,
                    gradientNorm: $0.norm,
                    gradientError: $0.error)
            }
        }

        var text: String {
            let header = [
                "operation", "inputs", "output", "multiply-adds", "forward µs", "backward µs", "norm",
                "gradient norm",
            ]
            let rows = operations.map { row in
                [
                    row.name, row.inputs.joined(separator: ", "), row.output,
                    row.multiplyAdds == 0 ? "" : row.multiplyAdds.grouped,
                    row.forwardMicroseconds.rounded(to: 2), row.backwardMicroseconds?.rounded(to: 2) ?? "",
                    row.norm.short, row.gradientNorm?.short ?? "",
                ]
            }
            let sum = [
                "total", "", "", operations.map(\.multiplyAdds).reduce(0, +).grouped,
                operations.map(\.forwardMicroseconds).reduce(0, +).rounded(to: 2),
                operations.compactMap(\.backwardMicroseconds).reduce(0, +).rounded(to: 2), "", "",
            ]
            let parameterRows = parameters.map {
                [
                    $0.name, "\(Autograd.Shape($0.shape))", $0.count.grouped, $0.gradientNorm.short,
                    $0.gradientError?.short ?? "",
                ]
            }
            let parameterSum = ["total", "", parameters.map(\.count).reduce(0, +).grouped, "", ""]
            return aligned([header] + rows + [sum], right: [3, 4, 5, 6, 7]) + "\n\n"
                + aligned(
                    [["parameter", "shape", "numbers", "gradient norm", "error"]] + parameterRows + [
                        parameterSum
                    ],
                    right: [2, 3, 4])
        }
    }
}

extension NetworkChoice {
    /// For the help.
    fileprivate static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// Observations of the size that the network was made for.
    fileprivate var usualInput: String {
        switch self {
        case .auto, .mlp: "4"
        case .minatar: "10x10x4"
        case .nips, .nature, .impala, .vgg, .inception, .squeezenext: "84x84x4"
        }
    }
}

extension Double {
    /// Three significant digits.
    fileprivate var short: String { String(format: "%.3g", self) }
}
