import RLCore
import Testing

/// Every draw against those of numpy 2.4.6.
@Suite struct MT19937Tests {
    /// `RandomState(seed)._bit_generator.random_raw(2000)`: the first three words, and all of them in one number.
    @Test(
        arguments: [
            (0, [0x8c7f_0aac, 0x97c4_aa2f, 0xb716_a675], 0x8569_2760_0181_b5a9),
            (1, [0x6ac1_f425, 0xff47_80eb, 0xb867_2f8c], 0xf915_7624_fe71_698f),
            (12345, [0xedfb_51e2, 0xe3e1_2de5, 0x50fd_fd1d], 0x33e9_46ea_4d02_a0bb),
            (0xffff_ffff, [0x18fe_69a3, 0x1c92_4122, 0xe991_ec0c], 0xf2df_23c1_c8bf_c46b),
        ] as [(UInt64, [UInt32], UInt64)])
    func integerSeedsAreNumpys(_ seed: UInt64, _ first: [UInt32], _ all: UInt64) {
        var random = MT19937(seed: seed)
        let words = (0..<2000).map { _ in random.nextWord() }
        #expect(Array(words.prefix(3)) == first)
        #expect(words.reduce(0) { $0 &* 31 &+ UInt64($1) } == all)
    }

    /// `MT19937(SeedSequence(seed, spawn_key=key)).random_raw(2000)`, in the same way.
    @Test(
        arguments: [
            (0, [], [0x7ab4_ea94, 0x9b56_1119, 0x4957_d02e], 0xa433_c132_91c7_e847),
            (7, [3], [0xf279_93d9, 0x27ce_f21d, 0x95ab_e89b], 0x151a_1f3c_6d10_048f),
            (
                0x8000_0000_0000_0005, [1, 0xffff_ffff], [0x9723_c56b, 0x0496_970f, 0xa001_eb11],
                0xc0d6_720f_800c_2571
            ),
        ] as [(UInt64, [UInt32], [UInt32], UInt64)])
    func sequencesAreNumpys(_ seed: UInt64, _ key: [UInt32], _ first: [UInt32], _ all: UInt64) {
        var random = MT19937(SeedSequence(seed, spawnKey: key))
        let words = (0..<2000).map { _ in random.nextWord() }
        #expect(Array(words.prefix(3)) == first)
        #expect(words.reduce(0) { $0 &* 31 &+ UInt64($1) } == all)
    }

    @Test func realsAreNumpys() {
        var random = MT19937(seed: 3)
        let reals = (0..<2000).map { _ in random.random() }
        #expect(reals.prefix(3) == [0.5507979025745755, 0.7081478226181048, 0.2909047389129443])
        #expect(reals.last == 0.7997292791335099)
    }

    /// Single words in between let pairs start at every place of the ring, also where it ends between the two.
    @Test func aMixtureIsNumpys() {
        var random = MT19937(seed: 11)
        var all: UInt64 = 0
        for _ in 0..<3000 {
            let real = UInt64(random.random() * 0x1p53)
            let (eight, five, one) = (random.integers(8), random.integers(5), random.integers(1))
            all = all &* 31 &+ real &+ UInt64(eight * 5 + five + one)
        }
        #expect(all == 0x672a_4e4a_696b_2262)
        let bounds = [0xffff_ffff, 1 << 32, 1 << 32 + 1, 1 << 40, Int.max, 3 << 61 + 1]
        #expect(
            bounds.map { random.integers($0) } == [
                1_424_816_457, 3_416_889_791, 2_801_232_371, 718_602_019_052, 3_333_153_903_087_325_842,
                2_160_962_176_527_096_870,
            ])
    }

    @Test func sixtyFourBitsAreTwoWordsTheFirstOnTop() {
        var (whole, halves) = (MT19937(seed: 9), MT19937(seed: 9))
        for _ in 0..<700 {
            let high = UInt64(halves.nextWord())
            #expect(whole.next() == high << 32 | UInt64(halves.nextWord()))
        }
    }

    @Test func seedsAreThoseOfTheReference() {
        #expect(MT19937.seeds == 0...0xffff_ffff)
    }

    @Test func anArchiveGoesOn() throws {
        for draws in [0, 1, 226, 227, 623, 624, 1001] {
            var random = MT19937(seed: 5)
            for _ in 0..<draws { _ = random.nextWord() }
            var archive = Archive()
            try random.archive(&archive)
            var restored = MT19937(seed: 6)
            var reading = try Archive(safetensors: archive.safetensors())
            try restored.archive(&reading)
            #expect(restored == random)
            #expect((0..<700).map { _ in restored.nextWord() } == (0..<700).map { _ in random.nextWord() })
        }
    }

    /// `RandomState(5).get_state()` after some words.
    @Test(
        arguments: [(1, 0xa018_43dd_4cc4_04db), (624, 0xa018_43dd_4cc4_04db), (700, 0x4e90_cbc2_de9a_1d36)]
            as [(Int, UInt64)])
    func theArchiveIsNumpysState(_ draws: Int, _ key: UInt64) throws {
        var random = MT19937(seed: 5)
        for _ in 0..<draws { _ = random.nextWord() }
        var archive = Archive()
        try random.archive(&archive)
        var reading = Archive(restoring: archive.entries)
        var (words, position) = ([UInt32](repeating: 0, count: 624), 0)
        try reading.field("mt19937", &words)
        try reading.field("position", &position)
        #expect(words.reduce(0) { $0 &* 31 &+ UInt64($1) } == key)
        #expect(position == (draws - 1) % 624 + 1)
    }

    @Test(arguments: [("position", -1), ("position", 625), ("mt19937", 0)])
    func aDamagedArchiveIsRefused(_ field: String, _ value: Int) throws {
        var random = MT19937(seed: 5)
        var archive = Archive()
        try random.archive(&archive)
        var entries = archive.entries
        let entry = try #require(entries[field])
        let bytes = withUnsafeBytes(of: value) { Array($0) }
        entries[field] = Archive.Entry(
            type: entry.type, shape: entry.shape,
            bytes: (0..<entry.bytes.count).map { bytes[$0 % bytes.count] })
        var damaged = Archive(restoring: entries)
        #expect(throws: ArchiveError.self) { try random.archive(&damaged) }
    }
}
