import RLCore
import Testing

/// A GIF read back by the letter of its specification, sharing nothing with the encoder.
struct DecodedGIF {
    /// A picture as a viewer shows it, put together from all frames so far.
    struct Frame {
        let picture: Picture
        /// Hundredths of a second.
        let delay: Int
        /// Pixels of the rectangle that the file holds.
        let area: Int
    }

    private(set) var frames: [Frame] = []
    private(set) var loops: Int?

    private var bytes: ArraySlice<UInt8>

    init(_ file: [UInt8]) throws {
        bytes = file[...]
        try #require(Array(try take(6)) == Array("GIF89a".utf8))
        let (width, height) = (try word(), try word())
        let flags = try byte()
        _ = try take(2)
        let table = flags & 0x80 == 0 ? [] : Array(try take(3 << (Int(flags & 7) + 1)))
        var shown = Picture(width: width, height: height)
        var (delay, transparent): (Int, Int?) = (0, nil)
        while true {
            switch try byte() {
            case 0x3B:
                try #require(bytes.isEmpty, "bytes after the end")
                return
            case 0x21:
                let label = try byte()
                let blocks = try blocks()
                if label == 0xF9 {
                    let block = try #require(blocks.first)
                    try #require(block.count == 4)
                    delay = Int(block[1]) | Int(block[2]) << 8
                    transparent = block[0] & 1 == 1 ? Int(block[3]) : nil
                    #expect(block[0] >> 2 & 7 == 1, "only frames that stay are understood here")
                } else if label == 0xFF, blocks.first == Array("NETSCAPE2.0".utf8), let last = blocks.last {
                    loops = Int(last[1]) | Int(last[2]) << 8
                }
            case 0x2C:
                let (left, top, columns, rows) = (try word(), try word(), try word(), try word())
                try #require(try byte() == 0, "neither a table of its own nor interlaced")
                try #require(left + columns <= width && top + rows <= height)
                let symbolBits = Int(try byte())
                let indices = try DecodedGIF.decompressed(
                    try blocks().flatMap(\.self), symbolBits: symbolBits)
                try #require(indices.count == columns * rows)
                for (place, index) in indices.enumerated() where index != transparent {
                    let pixel = 3 * ((top + place / columns) * width + left + place % columns)
                    try #require(3 * index + 2 < table.count)
                    for channel in 0..<3 { shown.bytes[pixel + channel] = table[3 * index + channel] }
                }
                frames.append(Frame(picture: shown, delay: delay, area: columns * rows))
            case let other:
                Issue.record("a block of kind \(other)")
                return
            }
        }
    }

    private mutating func byte() throws -> UInt8 {
        let next = bytes.popFirst()
        return try #require(next, "the file ends early")
    }

    private mutating func word() throws -> Int { Int(try byte()) | Int(try byte()) << 8 }

    private mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
        try #require(bytes.count >= count, "the file ends early")
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count)
    }

    private mutating func blocks() throws -> [[UInt8]] {
        var blocks: [[UInt8]] = []
        while true {
            let length = Int(try byte())
            if length == 0 { return blocks }
            blocks.append(Array(try take(length)))
        }
    }

    /// Every code stands for a whole run, written out.
    static func decompressed(_ data: [UInt8], symbolBits: Int) throws -> [Int] {
        let (clear, end) = (1 << symbolBits, 1 << symbolBits + 1)
        let start: [[Int]] = (0..<end + 1).map { $0 < clear ? [$0] : [] }
        var (runs, width, bit) = (start, symbolBits + 1, 0)
        var (previous, out): ([Int]?, [Int]) = (nil, [])
        while true {
            var code = 0
            for place in 0..<width {
                try #require(bit / 8 < data.count, "no code that ends it")
                code |= Int(data[bit / 8] >> (bit % 8) & 1) << place
                bit += 1
            }
            if code == end {
                try #require(data.count == (bit + 7) / 8, "data after its end")
                return out
            }
            if code == clear {
                (runs, width, previous) = (start, symbolBits + 1, nil)
                continue
            }
            try #require(code < runs.count || (code == runs.count && previous != nil), "unknown code \(code)")
            if let previous, runs.count < 4096 {
                runs.append(previous + [code < runs.count ? runs[code][0] : previous[0]])
                if runs.count == 1 << width, width < 12 { width += 1 }
            }
            out += runs[code]
            previous = runs[code]
        }
    }
}
