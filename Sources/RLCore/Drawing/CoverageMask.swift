/// How much of each pixel a set of outlines covers.
///
/// Every edge leaves in its rows how much area lies to its right; summed along a row, the edges of a closed outline
/// give the area inside. That is exact, needs no samples, and joins the parts of one shape without seams.
struct CoverageMask {
    /// Beyond this many pixels a shape is not drawn: nobody could mean it.
    static let limit = 1e9

    private var sums: [Double] = []  // [frame height, stride], all 0 between shapes
    private var frame = PixelFrame()
    private var width = 0
    private var stride = 0
    private var touched = PixelFrame()  // relative to the frame

    /// Starts a shape of which only what lies in `frame` is drawn.
    mutating func begin(_ frame: PixelFrame) {
        self.frame = frame
        width = max(0, frame.right - frame.left)
        stride = width + 2
        let size = stride * max(0, frame.bottom - frame.top)
        if sums.count < size { sums = [Double](repeating: 0, count: size) }
        touched = PixelFrame(left: width, top: frame.bottom - frame.top, right: 0, bottom: 0)
    }

    /// Adds a closed outline.
    mutating func add(_ outline: [Canvas.Point]) {
        guard outline.count > 2, let last = outline.last else { return }
        let reach = outline.reduce(0) { max($0, max(abs($1.x), abs($1.y))) }
        // Written so that a coordinate that is not a number fails too.
        guard reach < Self.limit, outline.allSatisfy({ !$0.x.isNaN && !$0.y.isNaN }) else { return }
        let corner: Canvas.Point = [Double(frame.left), Double(frame.top)]
        var start = last - corner
        for point in outline {
            let end = point - corner
            addEdge(start, end)
            start = end
        }
    }

    /// Blends `color` over the pixels that are covered, and empties the mask.
    mutating func end(_ color: Color, over picture: inout Picture) {
        guard touched.top < touched.bottom else { return }
        let (frame, touched, stride, width) = (frame, touched, stride, width)
        let rowBytes = 3 * picture.width
        sums.withUnsafeMutableBufferPointer { sums in
            picture.bytes.withUnsafeMutableBufferPointer { bytes in
                for y in touched.top..<touched.bottom {
                    var covered = 0.0
                    var share = 0
                    var pixel = (frame.top + y) * rowBytes + 3 * (frame.left + touched.left)
                    let row = y * stride
                    for x in touched.left..<min(touched.right, width) {
                        // Most pixels lie inside or outside, where nothing changes from one to the next.
                        let change = sums[row + x]
                        if change != 0 {
                            covered += change
                            sums[row + x] = 0
                            share = Int(min(abs(covered), 1) * 256 + 0.5)
                        }
                        if share == 256 {
                            bytes[pixel] = color.red
                            bytes[pixel + 1] = color.green
                            bytes[pixel + 2] = color.blue
                        } else if share > 0 {
                            bytes[pixel] = mixed(bytes[pixel], color.red, share)
                            bytes[pixel + 1] = mixed(bytes[pixel + 1], color.green, share)
                            bytes[pixel + 2] = mixed(bytes[pixel + 2], color.blue, share)
                        }
                        pixel += 3
                    }
                    if touched.right > width {
                        sums[row + width] = 0
                        sums[row + width + 1] = 0
                    }
                }
            }
        }
    }

    /// Cuts an edge at the frame. What lies left of it still counts for the pixels to its right; what lies right of
    /// it covers nothing.
    private mutating func addEdge(_ start: Canvas.Point, _ end: Canvas.Point) {
        guard start.y != end.y else { return }
        let sign = start.y < end.y ? 1.0 : -1
        let (upper, lower) = start.y < end.y ? (start, end) : (end, start)
        let height = Double(max(0, frame.bottom - frame.top))
        let slope = (lower.x - upper.x) / (lower.y - upper.y)
        let (top, bottom) = (max(0, upper.y), min(height, lower.y))
        guard top < bottom else { return }
        let right = Double(width)
        var cuts = [top, bottom]
        if slope != 0 {
            for side in [0, right] {
                let y = upper.y + (side - upper.x) / slope
                if y > top, y < bottom { cuts.append(y) }
            }
            cuts.sort()
        }
        for (from, to) in zip(cuts, cuts.dropFirst()) where from < to {
            let x = (upper.x + (from - upper.y) * slope, upper.x + (to - upper.y) * slope)
            addInside(
                [min(max(x.0, 0), right), from], [min(max(x.1, 0), right), to], sign: sign)
        }
    }

    /// Adds an edge that goes down and lies in the frame, row by row.
    private mutating func addInside(_ start: Canvas.Point, _ end: Canvas.Point, sign: Double) {
        let (first, last) = (Int(start.y), Int(end.y.rounded(.up)))
        touched.top = min(touched.top, first)
        touched.bottom = max(touched.bottom, last)
        touched.left = min(touched.left, Int(min(start.x, end.x)))
        touched.right = max(touched.right, Int(max(start.x, end.x)) + 2)
        let slope = (end.x - start.x) / (end.y - start.y)
        let (low, high) = (min(start.x, end.x), max(start.x, end.x))
        for row in first..<last {
            let top = max(start.y, Double(row))
            let bottom = min(end.y, Double(row + 1))
            // Rounding must not carry the edge out of the frame it was cut at.
            let x0 = min(max(start.x + (top - start.y) * slope, low), high)
            let x1 = min(max(start.x + (bottom - start.y) * slope, low), high)
            spread(sign * (bottom - top), from: min(x0, x1), to: max(x0, x1), row: row * stride)
        }
    }

    /// Leaves the area to the right of an edge of the given height in the pixels of one row.
    private mutating func spread(_ height: Double, from left: Double, to right: Double, row: Int) {
        let first = Int(left)
        let last = max(first, Int(right.rounded(.up)) - 1)
        if first == last {
            let leftOver = (left + right) / 2 - Double(first)
            sums[row + first] += height * (1 - leftOver)
            sums[row + first + 1] += height * leftOver
            return
        }
        // The area to the right grows from pixel to pixel; each gets what it has more than the one before.
        let perPixel = height / (right - left)
        var before = 0.0
        for pixel in first...last {
            let (enter, leave) = (max(left, Double(pixel)), min(right, Double(pixel + 1)))
            let inside = perPixel * (leave - enter) * (Double(pixel + 1) - (enter + leave) / 2)
            let passed = perPixel * (enter - left)
            sums[row + pixel] += passed + inside - before
            before = passed + inside
        }
        sums[row + last + 1] += height - before
    }
}

@inline(__always)
private func mixed(_ under: UInt8, _ over: UInt8, _ share: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: (Int(under) * (256 - share) + Int(over) * share + 128) >> 8)
}
