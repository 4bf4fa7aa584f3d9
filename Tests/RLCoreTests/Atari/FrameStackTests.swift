import RLCore
import Testing

@Suite struct FrameStackTests {
    @Test(arguments: [1, 2, 3, 4, 5], [1, 3]) func theNewestIsLastAndAStartFillsAll(
        frames: Int, channels: Int
    ) {
        var player = Player(Film(Film.Script(end: 6), channels: channels).stacked(frames))
        let pixels = 4
        for game in 1...2 {
            player.reset()
            for frame in 0...6 {
                if frame > 0 { #expect(player.step(1).terminated == (frame == 6)) }
                for pixel in 0..<pixels {
                    for back in 0..<frames {
                        for channel in 0..<channels {
                            let then = max(0, frame - back)
                            let value = [then, then == 0 ? 0 : 1, 3, game][pixel] + channel
                            let index = (pixel * frames + frames - 1 - back) * channels + channel
                            #expect(player.observation[index] == UInt8(value))
                        }
                    }
                }
            }
        }
    }

    @Test func theSpaceSaysHowMany() throws {
        guard case .box(let box) = Film(channels: 3).stacked(4).observationSpace else {
            Issue.record("no box")
            return
        }
        #expect(box.shape == [2, 2, 12] && box.stackedFrames == 4 && box.scalarType == .uint8)
    }
}
