import Environments
import RLCore
import Testing

@Suite struct GridWorldTests {
    /// With the default rewards, planning with any usual discount takes a shortest path from every free cell.
    @Test(arguments: GridWorldMap.named.map(\.name), [0.9, 0.95, 0.99])
    func theBestPolicyTakesShortestPaths(map: String, discount: Double) throws {
        var options = GridWorld.Options()
        options.map = map
        let world = try GridWorld(options)
        let lengths = world.shortestPathLengths()
        let values = optimalValues(of: world, discount: discount)
        var checked = 0
        for state in 0..<world.stateCount {
            guard let length = lengths[state] else { continue }
            let actionValues = (0..<4).map { backup(world, state, $0, values, discount) }
            let best = actionValues.max() ?? 0
            for action in 0..<4 where actionValues[action] > best - 1e-9 {
                let transition = world.transitions(from: state, action: action)[0]
                let isShortest =
                    transition.terminated
                    ? transition.reward > 0 && length == 1 : lengths[transition.state] == length - 1
                #expect(isShortest, "\(map), state \(state), action \(action)")
            }
            checked += 1
        }
        #expect(checked == world.initialStates.count, "a goal can be reached from every free cell")
    }

    @Test func theDefaultMapIsASmallTask() throws {
        let world = try GridWorld()
        #expect(world.map.rows == 8 && world.map.columns == 8)
        #expect(world.map.cells.filter { $0 == .goal }.count == 1)
        #expect(world.map.cells.filter { $0 == .pit }.count == 2)
        #expect(world.initialStates.count == world.map.cells.filter { $0 == .free }.count)
        #expect(world.shortestPathLengths().compactMap(\.self).max() ?? 0 >= 14)
    }

    @Test func shortestPathsOfADrawnMap() throws {
        var options = GridWorld.Options()
        options.map = "...G/.X.."
        let world = try GridWorld(options)
        // 0 1 2 G(3) / 4 X(5) 6 7
        #expect(world.shortestPathLengths().map { $0 ?? -1 } == [3, 2, 1, -1, 4, -1, 2, 1])
    }

    @Test func movesAndRewardsAreTheTables() throws {
        var options = GridWorld.Options()
        options.map = "..G/.#X/..."
        let world = try GridWorld(options)
        let (up, right, down, left) = (0, 1, 2, 3)
        func next(_ state: Int, _ action: Int) -> Transition {
            world.transitions(from: state, action: action)[0]
        }
        // 0 1 G(2) / 3 # X(4) / 5 6 7
        let end = Transition(probability: 1, state: 2, reward: 0.99, terminated: true)
        #expect(next(1, right) == end)
        #expect(next(7, up) == Transition(probability: 1, state: 4, reward: -1.01, terminated: true))
        #expect(next(0, up) == Transition(probability: 1, state: 0, reward: -0.01, terminated: false))
        #expect(next(1, down).state == 1 && next(0, down).state == 3 && next(0, left).state == 0)
        #expect(next(0, right).state == 1 && next(5, right).state == 6 && next(6, left).state == 5)
        #expect(next(2, up) == Transition(probability: 1, state: 2, reward: 0, terminated: true))
    }

    @Test func slippingGoesToEitherSide() throws {
        var options = GridWorld.Options()
        options.map = ".../.../..G"
        options.slip = 0.4
        let world = try GridWorld(options)
        // From the middle, up: to 1, or slips left to 3 or right to 5.
        let transitions = world.transitions(from: 4, action: 0)
        #expect(transitions.map(\.state) == [1, 3, 5])
        #expect(zip(transitions, [0.6, 0.2, 0.2]).allSatisfy { abs($0.probability - $1) < 1e-12 })
        // In the corner, up and a slip to the left both stay.
        let corner = world.transitions(from: 0, action: 0).sorted { $0.state < $1.state }
        #expect(corner.map(\.state) == [0, 1] && abs(corner[0].probability - 0.8) < 1e-12)
        // What is played is what the model says.
        var (random, observation) = (PCG64(seed: 5), [Int32](repeating: 0, count: 1))
        var counts = [Int](repeating: 0, count: 9)
        var span = observation.mutableSpan
        var (played, plays) = (world, 0)
        while plays < 4_000 {
            played.reset(into: &span, using: &random)
            if span[0] != 4 { continue }
            _ = played.step(0, into: &span, using: &random)
            counts[Int(span[0])] += 1
            plays += 1
        }
        #expect(abs(counts[1] - 2_400) < 130 && abs(counts[3] - 800) < 110 && abs(counts[5] - 800) < 110)
    }

    @Test func startsAreAllFreeCellsOrTheMarkedOnes() throws {
        #expect(try starts("...G", .marked) == [0, 1, 2])
        #expect(try starts(".S.G", .marked) == [1])
        #expect(try starts(".S.G", .random) == [0, 1, 2])
        #expect(try starts("SS.GX", .marked) == [0, 1])
    }

    @Test func noMoreIsDrawnThanDocumented() throws {
        var world = try GridWorld()
        var (random, expected) = (PCG64(seed: 3), PCG64(seed: 3))
        var observation: [Int32] = [0]
        var span = observation.mutableSpan
        world.reset(into: &span, using: &random)
        _ = expected.integers(world.initialStates.count)
        for action in 0..<4 { _ = world.step(action, into: &span, using: &random) }
        #expect(random == expected)
    }

    @Test(arguments: [
        ("..Q/..G", "row 1, column 3 is \"Q\""),
        ("../..G", "row 2 has 3 cells, but the rows before it have 2"),
        ("..\n..", "no goal (G)"), ("GX/##", "no free cell"), ("", "no goal (G)"),
        (".#./###/..G", "no goal can be reached from row 1, column 1"),
        (".XG", "reached from row 1, column 1"),
        ("courtyrd", "there is no map 'courtyrd'; did you mean 'courtyard'?"), ("/", "no goal"),
        ("..G//..", "row 2 has 0 cells"), ("nowhere", "there are: courtyard, open"),
    ])
    func aBadMapIsRefusedInALine(map: String, part: String) {
        var options = GridWorld.Options()
        options.map = map
        let error = #expect(throws: ConfigurationError.self) { try GridWorld(options) }
        #expect(error?.description.contains(part) == true, "\(error.map { "\($0)" } ?? "")")
        #expect(error?.description.contains("\n") == false)
    }

    @Test func mapsAreReadAsDrawn() throws {
        let map = try GridWorldMap("S. G/ O#.\n\n")
        #expect(map.text == "S..G\n.X#.")
        #expect(map.places == [0, 1, 2, 3, 4, 5, 7])
        #expect(try GridWorldMap(map.text) == map && GridWorldMap(named: "..G").columns == 3)
        #expect(try GridWorldMap("..G\r\n...\r\n").rows == 2)
    }

    @Test func aDamagedStateIsRefused() throws {
        var world = try GridWorld()
        for state in [-1, world.stateCount, .max] {
            var archive = Archive()
            var damaged = state
            try archive.field("state", &damaged)
            var reading = Archive(restoring: archive.entries)
            #expect(throws: ArchiveError.self) { try world.archive(&reading) }
        }
    }

    private func starts(_ map: String, _ start: GridWorld.Start) throws -> [Int] {
        var options = GridWorld.Options()
        (options.map, options.start) = (map, start)
        let world = try GridWorld(options)
        let starts = try Vectorized(world, count: 64)
        var batch = StepBatch(observationSpace: world.observationSpace, count: 64)
        starts.reset(seed: 0, into: &batch)
        let drawn = Set(batch.observations.indices.map(Int.init)).sorted()
        #expect(drawn == world.initialStates.map(\.state))
        #expect(abs(world.initialStates.reduce(0) { $0 + $1.probability } - 1) < 1e-12)
        return drawn
    }

    private func backup(
        _ world: GridWorld, _ state: Int, _ action: Int, _ values: [Double], _ discount: Double
    ) -> Double {
        world.transitions(from: state, action: action).reduce(0) {
            $0 + $1.probability * ($1.reward + ($1.terminated ? 0 : discount * values[$1.state]))
        }
    }

    private func optimalValues(of world: GridWorld, discount: Double) -> [Double] {
        var values = [Double](repeating: 0, count: world.stateCount)
        for _ in 0..<3_000 {
            let next = values.indices.map { state in
                (0..<4).map { backup(world, state, $0, values, discount) }.max() ?? 0
            }
            let change = zip(next, values).map { abs($0 - $1) }.max() ?? 0
            values = next
            if change < 1e-14 { break }
        }
        return values
    }
}
