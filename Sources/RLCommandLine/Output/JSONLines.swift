import Foundation
import RLCore
import RLRuns

/// Standard output or a file, an object a line, in blocks. A reader that went away ends the program quietly, as `head`
/// expects.
struct JSONLines {
    private let descriptor: Int32
    private let path: String
    private var buffer: [UInt8] = []

    /// Writes to standard output.
    init() {
        descriptor = STDOUT_FILENO
        path = "standard output"
    }

    /// Writes to a file, which must not be there yet.
    init(creating path: String) throws {
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        self.path = path
        if descriptor < 0 {
            let code = errno
            throw ConfigurationError(
                code == EEXIST
                    ? "\(path) is there already; choose another name"
                    : "\(path): the file cannot be made: \(String(cString: strerror(code)))")
        }
    }

    /// Writes an object of these fields.
    mutating func write(_ fields: [String]) throws {
        buffer += "{\(fields.joined(separator: ","))}\n".utf8
        if buffer.count > 1 << 16 { try flush() }
    }

    /// Hands everything over.
    mutating func flush() throws {
        try writeAll(buffer, to: descriptor, path: path)
        buffer.removeAll(keepingCapacity: true)
    }
}

/// The shortest text that reads back to the same number; null for what JSON cannot hold.
func json(_ value: Double) -> String {
    if let integer = Int(exactly: value), integer.magnitude < 1 << 53, value.sign == .plus || integer != 0 {
        return String(integer)
    }
    return value.isFinite ? "\(value)" : "null"
}

/// Row 0 of a batch, in the digits of its own scalar type: a Float that reads back to the same Float.
func json(_ observation: ObservationBatch) -> String {
    let numbers =
        switch observation.scalarType {
        case .float32: observation.floats.map { $0.isFinite ? "\($0)" : "null" }
        case .uint8: observation.bytes.map { "\($0)" }
        case .int32: observation.indices.map { "\($0)" }
        }
    return "[" + numbers.joined(separator: ",") + "]"
}

/// Row 0 of a batch of actions: a number, or a list where an action is several.
func json(_ action: ActionBatch) -> String {
    let numbers = action.indices.isEmpty ? action.values.map { "\($0)" } : action.indices.map { "\($0)" }
    return numbers.count == 1 ? numbers[0] : "[" + numbers.joined(separator: ",") + "]"
}

/// A field of an archive: a number, or a list of numbers.
func json(_ entry: Archive.Entry) -> String {
    let numbers = entry.numbers
    return entry.shape.isEmpty ? numbers.joined() : "[" + numbers.joined(separator: ",") + "]"
}

extension Archive.Entry {
    fileprivate var numbers: [String] {
        switch type {
        case .float32: read(Float.self).map { $0.isFinite ? "\($0)" : "null" }
        case .float64: read(Double.self).map { $0.isFinite ? "\($0)" : "null" }
        case .uint8: read(UInt8.self).map { "\($0)" }
        case .uint32: read(UInt32.self).map { "\($0)" }
        case .uint64: read(UInt64.self).map { "\($0)" }
        case .int32: read(Int32.self).map { "\($0)" }
        case .int64: read(Int.self).map { "\($0)" }
        case .bool: bytes.map { $0 == 0 ? "false" : "true" }
        }
    }

    private func read<T: BitwiseCopyable>(_: T.Type) -> [T] {
        bytes.withUnsafeBytes { raw in
            stride(from: 0, to: raw.count, by: MemoryLayout<T>.stride).map {
                raw.loadUnaligned(fromByteOffset: $0, as: T.self)
            }
        }
    }
}
