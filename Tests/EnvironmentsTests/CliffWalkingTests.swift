import Environments
import RLCore
import Testing

@Suite struct CliffWalkingTests {
    @Test func theShortestWayTakesThirteenSteps() throws {
        let way = [0] + [Int](repeating: 1, count: 11) + [2]
        let (outcomes, cells) = played(CliffWalking(), way)
        #expect(outcomes.map(\.reward) == [Double](repeating: -1, count: 13))
        #expect(outcomes.map(\.terminated) == [Bool](repeating: false, count: 12) + [true])
        #expect(cells == [24] + Array(25...35) + [47])
        #expect(abs(CliffWalking().bestValues(discount: 1)[36] - -13) < 1e-9)
    }

    @Test func fallingOffLeadsBack() {
        let (outcomes, cells) = played(CliffWalking(), [1, 0, 1, 2, 3, 2])
        #expect(outcomes.map(\.reward) == [-100, -1, -1, -100, -1, -1])
        #expect(cells == [36, 24, 25, 36, 36, 36])
        #expect(outcomes.allSatisfy { !$0.isDone })
    }

    @Test(arguments: [false, true])
    func playFollowsTheModel(slippery: Bool) {
        expectPlayFollowsModel(CliffWalking(CliffWalking.Options(slippery: slippery)), steps: 200_000)
    }

    @Test func theSlipperyOneDiffersInItsDefault() throws {
        for (name, slippery) in [("CliffWalking-v1", "false"), ("CliffWalkingSlippery-v1", "true")] {
            let entry = try #require(standardEnvironments.first { $0.name == name })
            #expect(entry.settings.map(\.text) == [slippery, "0"])
            let model = try #require(try entry.make().transitionModel)
            #expect(model.transitions(from: 14, action: 0).count == (slippery == "true" ? 3 : 1))
        }
    }

    @Test func valuesCanBeShownOnTheMap() {
        let cliff = CliffWalking()
        #expect(cliff.place(of: 25) == MapPlace(row: 2, column: 1))
        let lastRow = (0..<12).map { cliff.symbol(row: 3, column: $0) ?? "." }
        #expect(String(lastRow) == ".CCCCCCCCCCG")
        #expect((0..<4).map { cliff.transitions(from: 13, action: $0)[0].state } == [1, 14, 25, 12])
        #expect(cliff.actionSymbols == ["↑", "→", "↓", "←"])
        #expect(cliff.actionNames == ["up", "right", "down", "left"])
    }

    @Test(arguments: [-1, 37, 46, 48, Int.max])
    func aDamagedStateIsRefused(state: Int) throws {
        var archive = Archive()
        var damaged = state
        try archive.field("state", &damaged)
        var cliff = CliffWalking()
        var reading = Archive(restoring: archive.entries)
        #expect(throws: ArchiveError.self) { try cliff.archive(&reading) }
    }

    private func played(_ environment: CliffWalking, _ actions: [Int]) -> ([Outcome], [Int]) {
        var cliff = environment
        var (random, observation) = (PCG64(seed: 0), [Int32](repeating: 0, count: 1))
        var span = observation.mutableSpan
        cliff.reset(into: &span, using: &random)
        var cells: [Int] = []
        var outcomes: [Outcome] = []
        for action in actions {
            outcomes.append(cliff.step(action, into: &span, using: &random))
            cells.append(Int(span[0]))
        }
        return (outcomes, cells)
    }
}
