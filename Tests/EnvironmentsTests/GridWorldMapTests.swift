import Environments
import RLCore
import Testing

/// Maps with more than walls and pits: what is read, what is refused, and what is best on them.
@Suite struct GridWorldMapTests {
    @Test(arguments: (GridWorldMap.named + GridWorldMap.special).map(\.name))
    func mapsReadBackAsTheyAreWritten(name: String) throws {
        let map = try GridWorldMap(named: name)
        #expect(try GridWorldMap(map.text) == map)
        #expect(try GridWorldMap(map.text.replacing("\n", with: "/")) == map)
    }

    @Test func everyCharacterIsACell() throws {
        let map = try GridWorldMap(".S#G1X/abcABC/^>v<5O/urdl.9/~012345")
        #expect(
            map.cells == [
                .free, .start, .wall, .goal, .lesserGoal(tenths: 1), .pit, .key(0), .key(1), .key(2),
                .door(0),
                .door(1), .door(2), .oneWay(.up), .oneWay(.right), .oneWay(.down), .oneWay(.left),
                .lesserGoal(tenths: 5), .pit, .windy(.up), .windy(.right), .windy(.down), .windy(.left),
                .free,
                .lesserGoal(tenths: 9),
            ])
        #expect(map.keys == [0, 1, 2] && map.columnWinds == [0, 1, 2, 3, 4, 5])
        #expect(map.wind(at: 6) == nil && map.wind(at: 2) == nil)
        // A cell's own wind takes the place of its column's.
        #expect(map.wind(at: 7)?.strength == 1 && map.wind(at: 7)?.direction == .up)
        #expect(map.wind(at: 21)?.strength == 1 && map.wind(at: 21)?.direction == .left)
        #expect(map.wind(at: 22)?.strength == 4)
        #expect(map.text == ".S#G1X\nabcABC\n^>v<5X\nurdl.9\n~012345")
        #expect(try GridWorldMap(map.text) == map)
    }

    @Test(arguments: [
        ("..A/..G", "row 1, column 3 is door A, but no cell is its key (a)"),
        ("aB./..G", "row 1, column 2 is door B"),
        ("..G/~01", "tells the wind (~) of 2 columns, but the map has 3"),
        ("..G/~0-1", "the wind (~) of column 2 is \"-\""), ("~000/..G", "row 1, column 1 is \"~\""),
        ("..G/~0²1", "column 2 is \"²\""), ("~/", "no goal"), ("~~~/~123", "row 1, column 1 is \"~\""),
        ("S<G", "no goal can be reached from row 1, column 1, where episodes start"),
        ("Sv.G/.#../^<<.", "no goal can be reached from row 1, column 1"),
        ("S.A.G/..A.a/#####", "no goal can be reached from row 1, column 1"),
        ("SABG/.#.a", "no cell is its key (b)"),
        ("Sa#bA/##GB#", "no goal can be reached from row 1, column 1"),
        ("../0G", "row 2, column 1 is \"0\""), ("key-dor", "did you mean 'key-door'?"),
    ])
    func aBadMapIsRefusedInALine(map: String, part: String) {
        var options = GridWorld.Options()
        options.map = map
        let error = #expect(throws: ConfigurationError.self) { try GridWorld(options) }
        #expect(error?.description.contains(part) == true, "\(error.map { "\($0)" } ?? "")")
        #expect(error?.description.contains("\n") == false)
    }

    @Test func onlyStartsNeedAWay() throws {
        // The pocket on the right has no way out, but nobody starts there.
        #expect(try world("S.>#/G#..") { _ in }.stateCount == 6)
        #expect(throws: ConfigurationError.self) { try world("S.>#/G#..") { $0.start = .random } }
        // Where the wind carries everybody back there is none.
        #expect(throws: ConfigurationError.self) { try world("S/./G/~1") { _ in } }
        #expect(try world("S/./G/~1") { $0.stochasticWind = true }.stateCount == 3)
    }

    @Test func tooManyStatesAreRefused() {
        let row = String(repeating: ".", count: 600)
        let map = [String](repeating: row, count: 599).joined(separator: "/") + "/" + row.dropLast() + "G"
        let error = #expect(throws: ConfigurationError.self) { try world(map) { _ in } }
        #expect(error?.description.contains("make 360000 states, more than 262144") == true)
        let small = [String](repeating: String(row.prefix(200)), count: 199).joined(separator: "/")
        let keys = small + "/abcABC" + String(repeating: ".", count: 193) + "G"
        #expect(throws: ConfigurationError.self) { try world(keys) { _ in } }
    }

    /// Out of A's room only with the key, which the states tell.
    @Test func keysOpenTheirDoors() throws {
        let world = try world("a.S.A.G") { $0.stepCost = 0 }
        // Without the key all cells but its own and the door, then all with it.
        #expect(world.stateCount == 5 + 7)
        #expect(world.initialStates.map(\.state) == [1])
        #expect(world.place(of: 1) == MapPlace(layer: "no key", row: 0, column: 2))
        #expect(world.place(of: 5) == MapPlace(layer: "holding a", row: 0, column: 0))
        // At the closed door, and through it.
        #expect(world.transitions(from: 2, action: 1)[0].state == 2)
        #expect(world.transitions(from: 0, action: 3)[0].state == 5)
        #expect(world.transitions(from: 8, action: 1)[0].state == 9)
        let lengths = world.shortestPathLengths()
        #expect(lengths[1] == 2 + 6 && lengths[2] == 9 && lengths[5] == 6 && lengths[9] == 2)
        // What is told of a place depends on the keys.
        let none = (0..<7).map { world.symbol(at: MapPlace(layer: "no key", row: 0, column: $0)) }
        #expect(none == ["a", nil, nil, nil, "A", nil, "G"])
        let held = (0..<7).map { world.symbol(at: MapPlace(layer: "holding a", row: 0, column: $0)) }
        #expect(held == [nil, nil, nil, nil, nil, nil, "G"])
    }

    @Test func headingsAreStates() throws {
        let world = try world("S.G") { $0.actions = .turning }
        #expect(world.stateCount == 12 && world.initialStates.map(\.state) == [0, 1, 2, 3])
        #expect(world.actionNames == ["turn left", "turn right", "forward"])
        let next = (0..<4).map { heading in
            (0..<3).map { world.transitions(from: heading, action: $0)[0].state }
        }
        #expect(next == [[3, 1, 0], [0, 2, 5], [1, 3, 2], [2, 0, 3]])
        #expect(world.place(of: 6) == MapPlace(layer: "facing down", row: 0, column: 1))
        #expect(world.shortestPathLengths()[0] == 3)
    }

    @Test func lesserGoalsAreWorthTenths() throws {
        let world = try world("3S.G") { ($0.goalReward, $0.stepCost) = (20, 1) }
        #expect(world.transitions(from: 1, action: 3)[0].reward == 5)
        #expect(world.transitions(from: 2, action: 1)[0].reward == 19)
    }

    /// Example 6.5 of Sutton and Barto (2018): 15 steps are the fewest.
    @Test func theWindyGridworldOfTheBook() throws {
        let world = try world("windy") { ($0.goalReward, $0.stepCost) = (0, 1) }
        let model = try FiniteModel(world)
        let plan = try model.valueIteration(discount: 1)
        #expect(model.expectedReturn(of: plan.values) == -15)
        #expect(world.shortestPathLengths { $0.terminated }[world.initialStates[0].state] == 15)
    }

    @Test func theWayThroughAllKeys() throws {
        let three = try world("three-keys") { _ in }
        let start = three.initialStates[0].state
        // To a, to b through A, to c through B, to the goal through C; counted on the map.
        #expect(three.shortestPathLengths()[start] == 3 + 19 + 12 + 15)
        let key = try world("key-door") { _ in }
        #expect(key.shortestPathLengths()[key.initialStates[0].state] == 4 + 4 + 3)
    }

    /// The streams of the maps that there were before all this, to the bit.
    @Test(arguments: [
        (["map": "courtyard"], "3a05000b6ce36fc8"), (["map": "pits", "slip": "0.3"], "7bef31274b755720"),
        (["map": "four-rooms", "start": "random", "limit": "20"], "bf252d8c58997845"),
    ])
    func theStreamsOfPlainMapsStay(settings: [String: String], fingerprint: String) throws {
        let entry = try #require(gridWorldEnvironments.first { $0.name == "gridworld" })
        let played = try PlayedGame(try entry.make(settings), seed: 5, steps: 3_000, keeping: 0)
        #expect(played.game.fingerprint == fingerprint)
    }

    private func world(_ map: String, _ change: (inout GridWorld.Options) -> Void) throws -> GridWorld {
        var options = GridWorld.Options()
        options.map = map
        change(&options)
        return try GridWorld(options)
    }
}
