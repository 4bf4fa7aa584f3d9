import RLCore

/// The colours that a terminal knows.
package enum TerminalColors: Sendable {
    /// All of them.
    case all
    /// A cube of 6×6×6 and 24 greys, as every terminal of this century has them.
    case palette

    /// What the terminal says of itself in `variables`.
    package init(variables: (String) -> String?) {
        let says = ["truecolor", "24bit"].contains(variables("COLORTERM"))
        self = says || variables("TERM")?.hasSuffix("-direct") == true ? .all : .palette
    }

    /// A number that stands for `color`; the same for colours that come out the same.
    func number(of color: Color) -> UInt32 {
        switch self {
        case .all: UInt32(color.red) << 16 | UInt32(color.green) << 8 | UInt32(color.blue)
        case .palette: UInt32(TerminalColors.nearest(to: color))
        }
    }

    /// What selects the colour of a number, for letters or for what is behind them.
    func selection(_ number: UInt32, behind: Bool) -> String {
        let kind = behind ? 48 : 38
        return switch self {
        case .all: "\(kind);2;\(number >> 16);\(number >> 8 & 0xFF);\(number & 0xFF)"
        case .palette: "\(kind);5;\(number)"
        }
    }

    private static let levels = [0, 95, 135, 175, 215, 255]

    private static func nearest(to color: Color) -> Int {
        let parts = [Int(color.red), Int(color.green), Int(color.blue)]
        let steps = parts.map { part in
            levels.indices.min { abs(levels[$0] - part) < abs(levels[$1] - part) } ?? 0
        }
        let grey = min(23, max(0, (parts.reduce(0, +) / 3 - 3) / 10))
        func distance(_ others: [Int]) -> Int {
            zip(parts, others).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        let isGrey = distance([Int](repeating: 8 + 10 * grey, count: 3)) < distance(steps.map { levels[$0] })
        return isGrey ? 232 + grey : 16 + 36 * steps[0] + 6 * steps[1] + steps[2]
    }
}
