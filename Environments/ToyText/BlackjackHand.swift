/// Cards on the table, and what they add up to.
struct BlackjackHand: Sendable {
    /// Twenty-one aces and the card that is too much.
    static var mostCards: Int { 22 }

    private var cards = InlineArray<22, UInt8>(repeating: 0)
    /// Cards held.
    private(set) var count = 0
    /// The sum with every ace as 1.
    private(set) var hardSum = 0
    private var hasAce = false

    /// Adds a card by its value, 1 for an ace.
    mutating func add(_ card: Int) {
        // More than can be held are asked for only after the end, where nothing means anything.
        guard count < Self.mostCards else { return }
        cards[count] = UInt8(card)
        count += 1
        hardSum += card
        hasAce = hasAce || card == 1
    }

    /// The value of a card; 0 beyond the last.
    subscript(index: Int) -> Int { index < count ? Int(cards[index]) : 0 }

    /// Whether an ace counts 11.
    var hasUsableAce: Bool { hasAce && hardSum <= 11 }
    /// The sum, with an ace as 11 where that is not too much.
    var sum: Int { hasUsableAce ? hardSum + 10 : hardSum }
    /// Whether the sum is too much.
    var isBust: Bool { sum > 21 }
    /// What counts against the other hand: nothing where the sum is too much.
    var score: Int { isBust ? 0 : sum }
    /// An ace and a ten, as dealt.
    var isNatural: Bool { count == 2 && sum == 21 }

    /// All values, in the order they came.
    var values: [UInt8] {
        get { (0..<count).map { cards[$0] } }
        set {
            self = BlackjackHand()
            for card in newValue { add(Int(card)) }
        }
    }
}
