import RLCore

/// A map drawn as text: a line a row (or rows separated by `/`), a character a cell.
enum DrawnMap {
    /// The rows of `text`, without empty ones before and after it.
    static func rows(of text: String) -> [Substring] {
        var rows = text.split(omittingEmptySubsequences: false) { $0.isNewline || $0 == "/" }
        while rows.last?.isEmpty == true { rows.removeLast() }
        while rows.first?.isEmpty == true { rows.removeFirst() }
        return rows
    }

    /// What each character of `rows` means, in reading order. Throws where the rows are not equally long, and where
    /// `meaning` knows none; `legend` says what there is.
    static func cells<Cell>(
        of rows: [Substring], legend: String, _ meaning: (Character) -> Cell?
    ) throws(ConfigurationError) -> [Cell] {
        let columns = rows.first?.count ?? 0
        var cells: [Cell] = []
        for (row, line) in rows.enumerated() {
            if line.count != columns {
                throw ConfigurationError(
                    "map: row \(row + 1) has \(line.count) cells, but the rows before it have \(columns)")
            }
            for (column, character) in line.enumerated() {
                guard let cell = meaning(character) else {
                    throw ConfigurationError(
                        "map: \(place(row, column)) is \(String(reflecting: character)); a cell is \(legend)")
                }
                cells.append(cell)
            }
        }
        return cells
    }

    /// "row 2, column 5"
    static func place(_ row: Int, _ column: Int) -> String { "row \(row + 1), column \(column + 1)" }
}
