import Foundation
import Testing

/// `rl watch` in a terminal, and where there is nothing to watch on.
@Suite struct TerminalWatchTests {
    private let place: Workplace
    private static let ending = "\u{1B}[?1049l"

    init() throws {
        place = try Workplace()
        try place.rl("run", "random", "gridworld", "--steps", "10", "--eval-episodes", "0", "--name", "a")
    }

    @Test func drawsInTheTerminal() throws {
        let terminal = try PseudoTerminal()
        let ended = try place.start(
            in: terminal, "watch", "a", "--terminal", "--episodes", "1", "--speed", "1000"
        ).end()
        #expect(ended.isFine && ended.error.isEmpty, "\(ended.error)")
        #expect(terminal.shows("episode 1, step 0") && terminal.shows("▀"))
        #expect(
            terminal.output.hasPrefix("\u{1B}[?1049h") && terminal.output.hasSuffix(TerminalWatchTests.ending)
        )
        #expect(terminal.isAsItWas)
    }

    @Test(arguments: ["q", "\u{1B}"]) func keysEndIt(_ key: String) throws {
        let terminal = try PseudoTerminal()
        let watch = try place.start(in: terminal, "watch", "a", "--terminal")
        #expect(watch.wait { terminal.shows("step 0") })
        #expect(!terminal.isAsItWas)
        terminal.type(key)
        #expect(try watch.end().isFine)
        #expect(terminal.shows(TerminalWatchTests.ending) && terminal.isAsItWas)
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGSEGV])
    func theTerminalIsGivenBackHoweverItEnds(_ signal: Int32) throws {
        let terminal = try PseudoTerminal()
        let watch = try place.start(in: terminal, "watch", "a", "--terminal")
        #expect(watch.wait { terminal.shows("step 0") })
        // Ctrl-C as a person does it.
        if signal == SIGINT { terminal.type("\u{03}") } else { watch.send(signal) }
        let ended = try watch.end()
        #expect(ended.wasKilled && ended.code == signal)
        #expect(
            terminal.shows(TerminalWatchTests.ending) && terminal.output.hasSuffix(TerminalWatchTests.ending))
        #expect(terminal.isAsItWas)
    }

    @Test func itCanBeStoppedAndGoOn() throws {
        let terminal = try PseudoTerminal()
        let watch = try place.start(in: terminal, "watch", "a", "--terminal")
        #expect(watch.wait { terminal.shows("step 0") })
        terminal.type("\u{1A}")
        #expect(watch.wait { terminal.shows(TerminalWatchTests.ending) && terminal.isAsItWas })
        watch.send(SIGCONT)
        #expect(watch.wait { terminal.shows("\u{1B}[?1049h", times: 2) && !terminal.isAsItWas })
        terminal.type("q")
        #expect(try watch.end().isFine)
        #expect(terminal.shows(TerminalWatchTests.ending, times: 2) && terminal.isAsItWas)
    }

    @Test func withoutATerminal() throws {
        try place.rl("watch", "a", "--terminal").expectRefusal(saying: ["standard output is not a terminal"])
        let ended = try place.rl("watch", "a", "--terminal")
        #expect(ended.output.isEmpty)
    }

    /// Built with a window or without: there is a way out.
    @Test func withoutADisplay() throws {
        let ended = try place.shell("SDL_VIDEODRIVER=x11 exec \"$RL\" watch a")
        ended.expectRefusal(saying: ["--terminal"])
        #expect(ended.output.isEmpty)
    }
}
