import Environments
import RLCore
import Testing

@Suite struct TaxiTests {
    @Test(arguments: [
        [:], ["rainy": "true"], ["ficklePassenger": "true"],
        [
            "rainy": "true", "rainyProbability": "0.5", "ficklePassenger": "true", "fickleProbability": "0.6",
        ],
        ["rainy": "true", "rainyProbability": "0", "ficklePassenger": "true", "fickleProbability": "1"],
        ["rainy": "true", "rainyProbability": "1", "ficklePassenger": "true", "fickleProbability": "0"],
    ])
    func playFollowsTheModel(texts: [String: String]) throws {
        let taxi = Taxi(try Taxi.Options(replacing: texts))
        expectPlayFollowsModel(taxi.timeLimit(200), steps: 1_500_000)
    }

    /// From R to G by way of the open third row: 4 south or north, 4 east, and the passenger.
    @Test func theBestWaysAreTheShortest() {
        let taxi = Taxi()
        let values = taxi.bestValues(discount: 1)
        // At R with the passenger, who wants to go to G: pick up, eight moves, drop off.
        #expect(abs(values[code(cell: 0, passenger: 0, destination: 1)] - (20 - 9)) < 1e-9)
        // At R with the passenger at Y, who wants to go to B: four moves, pick up, seven moves, drop off.
        #expect(abs(values[code(cell: 0, passenger: 2, destination: 3)] - (20 - 12)) < 1e-9)
        // The mean over all starts that the field quotes as the optimum.
        let mean = taxi.initialStates.reduce(0) { $0 + $1.probability * values[$1.state] }
        #expect(abs(mean - 7.93) < 0.005)
    }

    /// The secret is worth something: whoever knows that the destination will change does not wait for it.
    @Test func aChangeOfMindIsPartOfTheState() throws {
        let taxi = Taxi(
            try Taxi.Options(replacing: ["ficklePassenger": "true", "fickleProbability": "0.25"]))
        #expect(taxi.stateCount == 1_000 && taxi.initialStates.count == 600)
        let fickle = taxi.initialStates.filter { $0.state >= 500 }.reduce(0) { $0 + $1.probability }
        #expect(abs(fickle - 0.25) < 1e-12)
        // In the taxi at R, on the way to G, one step to the south.
        let before = code(cell: 0, passenger: 4, destination: 1)
        let after = [0, 2, 3].map { code(cell: 5, passenger: 4, destination: $0) }
        let changes = taxi.transitions(from: 500 + before, action: 0)
        #expect(changes.map(\.state) == after && changes.allSatisfy { abs($0.probability - 1 / 3.0) < 1e-12 })
        #expect(
            taxi.transitions(from: before, action: 0).map(\.state) == [
                code(cell: 5, passenger: 4, destination: 1)
            ])
        // Against the edge nothing moves and nothing changes.
        #expect(taxi.transitions(from: 500 + before, action: 1).map(\.state) == [500 + before])
        #expect(Taxi(Taxi.Options()).stateCount == 500)
    }

    @Test func valuesCanBeShownOnLayersOfTheMap() {
        let taxi = Taxi()
        #expect(taxi.mapRows == 5 && taxi.mapColumns == 9)
        let walls = (0..<5).map { row in
            String((0..<9).map { taxi.symbol(row: row, column: $0) ?? "." })
        }
        #expect(walls == [". .|. . .", ". .|. . .", ". . . . .", ".|. .|. .", ".|. .|. ."])
        let places = (0..<500).map { taxi.place(of: $0) }
        #expect(Set(places.compactMap { $0?.layer }).count == 16)
        #expect(places.filter { $0 == nil }.count == 100)
        #expect(
            taxi.place(of: code(cell: 7, passenger: 4, destination: 3))
                == MapPlace(layer: "passenger in the taxi, to B", row: 1, column: 4))
        #expect(taxi.actionSymbols.count == taxi.actionNames.count)
    }

    @Test(arguments: [-1, 500, Int.max])
    func aDamagedStateIsRefused(code: Int) throws {
        var archive = Archive()
        var damaged = code
        try archive.field("code", &damaged)
        var taxi = Taxi()
        var reading = Archive(restoring: archive.entries)
        #expect(throws: ArchiveError.self) { try taxi.archive(&reading) }
    }

    /// A game saved where nobody is fickle does not say what a fickle passenger is up to.
    @Test func aSecretThatIsMissingIsAnError() throws {
        var archive = Archive()
        var taxi = Taxi()
        try taxi.archive(&archive)
        var fickle = Taxi(try Taxi.Options(replacing: ["ficklePassenger": "true"]))
        var reading = Archive(restoring: archive.entries)
        #expect(throws: ArchiveError.self) { try fickle.archive(&reading) }
    }

    private func code(cell: Int, passenger: Int, destination: Int) -> Int {
        (cell * 5 + passenger) * 4 + destination
    }
}
