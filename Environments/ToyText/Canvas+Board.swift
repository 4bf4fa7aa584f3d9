import RLCore

/// What several boards have in common: a cell is one unit wide, row 0 on top.
extension Canvas {
    /// Shows a board of cells with a margin round it.
    mutating func showBoard(rows: Int, columns: Int, margin: Double = 0.15) {
        show(x: -margin...Double(columns) + margin, y: -margin...Double(rows) + margin)
    }

    /// Fills a cell, but for a thin line round it.
    mutating func fillTile(row: Int, column: Int, _ color: Color) {
        let gap = 0.03
        fill(
            .rectangle(
                x: Double(column) + gap, y: Double(row) + gap, width: 1 - 2 * gap, height: 1 - 2 * gap), color
        )
    }

    /// A flag on green.
    mutating func fillGoal(row: Int, column: Int) {
        fillTile(row: row, column: column, .green)
        let corner: Point = [Double(column), Double(row)]
        let top = corner + [0.34, 0.14]
        fill(.line(from: corner + [0.34, 0.84], to: top, width: 0.07), .paper)
        fill(.polygon([top, top + [0.42, 0.17], top + [0, 0.34]]), .paper)
    }

    /// Who walks.
    mutating func fillWalker(row: Int, column: Int) {
        let middle: Point = [Double(column) + 0.5, Double(row) + 0.5]
        fill(.circle(center: middle, radius: 0.34), .paper)
        fill(.circle(center: middle, radius: 0.29), .blue)
    }
}
