#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Makes pixels of a canvas: the same bytes for the same canvas and size, wherever they go.
///
/// A pixel takes on as much of a shape's colour as the shape covers of its area, computed exactly for straight
/// edges, so that what lies on pixel borders is crisp and everything else smooth. A value, because it keeps its
/// scratch memory from one picture to the next.
public struct Rasterizer: Sendable {
    private var mask = CoverageMask()

    /// A rasterizer without memory yet.
    public init() {}

    /// Draws `canvas` over all of `picture`: as large as fits in its middle, the background around it.
    public mutating func draw(_ canvas: Canvas, into picture: inout Picture) {
        picture.fill(canvas.background)
        guard let placement = Placement(of: canvas, width: picture.width, height: picture.height)
        else { return }
        for item in canvas.items {
            mask.begin(placement.frame)
            for outline in item.shape.outlines(placement) { mask.add(outline) }
            mask.end(item.color, over: &picture)
        }
    }
}

/// Where a canvas lies in a picture.
struct Placement {
    /// Pixels a unit.
    let scale: Double
    /// The pixels that show the canvas.
    let frame: PixelFrame
    private let origin: Canvas.Point
    private let direction: Canvas.Point

    init?(of canvas: Canvas, width: Int, height: Int) {
        let scale = min(Double(width) / canvas.width, Double(height) / canvas.height)
        guard scale > 0, scale.isFinite else { return nil }
        self.scale = scale
        // On whole pixels, so that edges meant to be crisp are. The scale is rounded: a canvas that just fits may come
        // out a little wider than the picture, and half of what is left over a little less than a whole pixel.
        func margin(_ pixels: Int, _ shown: Double) -> Double {
            max(0, ((Double(pixels) - shown) / 2 + 1e-6).rounded(.down))
        }
        let (left, top) = (margin(width, canvas.width * scale), margin(height, canvas.height * scale))
        frame = PixelFrame(
            left: Int(left), top: Int(top),
            right: min(width, Int((left + canvas.width * scale).rounded())),
            bottom: min(height, Int((top + canvas.height * scale).rounded())))
        direction = [scale, canvas.isUpward ? -scale : scale]
        let corner: Canvas.Point = [
            canvas.x.lowerBound, canvas.isUpward ? canvas.y.upperBound : canvas.y.lowerBound,
        ]
        origin = [left, top] - corner * direction
    }

    /// The pixel position of a point.
    func callAsFunction(_ point: Canvas.Point) -> Canvas.Point { origin + point * direction }
}

/// A rectangle of whole pixels; `right` and `bottom` are just outside.
struct PixelFrame {
    var left = 0, top = 0, right = 0, bottom = 0
}

extension Shape {
    /// The outlines to fill, in pixels.
    func outlines(_ place: Placement) -> [[Canvas.Point]] {
        switch self {
        case .rectangle(let x, let y, let width, let height):
            [[[x, y], [x + width, y], [x + width, y + height], [x, y + height]].map { place($0) }]
        case .circle(let center, let radius):
            [circle(around: place(center), radius: abs(radius) * place.scale)]
        case .line(let start, let end, let width):
            [line(from: place(start), to: place(end), width: abs(width) * place.scale)]
        case .polygon(let points):
            [points.map { place($0) }]
        case .text(let text, let center, let height):
            BitmapFont.outlines(of: text, center: place(center), height: abs(height) * place.scale)
        }
    }

    /// A polygon of the circle's area, whose corners stand out by less than a twentieth of a pixel.
    private func circle(around center: Canvas.Point, radius: Double) -> [Canvas.Point] {
        guard radius > 0, radius < CoverageMask.limit else { return [] }
        let corners = max(12, min(2000, Int(12 * radius.squareRoot())))
        let angle = 2 * Double.pi / Double(corners)
        let reach = radius * (angle / sin(angle)).squareRoot()
        return (0..<corners).map { corner in
            center + reach * [cos(angle * Double(corner)), sin(angle * Double(corner))]
        }
    }

    private func line(from start: Canvas.Point, to end: Canvas.Point, width: Double) -> [Canvas.Point] {
        let along = end - start
        let length = (along * along).sum().squareRoot()
        guard length > 0 else { return [] }
        let side = Canvas.Point(-along.y, along.x) * (width / 2 / length)
        return [start + side, end + side, end - side, start - side]
    }
}

extension Picture {
    fileprivate mutating func fill(_ color: Color) {
        bytes.withUnsafeMutableBufferPointer { bytes in
            for start in stride(from: 0, to: bytes.count, by: 3) {
                bytes[start] = color.red
                bytes[start + 1] = color.green
                bytes[start + 2] = color.blue
            }
        }
    }
}
