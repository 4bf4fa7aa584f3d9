import PictureFiles
import RLCore
import Testing

@Suite struct GIFTests {
    /// A small box that wanders over stripes.
    private func wandering(_ count: Int, width: Int = 40, height: Int = 30) -> [Picture] {
        (0..<count).map { index in
            var canvas = Canvas()
            canvas.show(x: 0...Double(width), y: 0...Double(height))
            canvas.background = Color(0x102030)
            for row in stride(from: 0.0, to: Double(height), by: 3) {
                canvas.fill(.rectangle(x: 0, y: row, width: Double(width), height: 1), Color(0x405060))
            }
            let x = Double(index * 3 % (width - 5))
            canvas.fill(.rectangle(x: x, y: 12, width: 5, height: 4), Color(0xFF8000))
            return Picture(canvas, width: width, height: height)
        }
    }

    private func encoded(_ pictures: [Picture], seconds: Double = 0.1) throws -> [UInt8] {
        var counts = ColorCounts()
        for picture in pictures { counts.add(picture) }
        let first = try #require(pictures.first)
        var encoder = try GIFEncoder(width: first.width, height: first.height, palette: Palette(counts))
        var file: [UInt8] = []
        for picture in pictures { file += try encoder.add(picture, seconds: seconds) }
        return file + (try encoder.finish())
    }

    @Test func framesComeBackAsTheyWere() throws {
        let pictures = wandering(25)
        let gif = try DecodedGIF(try encoded(pictures))
        #expect(gif.frames.map(\.picture) == pictures)
        #expect(gif.frames.allSatisfy { $0.delay == 10 })
        #expect(gif.loops == 0)
        // Only what changed is there: the box where it was and where it is.
        #expect(gif.frames[0].area == 40 * 30 && gif.frames[1].area == 8 * 4)
    }

    /// Noise leaves nothing to compress: every width of code comes, and the table of runs fills up again and again.
    @Test(arguments: [1, 2, 3, 4, 5, 16, 17, 127, 128, 255, 256])
    func anyNumberOfColorsUpTo256IsExact(_ count: Int) throws {
        var random = PCG64(seed: UInt64(count))
        let colors = (0..<count).map { Color(UInt32($0 * 65_521 % 16_777_213)) }
        let pictures = (0..<3).map { _ in
            var picture = Picture(width: 123, height: 77)
            for place in 0..<123 * 77 {
                let color = place < count ? colors[place] : colors[Int(random.integers(count))]
                picture.bytes.replaceSubrange(
                    3 * place..<3 * place + 3, with: [color.red, color.green, color.blue])
            }
            return picture
        }
        let gif = try DecodedGIF(try encoded(pictures))
        // Of one colour there is only one frame.
        #expect(gif.frames.map(\.picture) == (count == 1 ? [pictures[0]] : pictures))
    }

    @Test func compressionComesBack() throws {
        var random = PCG64(seed: 5)
        for symbolBits in 2...8 {
            for length in [0, 1, 2, 3, 5, 100, 4093, 4094, 4095, 4096, 4097, 9000, 60_000] {
                // Runs of any length, so that codes stand for long ones too.
                var indices: [UInt8] = []
                while indices.count < length {
                    let symbol = UInt8(random.integers(1 << symbolBits))
                    indices += [UInt8](
                        repeating: symbol, count: min(length - indices.count, 1 + random.integers(40)))
                }
                let data = LZWCompression.compress(indices, symbolBits: symbolBits)
                let back = try DecodedGIF.decompressed(data, symbolBits: symbolBits)
                #expect(back == indices.map(Int.init), "\(length) symbols of \(symbolBits) bits")
            }
        }
        #expect(LZWCompression.compress([UInt8](repeating: 0, count: 60_000), symbolBits: 2).count < 500)
    }

    /// What stands still and goes in and out of sight: the sparse and the full form of a frame are both used.
    @Test func whatStandsStillIsLeftOutWhereThatIsShorter() throws {
        var random = PCG64(seed: 1)
        var noise = Picture(width: 64, height: 64)
        for place in 0..<64 * 64 {
            let value = UInt8(random.integers(64))
            noise.bytes.replaceSubrange(3 * place..<3 * place + 3, with: [value, value, value])
        }
        var corners = noise
        corners.bytes[0] = 200
        corners.bytes[corners.bytes.count - 1] = 200
        let file = try encoded([noise, corners])
        #expect(try DecodedGIF(file).frames.map(\.picture) == [noise, corners])
        #expect(try DecodedGIF(file).frames[1].area == 64 * 64)
        // The noise is in the file once.
        #expect(file.count - (try encoded([noise])).count < 300)
    }

    @Test func delaysKeepThePace() throws {
        for (pace, count) in [(30.0, 90), (12, 36), (50, 100), (7, 21), (1, 3)] {
            let gif = try DecodedGIF(try encoded(wandering(count), seconds: 1 / pace))
            #expect(gif.frames.count == count)
            let exact = 100 / pace
            #expect(gif.frames.allSatisfy { abs(Double($0.delay) - exact) < 1 })
            #expect(gif.frames.reduce(0) { $0 + $1.delay } == Int((exact * Double(count)).rounded()))
        }
    }

    /// Programs show a frame of one hundredth for ten.
    @Test func framesTooShortToBeShownAreLeftOut() throws {
        let pictures = wandering(200)
        let gif = try DecodedGIF(try encoded(pictures, seconds: 0.001))
        #expect(gif.frames.count < 20 && gif.frames.allSatisfy { $0.delay >= 2 })
        // The last one may take longer than there is time.
        #expect((20...22).contains(gif.frames.reduce(0) { $0 + $1.delay }))
        #expect(gif.frames.last?.picture == pictures.last)
    }

    @Test func whatDoesNotChangeIsOneFrame() throws {
        let still = wandering(1)
        let gif = try DecodedGIF(try encoded([still[0], still[0], still[0]], seconds: 0.5))
        #expect(gif.frames.map(\.delay) == [150])
        // Longer than a frame can be.
        let long = try DecodedGIF(try encoded(still, seconds: 1000))
        #expect(long.frames.map(\.delay) == [65_535, 34_465])
        #expect(long.frames.map(\.picture) == [still[0], still[0]] && long.frames[1].area == 1)
    }

    /// More colours than a file can hold: close to the truth, the same in every frame, and large areas exact.
    @Test func manyColorsAreQuantizedOnce() throws {
        let pictures = (0..<3).map { index in
            var picture = Picture(width: 128, height: 96)
            for y in 0..<96 {
                for x in 0..<128 {
                    let place = 3 * (y * 128 + x)
                    // A ramp in two channels, a flat area below, and a small box of its own colour.
                    let color =
                        y >= 64
                        ? Color(0x123457)
                        : x >= 4 * index && x < 4 * index + 3 && y < 3
                            ? Color(0xFF00FF) : Color(red: UInt8(2 * x), green: UInt8(4 * y), blue: 40)
                    picture.bytes.replaceSubrange(
                        place..<place + 3, with: [color.red, color.green, color.blue])
                }
            }
            return picture
        }
        var counts = ColorCounts()
        for picture in pictures { counts.add(picture) }
        let palette = Palette(counts)
        #expect(!palette.isExact && palette.colors.count == 255)
        let gif = try DecodedGIF(try encoded(pictures))
        #expect(gif.frames.count == 3)
        for (frame, picture) in zip(gif.frames, pictures) {
            #expect(
                (64..<96).allSatisfy { y in (0..<128).allSatisfy { frame.picture[$0, y] == picture[$0, y] } })
            let differences = zip(frame.picture.bytes, picture.bytes).map { abs(Int($0) - Int($1)) }
            #expect((differences.max() ?? 0) <= 24)
            #expect(differences.reduce(0, +) < 5 * differences.count)
        }
        #expect(gif.frames[0].picture[1, 1] == Color(0xFF00FF))
        // Nothing but the box moves.
        #expect(gif.frames[1].area <= 7 * 3 && gif.frames[2].area <= 7 * 3)
    }

    /// The colours of a photograph need no more memory than those of a drawing, and nothing depends on the order of
    /// a dictionary.
    @Test func countingIsBoundedAndRepeatable() {
        var random = PCG64(seed: 9)
        var counts = ColorCounts()
        var picture = Picture(width: 500, height: 400)
        for place in picture.bytes.indices { picture.bytes[place] = UInt8(random.integers(256)) }
        counts.add(picture)
        #expect(counts.counts.count <= 1 << 16)
        #expect(counts.counts.values.reduce(0, +) == 500 * 400)
        #expect(Palette(counts) == Palette(counts) && !Palette(counts).isExact)
    }

    @Test func whatCannotBeAFileIsRefused() throws {
        let palette = Palette(ColorCounts())
        #expect(throws: PictureError.self) { try GIFEncoder(width: 0, height: 5, palette: palette) }
        #expect(throws: PictureError.self) { try GIFEncoder(width: 5, height: 65_536, palette: palette) }
        var encoder = try GIFEncoder(width: 5, height: 5, palette: palette)
        #expect(throws: PictureError.self) { try encoder.finish() }
        #expect(throws: PictureError.self) { try encoder.add(Picture(width: 5, height: 6), seconds: 1) }
    }
}
