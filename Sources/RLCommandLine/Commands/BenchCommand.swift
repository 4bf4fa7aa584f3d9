import ArgumentParser
import Autograd
import Foundation
import RLCore
import RLRuns

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Time the numeric core: single loops beside the processor's peak, or whole updates.",
        discussion: """
            Examples:
              rl bench updates
              rl bench updates --only dqn --json
              rl bench kernels --seconds 0.01

            `make bench` does the same work in PyTorch and JAX, in turns, and prints ratios.
            """)

    /// What is timed.
    enum Subject: String, CaseIterable, ExpressibleByArgument {
        case kernels, updates
    }

    @Argument(help: "kernels: products of layers' sizes, loops. updates: whole steps of agents.")
    var subject: Subject
    @Option(help: "Only lines whose name contains this.")
    var only: String?
    @Option(
        parsing: .unconditional, help: "Seconds for each line (default: 0.02 for kernels, 1 for updates).",
        transform: settingNumber)
    var seconds: Double?
    @Flag(help: "Print a JSON object a line.")
    var json = false

    func run() throws {
        let seconds = seconds ?? (subject == .kernels ? 0.02 : 1)
        guard seconds > 0, seconds <= 3600 else {
            throw ConfigurationError(
                "seconds=\(seconds) does not fit: expected a number, above 0 and at most 3600")
        }
        switch subject {
        case .kernels: try kernels(KernelBench(seconds: seconds))
        case .updates: try updates(seconds)
        }
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
