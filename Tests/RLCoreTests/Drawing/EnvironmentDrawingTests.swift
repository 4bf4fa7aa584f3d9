import Environments
import RLCore
import Testing

@Suite struct EnvironmentDrawingTests {
    /// Every environment that ships with a look draws the same for the same state, through the erased faces too, and
    /// with another state something else.
    @Test(arguments: ["gridworld", "rooms", "cartpole"]) func drawingsFollowTheState(_ name: String) throws {
        let entry = try #require(standardEnvironments.first { $0.name == name || $0.aliases.contains(name) })
        let made = try entry.make()
        let pictures = try (0..<2).map { _ in
            let environment = try made.vectorized(2)
            var batch = StepBatch(observationSpace: made.observationSpace, count: 2)
            let actions = ActionBatch(for: made.actionSpace, count: 2)
            environment.reset(seed: 5, into: &batch)
            let first = try picture { environment.draw(row: 0, on: &$0) }
            let second = try picture { environment.draw(row: 1, on: &$0) }
            for _ in 0..<4 {
                try environment.step(actions, into: &batch)
                environment.advance(&batch)
            }
            let later = try picture { environment.draw(row: 0, on: &$0) }
            #expect(first != second && first != later)
            return [first, second, later]
        }
        #expect(pictures[0] == pictures[1])
        #expect(Set(stride(from: 0, to: 3 * 200 * 100, by: 3).map { pictures[0][0].bytes[$0] }).count > 3)

        let stepped = made.stepped()
        stepped.reset(seed: 1)
        _ = try picture { stepped.draw(on: &$0) }
    }

    /// Every environment that people choose from has a look of several colours that changes while it is played.
    @Test(arguments: standardEnvironments) func everyOneHasALook(_ entry: EnvironmentEntry) throws {
        let made = try entry.make()
        let environment = made.stepped()
        var actions = ActionBatch(for: made.actionSpace, count: 1)
        var random = PCG64(seed: 4)
        var seen = Set<[UInt8]>()
        environment.reset(seed: 4)
        // Some games stand still for two seconds before they begin.
        for step in 0..<180 where step < 30 || seen.count == 1 {
            let picture = try picture { environment.draw(on: &$0) }
            let colors = Set(
                stride(from: 0, to: picture.bytes.count, by: 3).map { Array(picture.bytes[$0..<$0 + 3]) })
            #expect(colors.count > 3)
            seen.insert(picture.bytes)
            actions.draw(row: 0, from: made.actionSpace, using: &random)
            if try environment.step(actions).isDone { environment.reset(seed: nil) }
        }
        #expect(seen.count > 1)
    }

    /// The agent is drawn where the state says it is, on every cell.
    @Test func theAgentIsOnItsCell() throws {
        var world = try GridWorld()
        let (rows, columns) = (world.map.rows, world.map.columns)
        let side = 40
        for (state, place) in world.map.places.enumerated() {
            var saved = Archive()
            var number = state
            try saved.field("state", &number)
            var archive = Archive(restoring: saved.entries)
            try world.archive(&archive)
            var canvas = Canvas()
            world.draw(on: &canvas)
            canvas.show(x: 0...Double(columns), y: 0...Double(rows))
            let picture = Picture(canvas, width: side * columns, height: side * rows)
            let blue = world.map.cells.indices.filter { other in
                picture[other % columns * side + side / 2, other / columns * side + side / 2] == .blue
            }
            #expect(blue == [place], "state \(state)")
        }
    }

    /// The pole leans to the side its angle says, and y goes upward.
    @Test func theCartIsWhereItsPositionSays() throws {
        var cart = CartPole()
        var random = PCG64(seed: 3)
        var observation: [Float] = [0, 0, 0, 0]
        var span = observation.mutableSpan
        cart.reset(into: &span, using: &random)
        for _ in 0..<8 { _ = cart.step(1, into: &span, using: &random) }
        #expect(cart.position > 0.05 && cart.angle < -0.05)
        var canvas = Canvas()
        cart.draw(on: &canvas)
        let pole = canvas.items.compactMap { item -> (Canvas.Point, Canvas.Point)? in
            if case .line(let axle, let tip, _) = item.shape, item.color == .amber {
                (axle, tip)
            } else {
                nil
            }
        }
        let (axle, tip) = try #require(pole.first)
        #expect(pole.count == 1 && axle.x == cart.position && tip.x < axle.x && tip.y > axle.y + 0.9)
        #expect(canvas.isUpward && canvas.stepsPerSecond == 50)
    }

    /// What has no look says so and leaves the canvas alone.
    @Test func whatHasNoLookSaysSo() throws {
        var canvas = Canvas()
        canvas.fill(.circle(center: [0, 0], radius: 1), .red)
        let before = canvas
        let probe = MadeEnvironment(name: "probe", ConstantRewardProbe())
        let rows = try probe.vectorized(1)
        #expect(!rows.draw(row: 0, on: &canvas) && !probe.stepped().draw(on: &canvas))
        #expect(canvas == before)
    }

    private func picture(_ draw: (inout Canvas) -> Bool) throws -> Picture {
        var canvas = Canvas()
        canvas.fill(.circle(center: [0, 0], radius: 1), .red)  // of an earlier drawing
        let isDrawn = draw(&canvas)
        try #require(isDrawn && !canvas.items.isEmpty && canvas.items[0].color != .red)
        return Picture(canvas, width: 200, height: 100)
    }
}
