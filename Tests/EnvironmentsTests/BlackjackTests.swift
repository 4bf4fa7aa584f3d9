import Environments
import RLCore
import Testing

@Suite struct BlackjackTests {
    static let rules = [[:], ["sab": "false"], ["sab": "false", "natural": "true"], ["natural": "true"]]

    @Test(arguments: rules)
    func playFollowsTheModel(texts: [String: String]) throws {
        expectPlayFollowsModel(Blackjack(try Blackjack.Options(replacing: texts)), steps: 2_000_000)
    }

    /// Example 5.3 and figure 5.2 of Sutton and Barto: the least sum to stick on, against an ace, 2, …, 10.
    @Test(arguments: rules)
    func theBestPolicyIsTheBooks(texts: [String: String]) throws {
        let blackjack = Blackjack(try Blackjack.Options(replacing: texts))
        let values = blackjack.bestValues(discount: 1)
        func leastToStickOn(_ sums: ClosedRange<Int>, against card: Int, usableAce: Bool) -> Int? {
            sums.first { sum in
                let state = number(sum: sum, usableAce: usableAce, card: card)
                let worth = (0..<2).map { blackjack.backup(state, $0, values, discount: 1) }
                return worth[0] >= worth[1]
            }
        }
        let soft = (1...10).map { leastToStickOn(12...21, against: $0, usableAce: true) }
        let hard = (1...10).map { leastToStickOn(12...21, against: $0, usableAce: false) }
        #expect(soft == [19, 18, 18, 18, 18, 18, 18, 18, 19, 19])
        #expect(hard == [17, 13, 13, 12, 12, 12, 17, 17, 17, 17])
    }

    /// Values by exact fractions over hands of cards, found independently of this model, and confirmed by games of
    /// the published environment.
    @Test(
        arguments: zip(
            rules, [-0.043113105413477015, -0.04655597706669755, -0.02572918278931986, -0.043113105413477015])
    )
    func theGameIsWorthWhatItShould(texts: [String: String], value: Double) throws {
        let blackjack = Blackjack(try Blackjack.Options(replacing: texts))
        let values = blackjack.bestValues(discount: 1)
        let game = blackjack.initialStates.reduce(0) { $0 + $1.probability * values[$1.state] }
        #expect(abs(game - value) < 1e-12)
        func worth(_ sum: Int, _ usableAce: Bool, _ card: Int) -> Double {
            values[number(sum: sum, usableAce: usableAce, card: card)]
        }
        #expect(abs(worth(10, false, 10) - -0.044990260383612986) < 1e-12)
        #expect(abs(worth(16, true, 6) - 0.0988212554502773) < 1e-12)
        #expect(abs(worth(20, false, 1) - 0.14609483910377863) < 1e-12)
        #expect(abs(worth(13, false, 2) - -0.29278372720927737) < 1e-12)
        #expect(abs(worth(16, false, 10) - -0.5693071598807666) < 1e-12)
    }

    /// An ace and a ten against a dealer who gets to 21 with a third card: what the rules differ in.
    @Test(arguments: zip(rules, [1.0, 0, 0, 1]))
    func aNaturalAgainstTwentyOne(texts: [String: String], reward: Double) throws {
        var found = 0
        for seed in 0..<200 {
            var blackjack = Blackjack(try Blackjack.Options(replacing: texts))
            try restore(&blackjack, player: [10, 1], dealer: [6, 5])
            let outcome = stick(&blackjack, seed: UInt64(seed))
            #expect(outcome.terminated)
            let dealer = try dealerCards(of: blackjack)
            let dealerSum = dealer.reduce(0) { $0 + Int($1) }
            if dealerSum == 21 {
                #expect(outcome.reward == reward)
                found += 1
            } else {
                #expect(outcome.reward == (texts == ["sab": "false", "natural": "true"] ? 1.5 : 1))
            }
        }
        #expect(found > 20)
        // Against a natural it is a draw by all rules.
        var blackjack = Blackjack(try Blackjack.Options(replacing: texts))
        try restore(&blackjack, player: [10, 1], dealer: [1, 10])
        #expect(stick(&blackjack, seed: 0).reward == 0)
        // Twenty-one with three cards is no natural.
        try restore(&blackjack, player: [10, 5, 6], dealer: [1, 10])
        #expect(stick(&blackjack, seed: 0).reward == 0)
    }

    /// Player's cards, dealer's cards, whether the game is over.
    @Test(arguments: [
        ([0, 5], [1, 2], false), ([11, 5], [1, 2], false), ([1], [1, 2], false), ([], [], false),
        ([10, 10, 10], [1, 2], false), ([10, 10], [1, 2, 3], false), ([10, 10], [1], false),
        ([10, 10], [], true), ([10, 10, 10, 10], [1, 2], true),
        (Array(repeating: 1, count: 23), [1, 2], true),
    ])
    func damagedHandsAreRefused(player: [UInt8], dealer: [UInt8], isOver: Bool) throws {
        var blackjack = Blackjack()
        #expect(throws: ArchiveError.self) {
            try restore(&blackjack, player: player, dealer: dealer, isOver: isOver)
        }
        #expect(blackjack.state == blackjack.stateCount - 1, "nothing is half restored")
    }

    @Test func whatHasNotBegunCanBeSaved() throws {
        var archive = Archive()
        var blackjack = Blackjack()
        try blackjack.archive(&archive)
        var reading = try Archive(safetensors: archive.safetensors())
        try blackjack.archive(&reading)
        var canvas = Canvas()
        blackjack.draw(on: &canvas)
        #expect(!canvas.items.isEmpty)
    }

    /// The number of a state that is no natural.
    private func number(sum: Int, usableAce: Bool, card: Int) -> Int {
        29 * (card - 1) + (usableAce ? sum + 6 : sum - 4)
    }

    private func restore(
        _ blackjack: inout Blackjack, player: [UInt8], dealer: [UInt8], isOver: Bool = false
    ) throws {
        var archive = Archive()
        var (player, dealer, isOver) = (player, dealer, isOver)
        try archive.variableField("player", &player)
        try archive.variableField("dealer", &dealer)
        try archive.field("isOver", &isOver)
        var reading = Archive(restoring: archive.entries)
        try blackjack.archive(&reading)
    }

    private func stick(_ blackjack: inout Blackjack, seed: UInt64) -> Outcome {
        var (random, observation) = (PCG64(seed: seed), [Int32](repeating: 0, count: 3))
        var span = observation.mutableSpan
        return blackjack.step(0, into: &span, using: &random)
    }

    private func dealerCards(of blackjack: Blackjack) throws -> [UInt8] {
        var (archive, copy) = (Archive(), blackjack)
        try copy.archive(&archive)
        return archive.entries["dealer"]?.bytes ?? []
    }
}
