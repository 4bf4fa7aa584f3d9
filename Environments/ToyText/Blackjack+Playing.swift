import RLCore

extension Blackjack: Playable {
    /// Another card with the bar, as one knocks on the table; the game waits.
    public var keyboard: KeyboardMap {
        KeyboardMap(
            [
                .init([.space], action: [1], name: "hit"), .init([.enter], action: [0], name: "stick"),
            ], idle: .waits)
    }
}
