import RLCore
import Testing

@Suite struct RasterizerTests {
    private static let black = Color(0)
    private static let white = Color(0xFFFFFF)

    /// A black canvas of whole units, a pixel each.
    private func canvas(_ width: Double, _ height: Double, upward: Bool = false) -> Canvas {
        var canvas = Canvas()
        canvas.show(x: 0...width, y: 0...height, upward: upward)
        canvas.background = Self.black
        return canvas
    }

    /// The picture's red bytes, a row each.
    private func reds(_ canvas: Canvas, _ width: Int, _ height: Int) -> [[UInt8]] {
        let picture = Picture(canvas, width: width, height: height)
        return (0..<height).map { y in (0..<width).map { x in picture[x, y].red } }
    }

    /// White that covers everything sums up to the area in pixels.
    private func area(_ canvas: Canvas, _ side: Int) -> Double {
        Double(reds(canvas, side, side).joined().reduce(0) { $0 + Int($1) }) / 255
    }

    @Test func aRectangleOnPixelBordersIsExact() {
        var canvas = canvas(4, 3)
        canvas.fill(.rectangle(x: 1, y: 1, width: 2, height: 1), Color(0x102030))
        let dark: [UInt8] = [0, 0, 0]
        let light: [UInt8] = [0x10, 0x20, 0x30]
        let rows = [[dark, dark, dark, dark], [dark, light, light, dark], [dark, dark, dark, dark]]
        #expect(Picture(canvas, width: 4, height: 3).bytes == rows.flatMap { $0.flatMap { $0 } })
    }

    @Test func aPixelTakesAsMuchAsIsCovered() {
        var halves = canvas(4, 3)
        halves.fill(.rectangle(x: 0.5, y: 0.5, width: 2, height: 2), Self.white)
        #expect(reds(halves, 4, 3) == [[64, 128, 64, 0], [128, 255, 128, 0], [64, 128, 64, 0]])
        var diagonal = canvas(3, 3)
        diagonal.fill(.polygon([[0, 0], [3, 3], [0, 3]]), Self.white)
        #expect(reds(diagonal, 3, 3) == [[128, 0, 0], [255, 128, 0], [255, 255, 128]])
        // An edge that crosses two pixels of a row leaves 1/4 and 3/4; the corners may come in either order.
        var flat = canvas(2, 1)
        flat.fill(.polygon([[0, 1], [2, 1], [2, 0]]), Self.white)
        #expect(reds(flat, 2, 1) == [[64, 191]])
        // Three pixels of a row: 1/6, 3/6, 5/6.
        var flatter = canvas(3, 1)
        flatter.fill(.polygon([[0, 0], [3, 0], [0, 1]]), Self.white)
        #expect(reds(flatter, 3, 1) == [[212, 128, 43]])
    }

    @Test(arguments: [0.4, 3, 40]) func aCircleHasItsArea(_ radius: Double) {
        var canvas = canvas(100, 100)
        canvas.fill(.circle(center: [50.3, 49.8], radius: radius), Self.white)
        let exact = Double.pi * radius * radius
        #expect(abs(area(canvas, 100) - exact) < 0.01 + 0.0005 * exact)
    }

    @Test(arguments: [0, 10, 33, 90]) func aLineHasItsLengthTimesItsWidth(_ degrees: Double) {
        var canvas = canvas(100, 100)
        let turn = degrees * Double.pi / 180
        let along = Canvas.Point(turn.cosine, turn.sine) * 30
        canvas.fill(.line(from: [50, 50], to: [50, 50] + along, width: 2.5), Self.white)
        #expect(abs(area(canvas, 100) - 75) < 0.2)
    }

    /// What lies outside is cut off, and what is cut off still bounds what is not.
    @Test func outsideIsCutOff() {
        var canvas = canvas(4, 4)
        canvas.fill(.rectangle(x: -1e6, y: -50, width: 1e6 + 1, height: 52), Self.white)
        canvas.fill(.rectangle(x: 3, y: 3, width: 1e5, height: 1e5), Self.white)
        canvas.fill(.rectangle(x: 40, y: 0, width: 9, height: 9), Self.white)
        canvas.fill(.circle(center: [-100, -100], radius: 50), Self.white)
        let expected: [[UInt8]] = [[255, 0, 0, 0], [255, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 255]]
        #expect(reds(canvas, 4, 4) == expected)
        // A diamond round the picture's corner: the quarter inside is a triangle.
        var diamond = self.canvas(8, 8)
        diamond.fill(.polygon([[-4, 0], [0, -4], [4, 0], [0, 4]]), Self.white)
        #expect(abs(area(diamond, 8) - 8) < 0.05)
    }

    @Test func theAspectIsKept() {
        var canvas = canvas(2, 1)
        canvas.background = Color(0x111111)
        canvas.fill(.rectangle(x: -9, y: -9, width: 99, height: 99), Self.white)
        let picture = Picture(canvas, width: 8, height: 8)
        for y in 0..<8 {
            #expect(picture[0, y] == ((2..<6).contains(y) ? Self.white : Color(0x111111)), "row \(y)")
        }
    }

    /// 400 / 4.8 pixels a unit times 4.8 units is a little more than the 400 pixels there are.
    @Test func aCanvasThatRoundsUpStaysInThePicture() {
        var canvas = Canvas()
        canvas.show(x: -2.4...2.4, y: -2.4...2.4)
        canvas.background = Self.black
        canvas.fill(.rectangle(x: -9, y: -9, width: 18, height: 18), Self.white)
        let expected: [UInt8] = (0..<480).map { (40..<440).contains($0) ? 255 : 0 }
        let isWideExact = reds(canvas, 480, 400).allSatisfy { $0 == expected }
        let tall = reds(canvas, 400, 480)
        let isTallExact = tall.indices.allSatisfy { row in tall[row].allSatisfy { $0 == expected[row] } }
        #expect(isWideExact && isTallExact)
    }

    @Test func yGoesUpwardWhereItIsSaid() {
        var canvas = canvas(2, 2, upward: true)
        canvas.fill(.rectangle(x: 0, y: 0, width: 1, height: 1), Self.white)
        #expect(reds(canvas, 2, 2) == [[0, 0], [255, 0]])
    }

    @Test func textShowsTheGlyph() {
        var canvas = canvas(11, 7)
        canvas.fill(.text("LT", center: [5.5, 3.5], height: 7), Self.white)
        let rows = reds(canvas, 11, 7).map { row in String(row.map { $0 == 255 ? "#" : $0 == 0 ? "." : "?" })
        }
        #expect(
            rows == [
                "#.....#####", "#.......#..", "#.......#..", "#.......#..", "#.......#..", "#.......#..",
                "#####...#..",
            ])
        #expect(BitmapFont.width(of: "LT", height: 7) == 11 && BitmapFont.width(of: "", height: 7) == 0)
    }

    @Test func everyPrintableCharacterHasItsOwnGlyph() {
        let glyphs = (32...126).map { BitmapFont.glyph(for: Character(Unicode.Scalar(UInt8($0)))) }
        #expect(glyphs.allSatisfy { $0.count == 35 })
        #expect(Set(glyphs).count == 95)
        #expect(BitmapFont.glyph(for: "é") == BitmapFont.glyph(for: "\u{7F}"))
    }

    /// The dots of a text that lies on no pixel border join without seams, as do the parts of any shape.
    @Test func thereAreNoSeams() {
        var canvas = canvas(20, 20)
        canvas.fill(.text("-", center: [10.5, 10.5], height: 4.9), Self.white)
        let dot = 4.9 / 7
        #expect(abs(area(canvas, 20) - 5 * dot * dot) < 0.03)
    }

    @Test func nothingIsDrawnOfWhatIsNoArea() {
        var canvas = canvas(4, 4)
        let nan = Double.nan
        let infinity = Double.infinity
        for shape: Shape in [
            .rectangle(x: nan, y: 0, width: 1, height: 1), .rectangle(x: 0, y: 0, width: infinity, height: 1),
            .rectangle(x: 1, y: 1, width: 0, height: 2), .circle(center: [2, 2], radius: 0),
            .circle(center: [2, 2], radius: infinity), .circle(center: [nan, 2], radius: 1),
            .line(from: [1, 1], to: [1, 1], width: 2), .line(from: [1, nan], to: [1, 1], width: 2),
            .line(from: [0, 0], to: [1e300, 1e300], width: 1), .polygon([]), .polygon([[0, 0], [4, 4]]),
            .text("", center: [2, 2], height: 2), .text("A", center: [2, 2], height: 0),
            .text("A", center: [2, infinity], height: 2), .text("A", center: [2, 2], height: nan),
        ] { canvas.fill(shape, Self.white) }
        #expect(reds(canvas, 4, 4).joined().allSatisfy { $0 == 0 })
        canvas.show(x: 1...1, y: 0...1)
        canvas.fill(.circle(center: [1, 0.5], radius: 1), Self.white)
        #expect(reds(canvas, 4, 4).joined().allSatisfy { $0 == 0 })
        canvas.show(x: -.infinity...0, y: 0...1)
        #expect(reds(canvas, 4, 4).joined().allSatisfy { $0 == 0 })
    }

    @Test func anySizeWillDo() {
        var canvas = canvas(3, 2)
        canvas.fill(.circle(center: [1.5, 1], radius: 1), Self.white)
        var rasterizer = Rasterizer()
        for (width, height) in [
            (0, 0), (0, 5), (5, 0), (-1, 3), (1, 1), (7, 3), (300, 200), (2, 900), (5, 4),
        ] {
            var picture = Picture(width: width, height: height)
            rasterizer.draw(canvas, into: &picture)
            // Scratch memory kept from another size changes nothing.
            #expect(picture == Picture(canvas, width: width, height: height), "\(width)×\(height)")
        }
    }
}

extension Double {
    /// By the series, which a test needs no library for.
    fileprivate var sine: Double {
        var (term, sum) = (self, self)
        for n in 1..<20 {
            term *= -self * self / Double(2 * n * (2 * n + 1))
            sum += term
        }
        return sum
    }
    fileprivate var cosine: Double { (Double.pi / 2 - self).sine }
}
