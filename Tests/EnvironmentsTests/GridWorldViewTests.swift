import Environments
import RLCore
import Testing

/// What planes, pixels and windows show.
@Suite struct GridWorldViewTests {
    @Test func planesAreWhereThingsAre() throws {
        let (world, view) = try made("Sa>G/#AX5/.u../~0012") { _ in }
        #expect(
            view.modifier.planes == [
                "agent", "wall", "pit", "goal of 5 tenths", "goal", "key a", "door A", "one-way right",
                "wind up by 1", "wind up by 2", "holding a",
            ])
        #expect(view.observationSpace.shape == [3, 4, 11])
        let start = try #require(try looks(world, view)[0])
        #expect(
            planes(of: start, [3, 4, 11]) == [
                "1.../..../....", "..../1.../....", "..../..1./....", "..../...1/....", "...1/..../....",
                ".1../..../....", "..../.1../....", "..1./..../....", "..1./..../.11.", "..../..../...1",
                "..../..../....",
            ])
        // Two steps on, the key in hand: it lies nowhere, its door is open, and a plane says so everywhere.
        var (played, random) = (view, PCG64(seed: 0))
        var bytes = [UInt8](repeating: 9, count: 132)
        var span = bytes.mutableSpan
        played.reset(into: &span, using: &random)
        _ = played.step(1, into: &span, using: &random)
        _ = played.step(2, into: &span, using: &random)
        let found = planes(of: bytes, [3, 4, 11])
        #expect(found[0] == "..../.1../...." && found[5] == "..../..../...." && found[6] == "..../..../....")
        #expect(found[10] == "1111/1111/1111")
    }

    /// A window is the part of the map around who walks, and walls beyond.
    @Test(arguments: ["three-keys", "one-way", "windy"], [1, 3, 5, 13]) func aWindowIsACut(
        map: String, side: Int
    )
        throws
    {
        let (world, whole) = try made(map) { _ in }
        let (_, window) = try made(map) { $0.view = side }
        #expect(window.modifier.planes == whole.modifier.planes)
        let shape = whole.observationSpace.shape
        let depth = shape[2]
        #expect(window.observationSpace.shape == [side, side, depth])
        let wall = try #require(whole.modifier.planes.firstIndex(of: "wall"))
        let (alls, windows) = (try looks(world, whole), try looks(world, window))
        #expect(alls.count > world.stateCount * 9 / 10 && alls.keys == windows.keys)
        for (state, all) in alls {
            let seen = try #require(windows[state])
            let place = try #require(world.place(of: state))
            for cell in 0..<side * side {
                let (row, column) = (
                    place.row + cell / side - side / 2, place.column + cell % side - side / 2
                )
                let found = Array(seen[cell * depth..<(cell + 1) * depth])
                if (0..<shape[0]).contains(row), (0..<shape[1]).contains(column) {
                    let start = (row * shape[1] + column) * depth
                    #expect(found == Array(all[start..<start + depth]))
                } else {
                    let held = whole.modifier.planes.indices.filter {
                        whole.modifier.planes[$0].hasPrefix("holding") && all[$0] == 1
                    }
                    #expect(found.indices.filter { found[$0] == 1 } == [wall] + held)
                }
            }
        }
    }

    /// Turned to the right by a quarter, what was on the right is above.
    @Test func aWindowTurnsWithTheHeading() throws {
        let map = "..X../.>v../#.SAa/5r.../..u.G"
        let (world, upright) = try made(map) { ($0.view, $0.actions, $0.turned) = (3, .turning, false) }
        let (_, turned) = try made(map) { ($0.view, $0.actions) = (3, .turning) }
        let names = turned.modifier.planes
        #expect(names.first == "agent" && names.contains("one-way up") && names.contains("wind left by 1"))
        #expect(upright.modifier.planes.prefix(4).allSatisfy { $0.hasPrefix("agent facing") })
        let directions = ["up", "right", "down", "left"]
        let (befores, afters) = (try looks(world, upright), try looks(world, turned))
        #expect(befores.count > world.stateCount * 9 / 10)
        for (state, before) in befores {
            let heading = state % 4
            let after = try #require(afters[state])
            for (plane, name) in names.enumerated() where plane > 0 {
                // What points somewhere points elsewhere for who has turned.
                let words = name.split(separator: " ").map { word in
                    directions.firstIndex(of: String(word)).map { directions[($0 + heading) % 4] }
                        ?? String(word)
                }
                let other = upright.modifier.planes.firstIndex(of: words.joined(separator: " "))
                for row in 0..<3 {
                    for column in 0..<3 {
                        // The row and column upright of what a turned window has at (row, column).
                        let (r, c) = [
                            (row, column), (column, 2 - row), (2 - row, 2 - column), (2 - column, row),
                        ][heading]
                        let expected =
                            other.map { before[(r * 3 + c) * upright.modifier.planes.count + $0] } ?? 0
                        #expect(
                            after[(row * 3 + column) * names.count + plane] == expected, "\(state) \(name)")
                    }
                }
            }
            #expect(after[4 * names.count] == 1, "who walks is in the middle")
            let facing = upright.modifier.planes[
                (0..<4).first { before[4 * upright.modifier.planes.count + $0] == 1 } ?? 0]
            #expect(facing == "agent facing \(directions[heading])")
        }
    }

    /// Pixels are the drawing, at their size.
    @Test(
        arguments: ["courtyard", "three-keys", "one-way", "goals", "windy"], [GridActions.compass, .turning])
    func pixelsAreTheDrawing(map: String, actions: GridActions) throws {
        let side = 16
        let (world, view) = try made(map) {
            ($0.observation, $0.tile, $0.actions) = (.pixels, side, actions)
        }
        let (rows, columns) = (world.map.rows, world.map.columns)
        #expect(view.observationSpace.shape == [side * rows, side * columns, 3])
        let marks = world.map.cells.indices.filter { world.map.cells[$0] == .start }
        for (state, seen) in try looks(world, view) where state % 7 == 0 {
            var canvas = Canvas()
            try world.placed(in: state).draw(on: &canvas)
            canvas.show(x: 0...Double(columns), y: 0...Double(rows))
            let drawn = Picture(canvas, width: side * columns, height: side * rows).bytes
            var differences = 0
            for index in seen.indices {
                let (row, column) = (index / 3 / (side * columns) / side, index / 3 % (side * columns) / side)
                // The letter on a start is not shown.
                if marks.contains(row * columns + column) { continue }
                // Curves are rounded where they are.
                if abs(Int(seen[index]) - Int(drawn[index])) > 8 { differences += 1 }
            }
            #expect(differences == 0, "state \(state)")
        }
    }

    /// Where a window is seen the drawing shows the same, and the rest darker.
    @Test func aDrawingDimsWhatIsNotSeen() throws {
        var options = GridWorld.Options()
        (options.map, options.view, options.observation) = ("open", 3, .planes)
        let world = try GridWorld(options).placed(in: 0)
        var canvas = Canvas()
        world.draw(on: &canvas)
        canvas.show(x: 0...8, y: 0...8)
        let picture = Picture(canvas, width: 160, height: 160)
        let paper = (0..<64).filter { picture[20 * ($0 % 8) + 10, 20 * ($0 / 8) + 10] == .paper }
        #expect(paper == [1, 8, 9])
    }

    @Test func everythingElseIsTheGridworlds() throws {
        let entry = try #require(gridWorldEnvironments.first { $0.name == "gridworld" })
        var games: [[Double]] = []
        for form in ["index", "planes", "pixels"] {
            let made = try entry.make(["observation": form, "slip": "0.2", "map": "three-keys"])
            #expect(made.transitionModel is any MappedModel && made.actionNames.count == 4)
            let environment = made.stepped()
            environment.reset(seed: 4)
            var (game, actions, random) = (
                [Double](), ActionBatch(for: made.actionSpace, count: 1), PCG64(seed: 1)
            )
            for _ in 0..<500 {
                actions.draw(row: 0, from: made.actionSpace, using: &random)
                let outcome = try environment.step(actions)
                game += [outcome.reward, outcome.isDone ? 1 : 0]
                if outcome.isDone { environment.reset(seed: nil) }
            }
            games.append(game)
        }
        #expect(games[0] == games[1] && games[0] == games[2])
    }

    @Test(arguments: [
        (["view": "5"], "take observation=planes"),
        (["view": "4", "observation": "planes"], "odd side, like 5"),
        (["tile": "0"], "tile=0"), (["observation": "picture"], "one of index, planes, pixels"),
        (
            ["observation": "pixels", "tile": "64", "map": String(repeating: ".", count: 2_000) + "G"],
            "16 MiB"
        ),
        (["actions": "jump"], "one of compass, turning"),
    ])
    func whatCannotBeSeenIsRefused(settings: [String: String], part: String) throws {
        let entry = try #require(gridWorldEnvironments.first { $0.name == "gridworld" })
        let error = #expect(throws: ConfigurationError.self) { try entry.make(settings) }
        #expect(error?.description.contains(part) == true, "\(error.map { "\($0)" } ?? "")")
    }

    /// With every wind on every thing, and as many more that a window turns, a byte cannot number them.
    @Test func tooManyKindsOfCellsAreRefused() throws {
        let things = "123456789GX.abcABC^>v<urdl"
        let row = String(repeating: things, count: 10)
        let winds = (0..<10).map { String(repeating: "\($0)", count: things.count) }.joined()
        let below = String(repeating: ".", count: 9) + "S" + String(repeating: ".", count: row.count - 10)
        let map = "\(row)\n\(below)\n~\(winds)"
        _ = try made(map) { ($0.actions, $0.view, $0.turned) = (.turning, 3, false) }
        let error = #expect(throws: ConfigurationError.self) {
            try made(map) { ($0.actions, $0.view) = (.turning, 3) }
        }
        #expect(error?.description.contains("kinds of cells are more than the 256") == true)
    }

    private func made(
        _ map: String, _ change: (inout GridWorld.Options) -> Void
    ) throws -> (GridWorld, Modified<GridWorldView>) {
        var options = GridWorld.Options()
        (options.map, options.observation) = (map, .planes)
        change(&options)
        let world = try GridWorld(options)
        return (world, try world.viewed(options))
    }

    /// What a view shows of every state that a step or a start leads to.
    private func looks(_ world: GridWorld, _ view: Modified<GridWorldView>) throws -> [Int: [UInt8]] {
        var looks: [Int: [UInt8]] = [:]
        var bytes = [UInt8](repeating: 7, count: view.observationSpace.count)
        var random = PCG64(seed: 2)
        func keep(_ state: Int) {
            if let known = looks[state] { #expect(known == bytes) }
            looks[state] = bytes
        }
        for _ in 0..<20 {
            var started = view
            var span = bytes.mutableSpan
            started.reset(into: &span, using: &random)
            keep(started.base.state)
        }
        for state in 0..<world.stateCount {
            var snapshot = view
            snapshot.base = try world.placed(in: state)
            for action in 0..<world.actionCount {
                var played = snapshot
                var span = bytes.mutableSpan
                _ = played.step(action, into: &span, using: &random)
                keep(played.base.state)
            }
        }
        return looks
    }

    private func planes(of bytes: [UInt8], _ shape: [Int]) -> [String] {
        (0..<shape[2]).map { plane in
            (0..<shape[0]).map { row in
                (0..<shape[1]).map { column in
                    bytes[(row * shape[1] + column) * shape[2] + plane] == 1 ? "1" : "."
                }.joined()
            }.joined(separator: "/")
        }
    }
}
