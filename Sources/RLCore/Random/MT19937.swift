/// The generator behind `numpy.random.RandomState`: the Mersenne Twister (Matsumoto and Nishimura 1998), with numpy's
/// legacy ways of making numbers from its words. Same seed, same calls, same numbers, bit for bit.
///
/// A word is made when it is asked for, not 624 at a time: with thousands of generators side by side a draw then
/// touches two cache lines of its 2.5 kB, and no draw takes longer than another.
public struct MT19937: RandomStream {
    /// What `RandomState(seed)` takes.
    public static var seeds: ClosedRange<UInt64> { 0...UInt64(UInt32.max) }

    @usableFromInline static var count: Int { 624 }
    @usableFromInline static var shift: Int { 397 }
    @usableFromInline static var upperBit: UInt32 { 0x8000_0000 }
    @usableFromInline static var matrix: UInt32 { 0x9908_b0df }

    // The latest 624 words before tempering, in a ring: `words[position]` is the oldest and is replaced next.
    @usableFromInline var words: InlineArray<624, UInt32>
    @usableFromInline var position: Int

    /// As `numpy.random.RandomState(seed)`, for the low 32 bits of `seed`.
    public init(seed: UInt64) {
        words = InlineArray(repeating: UInt32(truncatingIfNeeded: seed))
        position = 0
        for index in 1..<MT19937.count {
            let last = words[index - 1]
            words[index] = 1_812_433_253 &* (last ^ last >> 30) &+ UInt32(index)
        }
    }

    /// As `numpy.random.MT19937(seed_sequence)`.
    public init(_ sequence: SeedSequence) {
        let seeds = sequence.words(MT19937.count)
        words = InlineArray { seeds[$0] }
        // numpy takes the last of the 624 words for one that is made already and gives it out first. Here it is the
        // next to be made: these are the bits from which the recurrence makes just it. No other word depends on them,
        // since of the oldest word only the upper bit is ever used.
        position = MT19937.count - 1
        let twisted = seeds[position] ^ seeds[MT19937.shift - 1]
        let isOdd = twisted & MT19937.upperBit != 0
        let mixed = (isOdd ? (twisted ^ MT19937.matrix) << 1 | 1 : twisted << 1)
        words[position] = mixed
        words[0] = MT19937.upperBit | mixed & ~MT19937.upperBit
    }

    /// The next 32 bits, as `random_raw()`.
    @inlinable
    public mutating func nextWord() -> UInt32 {
        let following = position &+ 1 == MT19937.count ? 0 : position &+ 1
        let distant = position &+ MT19937.shift
        let partner = distant < MT19937.count ? distant : distant &- MT19937.count
        let mixed = words[position] & MT19937.upperBit | words[following] & ~MT19937.upperBit
        var word = words[partner] ^ mixed &>> 1 ^ (0 &- (mixed & 1)) & MT19937.matrix
        words[position] = word
        position = following
        word ^= word &>> 11
        word ^= word &<< 7 & 0x9d2c_5680
        word ^= word &<< 15 & 0xefc6_0000
        return word ^ word &>> 18
    }

    /// 64 random bits, the high word first.
    @inlinable
    public mutating func next() -> UInt64 {
        let pair = nextPair()
        return pair &<< 32 | pair &>> 32
    }

    /// A number in [0, 1) with 53 random bits of two words, as `RandomState.random_sample()`.
    @inlinable
    public mutating func random() -> Double {
        let pair = nextPair()
        return Double(Int64(pair &>> 5 & 0x7ff_ffff) &<< 26 | Int64(pair &>> 38)) * 0x1p-53
    }

    /// The next two words, the first in the low half: both are made at once, but where the ring ends between them.
    @inlinable @inline(__always)
    mutating func nextPair() -> UInt64 {
        let turn = MT19937.count &- MT19937.shift
        guard position < MT19937.count &- 2, position != turn &- 1 else {
            let first = UInt64(nextWord())
            return first | UInt64(nextWord()) &<< 32
        }
        let partner = position < turn ? position &+ MT19937.shift : position &- turn
        let upperBits = MT19937.both(MT19937.upperBit)
        let start = position
        position &+= 2
        // Not by subscripts in a method of their own, which would be handed a copy of all 624 words.
        var pair = withUnsafeMutableBytes(of: &words) { words in
            let oldest = words.loadUnaligned(fromByteOffset: 4 &* start, as: UInt64.self)
            let following = words.loadUnaligned(fromByteOffset: 4 &* start &+ 4, as: UInt64.self)
            let distant = words.loadUnaligned(fromByteOffset: 4 &* partner, as: UInt64.self)
            let mixed = oldest & upperBits | following & ~upperBits
            let twisted =
                distant ^ mixed &>> 1 & ~upperBits ^ (mixed & MT19937.both(1)) &* UInt64(MT19937.matrix)
            words.storeBytes(of: twisted, toByteOffset: 4 &* start, as: UInt64.self)
            return twisted
        }
        pair ^= pair &>> 11 & MT19937.both(.max &>> 11)
        pair ^= pair &<< 7 & MT19937.both(0x9d2c_5680)
        pair ^= pair &<< 15 & MT19937.both(0xefc6_0000)
        return pair ^ pair &>> 18 & MT19937.both(.max &>> 18)
    }

    @inlinable @inline(__always)
    static func both(_ word: UInt32) -> UInt64 { UInt64(word) &<< 32 | UInt64(word) }

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

    /// Visits the state: the latest 624 words and which of them is the oldest.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        var (saved, oldest) = (words.indices.map { words[$0] }, position)
        try archive.field("mt19937", &saved)
        try archive.field("position", &oldest)
        guard words.indices.contains(oldest) else {
            throw ArchiveError("field 'position' is \(oldest), but there are \(words.count) words")
        }
        guard saved.contains(where: { $0 != 0 }) else {
            throw ArchiveError("field 'mt19937' is all zeros, which no seed gives")
        }
        words = InlineArray { saved[$0] }
        position = oldest
    }
}

extension MT19937: Equatable {
    /// Whether both go on with the same numbers from the same memory.
    public static func == (left: MT19937, right: MT19937) -> Bool {
        left.position == right.position && left.words.indices.allSatisfy { left.words[$0] == right.words[$0] }
    }
}
