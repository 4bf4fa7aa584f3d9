import RLCore

/// A card is one unit wide; the dealer above, the player below.
extension Blackjack: Drawable {
    private static let felt = Color(0x1F6B47)
    private static let line = Color(0x2F8259)

    /// The cards of both, the hidden one face down until the end, what they add up to, and how the game ended.
    public func draw(on canvas: inout Canvas) {
        canvas.show(x: 0...8, y: 0...5)
        canvas.background = Self.felt
        canvas.stepsPerSecond = 1
        canvas.fill(.line(from: [0.5, 2.5], to: [7.5, 2.5], width: 0.04), Self.line)
        draw(dealer, "DEALER", top: 0.75, shown: isOver ? dealer.count : 1, on: &canvas)
        draw(player, "PLAYER", top: 3.25, shown: player.count, on: &canvas)
        if player.hasUsableAce {
            canvas.fill(.text("USABLE ACE", center: [4, 2.85], height: 0.2), .paper)
        }
        if isOver, player.count > 0 {
            canvas.fill(.rectangle(x: 3, y: 2.2, width: 2, height: 0.6), Self.felt)
            canvas.fill(.text(result, center: [4, 2.5], height: 0.35), .paper)
        }
    }

    private var result: String {
        let reward =
            player.isBust
            ? -1
            : rules.reward(
                score: player.score, isNatural: player.isNatural, dealerScore: dealer.score,
                dealerHasNatural: dealer.isNatural)
        return reward > 0 ? "WON" : reward < 0 ? "LOST" : "DRAWN"
    }

    /// A row of cards, face down after the first `shown`, with the sum of those shown at the right.
    private func draw(
        _ hand: BlackjackHand, _ name: String, top: Double, shown: Int, on canvas: inout Canvas
    ) {
        canvas.fill(.text(name, center: [1, top - 0.4], height: 0.2), .mist)
        if hand.count == 0 { return }
        // Cards move together where there are many.
        let pace = min(1.15, 4.6 / Double(max(1, hand.count - 1)))
        for index in 0..<hand.count {
            let corner: Canvas.Point = [0.5 + pace * Double(index), top]
            drawCard(index < shown ? hand[index] : nil, at: corner, on: &canvas)
        }
        let sum = shown < hand.count ? "\(Self.name(of: hand[0]))+?" : "\(hand.sum)"
        canvas.fill(.text(sum, center: [6.95, top + 0.7], height: 0.4), hand.isBust ? .red : .paper)
    }

    private func drawCard(_ value: Int?, at corner: Canvas.Point, on canvas: inout Canvas) {
        func card(_ inset: Double, _ color: Color) {
            canvas.fill(
                .rectangle(
                    x: corner.x + inset, y: corner.y + inset, width: 1 - 2 * inset, height: 1.4 - 2 * inset),
                color)
        }
        card(0, .ink)
        card(0.03, .paper)
        guard let value else {
            card(0.1, .blue)
            for step in 0..<5 {
                let y = corner.y + 0.3 + 0.2 * Double(step)
                canvas.fill(.line(from: [corner.x + 0.2, y], to: [corner.x + 0.8, y], width: 0.05), .paper)
            }
            return
        }
        let name = Self.name(of: value)
        let color = value == 1 ? Color.red : .ink
        canvas.fill(.text(name, center: corner + [0.5, 0.78], height: value == 10 ? 0.4 : 0.5), color)
        canvas.fill(.text(name, center: corner + [value == 10 ? 0.22 : 0.16, 0.18], height: 0.15), color)
    }

    private static func name(of card: Int) -> String { card == 1 ? "A" : "\(card)" }
}
