import Environments
import Foundation
import RLCore
import Testing

/// Games that a published environment played, as `Tests/Interop/make_fixtures.py` recorded them: a fingerprint a seed,
/// and the first observations in full, so that a difference can be found.
struct RecordedGames: Decodable, Sendable, CustomTestStringConvertible {
    let environment: String
    let settings: [String: String]
    let steps: Int
    let games: [Game]
    let opening: [[Double]]
    /// The action for every observation of a discrete space; nil where actions are pseudo-random.
    let policy: [Int32]?

    struct Game: Decodable, Sendable, Equatable {
        let seed: UInt64
        let ends: Int
        let reward: Double
        let fingerprint: String
    }

    var testDescription: String {
        "\(environment) \(settings.isEmpty ? "" : "\(settings)")\(policy == nil ? "" : " best actions")"
    }

    /// All that are recorded, by the names of their files.
    static let all = RecordedGames.in("Games").map(\.recorded)

    /// Those of one folder of fixtures, with the names of their files.
    static func `in`(_ folder: String) -> [(title: String, recorded: RecordedGames)] {
        let folder = Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(folder)")
        let files =
            (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.sorted { $0.path < $1.path }.compactMap { file in
            guard let data = try? Data(contentsOf: file),
                let recorded = try? JSONDecoder().decode(RecordedGames.self, from: data)
            else { return nil }
            return (file.deletingPathExtension().lastPathComponent, recorded)
        }
    }
}

/// The same game played here.
struct PlayedGame {
    private(set) var observations: [[Double]] = []
    private(set) var game: RecordedGames.Game

    /// Plays `steps` actions, pseudo-random ones or those of `policy`; the first observations are kept.
    init(_ made: MadeEnvironment, seed: UInt64, steps: Int, policy: [Int32]? = nil, keeping kept: Int) throws
    {
        let environment = made.stepped()
        var actions = ActionBatch(for: made.actionSpace, count: 1)
        var generator = UInt32(truncatingIfNeeded: seed)
        var print = Fingerprint()
        var (ends, total) = (0, 0.0)
        var observations: [[Double]] = []
        environment.reset(seed: seed)
        func see() {
            print.add(environment.observation)
            if observations.count < kept { observations.append(environment.observation.row(0)) }
        }
        see()
        for _ in 0..<steps {
            generator = 1_664_525 &* generator &+ 1_013_904_223
            switch made.actionSpace {
            case .discrete(let count): actions.indices[0] = Int32(generator >> 16) % Int32(count)
            case .box(let box):
                // Up to a quarter of the range beyond either bound.
                let (low, high) = (max(Double(box.low[0]), -10), min(Double(box.high[0]), 10))
                let share = Double(generator >> 8) * 0x1p-24
                actions.values[0] = Float(low + (high - low) * (1.5 * share - 0.25))
            case .multiDiscrete: throw ConfigurationError("no recorded game takes several choices")
            }
            if let policy { actions.indices[0] = policy[Int(environment.observation.indices[0])] }
            let outcome = try environment.step(actions)
            see()
            print.add(outcome.reward.bitPattern, bytes: 8)
            print.add(outcome.terminated ? 1 : 0, bytes: 1)
            print.add(outcome.truncated ? 1 : 0, bytes: 1)
            total += outcome.reward
            if outcome.isDone {
                ends += 1
                environment.reset(seed: nil)
                see()
            }
        }
        self.observations = observations
        game = RecordedGames.Game(
            seed: seed, ends: ends, reward: total, fingerprint: String(print.hash, radix: 16))
    }
}

/// FNV-1a over 64 bits.
struct Fingerprint {
    private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ value: UInt64, bytes: Int) {
        for byte in 0..<bytes {
            hash = (hash ^ (value >> (8 * UInt64(byte)) & 255)) &* 0x100_0000_01b3
        }
    }

    mutating func add(_ observation: ObservationBatch) {
        switch observation.scalarType {
        case .float32: for value in observation.floats { add(UInt64(value.bitPattern), bytes: 4) }
        case .uint8: for value in observation.bytes { add(UInt64(value), bytes: 1) }
        case .int32:
            for value in observation.indices { add(UInt64(UInt32(bitPattern: value)), bytes: 4) }
        }
    }
}
