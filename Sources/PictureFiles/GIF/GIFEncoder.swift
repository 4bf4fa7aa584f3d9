import RLCore

/// Writes an animated GIF that plays for ever: frames go in one after the other, bytes come out, and no more than two
/// frames are held.
///
///     var encoder = try GIFEncoder(width: 480, height: 320, palette: Palette(counts))
///     for picture in pictures { file += try encoder.add(picture, seconds: 0.02) }
///     file += try encoder.finish()
///
/// A frame after the first is the rectangle that changed, with what stands still in it left out where that is
/// shorter. Times are counted in hundredths of a second; what is lost by rounding is made up for in the next frame, so
/// that the pace is kept. A frame of less than two hundredths is left out: most programs would show it for ten.
public struct GIFEncoder: Sendable {
    /// Frames written so far.
    public private(set) var frameCount = 0

    private let width: Int
    private let height: Int
    private let palette: Palette
    private let tableBits: Int
    private let transparent: UInt8?

    private var nearest: [UInt32: UInt8] = [:]
    private var shown: [UInt8] = []  // what a reader has put together so far
    private var waiting: [UInt8] = []  // the frame whose end is not known yet
    private var start = 0  // of the waiting frame, in hundredths
    private var time = 0.0  // the end of all frames

    private static let shortestTime = 2
    private static let longestTime = 65_535

    /// An encoder for pictures of one size, of which `palette` was made.
    public init(width: Int, height: Int, palette: Palette) throws(PictureError) {
        guard (1...65_535).contains(width), (1...65_535).contains(height) else {
            throw PictureError("a GIF of \(width)×\(height) pixels is impossible; at most 65,535 a side")
        }
        self.width = width
        self.height = height
        self.palette = palette
        let colors = palette.colors.count
        transparent = colors < 256 ? UInt8(colors) : nil
        tableBits = max(1, Int.bitWidth - min(colors, 255).leadingZeroBitCount)
    }

    /// Adds a frame that is shown for `seconds`, and returns the bytes that are certain now.
    public mutating func add(_ picture: Picture, seconds: Double) throws(PictureError) -> [UInt8] {
        guard picture.width == width, picture.height == height else {
            throw PictureError(
                "a picture of \(picture.width)×\(picture.height) pixels is no frame of a GIF of \(width)×\(height)"
            )
        }
        let frame = indices(of: picture)
        let begin = Int((100 * time).rounded())
        time += max(0, seconds)
        if waiting.isEmpty {
            waiting = frame
            return []
        }
        if frame == waiting { return [] }
        if begin - start < GIFEncoder.shortestTime {
            waiting = frame
            return []
        }
        defer { (waiting, start) = (frame, begin) }
        return showing(waiting, for: begin - start)
    }

    /// The bytes after the last frame.
    public mutating func finish() throws(PictureError) -> [UInt8] {
        guard !waiting.isEmpty else { throw PictureError("a GIF without a picture is no file") }
        let rest = max(GIFEncoder.shortestTime, Int((100 * time).rounded()) - start)
        return showing(waiting, for: rest) + [0x3B]
    }

    private mutating func indices(of picture: Picture) -> [UInt8] {
        var indices = [UInt8](repeating: 0, count: width * height)
        picture.bytes.withUnsafeBufferPointer { bytes in
            var (key, index) = (UInt32.max, UInt8(0))
            for place in 0..<width * height {
                let next = pixel(bytes, at: 3 * place)
                if next != key { (key, index) = (next, self.index(of: next)) }
                indices[place] = index
            }
        }
        return indices
    }

    private mutating func index(of key: UInt32) -> UInt8 {
        if let index = nearest[key] { return index }
        if nearest.count >= 1 << 16 { nearest.removeAll(keepingCapacity: true) }
        let index = UInt8(palette.nearest(to: Color(key)))
        nearest[key] = index
        return index
    }

    /// The blocks that show `frame` for a number of hundredths.
    private mutating func showing(_ frame: [UInt8], for hundredths: Int) -> [UInt8] {
        var (bytes, left): ([UInt8], Int) = (shown.isEmpty ? header : [], hundredths)
        repeat {
            let time = min(left, GIFEncoder.longestTime)
            bytes += block(frame, for: time)
            shown = frame
            frameCount += 1
            left -= time
        } while left > 0
        return bytes
    }

    private var header: [UInt8] {
        let table = UInt8(tableBits - 1)
        var bytes = Array("GIF89a".utf8) + word(width) + word(height) + [0x80 | 0x70 | table, 0, 0]
        for color in palette.colors { bytes += [color.red, color.green, color.blue] }
        bytes += [UInt8](repeating: 0, count: 3 * ((1 << tableBits) - palette.colors.count))
        // Without end.
        return bytes + [0x21, 0xFF, 11] + Array("NETSCAPE2.0".utf8) + [3, 1, 0, 0, 0]
    }

    private func block(_ frame: [UInt8], for hundredths: Int) -> [UInt8] {
        let area = changedArea(of: frame)
        var (opaque, sparse): ([UInt8], [UInt8]) = ([], [])
        for y in area.top..<area.bottom {
            for place in y * width + area.left..<y * width + area.right {
                opaque.append(frame[place])
                if let transparent, !shown.isEmpty {
                    sparse.append(frame[place] == shown[place] ? transparent : frame[place])
                }
            }
        }
        let symbolBits = max(2, tableBits)
        var (data, flag) = (LZWCompression.compress(opaque, symbolBits: symbolBits), UInt8(0))
        if !sparse.isEmpty {
            let shorter = LZWCompression.compress(sparse, symbolBits: symbolBits)
            if shorter.count < data.count { (data, flag) = (shorter, 1) }
        }
        // Left where it is when the next one comes (1 << 2).
        var bytes: [UInt8] = [0x21, 0xF9, 4, 1 << 2 | flag] + word(hundredths) + [transparent ?? 0, 0]
        bytes += [0x2C] + word(area.left) + word(area.top)
        bytes += word(area.right - area.left) + word(area.bottom - area.top) + [0, UInt8(symbolBits)]
        for start in stride(from: 0, to: data.count, by: 255) {
            let part = data[start..<min(start + 255, data.count)]
            bytes.append(UInt8(part.count))
            bytes += part
        }
        return bytes + [0]
    }

    /// The smallest rectangle that holds all that changed; one pixel where nothing did.
    private func changedArea(of frame: [UInt8]) -> (left: Int, top: Int, right: Int, bottom: Int) {
        if shown.isEmpty { return (0, 0, width, height) }
        var area = (left: width, top: height, right: 0, bottom: 0)
        for y in 0..<height {
            let row = y * width..<(y + 1) * width
            guard let first = row.first(where: { frame[$0] != shown[$0] }),
                let last = row.last(where: { frame[$0] != shown[$0] })
            else { continue }
            area.left = min(area.left, first - row.lowerBound)
            area.right = max(area.right, last - row.lowerBound + 1)
            area.top = min(area.top, y)
            area.bottom = y + 1
        }
        return area.bottom == 0 ? (0, 0, 1, 1) : area
    }

    private func word(_ value: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
    }
}
