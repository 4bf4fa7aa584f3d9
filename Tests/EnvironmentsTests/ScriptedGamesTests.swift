import Environments
import RLCore
import Testing

/// Classic control played by simple rules, which come where random actions never do: to the goals.
///
/// The numbers are those of Gymnasium 1.3.0 for the same rules, 1,000 steps a game.
@Suite struct ScriptedGamesTests {
    struct Game: Sendable, CustomTestStringConvertible {
        let environment: String
        var settings: [String: String] = [:]
        let seed: UInt64
        let lengths: [Int]
        let terminated: Int
        let reward: Double
        let fingerprint: String
        // What is observed is its rounding.
        let state: [String: Double]

        var testDescription: String { "\(environment) \(settings) seed \(seed)" }
    }

    static let games = [
        Game(
            environment: "MountainCar-v0", seed: 7, lengths: [122, 121, 121, 115, 116, 121, 113, 121],
            terminated: 8, reward: -1000, fingerprint: "fc957548aa8e7b70",
            state: ["position": -0x1.0030a32b52edfp-1, "velocity": -0x1.89a35a2ef37e9p-6]),
        Game(
            environment: "MountainCar-v0", settings: ["goalVelocity": "0.05"], seed: 7,
            lengths: [127, 131, 129, 116, 117, 131, 114, 130], terminated: 8, reward: -1000,
            fingerprint: "e8bbc08a51fae6a7",
            state: ["position": -0x1.bd5d30614ba3fp-2, "velocity": 0x1.e894d62e55e76p-10]),
        Game(
            environment: "MountainCarContinuous-v0", seed: 7,
            lengths: [106, 106, 105, 107, 107, 106, 111, 106, 105], terminated: 9,
            reward: 799.9999999999857, fingerprint: "73cb65090f506ecd",
            state: ["position": -0x1.326e560000000p-4, "velocity": 0x1.cd300c0000000p-10]),
        // At the greatest speed, which is this number and not its rounding to Float.
        Game(
            environment: "MountainCarContinuous-v0", settings: ["goalVelocity": "0.07"], seed: 7,
            lengths: [110, 110, 109, 111, 111, 110, 115, 110, 109], terminated: 9,
            reward: 799.999999999986, fingerprint: "fa7cce3cde3ee63e",
            state: ["position": -0x1.f1df1a0000000p-2, "velocity": 0x1.b3f5b80000000p-8]),
        // Rounded to Float this is the greatest speed too, but no car is so fast.
        Game(
            environment: "MountainCarContinuous-v0", settings: ["goalVelocity": "0.0700000001"], seed: 7,
            lengths: [999], terminated: 0, reward: -99.9999999999986, fingerprint: "565735895e9d3102",
            state: ["position": -0x1.ade4b80000000p-2, "velocity": 0x1.83adac0000000p-11]),
        Game(
            environment: "Acrobot-v1", seed: 0, lengths: [77, 76, 77, 82, 79, 73, 222, 76, 78, 76],
            terminated: 10, reward: -990, fingerprint: "45afd04755d60766",
            state: [
                "firstAngle": -0x1.270d79d1baa56p-1, "secondAngle": -0x1.4805514536adcp+1,
                "firstVelocity": 0x1.209486b26206ep-2, "secondVelocity": -0x1.93fcba4c1a530p+2,
            ]),
        Game(
            environment: "Pendulum-v1", seed: 0, lengths: [200, 200, 200, 200, 200], terminated: 0,
            reward: -4922.763090540399, fingerprint: "1dde529ea27728c1",
            state: ["angle": 0x1.fc0c8b55bcfd4p+0, "angularVelocity": -0x1.fd321e5d5105cp-1]),
    ]

    @Test(arguments: games) func isThePublishedGame(_ game: Game) throws {
        let played = try play(game, steps: 1000)
        #expect(played.lengths == game.lengths)
        #expect(played.outcomes.count { $0.terminated } == game.terminated)
        #expect(played.outcomes.reduce(0) { $0 + $1.reward } == game.reward)
        #expect(played.fingerprint == game.fingerprint)
        for (name, number) in game.state {
            let bytes = played.archive.entries[name]?.bytes
            #expect(bytes == withUnsafeBytes(of: number) { Array($0) }, "\(name)")
        }
    }

    /// An episode that ends by itself on the limit's last step is terminated and truncated.
    @Test(arguments: games.filter { $0.terminated > 0 }) func bothFlagsMayBeSet(_ game: Game) throws {
        let length = game.lengths[0]
        for (limit, flags) in [
            (length - 1, [false, true]), (length, [true, true]), (length + 1, [true, false]),
        ] {
            let outcomes = try play(game, steps: limit, replacing: ["limit": "\(limit)"]).outcomes
            let end = try #require(outcomes.firstIndex { $0.isDone })
            #expect(end == min(limit, length) - 1)
            #expect([outcomes[end].terminated, outcomes[end].truncated] == flags, "limit \(limit)")
        }
    }

    @Test(arguments: ["mountaincar", "mountaincar-continuous", "acrobot", "pendulum"])
    func aLimitOfNoneNeverCuts(_ name: String) throws {
        let entry = try #require(classicControlEnvironments.first { $0.aliases == [name] })
        let environment = try entry.make(["limit": "0"]).stepped()
        let idle = ActionBatch(for: environment.actionSpace, count: 1)
        environment.reset(seed: 1)
        for _ in 0..<3000 {
            let outcome = try environment.step(idle)
            #expect(!outcome.truncated)
        }
    }

    private func play(
        _ game: Game, steps: Int, replacing settings: [String: String] = [:]
    ) throws -> (lengths: [Int], outcomes: [Outcome], fingerprint: String, archive: Archive) {
        let entry = try #require(classicControlEnvironments.first { $0.name == game.environment })
        let environment = try entry.make(game.settings.merging(settings) { $1 }).stepped()
        var actions = ActionBatch(for: environment.actionSpace, count: 1)
        var (print, lengths, outcomes, start) = (Fingerprint(), [Int](), [Outcome](), 0)
        environment.reset(seed: game.seed)
        print.add(environment.observation)
        for step in 1...steps {
            act(on: environment.observation.floats, in: game.environment, into: &actions)
            let outcome = try environment.step(actions)
            outcomes.append(outcome)
            print.add(environment.observation)
            print.add(outcome.reward.bitPattern, bytes: 8)
            print.add(outcome.terminated ? 1 : 0, bytes: 1)
            print.add(outcome.truncated ? 1 : 0, bytes: 1)
            guard outcome.isDone else { continue }
            lengths.append(step - start)
            start = step
            environment.reset(seed: nil)
            print.add(environment.observation)
        }
        var archive = Archive()
        try environment.archive(&archive)
        return (lengths, outcomes, String(print.hash, radix: 16), archive)
    }

    /// Pushes the way things move, so that they gain energy; the pendulum is held when it is almost upright.
    private func act(on observation: [Float], in environment: String, into actions: inout ActionBatch) {
        switch environment {
        case "MountainCar-v0": actions.indices[0] = observation[1] < 0 ? 0 : 2
        case "MountainCarContinuous-v0": actions.values[0] = observation[1] < 0 ? -1 : 1
        case "Acrobot-v1": actions.indices[0] = observation[4] < 0 ? 2 : 0
        default:
            let hold = -10 * observation[1] - 2 * observation[2]
            actions.values[0] = observation[0] > 0.9 ? hold : observation[2] < 0 ? -2 : 2
        }
    }
}
