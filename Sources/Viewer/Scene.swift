import RLCore

/// Everything on a screen: one drawing or up to nine, the panel at their right, help over them. Makes pixels of
/// plain data, at any size.
public struct Scene: Sendable {
    /// What is watched, one canvas a row.
    public var drawings: [Canvas] = []
    /// What is told beside it; nil for the drawings alone.
    public var panel: PanelContent?
    /// The keys that are explained over everything; none where this is empty.
    public var help: [(keys: String, meaning: String)] = []
    private var rasterizer = Rasterizer()
    private var canvas = Canvas()

    /// Nothing yet.
    public init() {}

    /// Where things are on a picture of this size.
    package struct Layout: Equatable {
        /// Pixels a point of the panel: a half, so that a small screen has one too, or whole.
        package let scale: Double
        /// Where the drawings are.
        package let stage: PixelFrame
        /// Where the panel is; nil where there is no room for it.
        package let panel: PixelFrame?

        package init(width: Int, height: Int, hasPanel: Bool) {
            let room = min(Double(width) / 900, Double(height) / 560)
            scale = room < 0.95 ? 0.5 : max(1, room.rounded(.down))
            let points = min(max(Double(width) / scale * 0.36, 300), 420)
            let panelWidth = Int(points * scale)
            // Below this the letters would have less than a pixel a dot, or the drawing no room.
            let fits = width >= 2 * panelWidth && Double(height) / scale >= 380
            let split = hasPanel && fits ? width - panelWidth : width
            stage = PixelFrame(left: 0, top: 0, right: split, bottom: height)
            panel =
                hasPanel && fits ? PixelFrame(left: split, top: 0, right: width, bottom: height) : nil
        }
    }

    /// Draws everything over all of `picture`.
    public mutating func draw(into picture: inout Picture) {
        let layout = Layout(width: picture.width, height: picture.height, hasPanel: panel != nil)
        for (drawing, frame) in zip(drawings, Scene.cells(drawings.count, in: layout.stage)) {
            rasterizer.draw(drawing, into: &picture, in: frame)
        }
        if drawings.count > 1 { drawGaps(in: layout.stage, of: &picture) }
        if let panel, let frame = layout.panel {
            Panel(width: Double(frame.width) / layout.scale, height: Double(frame.height) / layout.scale)
                .draw(panel, on: &canvas)
            rasterizer.draw(canvas, into: &picture, in: frame)
        }
        if !help.isEmpty { drawHelp(layout.scale, into: &picture) }
    }

    /// One cell, or three by three of them from the top left, as many rows of them as are needed.
    package static func cells(_ count: Int, in frame: PixelFrame) -> [PixelFrame] {
        let columns = count <= 1 ? 1 : count <= 4 ? 2 : 3
        let rows = max(1, (count + columns - 1) / columns)
        return (0..<count).map { index in
            let (column, row) = (index % columns, index / columns)
            return PixelFrame(
                left: frame.left + frame.width * column / columns,
                top: frame.top + frame.height * row / rows,
                right: frame.left + frame.width * (column + 1) / columns,
                bottom: frame.top + frame.height * (row + 1) / rows)
        }
    }

    /// Lines between the cells, and the ground where there is no cell.
    private mutating func drawGaps(in frame: PixelFrame, of picture: inout Picture) {
        var ground = Canvas()
        ground.background = Panel.Palette.ground
        for cell in Scene.cells(drawings.count, in: frame) {
            if cell.left > frame.left {
                let line = PixelFrame(
                    left: cell.left - 1, top: cell.top, right: cell.left + 1, bottom: cell.bottom)
                rasterizer.draw(ground, into: &picture, in: line)
            }
            if cell.top > frame.top {
                let line = PixelFrame(
                    left: cell.left, top: cell.top - 1, right: cell.right, bottom: cell.top + 1)
                rasterizer.draw(ground, into: &picture, in: line)
            }
        }
    }

    private mutating func drawHelp(_ scale: Double, into picture: inout Picture) {
        let (pitch, margin) = (24.0, 20.0)
        let keys = Double(help.map(\.keys.count).max() ?? 0) * Panel.letter
        let meanings = Double(help.map(\.meaning.count).max() ?? 0) * Panel.letter
        let width = 2 * margin + keys + 24 + meanings
        let height = 2 * margin + Double(help.count) * pitch - (pitch - Panel.text)
        canvas.clear()
        canvas.show(x: 0...width, y: 0...height)
        canvas.background = Panel.Palette.line
        for (index, line) in help.enumerated() {
            let y = margin + Double(index) * pitch
            canvas.label(line.keys, at: [margin, y], color: Panel.Palette.taken)
            canvas.label(line.meaning, at: [margin + keys + 24, y], color: Panel.Palette.text)
        }
        // Smaller letters where these do not fit.
        var scale = scale
        while scale > 0.5, width * scale > Double(picture.width) || height * scale > Double(picture.height) {
            scale = scale > 1 ? scale - 1 : 0.5
        }
        let size = (width: Int(width * scale), height: Int(height * scale))
        let (left, top) = ((picture.width - size.width) / 2, (picture.height - size.height) / 2)
        rasterizer.draw(
            canvas, into: &picture,
            in: PixelFrame(left: left, top: top, right: left + size.width, bottom: top + size.height))
    }
}
