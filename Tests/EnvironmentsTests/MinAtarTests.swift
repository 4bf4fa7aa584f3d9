import Environments
import Foundation
import RLCore
import Testing

@Suite struct MinAtarTests {
    /// Games of the published package with random actions. The endless ones were played on after their ends, which shows
    /// states that random play does not live to see.
    @Test(arguments: [
        Played("Asterix", ends: 45, reward: 23, print: 0x1007_1d0e_7979_592c),
        Played("Asterix", isEndless: true, ends: 346, reward: 113, print: 0xf572_96cd_d39a_f2d1),
        Played("Breakout", ends: 292, reward: 122, print: 0xf972_9e53_180b_7fe2),
        Played("Freeway", ends: 1, reward: 2, print: 0xbe12_e699_3ed2_98e2),
        Played("Freeway", isEndless: true, ends: 500, reward: 1, print: 0x0764_2422_d737_2df3),
        Played("Seaquest", ends: 118, reward: 4, print: 0x8f51_2645_5693_eb0c),
        Played("Seaquest", isEndless: true, ends: 1253, reward: 52, print: 0x9635_1cbe_5b33_085b),
        Played("SpaceInvaders", ends: 37, reward: 200, print: 0x100a_8e49_c892_b54d),
        Played("SpaceInvaders", isEndless: true, ends: 182, reward: 138, print: 0xbd9c_54e1_645e_b025),
    ])
    func isThePublishedGame(_ expected: Played) throws {
        let made = try entry("MinAtar/\(expected.game)-v1").make()
        let environment = made.stepped()
        var actions = ActionBatch(for: made.actionSpace, count: 1)
        var generator: UInt32 = 7
        var print = Fingerprint()
        var (ends, total) = (0, 0.0)
        environment.reset(seed: 7)
        print.add(environment.observation)
        for _ in 0..<3000 {
            generator = 1_664_525 &* generator &+ 1_013_904_223
            actions.indices[0] = Int32(generator >> 16) % Int32(made.actionNames.count)
            let outcome = try environment.step(actions)
            print.add(environment.observation)
            print.add(UInt64(bitPattern: Int64(outcome.reward)), bytes: 1)
            print.add(outcome.terminated ? 1 : 0, bytes: 1)
            total += outcome.reward
            if outcome.terminated {
                ends += 1
                if expected.isEndless {
                    try environment.replace("isOver", with: [0])
                } else {
                    environment.reset(seed: nil)
                    print.add(environment.observation)
                }
            }
        }
        #expect(ends == expected.ends && total == expected.reward && print.hash == expected.print)
    }

    /// Good games, which clear walls and waves, deliver divers and live to the end of every ramp.
    @Test(arguments: PlannedGame.all)
    func isThePublishedGamePlayedWell(_ planned: PlannedGame) throws {
        let made = try entry(planned.environment).make(planned.settings)
        let environment = made.stepped()
        var actions = ActionBatch(for: made.actionSpace, count: 1)
        var print = Fingerprint()
        var (ends, total) = (0, 0.0)
        environment.reset(seed: planned.seed)
        print.add(environment.observation)
        for digit in planned.actions {
            actions.indices[0] = Int32(try #require(digit.wholeNumberValue))
            let outcome = try environment.step(actions)
            print.add(environment.observation)
            print.add(outcome.reward.bitPattern, bytes: 8)
            print.add(outcome.terminated ? 1 : 0, bytes: 1)
            print.add(outcome.truncated ? 1 : 0, bytes: 1)
            total += outcome.reward
            if outcome.isDone {
                ends += 1
                environment.reset(seed: nil)
                print.add(environment.observation)
            }
        }
        let hash = String(print.hash, radix: 16)
        #expect(
            RecordedGames.Game(seed: planned.seed, ends: ends, reward: total, fingerprint: hash)
                == planned.game)
    }

    @Test func goodGamesAreRecorded() {
        #expect(PlannedGame.all.count == 7)
    }

    @Test func versionsDifferInTheirActions() throws {
        let all = ["none", "left", "up", "right", "down", "fire"]
        let minimal = [
            "asterix": ["none", "left", "up", "right", "down"], "breakout": ["none", "left", "right"],
            "freeway": ["none", "up", "down"], "seaquest": all,
            "space-invaders": ["none", "left", "right", "fire"],
        ]
        #expect(minAtarEnvironments.count == 10)
        for (name, actions) in minimal {
            let (v0, v1) = (try entry("minatar-\(name)-v0"), try entry("minatar-\(name)"))
            #expect(v0.name.hasSuffix("-v0") && v1.name.hasSuffix("-v1"))
            #expect(v0.name.dropLast(3) == v1.name.dropLast(3))
            #expect(try v0.make().actionNames == all)
            #expect(try v1.make().actionNames == actions)
            #expect(try v1.make().actionSpace == .discrete(actions.count))
        }
    }

    @Test func settingsAreThoseThatMatter() throws {
        for environment in minAtarEnvironments {
            let isRamping = ["Asterix", "Seaquest", "Invaders"].contains { environment.name.contains($0) }
            let names = environment.settings.map(\.name)
            #expect(names == (isRamping ? ["sticky", "ramping", "limit"] : ["sticky", "limit"]))
            for wrong in [["sticky": "1.1"], ["sticky": "-0.1"], ["limit": "-1"], ["sticky": "nan"]] {
                #expect(throws: ConfigurationError.self) { try environment.make(wrong) }
            }
        }
        #expect(throws: ConfigurationError.self) { try entry("minatar-breakout").make(["ramping": "false"]) }
    }

    /// Where every action is the one before it, nothing is ever done but what the state says was done last, also across
    /// a reset.
    @Test func theLastActionOutlivesTheEpisode() throws {
        let made = try entry("minatar-breakout").make(["sticky": "1"])
        let environment = made.stepped()
        var left = ActionBatch(for: made.actionSpace, count: 1)
        left.indices[0] = 1
        environment.reset(seed: 1)
        for _ in 0..<3 { _ = try environment.step(left) }
        #expect(environment.paddle == 4)
        try environment.replace("lastAction", with: [3])
        environment.reset(seed: nil)
        for _ in 0..<3 { _ = try environment.step(left) }
        #expect(environment.paddle == 7)
    }

    @Test func afterTheEndNothingHappens() throws {
        let made = try entry("minatar-breakout-v0").make()
        let environment = made.stepped()
        let actions = ActionBatch(for: made.actionSpace, count: 1)
        environment.reset(seed: 4)
        while !(try environment.step(actions).terminated) {}
        let last = environment.observation
        for _ in 0..<20 {
            let outcome = try environment.step(actions)
            #expect(outcome == Outcome(reward: 0, terminated: true))
            #expect(environment.observation == last)
        }
    }

    @Test func aLimitTruncates() throws {
        let made = try entry("minatar-freeway").make(["limit": "30"])
        let environment = made.stepped()
        let actions = ActionBatch(for: made.actionSpace, count: 1)
        environment.reset(seed: 4)
        for step in 1...30 {
            let outcome = try environment.step(actions)
            #expect(outcome.truncated == (step == 30) && !outcome.terminated)
        }
    }

    /// Every number of the state replaced by what it never is: refused, or played on with.
    @Test(arguments: ["asterix", "breakout", "freeway", "seaquest", "space-invaders"])
    func aDamagedStateNeverTraps(_ game: String) throws {
        let made = try entry("minatar-\(game)").make()
        let environment = made.stepped()
        var actions = ActionBatch(for: made.actionSpace, count: 1)
        var choices = PCG64(seed: 2)
        func play(_ steps: Int) throws {
            for _ in 0..<steps {
                actions.draw(row: 0, from: made.actionSpace, using: &choices)
                if try environment.step(actions).isDone { environment.reset(seed: nil) }
            }
        }
        environment.reset(seed: 3)
        try play(75)
        var healthy = Archive()
        try environment.archive(&healthy)
        let patterns: [[UInt8]] = [
            [255], [0], [127], [128], [1], [9], [10, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 128],
        ]
        var refusals = 0
        for (name, entry) in healthy.entries.sorted(by: { $0.key < $1.key }) {
            for pattern in patterns {
                var entries = healthy.entries
                let bytes = (0..<entry.bytes.count).map { pattern[$0 % pattern.count] }
                entries[name] = Archive.Entry(type: entry.type, shape: entry.shape, bytes: bytes)
                var damaged = Archive(restoring: entries)
                do {
                    try environment.archive(&damaged)
                    try play(200)
                } catch is ArchiveError {
                    refusals += 1
                    var restored = Archive(restoring: healthy.entries)
                    try environment.archive(&restored)
                }
            }
        }
        #expect(refusals > healthy.entries.count)
    }

    /// More than a list of the sea can hold, and a list cut in the middle of an element.
    @Test(arguments: ["fish", "enemySubmarines", "divers", "shots", "enemyShots"])
    func aListThatIsTooLongIsRefused(_ name: String) throws {
        let environment = try entry("minatar-seaquest").make().stepped()
        environment.reset(seed: 3)
        var healthy = Archive()
        try environment.archive(&healthy)
        for count in [1, 4, 5 * 81] {
            var entries = healthy.entries
            entries["game.\(name)"] = Archive.Entry(
                type: .int32, shape: [count], bytes: [UInt8](repeating: 0, count: 4 * count))
            var damaged = Archive(restoring: entries)
            #expect(throws: ArchiveError.self) { try environment.archive(&damaged) }
        }
    }

    @Test func everyGameIsDrawn() throws {
        for environment in minAtarEnvironments {
            let stepped = try environment.make().stepped()
            stepped.reset(seed: 0)
            var canvas = Canvas()
            #expect(stepped.draw(on: &canvas))
            #expect(Set(canvas.items.map(\.color)).count > 1)
        }
    }

    struct Played: Sendable, CustomTestStringConvertible {
        let game: String
        let isEndless: Bool
        let ends: Int
        let reward: Double
        let print: UInt64

        init(_ game: String, isEndless: Bool = false, ends: Int, reward: Double, print: UInt64) {
            self.game = game
            self.isEndless = isEndless
            self.ends = ends
            self.reward = reward
            self.print = print
        }

        var testDescription: String { game + (isEndless ? ", endless" : "") }
    }
}

/// A game with the actions it was played with, as `Tests/Interop/make_played_fixtures.py` completed it.
struct PlannedGame: Decodable, Sendable, CustomTestStringConvertible {
    let environment: String
    let settings: [String: String]
    let seed: UInt64
    let actions: String
    let game: RecordedGames.Game

    var testDescription: String { "\(environment), seed \(seed) \(settings.isEmpty ? "" : "\(settings)")" }

    static let all: [PlannedGame] = {
        let folder = Bundle.module.bundleURL.appendingPathComponent("Fixtures/PlayedGames")
        let files =
            (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.sorted { $0.path < $1.path }.compactMap { file in
            (try? Data(contentsOf: file)).flatMap { try? JSONDecoder().decode(PlannedGame.self, from: $0) }
        }
    }()
}

private func entry(_ name: String) throws -> EnvironmentEntry {
    try #require(minAtarEnvironments.first { $0.name == name || $0.aliases.contains(name) })
}

extension SteppedEnvironment {
    /// The column of Breakout's paddle.
    fileprivate var paddle: Int? { (0..<10).first { observation.bytes[4 * (90 + $0)] == 1 } }

    /// Overwrites the bytes of a field of the state.
    fileprivate func replace(_ name: String, with bytes: [UInt8]) throws(ArchiveError) {
        var saved = Archive()
        try archive(&saved)
        var entries = saved.entries
        guard let entry = entries[name] else { throw ArchiveError("there is no field '\(name)'") }
        entries[name] = Archive.Entry(type: entry.type, shape: entry.shape, bytes: bytes)
        var changed = Archive(restoring: entries)
        try archive(&changed)
    }
}
