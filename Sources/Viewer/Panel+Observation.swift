import RLCore

/// What the network receives, and what of it the choice depends on.
extension Panel {
    /// Planes as small pictures, few numbers as a line each, many as columns.
    func observation(_ content: PanelContent) -> Section? {
        if let planes = content.planes, planes.channels > 0, planes.height > 0, planes.width > 0 {
            return pictures(content, planes)
        }
        if content.observation.count > 1, content.observation.count <= 8 { return lines(content) }
        return columns(content)
    }

    private func title(_ content: PanelContent, on canvas: inout Canvas, _ area: Area) {
        // Who says what matters has a network; a person or a rule may see it otherwise.
        let title = content.saliency == nil ? "OBSERVATION" : "WHAT THE NETWORK SEES"
        canvas.label(title, at: [area.x, area.y], height: Panel.small)
        if content.saliency != nil {
            canvas.label(
                "SALIENCY", at: [area.right, area.y], align: .trailing, height: Panel.small,
                color: Palette.taken)
        }
    }

    // MARK: - Planes

    private func pictures(
        _ content: PanelContent, _ planes: (height: Int, width: Int, channels: Int)
    ) -> Section {
        let images = Panel.images(content, planes)
        let inside = width - 2 * Panel.margin
        func pitch(_ columns: Int) -> Double { ((inside + 6) / Double(columns)).rounded(.down) }
        func height(_ columns: Int) -> Double {
            let rows = (images.count + columns - 1) / columns
            let tile = (pitch(columns) - 6) * Double(planes.height) / Double(planes.width)
            return 15 + Double(rows) * (tile + 6) - 6
        }
        let choices = (1...max(1, images.count)).filter { pitch($0) >= 22 }
        let least = choices.map(height).min() ?? 60
        let wished = max(least, choices.map(height).filter { $0 <= 330 }.max() ?? least)
        return Section(
            least: least.rounded(.up), wished: wished.rounded(.up),
            draw: { canvas, area in
                title(content, on: &canvas, area)
                // As few columns as fit, which makes the pictures as large as can be.
                let columns = choices.first { height($0) <= area.height } ?? images.count
                let tile = pitch(columns) - 6
                let tall = (tile * Double(planes.height) / Double(planes.width)).rounded(.down)
                for (index, image) in images.enumerated() {
                    canvas.place(
                        image, x: area.x + Double(index % columns) * pitch(columns),
                        y: area.y + 15 + Double(index / columns) * (tall + 6), width: tile, height: tall)
                }
            })
    }

    /// A picture for each channel, oldest frame first, or one in colour; what the choice depends on glows.
    package static func images(
        _ content: PanelContent, _ planes: (height: Int, width: Int, channels: Int)
    ) -> [Picture] {
        guard case .box(let box) = content.observationSpace else { return [] }
        let (low, high) = Panel.bounds(of: box, content.observation)
        let saliency = content.saliency.flatMap { $0.count == content.observation.count ? $0 : nil }
        let most = max(saliency?.filter(\.isFinite).max() ?? 0, .leastNormalMagnitude)
        func level(_ index: Int) -> Double {
            high > low ? min(max((content.observation[index] - low) / (high - low), 0), 1) : 0
        }
        func heat(_ index: Int) -> Double {
            guard let saliency, saliency[index].isFinite else { return 0 }
            // The root, so that less than the strongest is seen too.
            return 0.85 * Double(saliency[index] / most).squareRoot()
        }
        let isColor = planes.channels == 3 && box.stackedFrames == 1 && high == 255
        return (0..<(isColor ? 1 : planes.channels)).map { channel in
            var image = Picture(width: planes.width, height: planes.height)
            for pixel in 0..<planes.width * planes.height {
                let first = pixel * planes.channels + channel
                let glow = isColor ? max(heat(first), heat(first + 1), heat(first + 2)) : heat(first)
                for part in 0..<3 {
                    let gray = 28 + 227 * level(isColor ? first + part : first)
                    let hot = [255.0, 140, 20][part]
                    image.bytes[3 * pixel + part] = UInt8((gray + glow * (hot - gray)).rounded())
                }
            }
            return image
        }
    }

    private static func bounds(of box: Box, _ values: [Double]) -> (Double, Double) {
        let (low, high) = (Double(box.low.min() ?? 0), Double(box.high.max() ?? 1))
        if low.isFinite, high.isFinite, high > low { return (low, high) }
        return (values.min() ?? 0, values.max() ?? 1)
    }

    // MARK: - Numbers

    /// A line for each number: its place, the number, and how much the choice depends on it.
    private func lines(_ content: PanelContent) -> Section {
        let count = Double(content.observation.count)
        return Section(
            least: 15 + 9 * count, wished: 15 + 24 * count,
            draw: { canvas, area in
                title(content, on: &canvas, area)
                let pitch = ((area.height - 15) / count).rounded(.down)
                let (size, letter) =
                    pitch < 16 ? (Panel.small, Panel.smallLetter) : (Panel.text, Panel.letter)
                let saliency = content.saliency.flatMap {
                    $0.count == content.observation.count ? $0 : nil
                }
                let most = max(saliency?.filter(\.isFinite).max() ?? 0, .leastNormalMagnitude)
                let left = area.x + 8 + 10 * letter + 8
                for (index, value) in content.observation.enumerated() {
                    let top = area.y + 15 + Double(index) * pitch + ((pitch - size) / 2).rounded(.down)
                    canvas.label("\(index)", at: [area.x + 8, top], height: size)
                    canvas.label(
                        NumberText.short(value), at: [left - 12, top], align: .trailing, height: size,
                        color: Palette.text)
                    guard let saliency else { continue }
                    let share = saliency[index].isFinite ? Double(saliency[index] / most) : 0
                    let room = area.right - left
                    canvas.fill(.rectangle(x: left, y: top, width: room, height: size), Palette.line)
                    canvas.fill(
                        .rectangle(x: left, y: top, width: (room * share).rounded(), height: size),
                        Palette.taken)
                }
            })
    }

    /// A column for each number; of a discrete state, what the choice depends on, and the state marked.
    private func columns(_ content: PanelContent) -> Section? {
        var values: [Double]
        var marked: Int?
        var caption = ""
        let isDiscrete = if case .discrete = content.observationSpace { true } else { false }
        if isDiscrete {
            guard case .discrete(let count) = content.observationSpace, count > 1,
                let state = content.observation.first.flatMap({ Int(exactly: $0) })
            else { return nil }
            caption = "STATE \(state) OF \(count)"
            marked = state
            values = content.saliency.flatMap { $0.count == count ? $0.map(Double.init) : nil } ?? []
        } else {
            values = content.observation
        }
        guard isDiscrete || values.count > 0 else { return nil }
        return Section(
            least: values.isEmpty ? 30 : 45, wished: values.isEmpty ? 30 : 75,
            draw: { canvas, area in
                title(content, on: &canvas, area)
                canvas.label(caption, at: [area.x, area.y + 15], height: Panel.small, color: Palette.text)
                guard !values.isEmpty else { return }
                let top = area.y + 15 + (caption.isEmpty ? 0 : 12)
                let plot = Area(x: area.x, y: top, width: area.width, height: area.bottom - top)
                canvas.fill(
                    .rectangle(x: plot.x, y: plot.y, width: plot.width, height: plot.height), Palette.line)
                let most = max(values.filter(\.isFinite).map(abs).max() ?? 0, .leastNormalMagnitude)
                let (low, high) = (values.contains { $0 < 0 } ? -most : 0, most)
                func y(_ value: Double) -> Double { plot.bottom - (value - low) / (high - low) * plot.height }
                let step = plot.width / Double(values.count)
                let saliency =
                    isDiscrete ? nil : content.saliency.flatMap { $0.count == values.count ? $0 : nil }
                let hottest = max(saliency?.max() ?? 0, .leastNormalMagnitude)
                for (index, value) in values.enumerated()
                where value.isFinite && (value != 0 || index == marked) {
                    let isHot =
                        isDiscrete ? index == marked : saliency.map { $0[index] > 0.5 * hottest } ?? false
                    let (from, to) = (y(max(0, value)), y(min(0, value)))
                    canvas.fill(
                        .rectangle(
                            x: plot.x + Double(index) * step, y: from, width: max(step * 0.8, min(1, step)),
                            height: max(to - from, index == marked ? 2 : 0)),
                        isHot ? Palette.taken : Palette.bar)
                }
            })
    }
}
