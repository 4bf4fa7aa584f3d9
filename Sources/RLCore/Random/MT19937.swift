/// The generator behind `numpy.random.RandomState`: the Mersenne Twister (Matsumoto and Nishimura 1998), with numpy's
/// legacy ways of making numbers from its words. Same seed, same calls, same numbers, bit for bit.
///
/// As in the reference, 624 words are made at a time. They are given out 16 at a time: with thousands of generators
/// side by side most draws then touch one or two cache lines of a state of 2.6 kB.
public struct MT19937: RandomStream {
    /// What `RandomState(seed)` takes.
    public static var seeds: ClosedRange<UInt64> { 0...UInt64(UInt32.max) }

    private static let count = 624
    private static let shift = 397
    private static let block = 16

    // What every draw reads comes first, to lie together.
    /// How many of `ready` have been given out.
    @usableFromInline var used = MT19937.block
    /// The latest 16 words to give out.
    @usableFromInline var ready = InlineArray<16, UInt32>(repeating: 0)
    /// Where in `words` the next 16 to give out are.
    private var position = MT19937.count
    /// The latest 624 words before tempering, and the first 16 of them once more at the end: read 16 at a time, they
    /// never wrap round.
    private var words = InlineArray<640, UInt32>(repeating: 0)

    /// As `numpy.random.RandomState(seed)`, for the low 32 bits of `seed`.
    public init(seed: UInt64) {
        words[0] = UInt32(truncatingIfNeeded: seed)
        for index in 1..<MT19937.count {
            let last = words[index - 1]
            words[index] = 1_812_433_253 &* (last ^ last >> 30) &+ UInt32(index)
        }
    }

    /// As `numpy.random.MT19937(seed_sequence)`, which takes the last word of the seed for one made already and gives it
    /// out first.
    public init(_ sequence: SeedSequence) {
        let seeds = sequence.words(MT19937.count)
        words[0] = 1 << 31
        for index in 1..<MT19937.count { words[index] = seeds[index] }
        given = MT19937.count - 1
    }

    /// The next 32 bits, as `random_raw()`.
    @inlinable
    public mutating func nextWord() -> UInt32 {
        if used == ready.count { makeReady() }
        let word = ready[used]
        used &+= 1
        return word
    }

    /// 64 random bits, the high word first.
    @inlinable
    public mutating func next() -> UInt64 {
        let high = UInt64(nextWord())
        return high &<< 32 | UInt64(nextWord())
    }

    /// A number in [0, 1) with 53 random bits of two words, as `RandomState.random_sample()`.
    @inlinable
    public mutating func random() -> Double {
        let high = Int64(nextWord() &>> 5)
        let low = Int64(nextWord() &>> 6)
        return Double(high &<< 26 | low) * 0x1p-53
    }

    /// An integer below `bound`, which is at least 1, as `RandomState.randint(bound)`: the lowest bits that can hold
    /// it, drawn until they are below. A bound of 1 takes no word, one above 2³² takes two a try.
    @inlinable
    public mutating func integers(_ bound: Int) -> Int {
        if bound < 1 { failure("integers(\(bound)): the bound must be at least 1") }
        if bound == 1 { return 0 }
        let largest = UInt64(bound &- 1)
        let mask = UInt64.max &>> UInt64(largest.leadingZeroBitCount)
        while true {
            let word = (bound <= 1 << 32 ? UInt64(nextWord()) : next()) & mask
            if word <= largest { return Int(word) }
        }
    }

    /// Tempers the next 16 words.
    @usableFromInline
    mutating func makeReady() {
        if position == MT19937.count { makeWords() }
        let start = position
        var block = withUnsafeBytes(of: &words) {
            $0.loadUnaligned(fromByteOffset: 4 * start, as: SIMD16<UInt32>.self)
        }
        block ^= block &>> 11
        block ^= block &<< 7 & SIMD16(repeating: 0x9d2c_5680)
        block ^= block &<< 15 & SIMD16(repeating: 0xefc6_0000)
        block ^= block &>> 18
        withUnsafeMutableBytes(of: &ready) { $0.storeBytes(of: block, as: SIMD16<UInt32>.self) }
        position += MT19937.block
        used = 0
    }

    /// Replaces all words by the next 624.
    private mutating func makeWords() {
        typealias Block = SIMD16<UInt32>
        let (upperBit, one) = (Block(repeating: 1 << 31), Block(repeating: 1))
        let matrix = Block(repeating: 0x9908_b0df)
        withUnsafeMutableBytes(of: &words) { words in
            func block(at index: Int) -> Block {
                words.loadUnaligned(fromByteOffset: 4 * index, as: Block.self)
            }
            for start in stride(from: 0, to: MT19937.count, by: MT19937.block) {
                let mixed = block(at: start) & upperBit | block(at: start + 1) & ~upperBit
                let partner = (start + MT19937.shift) % MT19937.count
                let made = block(at: partner) ^ mixed &>> 1 ^ (0 &- (mixed & one)) & matrix
                words.storeBytes(of: made, toByteOffset: 4 * start, as: Block.self)
                if start == 0 { words.storeBytes(of: made, toByteOffset: 4 * MT19937.count, as: Block.self) }
            }
        }
        position = 0
    }

    /// How many of the latest 624 words have been given out: numpy's `pos`.
    private var given: Int {
        get { position - MT19937.block + used }
        set {
            position = newValue / MT19937.block * MT19937.block
            used = MT19937.block
            if newValue > position {
                makeReady()
                used = newValue - (position - MT19937.block)
            }
        }
    }

    /// Visits the state as numpy has it: the latest 624 words, and how many of them have been given out.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        var (saved, given) = ((0..<MT19937.count).map { words[$0] }, given)
        try archive.field("mt19937", &saved)
        try archive.field("position", &given)
        guard saved.contains(where: { $0 != 0 }) else {
            throw ArchiveError("field 'mt19937' is all zeros, which no seed gives")
        }
        guard (0...MT19937.count).contains(given) else {
            throw ArchiveError("field 'position' is \(given), expected 0 to 624")
        }
        for index in 0..<MT19937.count { words[index] = saved[index] }
        self.given = given
    }
}

extension MT19937: Equatable {
    /// Whether both go on with the same numbers.
    public static func == (left: MT19937, right: MT19937) -> Bool {
        left.given == right.given
            && (0..<MT19937.count).allSatisfy { left.words[$0] == right.words[$0] }
    }
}
