import Environments
import RLCore
import Testing

@Suite struct FrozenLakeTests {
    @Test(arguments: [
        (4, 0.5, 0, "SFHF/HFFH/FFHF/HFFG"), (2, 0.1, 7, "SH/FG"),
        (6, 0.7, 3, "SFFFFF/FHFFFH/HFFHFF/FHHFFF/FHFFFF/HFFHFG"),
        (8, 0.8, 42, "SFHFFHFF/FFFHFHFF/FFHFFFHH/FFFFFFFH/FFFFFFFF/FHFFHHFF/FFFFFFFF/FFFFFFFG"),
        (3, 1, 5, "SFF/FFF/FFG"),
        (
            12, 0.6, 1 << 40 + 1,
            "SFFFFHFHFHFF/HHHHFFFHHFFH/FFFFFFFHFFHF/HHFHFFHFFHFF/HFHFFHFFFHFF/FFHFFFFHFFFF/"
                + "HFFHFFHHFFHF/FFFHFHFHFFHF/FFFHHHHFFFFF/FFHHHHFFFFFF/HHHFHFHFFHHH/HFFFFHFHFFFG"
        ),
    ])
    func randomMapsAreThePublishedOnes(size: Int, share: Double, seed: Int, text: String) throws {
        let map = try FrozenLakeMap(size: size, frozenShare: share, seed: UInt64(seed))
        #expect(try map == FrozenLakeMap(text))
        var options = FrozenLake.Options()
        (options.map, options.size, options.frozenShare, options.mapSeed) = ("random", size, share, seed)
        #expect(try FrozenLake(options).map == map)
    }

    @Test(arguments: [
        ["slippery": "false"], [:], ["successRate": "0.8"], ["successRate": "0"], ["successRate": "1"],
        ["map": "SFFS/FHFF/FFSG", "successRate": "0.5", "rewardSchedule": "[2, -3, -0.25]"],
    ])
    func playFollowsTheModel(texts: [String: String]) throws {
        expectPlayFollowsModel(try FrozenLake(FrozenLake.Options(replacing: texts)), steps: 60_000)
    }

    /// What Gymnasium's registry gives as the optimum of its two maps within their limits.
    @Test(arguments: [("4x4", 100, 0.74), ("8x8", 200, 0.91)])
    func theBestPolicyIsAsGoodAsPublished(map: String, limit: Int, published: Double) throws {
        let lake = try FrozenLake(FrozenLake.Options(map: map, limit: limit))
        #expect(abs(lake.bestValues(discount: 1, sweeps: limit)[0] - published) < 0.005)
    }

    @Test func theEndStaysForNothing() throws {
        var lake = try FrozenLake(FrozenLake.Options(replacing: ["map": "SG", "slippery": "false"]))
        var (random, observation) = (PCG64(seed: 0), [Int32](repeating: 0, count: 1))
        var span = observation.mutableSpan
        lake.reset(into: &span, using: &random)
        #expect(lake.step(2, into: &span, using: &random) == Outcome(reward: 1, terminated: true))
        #expect(lake.step(0, into: &span, using: &random) == Outcome(reward: 0, terminated: true))
        #expect(span[0] == 1)
    }

    @Test func theLargerLakeHasItsOwnDefaults() throws {
        let entry = try #require(standardEnvironments.first { $0.name == "FrozenLake8x8-v1" })
        func text(_ settings: [SettingDeclaration], _ name: String) -> String? {
            settings.first { $0.name == name }?.text
        }
        #expect(text(entry.settings, "map") == "8x8" && text(entry.settings, "limit") == "200")
        let made = try entry.make(["successRate": "0.5"])
        #expect(text(made.settings, "map") == "8x8" && text(made.settings, "successRate") == "0.5")
        #expect(made.observationSpace == .discrete(64))
        #expect(try entry.make(["map": "4x4"]).observationSpace == .discrete(16))
    }

    @Test func mapsAreReadAsDrawn() throws {
        let map = try FrozenLakeMap(named: "\nSFH\nFFG\n")
        #expect(map.text == "SFH\nFFG" && map.rows == 2 && map.columns == 3)
        #expect(try FrozenLakeMap(named: "SFH/FFG") == map && FrozenLakeMap(named: "SFFG").rows == 1)
        #expect(try FrozenLakeMap(named: "SFH\r\nFFG\r\n") == map)
        // A part of the lake that leads nowhere is legal where no episode starts.
        #expect(try FrozenLakeMap("SG/HH/FF").rows == 3)
    }

    @Test(arguments: [
        ("SFX/FFG", "map: row 1, column 3 is \"X\"; a cell is S (start), F (frozen), H (hole) or G (goal)"),
        ("SF/FFG", "map: row 2 has 3 cells, but the rows before it have 2"),
        ("SF//FG", "map: row 2 has 0 cells"), ("FF/FG", "map: it has no start (S)"),
        ("SF/FF", "map: it has no goal (G)"), ("", "map: it has no start (S)"),
        ("/", "map: it has no start (S)"),
        ("SH/HG", "map: no goal can be reached from row 1, column 1"),
        ("SG/HH/SF", "map: no goal can be reached from row 3, column 1"),
        ("4x5", "there is no map '4x5'; did you mean '4x4'?"),
        ("lake", "there is no map 'lake'; there are: 4x4, 8x8, random"),
        ("sffg", "there is no map 'sffg'"),
    ])
    func aBadMapIsRefusedInALine(map: String, part: String) {
        expectRefusal(["map": map], part)
    }

    @Test(arguments: [
        (["map": "random", "frozenShare": "0", "size": "300"], "can the goal be reached; raise frozenShare"),
        (["map": "random", "size": "1"], "from 2 to 1000"),
        (["map": "random", "mapSeed": "-1"], "at least 0"),
        (["rewardSchedule": "[1, 0]"], "rewardSchedule=[1, 0] does not fit: expected three numbers"),
        (["successRate": "1.1"], "from 0 to 1"), (["limit": "-1"], "at least 0"),
    ])
    func aBadSettingIsRefusedInALine(texts: [String: String], part: String) {
        expectRefusal(texts, part)
    }

    @Test func valuesCanBeShownOnTheMap() throws {
        let lake = try FrozenLake(FrozenLake.Options(replacing: ["map": "SFH/FFG"]))
        #expect(lake.mapRows == 2 && lake.mapColumns == 3)
        #expect(lake.place(of: 4) == MapPlace(row: 1, column: 1))
        #expect((0..<3).map { lake.symbol(row: 0, column: $0) } == [nil, nil, "H"])
        #expect(lake.symbol(row: 1, column: 2) == "G")
        // Down from the start leads down where it is not slippery.
        #expect(lake.actionSymbols == ["←", "↓", "→", "↑"])
        #expect(lake.actionNames == ["left", "down", "right", "up"])
        let dry = try FrozenLake(FrozenLake.Options(replacing: ["map": "SFH/FFG", "slippery": "no"]))
        #expect((0..<4).map { dry.transitions(from: 4, action: $0)[0].state } == [3, 4, 5, 1])
    }

    @Test(arguments: [-1, 16, Int.max])
    func aDamagedStateIsRefused(state: Int) throws {
        var archive = Archive()
        var damaged = state
        try archive.field("state", &damaged)
        var lake = try FrozenLake()
        var reading = Archive(restoring: archive.entries)
        #expect(throws: ArchiveError.self) { try lake.archive(&reading) }
    }

    private func expectRefusal(_ texts: [String: String], _ part: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try FrozenLake(FrozenLake.Options(replacing: texts))
        }
        #expect(error?.description.contains(part) == true, "\(error.map { "\($0)" } ?? "")")
        #expect(error?.description.contains("\n") == false)
    }
}
