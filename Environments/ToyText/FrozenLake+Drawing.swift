import RLCore

/// A cell is one unit wide; the map is drawn as it is written, row 0 on top.
extension FrozenLake: Drawable {
    private static let ice = Color(0xE3EFF6)
    private static let crack = Color(0xC3D9E6)
    private static let water = Color(0x24455F)

    /// Ice, holes, goals as flags, starts that are marked, and who walks.
    public func draw(on canvas: inout Canvas) {
        canvas.showBoard(rows: map.rows, columns: map.columns)
        canvas.background = Self.crack
        canvas.stepsPerSecond = 4
        for (place, cell) in map.cells.enumerated() {
            draw(cell, row: place / map.columns, column: place % map.columns, on: &canvas)
        }
        canvas.fillWalker(row: state / map.columns, column: state % map.columns)
    }

    private func draw(_ cell: FrozenLakeMap.Cell, row: Int, column: Int, on canvas: inout Canvas) {
        let middle: Canvas.Point = [Double(column) + 0.5, Double(row) + 0.5]
        canvas.fillTile(row: row, column: column, Self.ice)
        switch cell {
        case .start: canvas.fill(.text("S", center: middle, height: 0.45), .stone)
        case .goal: canvas.fillGoal(row: row, column: column)
        case .hole:
            canvas.fill(.circle(center: middle, radius: 0.42), Self.crack)
            canvas.fill(.circle(center: middle, radius: 0.38), Self.water)
        case .frozen:
            // Two scratches, so that ice looks like ice.
            canvas.fill(
                .line(from: middle + [-0.22, 0.06], to: middle + [0.06, -0.22], width: 0.04), .paper)
            canvas.fill(.line(from: middle + [-0.06, 0.2], to: middle + [0.2, -0.06], width: 0.04), .paper)
        }
    }
}
