import RLCore

/// A cell is one unit wide, row 0 on top.
extension Rooms: Drawable {
    /// Walls, doorways, the goal as a flag, keys and their doors, and who walks. Where only a window is seen the rest
    /// is dimmed.
    public func draw(on canvas: inout Canvas) {
        let tiles = Code.tiles(keys: keys)
        let heading = actions == .turning ? GridDirection.allCases[heading] : nil
        let scene = GridScene(
            rows: size, columns: size, place: place, agent: GridAgent(heading: heading, keys: held),
            window: window)
        scene.draw(on: &canvas) { tiles[Int(cells[$0])] }
    }
}
