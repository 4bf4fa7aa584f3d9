internal import CKernels

/// Random numbers by position: Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as
/// 1, 2, 3"). A stream is a key, and every position of it holds a 32-bit word; each number that is filled in takes one.
///
/// The same key and position give the same bits on every instruction set, and however a stream is divided into fills.
/// Streams of different keys have nothing to do with each other.
public struct CounterRandom: RandomNumberGenerator, Equatable, Sendable {
    /// Which stream it is.
    public var key: UInt64

    /// How many words of the stream lie behind.
    public var position: UInt64

    /// The stream of a key.
    public init(key: UInt64, position: UInt64 = 0) {
        self.key = key
        self.position = position
    }

    /// The two words at the next even position, the first of them as the lower half.
    public mutating func next() -> UInt64 {
        position = (position &+ 1) & ~1
        let words = CounterRandom.block(
            [UInt32(truncatingIfNeeded: position >> 2), UInt32(position >> 34), 0, 0], key)
        let (low, high) = position & 2 == 0 ? (words[0], words[1]) : (words[2], words[3])
        position &+= 2
        return UInt64(high) << 32 | UInt64(low)
    }

    /// Uniform numbers in 0 ..< 1, multiples of 2⁻²⁴.
    public mutating func fillUniform(_ values: inout [Float]) { fill(&values) { $0.fillUniform($1, $2) } }

    /// Standard normal numbers, by Box and Muller's method (1958); within 5 units in the last place of what the words
    /// stand for. None is beyond ±6.8.
    public mutating func fillNormal(_ values: inout [Float]) { fill(&values) { $0.fillNormal($1, $2) } }

    /// Numbers with Gumbel's distribution, -log(-log u); none is outside -3.2 ... 22.9.
    public mutating func fillGumbel(_ values: inout [Float]) { fill(&values) { $0.fillGumbel($1, $2) } }

    /// 1 with the given probability, to 32 bits, and 0 otherwise.
    public mutating func fillMask(_ bytes: inout [UInt8], probability: Double) {
        bytes.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { fillMask(buffer.count, base, probability: probability) }
        }
    }

    private mutating func fill(
        _ values: inout [Float], _ body: (inout CounterRandom, Int, UnsafeMutablePointer<Float>) -> Void
    ) {
        values.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { body(&self, buffer.count, base) }
        }
    }

    /// The cipher: what it makes of a counter of four words under a key.
    package static func block(_ counter: SIMD4<UInt32>, _ key: UInt64) -> SIMD4<UInt32> {
        var c = counter
        var (k0, k1) = (UInt32(truncatingIfNeeded: key), UInt32(key >> 32))
        for _ in 0..<10 {
            let first = UInt64(c[0]) &* 0xd251_1f53
            let second = UInt64(c[2]) &* 0xcd9e_8d57
            c = [
                UInt32(second >> 32) ^ c[1] ^ k0, UInt32(truncatingIfNeeded: second),
                UInt32(first >> 32) ^ c[3] ^ k1, UInt32(truncatingIfNeeded: first),
            ]
            k0 &+= 0x9e37_79b9
            k1 &+= 0xbb67_ae85
        }
        return c
    }
}

// Into memory that the caller owns.
extension CounterRandom {
    mutating func fillUniform(_ count: Int, _ values: UnsafeMutablePointer<Float>) {
        Tape.current.kernels.random_uniform(count, key, advance(count), values)
    }

    mutating func fillNormal(_ count: Int, _ values: UnsafeMutablePointer<Float>) {
        Tape.current.kernels.random_normal(count, key, advance(count), values)
    }

    mutating func fillGumbel(_ count: Int, _ values: UnsafeMutablePointer<Float>) {
        Tape.current.kernels.random_gumbel(count, key, advance(count), values)
    }

    mutating func fillMask(_ count: Int, _ bytes: UnsafeMutablePointer<UInt8>, probability: Double) {
        let start = advance(count)
        if let bound = CounterRandom.bound(probability) {
            Tape.current.kernels.random_mask(count, key, start, bound, bytes)
        } else {
            bytes.update(repeating: 0, count: count)
        }
    }

    /// A word is at or above this with the given probability; nil where none is.
    static func bound(_ probability: Double) -> UInt32? {
        if !(0...1 ~= probability) { failure("random: \(probability) is not a probability") }
        return UInt32(exactly: ((1 - probability) * 0x1p32).rounded())
    }

    /// Takes `count` positions and returns the first.
    mutating func advance(_ count: Int) -> UInt64 {
        defer { position &+= UInt64(count) }
        return position
    }
}

extension Tensor {
    /// Uniform numbers in 0 ..< 1, one word each.
    public init(uniform shape: Shape, using random: inout CounterRandom) {
        let tape = Tape.current
        let memory = tape.allocate(shape.count)
        random.fillUniform(shape.count, memory)
        self = tape.append(memory, shape)
    }

    /// Standard normal numbers, one word each.
    public init(normal shape: Shape, using random: inout CounterRandom) {
        let tape = Tape.current
        let memory = tape.allocate(shape.count)
        random.fillNormal(shape.count, memory)
        self = tape.append(memory, shape)
    }
}
