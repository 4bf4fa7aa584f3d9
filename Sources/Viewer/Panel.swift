import RLCore

/// Draws what is to be told about an episode and its policy: numbers, bars, curves and small pictures, one section
/// under the other. It makes shapes of plain data and knows no window.
///
/// A unit of its canvas is a point: one pixel, or several where the picture is large. Letters are 14 points high, or 7
/// where they are of less importance, so that their dots are whole pixels.
public struct Panel: Sendable {
    /// Points from edge to edge.
    public let width: Double
    /// Points from top to bottom.
    public let height: Double

    static let margin = 16.0
    static let text = 14.0
    static let small = 7.0
    static let gap = 14.0
    /// Points from one letter to the next.
    static let letter = 12.0
    static let smallLetter = 6.0

    /// The colours, for a dark ground: it leaves the light to what is watched.
    package enum Palette {
        package static let ground = Color(0x171A21)
        package static let line = Color(0x2E333E)
        package static let label = Color(0x8A8F9B)
        package static let text = Color(0xEDEBE4)
        package static let bar = Color(0x4A78C4)
        package static let taken = Color.amber
        package static let good = Color(0x58B984)
    }

    /// A panel of this size.
    public init(width: Double, height: Double) {
        self.width = max(1, width)
        self.height = max(1, height)
    }

    /// Draws `content` on a fresh canvas.
    public func draw(_ content: PanelContent, on canvas: inout Canvas) {
        canvas.clear()
        canvas.show(x: 0...width, y: 0...height)
        canvas.background = Palette.ground
        var top = drawHeader(content, on: &canvas)
        let footer = height - Panel.margin - Panel.small
        let sections = sections(of: content)
        let heights = Panel.share(
            footer - Panel.gap - top, among: sections.map { ($0.least, $0.wished) }, gap: Panel.gap)
        for (section, height) in zip(sections, heights) {
            guard let height else { continue }
            section.draw(
                &canvas,
                Area(x: Panel.margin, y: top, width: width - 2 * Panel.margin, height: height))
            top += height + Panel.gap
        }
        canvas.label("? HELP", at: [width - Panel.margin, footer], align: .trailing, height: Panel.small)
    }

    /// A part of the panel.
    struct Section {
        /// The least height it can do with.
        let least: Double
        /// The height it would like.
        let wished: Double
        /// Draws it.
        let draw: (inout Canvas, Area) -> Void
    }

    /// A rectangle in points.
    struct Area {
        var x, y, width, height: Double
        var right: Double { x + width }
        var bottom: Double { y + height }
    }

    /// Heights for sections: all have their least, the rest goes to those who wish more, first come first served; where
    /// even the least do not fit, the last are left out (nil).
    package static func share(
        _ total: Double, among wishes: [(least: Double, wished: Double)], gap: Double
    ) -> [Double?] {
        var heights: [Double?] = []
        var rest = total
        for wish in wishes {
            let fits = wish.least <= rest
            heights.append(fits ? wish.least : nil)
            if fits { rest -= wish.least + gap }
        }
        rest += gap
        for (index, wish) in wishes.enumerated() {
            guard rest > 0, let height = heights[index] else { continue }
            let more = min(rest, max(0, wish.wished - height))
            heights[index] = height + more
            rest -= more
        }
        return heights
    }

    private func sections(of content: PanelContent) -> [Section] {
        var sections: [Section] = []
        if let keyboard = content.keyboard { sections.append(keys(keyboard, content)) }
        if let section = actions(content) { sections.append(section) }
        if let section = stateValues(content) { sections.append(section) }
        if let section = distributions(content) { sections.append(section) }
        if let section = observation(content) { sections.append(section) }
        return sections
    }

    /// The name and the numbers; returns where the sections begin.
    private func drawHeader(_ content: PanelContent, on canvas: inout Canvas) -> Double {
        let inside = width - 2 * Panel.margin
        let status = content.status.prefix(8)
        let room = Int(
            (inside - Double(status.count + (status.isEmpty ? 0 : 1)) * Panel.letter) / Panel.letter)
        canvas.label(
            shortened(content.heading, to: room), at: [Panel.margin, Panel.margin], color: Palette.text)
        canvas.label(
            String(status), at: [width - Panel.margin, Panel.margin], align: .trailing, color: Palette.taken)
        var numbers: [(String, String)] = [
            ("EPISODE", whole(content.episode)), ("STEP", whole(content.step)),
            ("STEPS/S", content.stepsPerSecond.map { NumberText.fixed($0, $0 < 9.95 ? 1 : 0) } ?? "-"),
            ("RETURN", NumberText.short(content.episodeReturn)),
            ("LAST RETURN", content.lastReturn.map(NumberText.short) ?? "-"),
            ("REWARD", content.reward.map(NumberText.short) ?? "-"),
        ]
        if let steps = content.trainingSteps { numbers.append(("TRAINED FOR", whole(steps) + " steps")) }
        let column = (inside / 3).rounded(.down)
        var bottom = 0.0
        for (index, (name, value)) in numbers.enumerated() {
            let x = Panel.margin + Double(index % 3) * column
            let y = Panel.margin + 30 + Double(index / 3) * 38
            canvas.label(name, at: [x, y], height: Panel.small)
            canvas.label(value, at: [x, y + 12], color: Palette.text)
            bottom = y + 12 + Panel.text
        }
        let line = bottom + Panel.gap
        canvas.fill(
            .rectangle(x: Panel.margin, y: line, width: inside, height: 1), Palette.line)
        return line + 1 + Panel.gap
    }

    private func whole(_ number: Int) -> String {
        number < 10_000_000 ? "\(number)" : NumberText.short(Double(number))
    }

    /// A text that is cut with a dot where it is too long.
    func shortened(_ text: String, to length: Int) -> String {
        text.count <= length ? text : length < 2 ? "" : text.prefix(length - 1) + "."
    }
}

extension Canvas {
    enum Alignment { case leading, center, trailing }

    /// A line of text by the top of its capital letters and its left, middle or right.
    mutating func label(
        _ text: String, at corner: Canvas.Point, align: Alignment = .leading, height: Double = Panel.text,
        color: Color = Panel.Palette.label
    ) {
        guard !text.isEmpty else { return }
        let width = BitmapFont.width(of: text, height: height)
        let left =
            switch align {
            case .leading: corner.x
            case .center: (corner.x - width / 2).rounded()
            case .trailing: corner.x - width
            }
        fill(.text(text, center: [left + width / 2, corner.y + height / 2], height: height), color)
    }
}
