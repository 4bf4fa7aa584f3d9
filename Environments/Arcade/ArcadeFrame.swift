import RLCore

/// The screen while a game paints it: 210 rows of 160 pixels, row 0 on top.
///
/// What lies beyond the edges is cut off. A pixel is as many bytes as the screen's kind has (`ArcadePixels`), looked up
/// by the number of the paint, so that a grey screen costs no more than one of palette numbers.
public struct ArcadeFrame<Paint: ArcadePaint>: ~Copyable {
    @usableFromInline let pixels: UnsafeMutablePointer<UInt8>
    @usableFromInline let bytesPerPixel: Int
    /// The bytes of paint `p` start at `bytesPerPixel * p`.
    @usableFromInline let tones: UnsafePointer<UInt8>

    /// A screen in `pixels`, 210 · 160 · `bytesPerPixel` bytes.
    init(
        _ pixels: UnsafeMutablePointer<UInt8>, bytesPerPixel: Int, tones: UnsafePointer<UInt8>
    ) {
        self.pixels = pixels
        self.bytesPerPixel = bytesPerPixel
        self.tones = tones
    }

    /// Paints all of it.
    @inlinable
    public func fill(_ paint: Paint) {
        fill(x: 0, y: 0, width: 160, height: 210, paint)
    }

    /// Paints a rectangle.
    @inlinable
    public func fill(x: Int, y: Int, width: Int, height: Int, _ paint: Paint) {
        let (left, right) = (max(0, x), min(160, x + width))
        let (top, bottom) = (max(0, y), min(210, y + height))
        if left >= right || top >= bottom { return }
        if bytesPerPixel == 1 {
            let tone = tones[Int(paint.rawValue)]
            if left == 0 && right == 160 {
                (pixels + 160 * top).update(repeating: tone, count: 160 * (bottom - top))
            } else {
                let eight = UInt64(tone) &* 0x0101_0101_0101_0101
                // What games paint is mostly narrow, where a call a row would cost more than the pixels.
                switch right - left {
                case 2..<4: fill(left..<right, rows: top..<bottom, UInt16(truncatingIfNeeded: eight))
                case 4..<8: fill(left..<right, rows: top..<bottom, UInt32(truncatingIfNeeded: eight))
                case 8...16: fill(left..<right, rows: top..<bottom, eight)
                default:
                    for row in top..<bottom {
                        (pixels + 160 * row + left).update(repeating: tone, count: right - left)
                    }
                }
            }
        } else {
            let tone = tones + 3 * Int(paint.rawValue)
            let (red, green, blue) = (tone[0], tone[1], tone[2])
            for row in top..<bottom {
                var pixel = pixels + 3 * (160 * row + left)
                for _ in left..<right {
                    pixel[0] = red
                    pixel[1] = green
                    pixel[2] = blue
                    pixel += 3
                }
            }
        }
    }

    /// Stores `pattern`, at least half as wide as the columns, at their beginning and at their end.
    @inlinable
    func fill<Pattern: FixedWidthInteger & BitwiseCopyable>(
        _ columns: Range<Int>, rows: Range<Int>, _ pattern: Pattern
    ) {
        for row in rows {
            let start = UnsafeMutableRawPointer(pixels + 160 * row)
            start.storeBytes(of: pattern, toByteOffset: columns.lowerBound, as: Pattern.self)
            start.storeBytes(
                of: pattern, toByteOffset: columns.upperBound - MemoryLayout<Pattern>.size, as: Pattern.self)
        }
    }

    /// Paints the `count` rows below row `y` as it is: where many rows look the same, the fastest way.
    public func repeatRow(_ y: Int, count: Int) {
        if !(0..<210).contains(y) { return }
        let row = pixels + 160 * bytesPerPixel * y
        for below in 0..<max(0, min(count, 209 - y)) {
            (row + 160 * bytesPerPixel * (below + 1)).update(from: row, count: 160 * bytesPerPixel)
        }
    }

    /// Paints a shape with its upper left corner in (x, y); every cell of it is `cell` pixels wide and high.
    @inlinable
    public func paint(
        _ sprite: ArcadeSprite, x: Int, y: Int, cell: (width: Int, height: Int) = (1, 1), _ paint: Paint
    ) {
        // Most shapes are small and seen whole: eight pixels at a time.
        let isSmall = bytesPerPixel == 1 && cell == (1, 1) && !sprite.masks.isEmpty
        if isSmall, x >= 0, x <= 152, y >= 0, y + sprite.height <= 210 {
            let tones = 0x0101_0101_0101_0101 * UInt64(tones[Int(paint.rawValue)])
            var row = UnsafeMutableRawPointer(pixels + 160 * y + x)
            for mask in sprite.masks {
                let under = row.loadUnaligned(as: UInt64.self)
                row.storeBytes(of: under & ~mask | tones & mask, as: UInt64.self)
                row += 160
            }
            return
        }
        for run in sprite.runs {
            fill(
                x: x + cell.width * Int(run.x), y: y + cell.height * Int(run.y),
                width: cell.width * Int(run.length), height: cell.height, paint)
        }
    }

    /// Paints a number in decimal digits, 3 by 5 cells each and a cell apart, with its upper *right* corner in (right, y).
    public func paint(
        number: Int, right: Int, y: Int, cell: (width: Int, height: Int), minimumDigits: Int = 1,
        _ paint: Paint
    ) {
        var rest = max(0, number)
        var x = right
        var digits = 0
        repeat {
            x -= 3 * cell.width
            self.paint(ArcadeSprite.digits[rest % 10], x: x, y: y, cell: cell, paint)
            x -= cell.width
            rest /= 10
            digits += 1
        } while rest > 0 || digits < minimumDigits
    }
}
