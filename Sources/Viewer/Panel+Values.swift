import RLCore

/// What the policy expects: the value of the state over the episode, and the distributions of returns.
extension Panel {
    /// V(s) over the episode so far.
    func stateValues(_ content: PanelContent) -> Section? {
        guard content.stateValues.count > 0 else { return nil }
        let values = content.stateValues.map { $0.isFinite ? Double($0) : 0 }
        return Section(
            least: 42, wished: 130,
            draw: { canvas, area in
                canvas.label("VALUE OF THE STATE", at: [area.x, area.y], height: Panel.small)
                let (low, high) = (values.min() ?? 0, values.max() ?? 0)
                let (lowText, highText) = (NumberText.short(low), NumberText.short(high))
                let axis = Double(max(lowText.count, highText.count)) * Panel.smallLetter + 6
                let plot = Area(
                    x: area.x + axis, y: area.y + 15, width: area.width - axis, height: area.height - 15)
                canvas.fill(
                    .rectangle(x: plot.x, y: plot.y, width: plot.width, height: plot.height), Palette.line)
                canvas.label(
                    highText, at: [plot.x - 6, plot.y], align: .trailing, height: Panel.small)
                canvas.label(
                    lowText, at: [plot.x - 6, plot.bottom - Panel.small], align: .trailing,
                    height: Panel.small)
                let inside = Area(
                    x: plot.x + 4, y: plot.y + 4, width: plot.width - 8, height: plot.height - 8)
                func point(_ index: Int, _ value: Double) -> Canvas.Point {
                    let along = values.count > 1 ? Double(index) / Double(values.count - 1) : 0
                    let up = high > low ? (value - low) / (high - low) : 0.5
                    return [inside.x + along * inside.width, inside.bottom - up * inside.height]
                }
                // More points than there are pixels tell nothing more.
                let stride = max(1, values.count / Int(max(1, inside.width)))
                var shown = Array(Swift.stride(from: 0, to: values.count, by: stride))
                if shown.last != values.count - 1 { shown.append(values.count - 1) }
                let points = shown.map { point($0, values[$0]) }
                for (from, to) in zip(points, points.dropFirst()) {
                    canvas.fill(.line(from: from, to: to, width: 1.6), Palette.good)
                }
                if let last = points.last { canvas.fill(.circle(center: last, radius: 3), Palette.text) }
            })
    }

    /// A small histogram for each action.
    func distributions(_ content: PanelContent) -> Section? {
        guard let all = content.insight.valueDistributions, all.actionCount > 0, all.support.count > 1,
            let low = all.support.first, let high = all.support.last
        else { return nil }
        let count = all.actionCount
        let columns = count <= 3 ? count : count <= 8 ? (count + 1) / 2 : min(6, (count + 2) / 3)
        let rows = (count + columns - 1) / columns
        return Section(
            least: 15 + 28 * Double(rows), wished: 15 + 62 * Double(rows),
            draw: { canvas, area in
                canvas.label("VALUE DISTRIBUTIONS", at: [area.x, area.y], height: Panel.small)
                canvas.label(
                    NumberText.short(Double(low)) + " .. " + NumberText.short(Double(high)),
                    at: [area.right, area.y], align: .trailing, height: Panel.small)
                let cell = (width: area.width / Double(columns), height: (area.height - 15) / Double(rows))
                let most = max(all.probabilities.filter(\.isFinite).max() ?? 0, 1e-6)
                for action in 0..<count {
                    let isTaken = action == content.choice
                    let left = (area.x + Double(action % columns) * cell.width).rounded()
                    let top = (area.y + 15 + Double(action / columns) * cell.height).rounded()
                    let plot = Area(
                        x: left, y: top, width: (cell.width - 6).rounded(.down),
                        height: (cell.height - 14).rounded(.down))
                    canvas.fill(
                        .rectangle(x: plot.x, y: plot.y, width: plot.width, height: plot.height),
                        Palette.line)
                    var outline: [Canvas.Point] = [[plot.x, plot.bottom]]
                    let probabilities = all.probabilities(of: action)
                    let step = plot.width / Double(probabilities.count)
                    for (index, probability) in probabilities.enumerated() {
                        let share = probability.isFinite ? Double(max(0, probability) / most) : 0
                        let y = plot.bottom - share * (plot.height - 2)
                        outline.append([plot.x + Double(index) * step, y])
                        outline.append([plot.x + Double(index + 1) * step, y])
                    }
                    outline.append([plot.right, plot.bottom])
                    canvas.fill(.polygon(outline), isTaken ? Palette.taken : Palette.bar)
                    canvas.label(
                        shortened(content.name(ofAction: action), to: Int(plot.width / Panel.smallLetter)),
                        at: [plot.x, plot.bottom + 3], height: Panel.small,
                        color: isTaken ? Palette.taken : Palette.text)
                }
            })
    }
}
