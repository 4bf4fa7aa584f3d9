/// GIF's compression: codes of growing width for runs that have occurred before, the lowest bit first.
package struct LZWCompression {
    private static let longest = 12  // bits of a code
    private static let slots = 1 << 13  // twice as many as there are codes

    private let clear: Int
    private var width: Int
    private var next: Int
    private var bytes: [UInt8] = []
    private var bits: UInt32 = 0
    private var bitCount = 0
    // Runs by (code of all but the last, last), in the first free slot from where they belong.
    private var runs = [UInt32](repeating: .max, count: slots)
    private var codes = [UInt16](repeating: 0, count: slots)

    /// `indices`, all below 2 to the power of `symbolBits`, which is at least 2.
    package static func compress(_ indices: [UInt8], symbolBits: Int) -> [UInt8] {
        var compression = LZWCompression(symbolBits: symbolBits)
        compression.add(indices)
        return compression.bytes
    }

    private init(symbolBits: Int) {
        clear = 1 << symbolBits
        width = symbolBits + 1
        next = clear + 2
    }

    private mutating func add(_ indices: [UInt8]) {
        write(clear)
        guard let first = indices.first else { return finish() }
        var run = Int(first)
        for index in indices.dropFirst() {
            let key = UInt32(run) << 8 | UInt32(index)
            var slot = Int((key &* 0x9E37_79B1) >> 19)
            while runs[slot] != key, runs[slot] != .max { slot = (slot + 1) & (LZWCompression.slots - 1) }
            if runs[slot] == key {
                run = Int(codes[slot])
                continue
            }
            write(run)
            runs[slot] = key
            codes[slot] = UInt16(next)
            grow()
            run = Int(index)
        }
        write(run)
        // The reader takes this code for the start of another run too.
        grow()
        finish()
    }

    private mutating func grow() {
        if next == 1 << width { width += 1 }
        next += 1
        guard next == 1 << LZWCompression.longest else { return }
        write(clear)
        width = clear.trailingZeroBitCount + 1
        next = clear + 2
        runs.withUnsafeMutableBufferPointer { $0.update(repeating: .max) }
    }

    private mutating func finish() {
        write(clear + 1)
        if bitCount > 0 { bytes.append(UInt8(truncatingIfNeeded: bits)) }
    }

    private mutating func write(_ code: Int) {
        bits |= UInt32(code) << UInt32(bitCount)
        bitCount += width
        while bitCount >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: bits))
            bits >>= 8
            bitCount -= 8
        }
    }
}
