/// The generator behind `numpy.random.default_rng`: PCG XSL-RR 128/64 (O'Neill 2014), with numpy's ways of making
/// numbers from its bits. Same seed, same calls, same numbers, bit for bit.
public struct PCG64: RandomStream, Equatable {
    // Halves, because a stored UInt128 needs 16-byte alignment and Swift 6.3.1 copies an existential that holds one with
    // the wrong offset (a crash in `initializeWithCopy`).
    @usableFromInline var stateHigh: UInt64
    @usableFromInline var stateLow: UInt64
    @usableFromInline let incrementHigh: UInt64
    @usableFromInline let incrementLow: UInt64
    // Bounded integers take 32 bits, low half first; the other half waits for the next one, across everything else.
    @usableFromInline var waitingHalf: UInt32?

    /// As `numpy.random.default_rng(seed)`.
    public init(seed: UInt64) {
        self.init(SeedSequence(seed))
    }

    /// As `numpy.random.PCG64(seed_sequence)`.
    public init(_ sequence: SeedSequence) {
        let words = sequence.longWords(4)
        incrementHigh = words[2] << 1 | words[3] >> 63
        incrementLow = words[3] << 1 | 1
        (stateHigh, stateLow) = (0, 0)
        state = (increment &+ (UInt128(words[0]) << 64 | UInt128(words[1]))) &* PCG64.multiplier &+ increment
    }

    @inlinable var state: UInt128 {
        get { UInt128(stateHigh) << 64 | UInt128(stateLow) }
        set {
            stateHigh = UInt64(truncatingIfNeeded: newValue >> 64)
            stateLow = UInt64(truncatingIfNeeded: newValue)
        }
    }

    @inlinable var increment: UInt128 { UInt128(incrementHigh) << 64 | UInt128(incrementLow) }

    @usableFromInline static var multiplier: UInt128 { 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645 }

    /// 64 random bits.
    @inlinable
    public mutating func next() -> UInt64 {
        state = state &* PCG64.multiplier &+ increment
        let folded = stateHigh ^ stateLow
        let rotation = stateHigh &>> 58
        return folded &>> rotation | folded &<< (64 &- rotation)
    }

    /// A number in [0, 1) with 53 random bits, as `Generator.random()`.
    @inlinable
    public mutating func random() -> Double {
        Double(next() &>> 11) * 0x1p-53
    }

    /// A number in [`low`, `high`), as `Generator.uniform(low, high)`.
    @inlinable
    public mutating func uniform(_ low: Double, _ high: Double) -> Double {
        let range = high - low
        return low + range * random()
    }

    /// An integer below `bound`, which is at least 1, as `Generator.integers(bound)`: Lemire's method (2019), on 32
    /// bits where they suffice.
    @inlinable
    public mutating func integers(_ bound: Int) -> Int {
        if bound < 1 { failure("integers(\(bound)): the bound must be at least 1") }
        if bound == 1 { return 0 }
        if bound == 1 << 32 { return Int(nextHalf()) }
        if bound < 1 << 32 {
            let bound = UInt32(bound)
            var product = UInt64(nextHalf()) &* UInt64(bound)
            if UInt32(truncatingIfNeeded: product) < bound {
                let threshold = (0 &- bound) % bound
                while UInt32(truncatingIfNeeded: product) < threshold {
                    product = UInt64(nextHalf()) &* UInt64(bound)
                }
            }
            return Int(product &>> 32)
        }
        let long = UInt64(bound)
        var (high, low) = next().multipliedFullWidth(by: long)
        if low < long {
            let threshold = (0 &- long) % long
            while low < threshold { (high, low) = next().multipliedFullWidth(by: long) }
        }
        return Int(high)
    }

    /// An integer of a range that is not empty, as `Generator.integers(low, high)`.
    @inlinable
    public mutating func integers(in range: Range<Int>) -> Int {
        range.lowerBound + integers(range.count)
    }

    /// One of `count` things, as `Generator.choice(count)`.
    @inlinable
    public mutating func choice(_ count: Int) -> Int {
        integers(count)
    }

    /// One of `probabilities.count` things, as `Generator.choice(n, p=probabilities)`: the first cumulative
    /// probability above a uniform draw. The probabilities are not negative and not all 0.
    public mutating func choice(probabilities: [Double]) -> Int {
        let total = probabilities.reduce(0, +)
        let draw = random()
        var cumulative = 0.0
        for (index, probability) in probabilities.enumerated() {
            cumulative += probability
            if cumulative / total > draw { return index }
        }
        failure("choice(probabilities: \(probabilities)): no probability is positive")
    }

    /// Puts the elements into a random order, each equally likely (Fisher and Yates).
    @inlinable
    public mutating func shuffle<Element>(_ elements: inout [Element]) {
        for last in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(last, integers(last + 1))
        }
    }

    /// The next 32 bits: the low half of a fresh word, then its high half.
    @inlinable
    mutating func nextHalf() -> UInt32 {
        if let half = waitingHalf {
            waitingHalf = nil
            return half
        }
        let word = next()
        waitingHalf = UInt32(word &>> 32)
        return UInt32(truncatingIfNeeded: word)
    }

    /// Visits the state: two words of state, two of increment, and the waiting half with its flag.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        var words = [
            stateHigh, stateLow, incrementHigh, incrementLow, UInt64(waitingHalf ?? 0),
            waitingHalf == nil ? 0 : 1,
        ]
        try archive.field("pcg64", &words)
        self = PCG64(words: words)
    }

    private init(words: [UInt64]) {
        (stateHigh, stateLow, incrementHigh, incrementLow) = (words[0], words[1], words[2], words[3])
        waitingHalf = words[5] == 0 ? nil : UInt32(truncatingIfNeeded: words[4])
    }
}
