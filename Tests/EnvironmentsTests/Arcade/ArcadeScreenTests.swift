import Environments
import RLCore
import Testing

/// What all games have in common on their screens.
@Suite struct ArcadeScreenTests {
    @Test func screensOfAllKindsShowTheSame() {
        expectEqualScreens(of: ArcadePong.self)
        expectEqualScreens(of: ArcadeBreakout.self)
        expectEqualScreens(of: ArcadeFreeway.self)
        expectEqualScreens(of: ArcadeSpaceInvaders.self)
        expectEqualScreens(of: ArcadeMazeChase.self)
    }

    private func expectEqualScreens<Game: ArcadeGame>(of game: Game.Type) {
        let colors = Game.Paint.allCases.map(\.color)
        var (palette, grey, rgb) = (Arcade<Game>(.palette), Arcade<Game>(.grey), Arcade<Game>(.rgb))
        var (random, choices) = (PCG64(seed: 3), PCG64(seed: 4))
        palette.start(using: &random)
        var screens = (
            [UInt8](repeating: 255, count: 33_600), [UInt8](repeating: 255, count: 33_600),
            [UInt8](repeating: 1, count: 100_800)
        )
        for frame in 0..<3000 {
            if palette.advance(choices.integers(Game.actions.count), using: &random).terminated {
                palette.start(using: &random)
            }
            guard frame.isMultiple(of: 37) else { continue }
            copy(palette, to: &grey)
            copy(palette, to: &rgb)
            observe(&palette, &screens.0)
            observe(&grey, &screens.1)
            observe(&rgb, &screens.2)
            guard screens.0.allSatisfy({ $0 < colors.count }) else {
                Issue.record("\(Game.self): not all is painted at \(frame)")
                return
            }
            let isGrey = screens.0.indices.allSatisfy { screens.1[$0] == colors[Int(screens.0[$0])].grey }
            let isColored = screens.0.indices.allSatisfy {
                let color = colors[Int(screens.0[$0])]
                return Array(screens.2[3 * $0..<3 * $0 + 3]) == [color.red, color.green, color.blue]
            }
            #expect(isGrey && isColored, "\(Game.self) at \(frame)")
        }
    }

    @Test func theBallOfPongIsPaintedWhereItIs() {
        var (game, screen, seen) = (Arcade<ArcadePong>(.palette), [UInt8](repeating: 255, count: 33_600), 0)
        var (random, choices) = (PCG64(seed: 5), PCG64(seed: 6))
        game.start(using: &random)
        for _ in 0..<3000 {
            _ = game.advance(choices.integers(6), using: &random)
            guard let ball = game.game.ball, (0...158 * 16).contains(ball.x) else { continue }
            observe(&game, &screen)
            let white = (160 * 34..<160 * 194).filter { screen[$0] == ArcadePong.Paint.wall.rawValue }
            #expect(white == pixels(x: ball.x / 16, y: ball.y / 16, width: 2, height: 4))
            seen += 1
        }
        #expect(seen > 1000)
    }

    @Test func theBallAndTheBricksOfBreakoutArePaintedWhereTheyAre() {
        var (game, screen) = (Arcade<ArcadeBreakout>(.palette), [UInt8](repeating: 255, count: 33_600))
        var (random, balls, broken) = (PCG64(seed: 5), 0, 0)
        game.start(using: &random)
        for _ in 0..<6000 {
            // The middle of the paddle below the ball.
            let middle = (game.game.reach.lowerBound + game.game.reach.upperBound) / 2
            let action = game.game.ball.map { $0.x + 2 > middle + 8 ? 2 : $0.x + 2 < middle - 8 ? 3 : 0 } ?? 1
            if game.advance(action, using: &random).terminated { break }
            guard let ball = game.game.ball, (93..<185).contains(ball.y / 2) else { continue }
            observe(&game, &screen)
            let red = (160 * 93..<160 * 189).filter { screen[$0] == ArcadeBreakout.Paint.red.rawValue }
            #expect(red == pixels(x: ball.x / 2, y: ball.y / 2, width: 2, height: 4))
            balls += 1
            for row in 0..<6 {
                for column in 0..<18 {
                    let pixels = Set(
                        pixels(x: 8 + 8 * column, y: 57 + 6 * row, width: 8, height: 6).map { screen[$0] })
                    let hasBrick = game.game.hasBrick(row: row, column: column)
                    broken += hasBrick ? 0 : 1
                    guard pixels != [hasBrick ? ArcadeBreakout.Paint.red.rawValue + UInt8(row) : 0] else {
                        continue
                    }
                    Issue.record("row \(row), column \(column): \(pixels)")
                    return
                }
            }
        }
        #expect(balls > 1000 && broken > 1000)
    }

    @Test func theScoreOfFreewayFlashesAtTheEnd() {
        var (game, screen) = (Arcade<ArcadeFreeway>(.palette), [UInt8](repeating: 255, count: 33_600))
        var (random, shown) = (PCG64(seed: 5), [Bool]())
        game.start(using: &random)
        for _ in 1..<8192 {
            _ = game.advance(0, using: &random)
            observe(&game, &screen)
            shown.append(screen[160 * 4..<160 * 14].contains(ArcadeFreeway.Paint.pink.rawValue))
        }
        #expect(shown.prefix(8192 - 481).allSatisfy { $0 })
        #expect(shown.suffix(480).count { $0 } == 240)
    }

    @Test func aPersonPlaysWithArrowsAndTheSpaceBar() throws {
        func actions<Game: ArcadeGame>(_ game: Game.Type, _ keys: Set<PlayKey>...) throws -> [ArcadeAction] {
            let keyboard = Arcade<Game>().keyboard
            #expect(keyboard.idle == .acts([0]))
            return try keys.map { keys in
                let binding = try #require(keyboard.bindings.first { $0.keys == keys })
                return Game.actions[Int(binding.action[0])]
            }
        }
        #expect(try actions(ArcadePong.self, [.up], [.down], [.right]) == [.right, .left, .right])
        #expect(
            try actions(ArcadeSpaceInvaders.self, [.space], [.left], [.right, .space])
                == [.fire, .left, .rightfire])
        #expect(try actions(ArcadeMazeChase.self, [.up], [.down], [.left, .up]) == [.up, .down, .upleft])
    }

    private func pixels(x: Int, y: Int, width: Int, height: Int) -> [Int] {
        (y..<y + height).flatMap { row in (x..<x + width).map { 160 * row + $0 } }
    }

    private func copy<Game: ArcadeGame>(_ from: Arcade<Game>, to other: inout Arcade<Game>) {
        var (from, archive) = (from, Archive())
        do {
            try from.archive(&archive)
            var reading = Archive(restoring: archive.entries)
            try other.archive(&reading)
        } catch {
            Issue.record("\(error)")
        }
    }

    private func observe<Game: ArcadeGame>(_ game: inout Arcade<Game>, _ screen: inout [UInt8]) {
        var span = screen.mutableSpan
        game.observe(into: &span)
    }
}
