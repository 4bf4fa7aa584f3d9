import CKernels
import RLCore
import Testing

/// Smaller pictures are OpenCV's, byte by byte, on every instruction set.
@Suite struct AreaImageTests {
    /// A picture from (height, width) to a size, and what OpenCV 5.0.0 made of it.
    struct Case: Sendable {
        let source: (height: Int, width: Int)
        let size: (height: Int, width: Int)
        let channels: Int
        /// The 64-bit FNV-1a hash of `cv2.resize(picture, size, interpolation=cv2.INTER_AREA)`.
        let hash: UInt64

        init(_ height: Int, _ width: Int, _ newHeight: Int, _ newWidth: Int, _ channels: Int, _ hash: UInt64)
        {
            source = (height, width)
            size = (newHeight, newWidth)
            self.channels = channels
            self.hash = hash
        }

        /// The high bytes of a linear congruential generator (Numerical Recipes).
        var picture: [UInt8] {
            var state = UInt32(source.height * 1_000_003 + source.width * 1009 + channels)
            return (0..<source.height * source.width * channels).map { _ in
                state = state &* 1_664_525 &+ 1_013_904_223
                return UInt8(state >> 24)
            }
        }
    }

    static let cases = [
        Case(210, 160, 84, 84, 1, 0xa8fa_e87a_95b1_ad81),
        Case(210, 160, 84, 84, 3, 0xd05a_c784_e2cc_3d9f),
        Case(210, 160, 105, 80, 1, 0xe1f3_ef75_e547_ac59),
        Case(210, 160, 105, 80, 2, 0x6b1b_6fa0_db2e_bcf6),
        Case(210, 160, 105, 80, 3, 0xad89_0a20_3ade_a736),
        Case(210, 160, 70, 40, 1, 0x6510_632f_a39d_e604),
        Case(210, 160, 70, 40, 3, 0x5f05_f3a0_bc46_197a),
        Case(210, 160, 42, 83, 1, 0xfce7_1308_2e5e_ce80),
        Case(210, 160, 83, 80, 1, 0x113a_f2d3_259d_d7e2),
        Case(210, 160, 210, 160, 3, 0x3d83_3bc0_82c4_572c),
        Case(210, 160, 209, 159, 1, 0x55ab_cdec_748f_7057),
        Case(210, 160, 1, 1, 1, 0xaf64_3d4c_8602_915f),
        Case(57, 31, 7, 5, 4, 0xcf16_f6e4_5214_93f5),
        Case(9, 3, 4, 2, 1, 0xe8a6_f5e2_7639_76d4),
        Case(5, 2, 3, 1, 3, 0x6387_20ea_2d29_2246),
        Case(17, 13, 16, 3, 2, 0xa2c8_5714_05bd_d8fb),
        Case(250, 160, 84, 84, 1, 0x4541_fe06_594d_5562),
        Case(64, 64, 36, 36, 1, 0x7e5f_0d28_4c87_5f51),
    ]
    static let sets = [rl_baseline, rl_avx2, rl_avx512]

    @Test(arguments: cases) func theBytesOfOpenCV(_ test: Case) {
        for set in AreaImageTests.sets {
            let small = resized(test.picture, test.source, test.size, test.channels, set)
            let hash = small.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
            #expect(hash == test.hash, "instruction set \(set)")
        }
    }

    /// Against the definition, additions in the same order; painted in bands too, where rows repeat.
    @Test func theMeanOfTheAreaCovered() {
        var random = PCG64(seed: 1)
        for number in 0..<300 {
            let source = (random.integers(in: 1..<70), random.integers(in: 1..<70))
            let size = (random.integers(in: 1..<source.0 + 1), random.integers(in: 1..<source.1 + 1))
            // Where both factors are whole OpenCV rounds differently; the cases above have those.
            if source.0.isMultiple(of: size.0), source.1.isMultiple(of: size.1) { continue }
            let channels = random.integers(in: 1..<5)
            let band = number % 2 == 0 ? 1 : 6
            var picture = [UInt8](repeating: 0, count: source.0 * source.1 * channels)
            for index in picture.indices {
                let isRepeated = index / (source.1 * channels) % band != 0
                picture[index] =
                    isRepeated ? picture[index - source.1 * channels] : UInt8(random.integers(256))
            }
            let expected = defined(picture, source, size, channels)
            for set in AreaImageTests.sets {
                #expect(resized(picture, source, size, channels, set) == expected, "\(source) to \(size)")
            }
        }
    }

    @Test func theSpaceIsSmaller() {
        let environment = Film(channels: 3).resized(1, 0)
        #expect(
            environment.observationSpace
                == .box(Box(low: [0], high: [255], shape: [1, 2, 3], scalarType: .uint8)))
    }

    private func resized(
        _ picture: [UInt8], _ source: (Int, Int), _ size: (Int, Int), _ channels: Int, _ set: Int
    ) -> [UInt8] {
        let image = AreaImage(from: source, to: size, channels: channels)
        var small = [UInt8](repeating: 7, count: size.0 * size.1 * channels)
        var span = small.mutableSpan
        image.resize(picture, into: &span, kernels: rl_kernels_at_most(Int32(set)))
        return small
    }

    private func defined(
        _ picture: [UInt8], _ source: (Int, Int), _ size: (Int, Int), _ channels: Int
    ) -> [UInt8] {
        let (rows, columns) = (shares(source.0, size.0), shares(source.1, size.1))
        var small: [UInt8] = []
        for row in rows {
            for column in columns {
                for channel in 0..<channels {
                    var sum: Float = 0
                    for (y, down) in row {
                        var line: Float = 0
                        for (x, across) in column {
                            line += Float(picture[(y * source.1 + x) * channels + channel]) * across
                        }
                        sum += down * line
                    }
                    small.append(UInt8(min(255, sum.rounded(.toNearestOrEven))))
                }
            }
        }
        return small
    }

    /// What part of each pixel's area an output covers, as parts of its own.
    private func shares(_ inputs: Int, _ outputs: Int) -> [[(Int, Float)]] {
        let scale = Double(inputs) / Double(outputs)
        return (0..<outputs).map { output in
            let (begin, end) = (Double(output) * scale, Double(output) * scale + scale)
            let size = min(scale, Double(inputs) - begin)
            return (0..<inputs).compactMap { input in
                let covered = min(end, Double(input) + 1) - max(begin, Double(input))
                if covered <= 1e-3 { return nil }
                return (input, Float((covered > 1 - 1e-9 ? 1 : covered) / size))
            }
        }
    }
}
