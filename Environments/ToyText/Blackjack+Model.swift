import RLCore

/// A state is what is observed and whether the player holds a natural, numbered as `29 * (card - 1) + hand` with the
/// dealer's first card; the hands are the hard sums from 4 to 21, the sums from 12 to 21 with a usable ace, and the
/// natural. One more state stands for every end.
///
/// The hidden card is no part of it: nothing that happens before the end tells anything about it.
extension Blackjack: TransitionModel {
    private static let hands = 29
    private static let natural = 28
    private static let over = 10 * hands

    /// The number of the game's state.
    public var state: Int {
        if isOver { return Self.over }
        let hand =
            player.isNatural
            ? Self.natural : Self.hand(hardSum: player.hardSum, hasUsableAce: player.hasUsableAce)
        return Self.hands * (dealer[0] - 1) + hand
    }

    /// Twenty-nine hands against ten cards, and the end.
    public var stateCount: Int { Self.over + 1 }
    /// Stick or hit.
    public var actionCount: Int { 2 }

    /// Two cards for the player against one of the dealer.
    public var initialStates: [(state: Int, probability: Double)] {
        var hands = [Double](repeating: 0, count: Self.hands)
        for first in 1...10 {
            for second in 1...10 {
                var dealt = BlackjackHand()
                dealt.values = [UInt8(first), UInt8(second)]
                let hand =
                    dealt.isNatural
                    ? Self.natural : Self.hand(hardSum: dealt.hardSum, hasUsableAce: dealt.hasUsableAce)
                hands[hand] += Self.probability(ofCard: first) * Self.probability(ofCard: second)
            }
        }
        return (1...10).flatMap { card in
            hands.indices.filter { hands[$0] > 0 }.map { hand in
                (Self.hands * (card - 1) + hand, Self.probability(ofCard: card) * hands[hand])
            }
        }
    }

    /// A card more, or what the dealer's play brings.
    public func transitions(from state: Int, action: Int) -> [Transition] {
        if state == Self.over {
            return [Transition(probability: 1, state: state, reward: 0, terminated: true)]
        }
        let (hand, card) = (state % Self.hands, state / Self.hands + 1)
        let transitions = action == 1 ? hits(on: hand, against: card) : sticks(on: hand, against: card)
        return transitions.merged()
    }

    private func hits(on hand: Int, against dealerCard: Int) -> [Transition] {
        // The sum with aces as 1, and whether one of them counts 11.
        let hardSum = hand == Self.natural ? 11 : hand < 18 ? hand + 4 : hand - 16
        return (1...10).map { card in
            let sum = hardSum + card
            // An ace that was not usable never becomes so, and a second one cannot count 11 beside the first.
            let hasUsableAce = (hand >= 18 || card == 1) && sum <= 11
            let isBust = sum > 21
            let next = isBust ? 0 : Self.hand(hardSum: sum, hasUsableAce: hasUsableAce)
            return Transition(
                probability: Self.probability(ofCard: card),
                state: isBust ? Self.over : Self.hands * (dealerCard - 1) + next,
                reward: isBust ? -1 : 0, terminated: isBust)
        }
    }

    private func sticks(on hand: Int, against dealerCard: Int) -> [Transition] {
        let score = hand == Self.natural ? 21 : hand < 18 ? hand + 4 : hand - 6
        return Self.dealerEnds[dealerCard - 1].map { end in
            Transition(
                probability: end.probability, state: Self.over,
                reward: rules.reward(
                    score: score, isNatural: hand == Self.natural, dealerScore: end.score,
                    dealerHasNatural: end.isNatural),
                terminated: true)
        }
    }

    private static func hand(hardSum: Int, hasUsableAce: Bool) -> Int {
        hasUsableAce ? hardSum + 16 : hardSum - 4
    }

    private static func probability(ofCard card: Int) -> Double { (card == 10 ? 4 : 1) / 13.0 }

    /// How the dealer can end, for every first card.
    private static let dealerEnds = (1...10).map(ends(ofDealerShowing:))

    private static func ends(
        ofDealerShowing first: Int
    ) -> [(score: Int, isNatural: Bool, probability: Double)] {
        var natural = 0.0
        // Probabilities of being on the way with a sum that counts aces as 1, `[sum][1 with an ace, 0 without]`.
        var onTheWay = [[Double]](repeating: [0, 0], count: 17)
        var scores = [Double](repeating: 0, count: 22)
        onTheWay[first][first == 1 ? 1 : 0] = 1
        // A card adds at least 1, so whatever leads to a sum is done before the sum is.
        for sum in 1...16 {
            for ace in 0...1 {
                for card in 1...10 {
                    let probability = onTheWay[sum][ace] * probability(ofCard: card)
                    let (next, hasAce) = (sum + card, ace == 1 || card == 1)
                    let total = hasAce && next <= 11 ? next + 10 : next
                    if total < 17 {
                        onTheWay[next][hasAce ? 1 : 0] += probability
                    } else if total == 21, sum == first {
                        natural += probability
                    } else {
                        scores[total > 21 ? 0 : total] += probability
                    }
                }
            }
        }
        return [(21, true, natural)] + scores.enumerated().map { ($0.offset, false, $0.element) }
    }
}
