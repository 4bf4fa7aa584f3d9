import RLCore
import Testing

/// A terminal that understands what is sent here, and nothing else: what it would show.
struct PaperTerminal {
    struct Cell: Equatable {
        var character: Character = " "
        var front = "default"
        var behind = "default"
    }

    private(set) var cells: [[Cell]]
    private(set) var isOtherPage = false
    private(set) var hasCursor = true
    private(set) var wraps = true
    private var place = (row: 0, column: 0)
    private var pen = Cell()
    private var rest = ""

    init(columns: Int, rows: Int) {
        cells = [[Cell]](repeating: [Cell](repeating: Cell(), count: columns), count: rows)
    }

    mutating func resize(columns: Int, rows: Int) {
        self.cells = PaperTerminal(columns: columns, rows: rows).cells
    }

    /// The text of a row.
    func text(_ row: Int) -> String { String(cells[row].map(\.character)) }

    /// The colours of the pixels, two a character, as they were selected.
    func pixels(columns: Int, rows: Int) -> [[String]] {
        (0..<rows).flatMap { row in
            [true, false].map { isUpper in
                cells[row][..<columns].map { cell in
                    switch cell.character {
                    case "▀": isUpper ? cell.front : cell.behind
                    case " ": cell.behind
                    default: "a letter"
                    }
                }
            }
        }
    }

    mutating func write(_ text: String) throws {
        var text = Substring(rest + text)
        rest = ""
        while let next = text.first {
            guard next == "\u{1B}" else {
                text.removeFirst()
                put(next)
                continue
            }
            try #require(text.dropFirst().first.map { $0 == "[" } ?? true, "only sequences that begin with [")
            guard let end = text.dropFirst(2).firstIndex(where: { $0.isLetter }) else {
                rest = String(text)
                return
            }
            try obey(text[end], String(text[text.index(text.startIndex, offsetBy: 2)..<end]))
            text = text[text.index(after: end)...]
        }
    }

    private mutating func put(_ character: Character) {
        if place.row < cells.count, place.column < cells[place.row].count {
            pen.character = character
            cells[place.row][place.column] = pen
        }
        place.column += 1
    }

    private mutating func obey(_ command: Character, _ text: String) throws {
        switch (command, text) {
        case ("h", "?1049"), ("l", "?1049"): isOtherPage = command == "h"
        case ("h", "?25"), ("l", "?25"): hasCursor = command == "h"
        case ("h", "?7"), ("l", "?7"): wraps = command == "h"
        case ("h", "?2026"), ("l", "?2026"): break
        case ("J", "2"): resize(columns: cells[0].count, rows: cells.count)
        case ("H", _):
            let numbers = text.split(separator: ";").compactMap { Int($0) }
            try #require(numbers.count == 2 && numbers.allSatisfy { $0 >= 1 })
            place = (numbers[0] - 1, numbers[1] - 1)
        case ("m", _):
            var numbers = text.split(separator: ";").compactMap { Int($0) }[...]
            while let number = numbers.popFirst() {
                switch number {
                case 0: pen = Cell()
                case 7: pen.front = "reversed"
                case 38, 48:
                    let kind = numbers.popFirst()
                    let count = kind == 2 ? 3 : 1
                    let color = numbers.prefix(count).map(String.init).joined(separator: ",")
                    numbers = numbers.dropFirst(count)
                    if number == 38 { pen.front = color } else { pen.behind = color }
                default: Issue.record("a selection \(number)")
                }
            }
        default: Issue.record("a sequence \(text)\(command)")
        }
    }
}
