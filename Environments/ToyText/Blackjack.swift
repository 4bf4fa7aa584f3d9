import RLCore

/// Get closer to 21 than the dealer, but not beyond it. Cards are drawn from a deck that never runs out.
///
/// Example 5.1 of Sutton and Barto (2018), "Reinforcement Learning: An Introduction", as Gymnasium's Blackjack-v1:
/// same seed, same actions, same games.
///
/// | action | | | observation | |
/// |---|---|---|---|---|
/// | 0 | stick | | 0: the player's sum | 4 to 31 |
/// | 1 | hit | | 1: the dealer's first card | 1 (an ace) to 10 |
/// | | | | 2: whether an ace of the player counts 11 | 0 or 1 |
///
/// - Start: two cards each, of which the dealer's second is hidden. Kings, queens and jacks count 10.
/// - A hit draws a card. After a stick the dealer draws up to 17 or more.
/// - Reward: at the end, 1 for a win, 0 for a draw and -1 for a loss, which a sum beyond 21 is at once. A player who
///   sticks on an ace and a ten as dealt, a natural, wins against any dealer without one under the rules of `sab`;
///   otherwise, where `natural` is set, a natural that wins brings 1.5.
/// - End: terminated by a stick and by a sum beyond 21. There is no time limit unless one is set (`timeLimit(_:)` adds
///   it). A step after the end goes on by the same rules and means nothing.
/// - Draws: at a reset four cards, an `integers(4)` and, where the dealer shows a ten, an `integers(3)`, with which
///   the published game chooses how to paint that card; then one a card. A card is an `integers(13)`.
public struct Blackjack: Environment {
    /// What can be set about the game, with the defaults Gymnasium registers.
    public struct Options: Settings {
        /// Whether a natural that wins brings more.
        @Setting("whether winning with an ace and a ten as dealt brings 1.5; without effect where sab is set")
        public var natural = false
        /// The rules of the book.
        @Setting(
            "the rules of Sutton and Barto: an ace and a ten as dealt win, unless the dealer has them too")
        public var sab = true
        /// The time limit.
        @Setting("steps after which an episode is truncated; 0 for none", unit: "steps", in: .atLeast(0))
        public var limit = 0
        /// The defaults.
        public init() {}
    }

    private(set) var player = BlackjackHand()
    private(set) var dealer = BlackjackHand()
    /// Whether the game has ended, or not yet begun.
    private(set) var isOver = true
    let rules: BlackjackRules

    /// The game with the given settings, of which the limit is the caller's to apply.
    public init(_ options: Options = Options()) {
        rules = BlackjackRules(naturalWins: options.sab, paysNaturals: options.natural && !options.sab)
    }

    /// The player's sum, the dealer's first card, and whether there is a usable ace.
    public var observationSpace: Space { .multiDiscrete([32, 11, 2]) }
    /// Stick or hit.
    public var actionSpace: Space { .discrete(2) }
    /// Stick or hit.
    public var actionNames: [String] { ["stick", "hit"] }

    /// Deals.
    public mutating func reset(into observation: inout MutableSpan<Int32>, using random: inout PCG64) {
        (player, dealer, isOver) = (BlackjackHand(), BlackjackHand(), false)
        for _ in 0..<2 { dealer.add(Self.card(using: &random)) }
        for _ in 0..<2 { player.add(Self.card(using: &random)) }
        // The suit and the face of the card that the published game shows: nothing to play with, but drawn.
        _ = random.integers(4)
        if dealer[0] == 10 { _ = random.integers(3) }
        observe(into: &observation)
    }

    /// Draws a card, or lets the dealer play.
    public mutating func step(
        _ action: Int, into observation: inout MutableSpan<Int32>, using random: inout PCG64
    ) -> Outcome {
        if action == 1 {
            player.add(Self.card(using: &random))
            isOver = isOver || player.isBust
            observe(into: &observation)
            return Outcome(reward: player.isBust ? -1 : 0, terminated: player.isBust)
        }
        while dealer.sum < 17 { dealer.add(Self.card(using: &random)) }
        isOver = true
        observe(into: &observation)
        return Outcome(
            reward: rules.reward(
                score: player.score, isNatural: player.isNatural, dealerScore: dealer.score,
                dealerHasNatural: dealer.isNatural),
            terminated: true)
    }

    /// Visits the cards of both, and whether the game is over.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        var (player, dealer, isOver) = (player.values, dealer.values, isOver)
        try archive.variableField("player", &player)
        try archive.variableField("dealer", &dealer)
        try archive.field("isOver", &isOver)
        try restore(player: player, dealer: dealer, isOver: isOver)
    }

    private mutating func restore(player: [UInt8], dealer: [UInt8], isOver: Bool) throws(ArchiveError) {
        for (name, cards) in [("player", player), ("dealer", dealer)] {
            guard cards.count <= BlackjackHand.mostCards, cards.allSatisfy({ (1...10).contains($0) }) else {
                throw ArchiveError("field '\(name)' holds cards that no hand can hold: \(cards)")
            }
        }
        var restored = self
        (restored.player.values, restored.dealer.values, restored.isOver) = (player, dealer, isOver)
        let isDealt = player.count >= 2 && (isOver ? dealer.count >= 2 : dealer.count == 2)
        guard isDealt || isOver && player.isEmpty && dealer.isEmpty, restored.player.sum <= 31,
            isOver || !restored.player.isBust
        else {
            throw ArchiveError("fields 'player' and 'dealer' hold no game: \(player) against \(dealer)")
        }
        self = restored
    }

    private static func card(using random: inout PCG64) -> Int { min(random.integers(13) + 1, 10) }

    private func observe(into observation: inout MutableSpan<Int32>) {
        observation[0] = Int32(player.sum)
        observation[1] = Int32(dealer[0])
        observation[2] = player.hasUsableAce ? 1 : 0
    }
}

/// What the end of a game brings.
struct BlackjackRules: Sendable {
    /// Whether an ace and a ten as dealt win, unless the dealer has them too.
    let naturalWins: Bool
    /// Whether winning with them brings 1.5.
    let paysNaturals: Bool

    /// The reward for sticking, once the dealer has played.
    func reward(score: Int, isNatural: Bool, dealerScore: Int, dealerHasNatural: Bool) -> Double {
        if naturalWins, isNatural, !dealerHasNatural { return 1 }
        if score == dealerScore { return 0 }
        if score < dealerScore { return -1 }
        return paysNaturals && isNatural ? 1.5 : 1
    }
}
