import Foundation
import RLCore
import RLRuns

/// A file with an action a line: an integer, or numbers separated by spaces. Empty lines do not count.
enum ActionFile {
    /// Reads a file, or standard input where `path` is `-`, and checks every action against the space.
    static func read(_ path: String, in space: Space) throws -> [ActionBatch] {
        let bytes = try path == "-" ? readAll(from: STDIN_FILENO, path: "standard input") : readFile(path)
        var actions: [ActionBatch] = []
        for (number, line) in String(decoding: bytes, as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        ).enumerated() where !line.allSatisfy(\.isWhitespace) {
            let values = line.split(whereSeparator: \.isWhitespace).map { Double($0) ?? .nan }
            guard space.takes(values) else {
                throw ConfigurationError("\(path):\(number + 1): '\(line)' is not an action of \(space)")
            }
            var action = ActionBatch(for: space, count: 1)
            for (index, value) in values.enumerated() {
                if action.indices.isEmpty {
                    action.values[index] = Float(value)
                } else {
                    action.indices[index] = Int32(value)
                }
            }
            actions.append(action)
        }
        return actions
    }
}
