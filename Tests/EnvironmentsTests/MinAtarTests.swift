import Environments
import RLCore
import Testing

@Suite struct MinAtarTests {
    /// Games of the published package, some played on after their end, which shows states that nobody reaches alive.
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

    struct Played: Sendable, CustomTestStringConvertible {
        let game: String
        var isEndless = false
        let ends: Int
        let reward: Double
        let print: UInt64

        init(_ game: String, isEndless: Bool = false, ends: Int, reward: Double, print: UInt64) {
            (self.game, self.isEndless, self.ends, self.reward, self.print) = (
                game, isEndless, ends, reward, print
            )
        }

        var testDescription: String { game + (isEndless ? ", endless" : "") }
    }
}

private func entry(_ name: String) throws -> EnvironmentEntry {
    try #require(minAtarEnvironments.first { $0.name == name || $0.aliases.contains(name) })
}

extension SteppedEnvironment {
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
