import RLCore

/// A cell is one unit wide; row 0 is on top.
extension CliffWalking: Drawable {
    /// The ground, the start, the cliff as the gap in it, the goal as a flag, and who walks.
    public func draw(on canvas: inout Canvas) {
        canvas.showBoard(rows: Self.rows, columns: Self.columns)
        canvas.background = .mist
        canvas.stepsPerSecond = 6
        for cell in 0..<stateCount where !Self.cliff.contains(cell) && cell != Self.goal {
            canvas.fillTile(row: cell / Self.columns, column: cell % Self.columns, .paper)
        }
        drawCliff(on: &canvas)
        canvas.fill(.text("S", center: [0.5, Double(Self.rows) - 0.5], height: 0.45), .stone)
        canvas.fillGoal(row: Self.rows - 1, column: Self.columns - 1)
        canvas.fillWalker(row: state / Self.columns, column: state % Self.columns)
    }

    private func drawCliff(on canvas: inout Canvas) {
        let (top, bottom) = (Double(Self.rows) - 1, Double(Self.rows))
        let (left, right) = (1.0, Double(Self.columns) - 1)
        canvas.fill(
            .rectangle(x: left, y: top, width: right - left, height: bottom - top + 0.15), .ink)
        // Rocks along the edge, two a cell.
        for rock in 0..<2 * Self.cliff.count {
            let x = left + Double(rock) / 2
            let depth = rock.isMultiple(of: 2) ? 0.3 : 0.2
            canvas.fill(.polygon([[x, top], [x + 0.5, top], [x + 0.22, top + depth]]), .red)
        }
    }
}
