/// A generator an environment can be played with.
///
/// `init(seed:)` is what the published environment does with an integer seed, so that the same seed gives the same
/// episode; `init(_:)` is how this framework derives the stream of a row.
public protocol RandomStream: RandomNumberGenerator, Sendable {
    /// The seeds that the reference takes.
    static var seeds: ClosedRange<UInt64> { get }
    /// Seeded as the reference seeds it.
    init(seed: UInt64)
    /// Seeded from a derived sequence.
    init(_ sequence: SeedSequence)
    /// A number in [0, 1) with 53 random bits, as numpy's `Generator.random()` makes it of the same bit generator.
    mutating func random() -> Double
    /// Visits the complete state by name.
    mutating func archive(_ archive: inout Archive) throws(ArchiveError)
}

extension RandomStream {
    /// All.
    public static var seeds: ClosedRange<UInt64> { 0...UInt64.max }
}

/// All the randomness of a run, derived from its one seed: a stream a component, by name, so that drawing in one
/// never moves another.
public struct RandomStreams: Sendable {
    /// The run's seed.
    public let seed: UInt64

    /// The streams of `seed`.
    public init(seed: UInt64) {
        self.seed = seed
    }

    /// The stream called `name`: numpy's `PCG64(SeedSequence(seed, spawn_key=(low, high)))` with the two halves of
    /// the name's 64-bit FNV-1a hash.
    public func stream(_ name: String) -> PCG64 {
        let hash = hash(of: name)
        return PCG64(SeedSequence(seed, spawnKey: [UInt32(truncatingIfNeeded: hash), UInt32(hash >> 32)]))
    }

    /// A seed for a component that derives streams of its own.
    public func seed(_ name: String) -> UInt64 {
        var stream = stream(name)
        return stream.next()
    }

    private func hash(of name: String) -> UInt64 {
        name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
