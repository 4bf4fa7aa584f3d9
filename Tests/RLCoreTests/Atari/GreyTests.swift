import Environments
import RLCore
import Testing

@Suite struct GreyTests {
    @Test func aPixelIsAsLightAsItsColour() {
        var player = Player(Film(channels: 3).grey())
        player.reset()
        for _ in 0..<300 {
            _ = player.step(1)
            let frame = UInt8(truncatingIfNeeded: player.environment.base.frame)
            let color = Color(red: frame, green: frame &+ 1, blue: frame &+ 2)
            #expect(player.observation[0] == color.grey)
        }
    }

    /// The games paint grey by themselves; that must be what the colours give.
    @Test func aGreyScreenIsTheColoursMadeGrey() {
        var painted = Player(Arcade<ArcadePong>(.grey), seed: 4)
        var made = Player(Arcade<ArcadePong>(.rgb).grey(), seed: 4)
        painted.reset()
        made.reset()
        for step in 0..<2000 {
            #expect(painted.observation == made.observation)
            #expect(painted.step(step / 7 % 6) == made.step(step / 7 % 6))
        }
    }
}
