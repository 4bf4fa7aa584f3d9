import Autograd

/// The loops that time goes into, beside what this processor can do.
struct KernelBench {
    /// A line of the table.
    struct Line: Encodable {
        let name: String
        let median: Double
        let minimum: Double
        var unit = "µs"
        /// 10⁹ operations a second, an addition and a multiplication being two; of the median.
        var gflops: Double?
        /// Of the measured peak.
        var share: Double?
        /// Nanoseconds an element, where operations are not what is counted.
        var nanosecondsPerElement: Double?
    }

    /// Seconds for each line.
    let seconds: Double

    /// The sizes of layers in reinforcement learning.
    static let rows = [8, 16, 32, 64, 128, 256]
    static let widths = [64, 128, 256, 512]

    /// 10⁹ operations a second of one core that does nothing but multiply and add, now.
    func peak() -> Line {
        let rounds = 2_000
        let operations = 2 * KernelProbe.peak(rounds: 1) * rounds
        let timing = Timing(seconds: seconds, clock: .thread) { _ = KernelProbe.peak(rounds: rounds) }
        return Line(
            name: "peak", median: timing.median, minimum: timing.minimum,
            gflops: Double(operations) / timing.median / 1000, share: 1)
    }

    func product(_ layout: KernelProbe.Layout, _ m: Int, _ k: Int, _ n: Int, peak: Double) -> Line {
        let probe = KernelProbe([m * k, k * n, m * n])
        let timing = Timing(seconds: seconds, clock: .thread) { probe.product(layout, m, n, k) }
        return line("\(layout.rawValue) \(m)×\(k)×\(n)", timing, 2 * m * k * n, peak)
    }

    func linear(_ m: Int, _ k: Int, _ n: Int, _ activation: Activation, peak: Double) -> Line {
        let probe = KernelProbe([m * k, k * n, m * n, n])
        let timing = Timing(seconds: seconds, clock: .thread) { probe.linear(m, n, k, activation) }
        return line("linear \(activation.rawValue) \(m)×\(k)×\(n)", timing, 2 * m * k * n, peak)
    }

    /// Loops over elements.
    func loops() -> [Line] {
        let (rows, columns) = (64, 64)
        let count = rows * columns
        let probe = KernelProbe([count, count, count, count])
        func line(_ name: String, _ body: () -> Void) -> Line {
            let timing = Timing(seconds: seconds, clock: .thread, body)
            return Line(
                name: "\(name) \(rows)×\(columns)", median: timing.median, minimum: timing.minimum,
                nanosecondsPerElement: timing.median * 1000 / Double(count))
        }
        return [
            line("tanh") { probe.tanh(count) }, line("exp") { probe.exp(count) },
            line("add") { probe.add(count) }, line("column sums") { probe.columnSums(rows, columns) },
            line("softmax") { probe.softmax(rows, columns) }, line("adam") { probe.adam(count) },
        ]
    }

    private func line(_ name: String, _ timing: Timing, _ operations: Int, _ peak: Double) -> Line {
        let gflops = Double(operations) / timing.median / 1000
        return Line(
            name: name, median: timing.median, minimum: timing.minimum, gflops: gflops, share: gflops / peak)
    }
}
