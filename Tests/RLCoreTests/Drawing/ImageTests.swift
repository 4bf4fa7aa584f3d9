import RLCore
import Testing

@Suite struct ImageTests {
    private static let red = Color(0xFF0000), green = Color(0x00FF00), blue = Color(0x0000FF)
    private static let white = Color(0xFFFFFF), ground = Color(0x101010)

    /// Red and green above, blue and white below.
    private var four: Picture {
        var picture = Picture(width: 2, height: 2)
        picture.bytes = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]
        return picture
    }

    private func canvas(_ width: Double, _ height: Double, upward: Bool = false) -> Canvas {
        var canvas = Canvas()
        canvas.show(x: 0...width, y: 0...height, upward: upward)
        canvas.background = Self.ground
        return canvas
    }

    private func rows(_ picture: Picture) -> [[Color]] {
        (0..<picture.height).map { y in (0..<picture.width).map { picture[$0, y] } }
    }

    @Test func dotsStayDots() {
        var canvas = canvas(5, 3)
        canvas.place(four, x: 1, y: 0, width: 3, height: 3)
        let (r, g, b, w, o) = (Self.red, Self.green, Self.blue, Self.white, Self.ground)
        // Three pixels for two dots: each takes the dot in which its middle lies, the middle one the second.
        #expect(
            rows(Picture(canvas, width: 5, height: 3)) == [
                [o, r, g, g, o], [o, b, w, w, o], [o, b, w, w, o],
            ])
    }

    /// Pictures stand upright whichever way y grows; the corner is always that of the smallest coordinates.
    @Test func uprightInMechanicsToo() {
        var canvas = canvas(4, 4, upward: true)
        canvas.place(four, x: 0, y: 0, width: 2, height: 2)
        let picture = Picture(canvas, width: 4, height: 4)
        #expect(picture[0, 2] == Self.red && picture[1, 3] == Self.white && picture[0, 1] == Self.ground)
    }

    @Test func whatLiesOutsideIsCutOff() {
        var canvas = canvas(2, 2)
        canvas.place(four, x: -1, y: -1, width: 2, height: 2)
        canvas.place(four, x: 1, y: 1, width: 4, height: 4)
        let picture = Picture(canvas, width: 2, height: 2)
        #expect(rows(picture) == [[Self.white, Self.ground], [Self.ground, Self.red]])
    }

    @Test func whatHasNoSizeIsNotDrawn() {
        var canvas = canvas(2, 2)
        canvas.place(Picture(width: 0, height: 3), x: 0, y: 0, width: 2, height: 2)
        canvas.place(four, x: 0, y: 0, width: 0, height: 2)
        canvas.place(four, x: .nan, y: 0, width: 1, height: 1)
        canvas.place(four, x: 0, y: 0, width: .infinity, height: 1)
        var broken = four
        broken.bytes.removeLast()
        canvas.place(broken, x: 0, y: 0, width: 2, height: 2)
        #expect(rows(Picture(canvas, width: 2, height: 2)).joined().allSatisfy { $0 == Self.ground })
    }

    /// A canvas in a part of a picture is the picture of that part, and nothing else changes.
    @Test func aPartOfAPicture() {
        var canvas = canvas(4, 3)
        canvas.fill(.circle(center: [1, 1], radius: 2.2), Self.red)
        canvas.fill(.text("Ag", center: [2, 1.5], height: 1.4), Self.white)
        var whole = Picture(width: 60, height: 50)
        for index in whole.bytes.indices { whole.bytes[index] = UInt8(index % 251) }
        let before = whole
        var rasterizer = Rasterizer()
        let frame = PixelFrame(left: 7, top: 11, right: 47, bottom: 41)
        rasterizer.draw(canvas, into: &whole, in: frame)
        let part = Picture(canvas, width: 40, height: 30)
        for y in 0..<50 {
            for x in 0..<60 {
                let isInside = (7..<47).contains(x) && (11..<41).contains(y)
                #expect(whole[x, y] == (isInside ? part[x - 7, y - 11] : before[x, y]))
            }
        }
        // Beyond the picture there is nothing to draw on.
        rasterizer.draw(canvas, into: &whole, in: PixelFrame(left: 50, top: -20, right: 90, bottom: 10))
        rasterizer.draw(canvas, into: &whole, in: PixelFrame(left: 70, top: 0, right: 90, bottom: 10))
        rasterizer.draw(canvas, into: &whole, in: PixelFrame(left: 30, top: 30, right: 20, bottom: 10))
    }

    /// Rectangles on pixel borders have a way of their own, which must come to the same as the mask's.
    @Test func theShortWayMakesTheSamePixels() {
        for (x, y, width, height) in [(1.0, 2.0, 5.0, 3.0), (-3, -3, 5, 5), (6, 6, 9, 9), (8, 2, -5, 4)] {
            var (short, long) = (canvas(10, 10), canvas(10, 10))
            short.fill(.rectangle(x: x, y: y, width: width, height: height), Self.green)
            long.fill(
                .polygon([[x, y], [x + width, y], [x + width, y + height], [x, y + height]]), Self.green)
            #expect(Picture(short, width: 10, height: 10) == Picture(long, width: 10, height: 10))
        }
    }
}
