import Foundation
import RLCore
import RLRuns

/// A file with an action a line: an integer, or numbers separated by spaces, or a line of `rl trace`, of which
/// the action counts. Empty lines and restarts do not count.
enum ActionFile {
    /// Reads a file, or standard input where `path` is `-`, and checks every action against the space.
    static func read(_ path: String, in space: Space) throws -> [ActionBatch] {
        let bytes = try path == "-" ? readAll(from: STDIN_FILENO, path: "standard input") : readFile(path)
        var actions: [ActionBatch] = []
        for (number, line) in String(decoding: bytes, as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        ).enumerated() where !line.allSatisfy(\.isWhitespace) {
            let values: [Double]
            if line.first == "{" {
                guard let traced = try? JSONDecoder().decode(TracedStep.self, from: Data(line.utf8)) else {
                    throw ConfigurationError("\(path):\(number + 1): this is not a line of rl trace")
                }
                if traced.reset == true { continue }
                values = traced.action?.numbers ?? []
            } else {
                values = line.split(whereSeparator: \.isWhitespace).map { Double($0) ?? .nan }
            }
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

/// What matters of a line that `rl trace` wrote.
private struct TracedStep: Decodable {
    let reset: Bool?
    let action: Action?

    /// A choice, or a list of numbers.
    struct Action: Decodable {
        let numbers: [Double]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Double.self) {
                numbers = [number]
            } else {
                numbers = try container.decode([Double].self)
            }
        }
    }
}
