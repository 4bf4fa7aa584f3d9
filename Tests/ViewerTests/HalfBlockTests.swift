import RLCore
import Testing
import Viewer

@Suite struct HalfBlockTests {
    private func noise(_ width: Int, _ height: Int, colors: Int, seed: UInt64) -> Picture {
        var random = PCG64(seed: seed)
        var picture = Picture(width: width, height: height)
        for place in 0..<width * height {
            let value = UInt8(random.integers(colors) * 255 / max(1, colors - 1))
            picture.bytes.replaceSubrange(3 * place..<3 * place + 3, with: [value, 255 - value, 7])
        }
        return picture
    }

    private func names(of picture: Picture) -> [[String]] {
        (0..<picture.height).map { y in
            (0..<picture.width).map { x in
                let color = picture[x, y]
                return "\(color.red),\(color.green),\(color.blue)"
            }
        }
    }

    @Test(arguments: [1, 2, 3, 256]) func everyPixelArrives(_ colors: Int) throws {
        var blocks = HalfBlocks(colors: .all)
        var terminal = PaperTerminal(columns: 20, rows: 8)
        for seed in 0..<5 {
            let picture = noise(20, 14, colors: colors, seed: UInt64(seed))
            try terminal.write(blocks.draw(picture, columns: 20, rows: 7))
            #expect(terminal.pixels(columns: 20, rows: 7) == names(of: picture))
            // The line below is somebody else's.
            #expect(terminal.text(7) == String(repeating: " ", count: 20))
        }
    }

    @Test func onlyWhatChangedIsSent() throws {
        var blocks = HalfBlocks(colors: .all)
        var picture = noise(60, 40, colors: 200, seed: 1)
        let whole = blocks.draw(picture, columns: 60, rows: 20)
        #expect(blocks.draw(picture, columns: 60, rows: 20) == "")
        picture.bytes[3 * (7 * 60 + 11)] ^= 1
        let part = blocks.draw(picture, columns: 60, rows: 20)
        // The fourth line, the twelfth character, and nothing else.
        #expect(part.contains("\u{1B}[4;12H") && part.utf8.count < 90 && whole.utf8.count > 20_000)
        blocks.forget()
        #expect(blocks.draw(picture, columns: 60, rows: 20).utf8.count > 20_000)
    }

    @Test func areasNeedOneSelectionOfColor() {
        var blocks = HalfBlocks(colors: .all)
        let text = blocks.draw(Picture(width: 100, height: 2), columns: 100, rows: 1)
        #expect(text.filter { $0 == "m" }.count == 2 && text.filter { $0 == " " }.count == 100)
    }

    /// Of every colour the nearest that the terminal has, by trying them all.
    @Test func aPaletteComesClose() throws {
        var palette: [(number: Int, parts: [Int])] = []
        let levels = [0, 95, 135, 175, 215, 255]
        for (r, red) in levels.enumerated() {
            for (g, green) in levels.enumerated() {
                for (b, blue) in levels.enumerated() {
                    palette.append((16 + 36 * r + 6 * g + b, [red, green, blue]))
                }
            }
        }
        for grey in 0..<24 { palette.append((232 + grey, [Int](repeating: 8 + 10 * grey, count: 3))) }
        var random = PCG64(seed: 2)
        var picture = Picture(width: 40, height: 40)
        for place in picture.bytes.indices { picture.bytes[place] = UInt8(random.integers(256)) }
        for place in 0..<40 {
            picture.bytes.replaceSubrange(
                3 * place..<3 * place + 3, with: [UInt8](repeating: UInt8(place * 6), count: 3))
        }
        var blocks = HalfBlocks(colors: .palette)
        var terminal = PaperTerminal(columns: 40, rows: 20)
        try terminal.write(blocks.draw(picture, columns: 40, rows: 20))
        let shown = terminal.pixels(columns: 40, rows: 20)
        for y in 0..<40 {
            for x in 0..<40 {
                let color = picture[x, y]
                let parts = [Int(color.red), Int(color.green), Int(color.blue)]
                func distance(_ other: [Int]) -> Int {
                    zip(parts, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                }
                let least = try #require(palette.map { distance($0.parts) }.min())
                let taken = try #require(palette.first { "\($0.number)" == shown[y][x] })
                #expect(distance(taken.parts) == least, "\(parts) became \(taken)")
            }
        }
    }

    /// As large as fits, in its own aspect, in the middle.
    @Test func otherSizesAreFitted() throws {
        var blocks = HalfBlocks(colors: .all)
        var terminal = PaperTerminal(columns: 12, rows: 5)
        var picture = Picture(width: 2, height: 2)
        picture.bytes = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]
        try terminal.write(blocks.draw(picture, columns: 12, rows: 4))
        // Eight pixels high, so eight wide, with two on either side.
        let pixels = terminal.pixels(columns: 12, rows: 4)
        for y in 0..<8 {
            let (left, right) = y < 4 ? ("255,0,0", "0,255,0") : ("0,0,255", "255,255,255")
            #expect(
                pixels[y]
                    == ["0,0,0", "0,0,0"] + [String](repeating: left, count: 4)
                    + [String](repeating: right, count: 4) + ["0,0,0", "0,0,0"])
        }
        // Larger than the terminal, and nothing at all.
        try terminal.write(blocks.draw(noise(1000, 999, colors: 3, seed: 3), columns: 12, rows: 4))
        try terminal.write(blocks.draw(Picture(width: 0, height: 9), columns: 12, rows: 4))
        #expect(terminal.pixels(columns: 12, rows: 4).joined().allSatisfy { $0 == "0,0,0" })
    }

    @Test func theTerminalSaysWhatItKnows() {
        func colors(_ variables: [String: String]) -> TerminalColors { TerminalColors { variables[$0] } }
        #expect(colors([:]) == .palette && colors(["TERM": "xterm-256color"]) == .palette)
        #expect(colors(["COLORTERM": "truecolor"]) == .all && colors(["COLORTERM": "24bit"]) == .all)
        #expect(colors(["TERM": "xterm-direct"]) == .all && colors(["COLORTERM": "yes"]) == .palette)
    }
}
