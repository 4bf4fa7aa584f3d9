import RLCore

/// A cell is one unit wide, row 0 on top.
extension MinAtar: Drawable {
    /// The board, every cell in the colour of what is in it; where several things are, of the one whose channel has the
    /// highest number.
    public func draw(on canvas: inout Canvas) {
        let (margin, gap) = (0.2, 0.03)
        canvas.show(x: -margin...10 + margin, y: -margin...10 + margin)
        canvas.background = .ink
        canvas.stepsPerSecond = 12
        var planes = [UInt8](repeating: 0, count: 100 * Game.channels)
        var span = planes.mutableSpan
        var game = game
        game.observe(into: &span)
        for cell in 0..<100 {
            let things = planes[cell * Game.channels..<(cell + 1) * Game.channels]
            let highest = things.lastIndex(of: 1).map { $0 - things.startIndex }
            let color = highest.map { Game.colors[$0] } ?? .emptyCell
            canvas.fill(
                .rectangle(
                    x: Double(cell % 10) + gap, y: Double(cell / 10) + gap, width: 1 - 2 * gap,
                    height: 1 - 2 * gap), color)
        }
    }
}

extension Color {
    fileprivate static let emptyCell = Color(0x2A2F39)
    /// Where something was, or what it leaves behind.
    fileprivate static let trail = Color(0x565E6C)
    fileprivate static let darkBlue = Color(0x2456A8)
    fileprivate static let lightBlue = Color(0x7FB2E5)
    fileprivate static let lightRed = Color(0xF0A59E)
    fileprivate static let gold = Color(0xE8BE4A)
}

extension Asterix {
    /// Player, enemies, trails, gold.
    public static var colors: [Color] { [.blue, .red, .trail, .gold] }
}

extension Breakout {
    /// Paddle, ball, trail, bricks.
    public static var colors: [Color] { [.blue, .paper, .trail, .amber] }
}

extension Freeway {
    /// Chicken, cars, trails.
    public static var colors: [Color] { [.blue, .red] + Array(repeating: .trail, count: 5) }
}

extension Seaquest {
    /// Front, back, own bullets, trails, enemy bullets, fish, enemy submarines, oxygen, divers aboard, divers.
    public static var colors: [Color] {
        [.blue, .darkBlue, .paper, .trail, .lightRed, .amber, .red, .lightBlue, .green, .green]
    }
}

extension SpaceInvaders {
    /// Cannon, aliens, aliens that move left, aliens that move right, own bullets, enemy bullets.
    public static var colors: [Color] { [.blue, .amber, .amber, .amber, .paper, .lightRed] }
}
