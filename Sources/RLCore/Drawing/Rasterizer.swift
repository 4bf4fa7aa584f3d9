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
        draw(
            canvas, into: &picture,
            in: PixelFrame(left: 0, top: 0, right: picture.width, bottom: picture.height))
    }

    /// Draws `canvas` over a part of `picture`: as large as fits in its middle, the background around it, and nothing
    /// outside.
    public mutating func draw(_ canvas: Canvas, into picture: inout Picture, in frame: PixelFrame) {
        let frame = frame.clipped(to: picture)
        picture.fill(frame, canvas.background)
        guard let placement = Placement(of: canvas, in: frame) else { return }
        for item in canvas.items {
            if case .image(let image, let x, let y, let width, let height) = item.shape {
                let (a, b) = (placement([x, y]), placement([x + width, y + height]))
                picture.copy(image, from: pointwiseMin(a, b), to: pointwiseMax(a, b), in: placement.frame)
                continue
            }
            let outlines = item.shape.outlines(placement)
            if case .text = item.shape, picture.fill(dots: outlines, in: placement.frame, item.color) {
                continue
            }
            if case .rectangle = item.shape, picture.fill(dots: outlines, in: placement.frame, item.color) {
                continue
            }
            mask.begin(placement.frame)
            for outline in outlines { mask.add(outline) }
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

    init?(of canvas: Canvas, in frame: PixelFrame) {
        let (width, height) = (frame.right - frame.left, frame.bottom - frame.top)
        let scale = min(Double(width) / canvas.width, Double(height) / canvas.height)
        guard scale > 0, scale.isFinite else { return nil }
        self.scale = scale
        // On whole pixels, so that edges meant to be crisp are. The scale is rounded: a canvas that just fits may come
        // out a little wider than the picture, and half of what is left over a little less than a whole pixel.
        func margin(_ pixels: Int, _ shown: Double) -> Double {
            max(0, ((Double(pixels) - shown) / 2 + 1e-6).rounded(.down))
        }
        let left = Double(frame.left) + margin(width, canvas.width * scale)
        let top = Double(frame.top) + margin(height, canvas.height * scale)
        self.frame = PixelFrame(
            left: Int(left), top: Int(top),
            right: min(frame.right, Int((left + canvas.width * scale).rounded())),
            bottom: min(frame.bottom, Int((top + canvas.height * scale).rounded())))
        direction = [scale, canvas.isUpward ? -scale : scale]
        let corner: Canvas.Point = [
            canvas.x.lowerBound, canvas.isUpward ? canvas.y.upperBound : canvas.y.lowerBound,
        ]
        origin = [left, top] - corner * direction
    }

    /// The pixel position of a point.
    func callAsFunction(_ point: Canvas.Point) -> Canvas.Point { origin + point * direction }
}

/// A rectangle of whole pixels.
public struct PixelFrame: Sendable, Equatable {
    /// The first column.
    public var left = 0
    /// The first row.
    public var top = 0
    /// The column behind the last.
    public var right = 0
    /// The row below the last.
    public var bottom = 0

    /// A rectangle without pixels.
    init() {}

    /// From the first column and row to those just outside.
    public init(left: Int, top: Int, right: Int, bottom: Int) {
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }

    /// Columns.
    public var width: Int { max(0, right - left) }
    /// Rows.
    public var height: Int { max(0, bottom - top) }

    fileprivate func clipped(to picture: Picture) -> PixelFrame {
        let (left, top) = (min(max(0, left), picture.width), min(max(0, top), picture.height))
        return PixelFrame(
            left: left, top: top, right: min(max(left, right), picture.width),
            bottom: min(max(top, bottom), picture.height))
    }
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
        case .image: []
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
    fileprivate mutating func fill(_ frame: PixelFrame, _ color: Color) {
        guard frame.width > 0, frame.height > 0 else { return }
        let (width, rowBytes) = (self.width, 3 * frame.width)
        bytes.withUnsafeMutableBytes { bytes in
            guard let bytes = bytes.baseAddress else { return }
            let first = bytes + 3 * (frame.top * width + frame.left)
            for column in 0..<frame.width {
                let pixel = first + 3 * column
                pixel.storeBytes(of: color.red, as: UInt8.self)
                pixel.storeBytes(of: color.green, toByteOffset: 1, as: UInt8.self)
                pixel.storeBytes(of: color.blue, toByteOffset: 2, as: UInt8.self)
            }
            for row in 1..<max(1, frame.height) {
                (first + 3 * row * width).copyMemory(from: first, byteCount: rowBytes)
            }
        }
    }

    /// Fills rectangles that all lie on whole pixels, which needs no mask and makes the same bytes; false, and nothing
    /// done, where one does not.
    fileprivate mutating func fill(
        dots outlines: [[Canvas.Point]], in frame: PixelFrame, _ color: Color
    ) -> Bool {
        for outline in outlines {
            guard outline.count == 4 else { return false }
            for corner in [outline[0], outline[2]] {
                guard abs(corner.x) < 1e6, abs(corner.y) < 1e6, corner.x == corner.x.rounded(),
                    corner.y == corner.y.rounded()
                else { return false }
            }
        }
        for outline in outlines {
            let (low, high) = (
                pointwiseMin(outline[0], outline[2]), pointwiseMax(outline[0], outline[2])
            )
            fill(
                PixelFrame(
                    left: max(frame.left, Int(low.x)), top: max(frame.top, Int(low.y)),
                    right: min(frame.right, Int(high.x)), bottom: min(frame.bottom, Int(high.y))), color)
        }
        return true
    }

    /// Shows an image between two corners, rounded to whole pixels, as far as it lies in `frame`.
    fileprivate mutating func copy(
        _ image: Picture, from low: Canvas.Point, to high: Canvas.Point, in frame: PixelFrame
    ) {
        // Written so that a coordinate that is not a number fails too.
        let isNear = [low.x, low.y, high.x, high.y].allSatisfy { abs($0) < 1e6 }
        guard isNear, image.width > 0, image.height > 0, image.bytes.count == 3 * image.width * image.height
        else { return }
        let target = PixelFrame(
            left: Int(low.x.rounded()), top: Int(low.y.rounded()), right: Int(high.x.rounded()),
            bottom: Int(high.y.rounded()))
        let columns =
            max(
                target.left, frame.left)..<max(
                max(target.left, frame.left), min(target.right, frame.right))
        let rows =
            max(target.top, frame.top)..<max(max(target.top, frame.top), min(target.bottom, frame.bottom))
        // The pixel of the image in which the middle of a pixel of the picture lies, in whole numbers.
        let sources = columns.map { 3 * ((2 * ($0 - target.left) + 1) * image.width / (2 * target.width)) }
        let width = width
        bytes.withUnsafeMutableBufferPointer { bytes in
            image.bytes.withUnsafeBufferPointer { source in
                for row in rows {
                    let line =
                        3 * image.width * ((2 * (row - target.top) + 1) * image.height / (2 * target.height))
                    var pixel = 3 * (row * width + columns.lowerBound)
                    for offset in sources {
                        bytes[pixel] = source[line + offset]
                        bytes[pixel + 1] = source[line + offset + 1]
                        bytes[pixel + 2] = source[line + offset + 2]
                        pixel += 3
                    }
                }
            }
        }
    }
}
