import Environments
import Foundation
import RLCore
import Testing

/// Models that published environments hold, as `Tests/Interop/make_models.py` recorded them.
@Suite struct RecordedModelsTests {
    struct Recorded: Decodable, Sendable, CustomTestStringConvertible {
        let environment: String
        let settings: [String: String]
        let fingerprint: String

        var testDescription: String { "\(environment) \(settings.isEmpty ? "" : "\(settings)")" }

        static let all: [Recorded] = {
            let file = Bundle.module.bundleURL.appendingPathComponent("Fixtures/Models.json")
            return (try? JSONDecoder().decode([Recorded].self, from: Data(contentsOf: file))) ?? []
        }()
    }

    /// Starts, successors, rewards, ends, and probabilities to 10⁻¹².
    @Test(arguments: Recorded.all)
    func isThePublishedModel(_ recorded: Recorded) throws {
        let entry = try #require(standardEnvironments.first { $0.name == recorded.environment })
        let model = try #require(try entry.make(recorded.settings).transitionModel)
        var print = Fingerprint()
        func add(_ numbers: [Int]) {
            for number in numbers { print.add(UInt64(bitPattern: Int64(number)), bytes: 8) }
        }
        add([model.stateCount, model.actionCount])
        for start in model.initialStates.sorted(by: { $0.state < $1.state }) {
            add([start.state, share(start.probability)])
        }
        for state in 0..<model.stateCount {
            for action in 0..<model.actionCount {
                add([state, action])
                let transitions = model.transitions(from: state, action: action)
                for one in transitions.sorted(by: { ($0.state, $0.reward) < ($1.state, $1.reward) }) {
                    let reward = Int(truncatingIfNeeded: one.reward.bitPattern)
                    add([one.state, reward, one.terminated ? 1 : 0, share(one.probability)])
                }
            }
        }
        #expect(String(print.hash, radix: 16) == recorded.fingerprint)
    }

    @Test func theTasksOfPublishedModelsAreRecorded() {
        let names = Set(Recorded.all.map(\.environment))
        #expect(
            names == [
                "FrozenLake-v1", "FrozenLake8x8-v1", "CliffWalking-v1", "CliffWalkingSlippery-v1", "Taxi-v4",
            ])
    }

    private func share(_ probability: Double) -> Int { Int((probability * 1e12).rounded(.toNearestOrEven)) }
}
