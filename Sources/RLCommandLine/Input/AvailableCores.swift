import Foundation

/// Cores that this process may run on: fewer than the machine has where `taskset` or a container says so, which Linux tells
/// as a mask. Threads beyond them would wait for each other.
func availableCores() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let label = "Cpus_allowed:"
    let mask = status.split(separator: "\n").first { $0.hasPrefix(label) }?.dropFirst(label.count) ?? ""
    let cores = mask.reduce(0) { $0 + ($1.hexDigitValue ?? 0).nonzeroBitCount }
    return cores > 0 ? cores : ProcessInfo.processInfo.activeProcessorCount
}
