import RLCore

/// What can be done, what the policy thinks of it, and what is done.
extension Panel {
    /// A line for each choice with its bar, or for each number of a box.
    func actions(_ content: PanelContent) -> Section? {
        if case .box(let box) = content.actionSpace { return numbers(of: box, content) }
        guard case .discrete(let count) = content.actionSpace else { return nil }
        let values = content.insight.actionValues.flatMap { $0.count == count ? $0 : nil }
        let probabilities = content.insight.actionProbabilities.flatMap { $0.count == count ? $0 : nil }
        guard values != nil || probabilities != nil else {
            return content.keyboard == nil ? names(content) : nil
        }
        let title = probabilities == nil ? "ACTION VALUES" : "ACTION PROBABILITIES"
        let bars = probabilities ?? values ?? []
        let ends = probabilities == nil ? Panel.range(of: bars) : (0, 1)
        let lines = bars.indices.map { index in
            BarLine(
                name: content.name(ofAction: index), start: ends.0 < 0 && ends.1 > 0 ? 0 : ends.0,
                value: Double(bars[index]),
                number: probabilities == nil
                    ? NumberText.short(Double(bars[index])) : NumberText.fixed(Double(bars[index]), 3),
                isTaken: index == content.choice)
        }
        return list(title, lines, from: ends.0, to: ends.1)
    }

    /// The names alone, for a policy that tells nothing.
    private func names(_ content: PanelContent) -> Section? {
        guard !content.actionNames.isEmpty else { return nil }
        return list(
            "ACTIONS",
            content.actionNames.enumerated().map { index, name in
                BarLine(name: name, start: 0, value: 0, number: "", isTaken: index == content.choice)
            }, from: 0, to: 1)
    }

    private func numbers(of box: Box, _ content: PanelContent) -> Section? {
        guard let action = content.action, action.count == box.count, content.keyboard == nil else {
            return nil
        }
        let bounds = (0..<box.count).map(box.bounds)
        let low = Double(bounds.map(\.lowerBound).min() ?? -1),
            high = Double(bounds.map(\.upperBound).max() ?? 1)
        let ends = (max(low, -1e3), min(high, 1e3))
        return list(
            action.count == 1 ? "ACTION" : "ACTIONS",
            action.enumerated().map { index, value in
                BarLine(
                    name: index < content.actionNames.count ? content.actionNames[index] : "\(index)",
                    start: min(max(0, ends.0), ends.1), value: value, number: NumberText.short(value),
                    isTaken: true)
            }, from: ends.0, to: ends.1)
    }

    /// What the keys do, the action that is taken highlighted.
    func keys(_ keyboard: KeyboardMap, _ content: PanelContent) -> Section {
        list(
            "KEYS",
            keyboard.bindings.map { binding in
                BarLine(
                    name: binding.keys.map(\.description).sorted().joined(separator: "+"), start: 0, value: 0,
                    number: "", isTaken: binding.action == content.action, remark: binding.name)
            }, from: 0, to: 1)
    }

    /// The ends of bars for numbers: zero is one where it is near, so that bars compare as their numbers do; where all are far
    /// from zero, what tells them apart is shown.
    package static func range(of values: [Float]) -> (Double, Double) {
        let finite = values.filter(\.isFinite).map(Double.init)
        guard let low = finite.min(), let high = finite.max() else { return (0, 1) }
        let spread = high - low
        if low <= 0, high >= 0 { return spread > 0 ? (low, high) : (0, 1) }
        if low > 0 { return spread > 0.3 * high ? (0, high) : (low - max(spread, high * 1e-6) * 0.5, high) }
        return spread > 0.3 * -low ? (low, 0) : (low, high + max(spread, -low * 1e-6) * 0.5)
    }

    struct BarLine {
        let name: String
        let start, value: Double
        let number: String
        let isTaken: Bool
        var remark = ""
    }

    /// A title and one line an entry: name, bar, number.
    func list(_ title: String, _ lines: [BarLine], from low: Double, to high: Double) -> Section {
        let count = Double(lines.count)
        return Section(
            least: 15 + 9 * count, wished: 15 + 24 * count,
            draw: { canvas, area in
                canvas.label(title, at: [area.x, area.y], height: Panel.small)
                let pitch = ((area.height - 15) / max(1, count)).rounded(.down)
                let isSmall = pitch < 16
                let (size, letter) = isSmall ? (Panel.small, Panel.smallLetter) : (Panel.text, Panel.letter)
                let longest = lines.map(\.name.count).max() ?? 0
                let names = Double(min(longest, isSmall ? 18 : 10)) * letter
                let numbers = Double(lines.map(\.number.count).max() ?? 0) * letter
                let left = area.x + 12 + names + 8
                let room = max(8, area.right - numbers - (numbers > 0 ? 10 : 0) - left)
                func x(_ value: Double) -> Double {
                    let share = high > low ? (value - low) / (high - low) : 0
                    return left + room * min(max(share.isFinite ? share : 0, 0), 1)
                }
                for (index, line) in lines.enumerated() {
                    let top = area.y + 15 + Double(index) * pitch
                    let textTop = top + ((pitch - size) / 2).rounded(.down)
                    let color = line.isTaken ? Palette.taken : Palette.text
                    if line.isTaken {
                        canvas.fill(
                            .rectangle(x: area.x, y: textTop, width: 3, height: size), Palette.taken)
                    }
                    canvas.label(
                        shortened(line.name, to: isSmall ? 18 : 10), at: [area.x + 12, textTop], height: size,
                        color: color)
                    if !line.remark.isEmpty {
                        canvas.label(
                            shortened(line.remark, to: Int(room / letter)), at: [left + 8, textTop],
                            height: size, color: line.isTaken ? color : Palette.label)
                    } else if !line.number.isEmpty {
                        let (from, to) = (x(min(line.start, line.value)), x(max(line.start, line.value)))
                        let thickness = max(3, min(size, pitch - 4))
                        let barTop = top + ((pitch - thickness) / 2).rounded(.down)
                        canvas.fill(
                            .rectangle(x: left, y: barTop, width: room, height: thickness), Palette.line)
                        canvas.fill(
                            .rectangle(
                                x: from.rounded(), y: barTop, width: max(1, to.rounded() - from.rounded()),
                                height: thickness), line.isTaken ? Palette.taken : Palette.bar)
                    }
                    canvas.label(
                        line.number, at: [area.right, textTop], align: .trailing, height: size, color: color)
                }
            })
    }
}
