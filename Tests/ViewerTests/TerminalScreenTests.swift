import Foundation
import RLCore
import Testing
import Viewer

@Suite struct TerminalScreenTests {
    private let terminal: PseudoTerminal

    init() throws { terminal = try PseudoTerminal(columns: 40, rows: 11) }

    private func screen() throws -> TerminalScreen {
        try TerminalScreen(input: terminal.inside, output: terminal.inside, colors: .all, signals: false)
    }

    private func picture(_ color: Color, _ screen: TerminalScreen) -> Picture {
        var canvas = Canvas()
        canvas.background = color
        return Picture(canvas, width: screen.size.width, height: screen.size.height)
    }

    @Test func showsThePictureAndTheTitleBelow() throws {
        let screen = try screen()
        #expect(screen.size == (40, 20))
        var paper = PaperTerminal(columns: 40, rows: 11)
        try screen.present(picture(.blue, screen))
        screen.title = "a run, episode 1"
        try paper.write(terminal.output())
        #expect(paper.isOtherPage && !paper.hasCursor && !paper.wraps)
        #expect(paper.pixels(columns: 40, rows: 10).joined().allSatisfy { $0 == "47,111,222" })
        #expect(paper.text(10).hasPrefix(" a run, episode 1 ") && paper.cells[10][39].front == "reversed")
        // The same once more is nothing to send; another title is that line.
        try screen.present(picture(.blue, screen))
        #expect(terminal.output() == "")
        screen.title = "a run, episode 2\u{1B}[31m with a name that is far too long for the line"
        try paper.write(terminal.output())
        #expect(paper.text(10) == " a run, episode 2 [31m with a name that ")
        #expect(paper.pixels(columns: 40, rows: 10).joined().allSatisfy { $0 == "47,111,222" })
    }

    @Test func helpStandsWhereThereIsRoom() throws {
        terminal.resize(columns: 90, rows: 11)
        let screen = try screen()
        try screen.present(picture(.blue, screen))
        screen.title = "short"
        #expect(terminal.output().contains("q quit"))
    }

    @Test func theTerminalIsGivenBackAsItWas() throws {
        let before = terminal.habits
        #expect(before == (true, true, true))
        var paper = PaperTerminal(columns: 40, rows: 11)
        var waiting: Int32 = 0
        do {
            let screen = try screen()
            #expect(terminal.habits == (false, false, true))
            try screen.present(picture(.red, screen))
            terminal.type("what nobody reads\n")
            // What is typed takes a moment to arrive.
            for _ in 0..<1000 where waiting == 0 {
                _ = ioctl(terminal.inside, UInt(FIONREAD), &waiting)
                usleep(1000)
            }
        }
        #expect(terminal.habits == before)
        try paper.write(terminal.output())
        #expect(!paper.isOtherPage && paper.hasCursor && paper.wraps)
        _ = ioctl(terminal.inside, UInt(FIONREAD), &waiting)
        #expect(waiting == 0)
    }

    @Test func anErrorGivesItBackToo() throws {
        struct Wrong: Error {}
        func fail(_ screen: any Screen) throws {
            try screen.present(Picture(width: 3, height: 3))
            throw Wrong()
        }
        #expect(throws: Wrong.self) { try fail(try screen()) }
        #expect(terminal.habits == (true, true, true))
        #expect(terminal.output().hasSuffix("\u{1B}[?1049l"))
    }

    @Test func keysComeAtOnce() throws {
        let screen = try screen()
        terminal.type(" \u{1B}[Cxq")
        #expect(screen.nextEvent(within: nil) == .key(.space))
        #expect(screen.nextEvent(within: .seconds(5)) == .key(.right))
        #expect(screen.nextEvent(within: .zero) == .text("x"))
        #expect(screen.nextEvent(within: .zero) == .close)
        terminal.type("\u{1B}")
        #expect(screen.nextEvent(within: nil) == .key(.escape))
        let start = ContinuousClock.now
        #expect(screen.nextEvent(within: .milliseconds(150)) == nil)
        #expect(ContinuousClock.now - start >= .milliseconds(149))
        #expect(screen.nextEvent(within: .zero) == nil)
    }

    @Test func anotherSizeIsTold() throws {
        let screen = try screen()
        try screen.present(picture(.green, screen))
        _ = terminal.output()
        for (columns, rows) in [(20, 6), (100, 50), (1, 1), (40, 11)] {
            terminal.resize(columns: columns, rows: rows)
            #expect(screen.nextEvent(within: nil) == .redraw)
            // Once, although it is not drawn yet.
            #expect(screen.nextEvent(within: .zero) == nil)
            #expect(screen.size == (columns, 2 * (max(2, rows) - 1)))
            try screen.present(picture(.green, screen))
            var paper = PaperTerminal(columns: columns, rows: max(2, rows))
            try paper.write(terminal.output())
            #expect(
                paper.pixels(columns: columns, rows: max(2, rows) - 1).joined()
                    .allSatisfy { $0 == "46,158,91" })
        }
        // A size that changes between two pictures is followed as well.
        terminal.resize(columns: 30, rows: 5)
        try screen.present(picture(.green, screen))
        #expect(terminal.output().contains("\u{1B}[2J"))
    }

    @Test func aTerminalThatIsGoneIsAnEnd() throws {
        let screen = try screen()
        terminal.hangUp()
        #expect(screen.nextEvent(within: .seconds(5)) == .close)
        #expect(throws: ViewerError.self) {
            for _ in 0..<3 { try screen.present(noisyPicture()) }
        }
    }

    private func noisyPicture() -> Picture {
        var random = PCG64(seed: 0)
        var picture = Picture(width: 40, height: 20)
        for place in picture.bytes.indices { picture.bytes[place] = UInt8(random.integers(256)) }
        return picture
    }
}
