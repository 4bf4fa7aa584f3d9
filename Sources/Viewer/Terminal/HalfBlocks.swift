import RLCore

/// Turns pictures into text: a character shows two pixels, one above the other, by the colour of its upper half and
/// the colour of what is behind it. What the terminal shows already is not sent again.
package struct HalfBlocks {
    private let colors: TerminalColors
    private var shown: [Cell] = []  // [rows, columns], empty where the terminal shows something else
    private var columns = 0
    private var rows = 0

    private struct Cell: Equatable {
        var upper: UInt32
        var lower: UInt32
    }

    /// For a terminal of such colours.
    package init(colors: TerminalColors) {
        self.colors = colors
    }

    /// Says that what the terminal showed is gone.
    package mutating func forget() {
        shown = []
    }

    /// What shows `picture` in the upper left of the terminal, as large as fits into `columns` by `rows` characters;
    /// empty where nothing changes.
    package mutating func draw(_ picture: Picture, columns: Int, rows: Int) -> String {
        let cells = cells(of: picture, columns: columns, rows: rows)
        let isFresh = shown.isEmpty || columns != self.columns || rows != self.rows
        var text = ""
        var pen = Pen(colors: colors)
        for row in 0..<rows {
            for column in 0..<columns {
                let place = row * columns + column
                if !isFresh, shown[place] == cells[place] { continue }
                pen.move(to: (column, row), &text)
                pen.write(upper: cells[place].upper, lower: cells[place].lower, &text)
            }
        }
        (shown, self.columns, self.rows) = (cells, columns, rows)
        // Shown at once, where the terminal knows how.
        return text.isEmpty ? "" : "\u{1B}[?2026h" + text + "\u{1B}[0m\u{1B}[?2026l"
    }

    /// The pixels of each character; black around a picture of another aspect.
    private func cells(of picture: Picture, columns: Int, rows: Int) -> [Cell] {
        let black = colors.number(of: Color(0))
        var cells = [Cell](repeating: Cell(upper: black, lower: black), count: columns * rows)
        guard picture.width > 0, picture.height > 0, columns > 0, rows > 0 else { return cells }
        let scale = min(Double(columns) / Double(picture.width), Double(2 * rows) / Double(picture.height))
        let width = max(1, Int(Double(picture.width) * scale + 1e-6))
        let height = max(1, Int(Double(picture.height) * scale + 1e-6))
        let (left, top) = ((columns - width) / 2, (2 * rows - height) / 2)
        // Areas of one colour are looked up once.
        var (color, number) = (Color(0), black)
        for y in 0..<height {
            for x in 0..<width {
                let next = picture[x * picture.width / width, y * picture.height / height]
                if next != color { (color, number) = (next, colors.number(of: next)) }
                let place = (top + y) / 2 * columns + left + x
                if (top + y) % 2 == 0 { cells[place].upper = number } else { cells[place].lower = number }
            }
        }
        return cells
    }
}

/// Where the next character goes and in which colours.
private struct Pen {
    let colors: TerminalColors
    private var place: (column: Int, row: Int)?
    private var front: UInt32?
    private var behind: UInt32?

    init(colors: TerminalColors) {
        self.colors = colors
    }

    mutating func move(to target: (column: Int, row: Int), _ text: inout String) {
        if let place, place == target { return }
        text += "\u{1B}[\(target.row + 1);\(target.column + 1)H"
        place = target
    }

    /// Always the upper half: fonts draw the two halves a hair apart.
    mutating func write(upper: UInt32, lower: UInt32, _ text: inout String) {
        select(front: upper == lower ? nil : upper, behind: lower, &text)
        text += upper == lower ? " " : "▀"
        place = place.map { ($0.column + 1, $0.row) }
    }

    private mutating func select(front: UInt32?, behind: UInt32, _ text: inout String) {
        var selections: [String] = []
        if let front, front != self.front {
            selections.append(colors.selection(front, behind: false))
            self.front = front
        }
        if behind != self.behind {
            selections.append(colors.selection(behind, behind: true))
            self.behind = behind
        }
        if !selections.isEmpty { text += "\u{1B}[" + selections.joined(separator: ";") + "m" }
    }
}
