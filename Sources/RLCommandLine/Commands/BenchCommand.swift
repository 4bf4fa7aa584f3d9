import ArgumentParser
import Autograd
import Foundation
import RLCore
import RLRuns

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract:
            "Time environments, the loops of the numeric core beside the processor's peak, or whole updates.",
        discussion: """
            Examples:
              rl bench updates
              rl bench updates --only dqn --json
              rl bench kernels --seconds 0.01
              rl bench environments --only cartpole --rows 1,64,1024 --set arithmetic=float32

            `make bench` does the same work in PyTorch, JAX, Gymnasium and gymnax, in turns, and prints ratios.
            """)

    /// What is timed.
    enum Subject: String, CaseIterable, ExpressibleByArgument {
        case environments, kernels, updates
    }

    @Argument(
        help:
            "environments: steps of each with random actions. kernels: products of layers' sizes, loops. updates: whole steps of agents."
    )
    var subject: Subject
    @Option(help: "Only lines whose name contains this; of environments, one by its name.")
    var only: String?
    @Option(help: "Rows of environments stepped together, separated by commas.")
    var rows = "1,64,1024"
    @Option(parsing: .unconditional, help: "Threads that step them.", transform: settingNumber)
    var threads = 1
    @OptionGroup var settings: SettingOptions
    @Option(
        parsing: .unconditional,
        help: "Seconds for each line (default: 0.02 for kernels, 0.2 for environments, 1 for updates).",
        transform: settingNumber)
    var seconds: Double?
    @Flag(help: "Print a JSON object a line.")
    var json = false

    func run() throws {
        let usual = [Subject.kernels: 0.02, .environments: 0.2, .updates: 1]
        let seconds = seconds ?? usual[subject] ?? 1
        guard seconds > 0, seconds <= 3600 else {
            throw ConfigurationError(
                "seconds=\(seconds) does not fit: expected a number, above 0 and at most 3600")
        }
        switch subject {
        case .environments: try environments(EnvironmentBench(seconds: seconds))
        case .kernels: try kernels(KernelBench(seconds: seconds))
        case .updates: try updates(seconds)
        }
    }

    private func environments(_ bench: EnvironmentBench) throws {
        let catalog = CommandCatalog.current
        let entries = try only.map { [try catalog.environment($0)] } ?? catalog.environments
        let counts = try rows.split(separator: ",").map { text in
            guard let count = Int(settingText: String(text)), count >= 1 else {
                throw ConfigurationError("rows=\(rows) does not fit: expected numbers like 1,64,1024")
            }
            return count
        }
        for entry in entries {
            let made = try entry.make(settings.environmentTexts())
            try tell(bench.alone(made))
            for count in counts { try tell(bench.together(made, rows: count, threads: threads)) }
        }
    }

    private func tell(_ line: EnvironmentBench.Line) throws {
        if json { return try printLine(line.jsonLine()) }
        let kind = line.rows == 0 ? "alone" : "\(line.rows) row\(line.rows == 1 ? "" : "s")"
        let steps = Int(line.stepsPerSecond).grouped
        let padding = String(repeating: " ", count: max(1, 44 - line.name.count - kind.count - steps.count))
        try printLine(
            "\(line.name), \(kind)\(padding)\(steps) steps/s  "
                + "\((1e9 / line.stepsPerSecond).rounded(to: 1)) ns a step")
    }

    private func updates(_ seconds: Double) throws {
        let chosen = UpdateBench.all.filter { isWanted($0.name) }
        guard !chosen.isEmpty else {
            throw ConfigurationError.unknown("update", only ?? "", among: UpdateBench.all.map(\.name))
        }
        for update in chosen {
            let timing = try Timing(seconds: seconds, update.make())
            try tell(KernelBench.Line(name: update.name, median: timing.median, minimum: timing.minimum))
        }
    }

    private func kernels(_ bench: KernelBench) throws {
        let sizes = KernelProbe.Layout.allCases.flatMap { layout in
            KernelBench.rows.flatMap { m in
                KernelBench.widths.flatMap { k in KernelBench.widths.map { n in (layout, m, k, n) } }
            }
        }
        // A processor's speed changes with its warmth: the peak is measured again and again between the products.
        var peak = bench.peak()
        try tell(peak)
        var shares: [Double] = []
        for (index, (layout, m, k, n)) in sizes.enumerated() {
            if index % KernelBench.widths.count == 0 { peak = bench.peak() }
            guard isWanted("\(layout.rawValue) \(m)×\(k)×\(n)") else { continue }
            let line = bench.product(layout, m, k, n, peak: peak.gflops ?? 1)
            shares.append(line.share ?? 0)
            try tell(line)
        }
        let others: [(KernelProbe.Layout, Int, Int, Int)] = [
            (.nn, 1, 64, 64), (.nn, 64, 4, 64), (.nn, 64, 64, 2), (.nt, 64, 2, 64), (.tn, 64, 64, 2),
            (.nn, 1, 3136, 512), (.nn, 32, 3136, 512), (.nt, 32, 512, 3136), (.tn, 3136, 32, 512),
        ]
        for (layout, m, k, n) in others where isWanted("\(layout.rawValue) \(m)×\(k)×\(n)") {
            try tell(bench.product(layout, m, k, n, peak: peak.gflops ?? 1))
        }
        for activation in Activation.allCases where isWanted("linear \(activation.rawValue)") {
            try tell(bench.linear(64, 64, 64, activation, peak: peak.gflops ?? 1))
        }
        for line in bench.loops() where isWanted(line.name) { try tell(line) }
        if !json, !shares.isEmpty {
            shares.sort()
            try printLine(
                "products of layers' sizes: median \(percent(shares[shares.count / 2])) of the peak, "
                    + "lowest \(percent(shares[0]))")
        }
    }

    private func isWanted(_ name: String) -> Bool { only.map(name.contains) ?? true }

    private func percent(_ share: Double) -> String { "\((share * 100).rounded(to: 0)) %" }

    private func tell(_ line: KernelBench.Line) throws {
        if json { return try printLine(line.jsonLine()) }
        func padded(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        var text = line.name + String(repeating: " ", count: max(1, 26 - line.name.count))
        text += padded(line.median.rounded(to: 2), 10) + " µs  (least " + line.minimum.rounded(to: 2) + ")"
        if let gflops = line.gflops { text += padded(gflops.rounded(to: 1), 9) + " GFLOP/s" }
        if let share = line.share, line.name != "peak" { text += padded(percent(share), 7) }
        if let each = line.nanosecondsPerElement { text += padded(each.rounded(to: 3), 9) + " ns an element" }
        try printLine(text)
    }
}
