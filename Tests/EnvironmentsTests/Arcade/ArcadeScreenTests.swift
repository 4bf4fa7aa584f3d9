import Environments
import RLCore
import Testing

/// Screens of one game in the three kinds of pixels, which are painted in different ways.
@Suite struct ArcadeScreenTests {
    @Test func allKindsOfPixelsShowTheSame() {
        compareScreens(of: ArcadePong.self)
        compareScreens(of: ArcadeSpaceInvaders.self)
        compareScreens(of: ArcadeMazeChase.self)
    }

    private func compareScreens<Game: ArcadeGame>(of type: Game.Type) {
        var screens = ArcadePixels.allCases.map { Arcade<Game>($0) }
        var randoms = screens.map { _ in PCG64(seed: 3) }
        var choices = PCG64(seed: 4)
        let colors = Game.Paint.allCases.map(\.color)
        for index in screens.indices { screens[index].start(using: &randoms[index]) }
        var (action, differences) = (0, 0)
        var seen: Set<UInt8> = []
        for frame in 0..<3000 {
            if frame % 8 == 0 { action = choices.integers(Game.actions.count) }
            for index in screens.indices
            where screens[index].advance(action, using: &randoms[index]).terminated {
                screens[index].start(using: &randoms[index])
            }
            guard frame % 7 == 0 else { continue }
            let bytes = screens.indices.map { index in
                var bytes = [UInt8](repeating: 255, count: 33_600 * screens[index].pixels.bytesPerPixel)
                var span = bytes.mutableSpan
                screens[index].observe(into: &span)
                return bytes
            }
            for pixel in 0..<33_600 {
                let paint = bytes[0][pixel]
                guard paint < colors.count else {
                    differences += 1
                    continue
                }
                seen.insert(paint)
                let color = colors[Int(paint)]
                let isSame =
                    bytes[1][pixel] == color.grey && bytes[2][3 * pixel] == color.red
                    && bytes[2][3 * pixel + 1] == color.green && bytes[2][3 * pixel + 2] == color.blue
                if !isSame { differences += 1 }
            }
        }
        #expect(differences == 0, "\(type)")
        #expect(seen.count > 3)
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
        #expect(
            try actions(ArcadeSpaceInvaders.self, [.space], [.left], [.right, .space])
                == [.fire, .left, .rightfire])
        #expect(try actions(ArcadeMazeChase.self, [.up], [.down], [.left, .up]) == [.up, .down, .upleft])
    }
}
