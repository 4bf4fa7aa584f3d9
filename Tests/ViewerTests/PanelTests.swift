import RLCore
import Testing

import Viewer

@Suite struct PanelTests {
    private static let names = [
        "noop", "fire", "up", "right", "left", "down", "upright", "upleft", "downright", "downleft", "upfire",
        "rightfire", "leftfire", "downfire", "uprightfire", "upleftfire", "downrightfire", "downleftfire",
    ]

    /// Everything that there can be, of `actions` choices.
    private func content(
        actions: Int, values: Bool = true, probabilities: Bool = false, distributions: Bool = false,
        planes: Bool = false
    ) -> PanelContent {
        var content = PanelContent()
        content.heading = "MinAtar/SpaceInvaders-v1"
        content.status = "PAUSED"
        (content.episode, content.step) = (1234, 98_765)
        (content.episodeReturn, content.lastReturn, content.reward) = (-1234.5678, -21.25, -0.016_27)
        content.stepsPerSecond = 1234
        content.actionSpace = .discrete(actions)
        content.actionNames = Array(Self.names.prefix(actions))
        content.action = [Double(actions - 1)]
        let numbers = (0..<actions).map { Float($0 * 7 % 5) - 1.25 }
        if values { content.insight.actionValues = numbers }
        if probabilities {
            content.insight.actionProbabilities = numbers.map { _ in 1 / Float(actions) }
        }
        if distributions {
            content.insight.valueDistributions = ValueDistributions(
                support: (0..<51).map { Float($0) - 25 },
                probabilities: (0..<51 * actions).map { Float($0 % 51) / 1275 })
        }
        content.stateValues = (0..<700).map { Float($0 % 50) }
        if planes {
            content.observationSpace = .box(
                Box(low: [0], high: [255], shape: [84, 84, 4], scalarType: .uint8, stackedFrames: 4))
            content.observation = (0..<84 * 84 * 4).map { Double($0 % 256) }
            content.saliency = content.observation.map { Float($0) }
        } else {
            content.observationSpace = .box(Box(low: [-1], high: [1], shape: [6]))
            content.observation = [-0.123_45, 12.5, 0, 1, -1e-7, 1e9]
            content.saliency = [0, 1, 2, 3, 4, 5]
        }
        return content
    }

    private func draw(_ content: PanelContent, width: Double = 345, height: Double = 640) -> Canvas {
        var canvas = Canvas()
        Panel(width: width, height: height).draw(content, on: &canvas)
        return canvas
    }

    private struct Text {
        let text: String
        let left, right, top, bottom: Double
    }

    private func texts(_ canvas: Canvas) -> [Text] {
        canvas.items.compactMap { item in
            guard case .text(let text, let center, let height) = item.shape else { return nil }
            let width = BitmapFont.width(of: text, height: height)
            return Text(
                text: text, left: center.x - width / 2, right: center.x + width / 2,
                top: center.y - height / 2, bottom: center.y + height / 2)
        }
    }

    /// Nothing is written over anything else, nor beyond the edge, whatever there is to tell.
    @Test(arguments: [2, 3, 4, 6, 9, 12, 18], [false, true]) func textsKeepApart(actions: Int, full: Bool) {
        for height in [560.0, 640, 800] {
            for width in [300.0, 345, 420] {
                for planes in [false, true] {
                    let content = content(
                        actions: actions, values: !full, probabilities: full, distributions: full,
                        planes: planes)
                    let canvas = draw(content, width: width, height: height)
                    let texts = texts(canvas)
                    #expect(texts.count > actions)
                    for (index, one) in texts.enumerated() {
                        #expect(
                            one.left >= 0 && one.right <= width && one.top >= 0 && one.bottom <= height,
                            "\(one.text) at \(one) of \(width)x\(height)")
                        for other in texts[(index + 1)...] {
                            let isApart =
                                one.right <= other.left || other.right <= one.left
                                || one.bottom <= other.top || other.bottom <= one.top
                            #expect(isApart, "\(one) and \(other), \(width)x\(height)")
                        }
                    }
                }
            }
        }
    }

    /// Bars are as long as their numbers say, and the one that is taken has another colour.
    @Test func barsAreInProportion() {
        var content = PanelContent()
        content.actionSpace = .discrete(4)
        content.insight.actionProbabilities = [0.5, 0.25, 0, 1]
        content.action = [1]
        let bars = draw(content).items.compactMap { item -> (Double, Color)? in
            guard case .rectangle(_, _, let width, let height) = item.shape, height > 3,
                item.color == Panel.Palette.bar || item.color == Panel.Palette.taken, width != 3
            else { return nil }
            return (width, item.color)
        }
        #expect(bars.count == 4)
        let whole = bars[3].0
        #expect(abs(bars[0].0 - whole / 2) <= 1 && abs(bars[1].0 - whole / 4) <= 1 && bars[2].0 == 1)
        #expect(bars.map { $0.1 == Panel.Palette.taken } == [false, true, false, false])
    }

    /// Beside each other even where they differ by little; in proportion where zero is near.
    @Test func rangesOfBars() {
        #expect(Panel.range(of: [-1, 3]) == (-1, 3))
        #expect(Panel.range(of: [1, 3]) == (0, 3))
        #expect(Panel.range(of: [-4, -1]) == (-4, 0))
        let near = Panel.range(of: [100, 101])
        #expect(near.0 == 99.5 && near.1 == 101)
        #expect(Panel.range(of: [.nan, .infinity]) == (0, 1))
        #expect(Panel.range(of: [0, 0]) == (0, 1))
    }

    /// What the network sees is what there is: a picture a channel, dark to bright, hot where the choice depends on it.
    @Test func planesBecomePictures() {
        var content = PanelContent()
        content.observationSpace = .box(
            Box(low: [0], high: [1], shape: [1, 2, 2], scalarType: .uint8))
        content.observation = [0, 1, 1, 0]
        let cold = Panel.images(content, (1, 2, 2))
        #expect(cold.count == 2)
        #expect(cold[0][0, 0] == Color(0x1C1C1C) && cold[0][1, 0] == Color(0xFFFFFF))
        #expect(cold[1][0, 0] == Color(0xFFFFFF) && cold[1][1, 0] == Color(0x1C1C1C))
        content.saliency = [0, 0, 0, 2]
        let hot = Panel.images(content, (1, 2, 2))
        #expect(hot[0] == cold[0] && hot[1][0, 0] == cold[1][0, 0])
        #expect(hot[1][1, 0].red > 200 && hot[1][1, 0].blue < 40)
        // Three channels of full range are one picture in colour.
        content.observationSpace = .box(Box(low: [0], high: [255], shape: [1, 1, 3], scalarType: .uint8))
        content.observation = [255, 0, 0]
        content.saliency = nil
        #expect(Panel.images(content, (1, 1, 3)).map { $0[0, 0] } == [Color(0xFF1C1C)])
    }

    @Test func roomIsShared() {
        #expect(Panel.share(100, among: [(20, 50), (20, 100)], gap: 10) == [50, 40])
        #expect(Panel.share(100, among: [(20, 30), (20, 30)], gap: 10) == [30, 30])
        #expect(Panel.share(45, among: [(20, 50), (20, 50)], gap: 10) == [45, nil])
        #expect(Panel.share(10, among: [(20, 50)], gap: 10) == [nil])
    }

    @Test(arguments: [
        (0.0, "0"), (1, "1.000"), (-0.01627, "-0.0163"), (12.345, "12.35"), (999.6, "1000"),
        (-1234.5678, "-1235"),
        (123_456, "1.2e5"), (-1e-7, "-1.0e-7"), (9.9999, "10.00"), (.infinity, "inf"), (.nan, "nan"),
    ]) func numbersAreShort(_ value: Double, _ text: String) {
        #expect(NumberText.short(value) == text)
    }

    @Test func whatIsNotFiniteIsDrawnAllTheSame() {
        var content = content(actions: 3, probabilities: true, distributions: true)
        content.insight.actionValues = [.nan, .infinity, -.infinity]
        content.insight.actionProbabilities = [.nan, 0, 1]
        content.insight.valueDistributions = ValueDistributions(support: [0, 1], probabilities: [.nan, 1])
        content.stateValues = [.nan, 1, .infinity]
        content.observation = [.nan, 1, .infinity, 0, 0, 0]
        content.saliency = [.nan, 0, 1, 2, .infinity, 0]
        let picture = Picture(draw(content), width: 345, height: 640)
        #expect(Set(stride(from: 0, to: picture.bytes.count, by: 3).map { picture.bytes[$0] }).count > 4)
    }
}
