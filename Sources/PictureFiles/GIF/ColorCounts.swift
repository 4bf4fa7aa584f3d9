import RLCore

/// How often each colour occurs in a recording, gathered picture by picture: what a `Palette` is made of.
///
/// Memory is bounded: from 65,536 colours on, neighbours are counted as one.
public struct ColorCounts: Sendable {
    /// By `0xRRGGBB`, of which only the bits of `mask` are told apart.
    package private(set) var counts: [UInt32: Int] = [:]
    private(set) var mask: UInt32 = 0xFF_FFFF

    private static let limit = 1 << 16

    /// No colour yet.
    public init() {}

    /// Counts the pixels of `picture`.
    public mutating func add(_ picture: Picture) {
        picture.bytes.withUnsafeBufferPointer { bytes in
            // Drawings are mostly areas of one colour: a run of pixels is looked up once.
            var (key, length) = (UInt32(0), 0)
            for start in stride(from: 0, to: bytes.count, by: 3) {
                let next = pixel(bytes, at: start)
                if next != key, length > 0 {
                    count(key, length)
                    length = 0
                }
                key = next
                length += 1
            }
            if length > 0 { count(key, length) }
        }
    }

    private mutating func count(_ key: UInt32, _ pixels: Int) {
        counts[key & mask, default: 0] += pixels
        while counts.count > ColorCounts.limit {
            mask &= (mask << 1) & 0xFE_FEFE
            counts = Dictionary(counts.map { ($0.key & mask, $0.value) }, uniquingKeysWith: +)
        }
    }
}

/// The pixel whose three bytes begin at `start`, as `0xRRGGBB`.
func pixel(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> UInt32 {
    UInt32(bytes[start]) << 16 | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2])
}
