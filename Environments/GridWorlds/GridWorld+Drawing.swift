import RLCore

/// A cell is one unit wide; the map is drawn as it is written, row 0 on top.
extension GridWorld: Drawable {
    /// Walls, pits as holes, goals as flags, keys and doors in colours of their own, arrows for one-way cells and wind,
    /// starts that are marked, and who walks. Where only a window is seen the rest is dimmed.
    public func draw(on canvas: inout Canvas) {
        let keys = Int(states.keys[state])
        let heading = states.headings > 1 ? GridDirection.allCases[state % states.headings] : nil
        let scene = GridScene(
            rows: map.rows, columns: map.columns, place: Int(states.places[state]),
            agent: GridAgent(heading: heading, keys: keys), window: window)
        scene.draw(on: &canvas) { place in
            var tile = GridTile(place, of: map, holding: keys)
            if map.cells[place] == .start { tile.cell = .start }
            return tile
        }
    }
}
