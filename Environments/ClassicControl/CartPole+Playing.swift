import RLCore

extension CartPole: Playable {
    /// The cart is always pushed: without a key, as it was before. Slower than it is, since nobody balances a pole in
    /// real time by two keys.
    public var keyboard: KeyboardMap {
        KeyboardMap(
            [
                .init([.left], action: [0], name: "left"), .init([.right], action: [1], name: "right"),
            ], idle: .repeats, stepsPerSecond: 15)
    }
}
