import Foundation
import RLCore

/// Throws where this machine has less memory than `count` transitions of `bytes` bytes take; `setting` says what asked
/// for them.
func checkMemory(
    for count: Int, transitionsOf bytes: Int, _ setting: String
) throws(ConfigurationError) {
    let memory = ProcessInfo.processInfo.physicalMemory
    let (size, isTooLarge) = bytes.multipliedReportingOverflow(by: count)
    guard !isTooLarge, size < memory else {
        throw ConfigurationError(
            "\(setting) does not fit: at \(bytes) bytes a transition, this machine's \(memory >> 30) GiB hold at most "
                + "\(Int(memory) / bytes)")
    }
}

extension Space {
    /// Bytes that one element takes in memory.
    var byteCount: Int { count * scalarType.size }
}
