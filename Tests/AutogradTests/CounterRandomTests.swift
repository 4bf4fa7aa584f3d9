import Autograd
import Foundation
import Testing

@Suite("Random numbers by position")
struct CounterRandomTests {
    /// The known answers published with the algorithm (Random123, kat_vectors: philox4x32, 10 rounds).
    @Test("The cipher's published answers")
    func knownAnswers() {
        let ones = UInt32.max
        #expect(
            CounterRandom.block([0, 0, 0, 0], 0) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
        #expect(
            CounterRandom.block([ones, ones, ones, ones], .max)
                == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
        #expect(
            CounterRandom.block([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], 0x299f_31d0_a409_3822)
                == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
    }

    private func word(_ key: UInt64, _ position: UInt64) -> UInt32 {
        let number = position / 4
        let block = CounterRandom.block(
            [UInt32(truncatingIfNeeded: number), UInt32(number >> 32), 0, 0], key)
        return block[Int(position % 4)]
    }

    @Test("Words come in pairs from even positions")
    func words() {
        var random = CounterRandom(key: 0)
        #expect(random.next() == 0xe169_c58d_6627_e8d5 && random.next() == 0x9b00_dbd8_bc57_ac4c)
        #expect(random.position == 4)
        random.position = 1
        #expect(random.next() == 0x9b00_dbd8_bc57_ac4c)
        random = CounterRandom(key: 9, position: 1 << 40)
        #expect(random.next() == UInt64(word(9, (1 << 40) + 1)) << 32 | UInt64(word(9, 1 << 40)))
    }

    private static let positions: [UInt64] = [0, 1, 2, 3, 7, (1 << 34) - 6]

    @Test("Uniform numbers and masks are the words at their positions", arguments: availableSets)
    func uniform(set: InstructionSet) {
        set.run {
            for start in CounterRandomTests.positions {
                for count in [0, 1, 2, 5, 31, 32, 33, 64, 100] {
                    let key: UInt64 = 0x1234_5678_9abc_def0
                    var random = CounterRandom(key: key, position: start)
                    var values = [Float](repeating: -1, count: count)
                    random.fillUniform(&values)
                    #expect(random.position == start + UInt64(count))
                    let words = (0..<count).map { word(key, start + UInt64($0)) }
                    #expect(values == words.map { Float($0 >> 8) / 16_777_216 })
                    random.position = start
                    var mask = [UInt8](repeating: 7, count: count)
                    random.fillMask(&mask, probability: 0.75)
                    #expect(random.position == start + UInt64(count))
                    #expect(mask == words.map { $0 >= 1 << 30 ? 1 : 0 })
                }
            }
        }
    }

    @Test("Certain and impossible bits")
    func certainMasks() {
        var random = CounterRandom(key: 1)
        var mask = [UInt8](repeating: 7, count: 100)
        random.fillMask(&mask, probability: 0)
        #expect(mask.allSatisfy { $0 == 0 })
        random.fillMask(&mask, probability: 1)
        #expect(mask.allSatisfy { $0 == 1 } && random.position == 200)
    }

    private func fills(_ random: inout CounterRandom, _ which: Int, _ values: inout [Float]) {
        switch which {
        case 0: random.fillUniform(&values)
        case 1: random.fillNormal(&values)
        default: random.fillGumbel(&values)
        }
    }

    @Test("The same bits on every instruction set, and in whatever pieces", arguments: [0, 1, 2])
    func reproducible(which: Int) {
        for start in CounterRandomTests.positions {
            var whole = [Float](repeating: 0, count: 301)
            InstructionSet.baseline.run {
                var random = CounterRandom(key: 5, position: start)
                fills(&random, which, &whole)
            }
            for set in availableSets {
                set.run {
                    var random = CounterRandom(key: 5, position: start)
                    var pieces: [Float] = []
                    for size in [1, 0, 3, 40, 64, 2, 191] {
                        var piece = [Float](repeating: 0, count: size)
                        fills(&random, which, &piece)
                        pieces += piece
                    }
                    #expect(pieces.map(\.bitPattern) == whole.map(\.bitPattern), "\(set) from \(start)")
                }
            }
        }
    }

    @Test("Normal and Gumbel numbers are what the words stand for")
    func transformations() {
        var random = CounterRandom(key: 77)
        var (normal, gumbel) = ([Float](repeating: 0, count: 20_000), [Float](repeating: 0, count: 20_000))
        random.fillNormal(&normal)
        random.position = 0
        random.fillGumbel(&gumbel)
        func exponential(_ word: UInt32) -> Double { -log1p(-(Double(word) + 0.5) * 0x1p-32) }
        for i in normal.indices {
            let (first, second) = (word(77, UInt64(i & ~1)), word(77, UInt64(i | 1)))
            let angle = 2 * Double.pi * Double(second) * 0x1p-32
            let exact = (2 * exponential(first)).squareRoot() * (i % 2 == 0 ? cos(angle) : sin(angle))
            #expect(abs(Double(normal[i]) - exact) <= 5 * Double(Float(exact).ulp))
            let gumbelExact = -log(exponential(word(77, UInt64(i))))
            #expect(abs(Double(gumbel[i]) - gumbelExact) <= 5e-7 * max(1, abs(gumbelExact)))
        }
    }

    private func moments(_ values: [Float]) -> (
        mean: Double, variance: Double, skew: Double, kurtosis: Double
    ) {
        let n = Double(values.count)
        let mean = values.reduce(0) { $0 + Double($1) } / n
        func central(_ power: Int) -> Double {
            values.reduce(0) { $0 + pow(Double($1) - mean, Double(power)) } / n
        }
        let variance = central(2)
        return (mean, variance, central(3) / pow(variance, 1.5), central(4) / (variance * variance))
    }

    @Test("Moments of a million numbers")
    func distributions() {
        var random = CounterRandom(key: 2024)
        var values = [Float](repeating: 0, count: 1 << 20)
        random.fillUniform(&values)
        let uniform = moments(values)
        #expect(abs(uniform.mean - 0.5) < 0.0015 && abs(uniform.variance - 1.0 / 12) < 0.0005)
        #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
        random.fillNormal(&values)
        let normal = moments(values)
        #expect(abs(normal.mean) < 0.005 && abs(normal.variance - 1) < 0.007)
        #expect(abs(normal.skew) < 0.012 && abs(normal.kurtosis - 3) < 0.025)
        // Neighbours share two words: they must be independent all the same.
        let products = stride(from: 0, to: values.count, by: 2).map { values[$0] * values[$0 + 1] }
        #expect(abs(moments(products).mean) < 0.007)
        let beyond = values.reduce(0) { $0 + (abs($1) > 3 ? 1 : 0) }
        #expect(abs(Double(beyond) - 2831) < 270)
        random.fillGumbel(&values)
        let gumbel = moments(values)
        #expect(abs(gumbel.mean - 0.5772157) < 0.007 && abs(gumbel.variance - 1.644934) < 0.02)
    }

    @Test("Two states are equal where key and position are")
    func state() {
        var (one, other) = (CounterRandom(key: 3), CounterRandom(key: 3))
        _ = one.next()
        #expect(one != other)
        other.position = one.position
        #expect(one == other && one.next() == other.next())
        #expect(CounterRandom(key: 3) != CounterRandom(key: 4))
    }
}
