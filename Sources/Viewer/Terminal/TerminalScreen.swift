import RLCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Takes over the terminal of the standard output, until what is returned is let go.
public func openTerminal() throws(ViewerError) -> any Screen {
    guard isatty(STDOUT_FILENO) == 1 else {
        throw ViewerError(
            "standard output is not a terminal to draw in; leave out --terminal for a window, "
                + "or see the numbers with rl evaluate")
    }
    func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    if let kind = variable("TERM"), kind == "dumb" {
        throw ViewerError(
            "this terminal cannot place its characters (TERM=dumb); use another one, "
                + "or see the numbers with rl evaluate")
    }
    return try TerminalScreen(
        input: isatty(STDIN_FILENO) == 1 ? STDIN_FILENO : nil, output: STDOUT_FILENO,
        colors: TerminalColors(variables: variable), signals: true)
}

/// A terminal as a screen: two pixels a character, and a line for the title below.
///
/// It follows the terminal's size and gives the terminal back as it was when it is let go, however the program ends.
public final class TerminalScreen: Screen {
    private let input: Int32?
    private let output: Int32
    private let mode: TerminalMode
    private var blocks: HalfBlocks
    private var keys = KeyDecoder()
    private var grid: Grid
    private var isGone = false
    private var failure: ViewerError?
    private var shownLine: String?

    private struct Grid: Equatable {
        var columns: Int
        var rows: Int
    }

    /// How soon another size is noticed.
    private static let glance = Duration.milliseconds(100)
    /// How soon the rest of a key follows its beginning.
    private static let patience = Duration.milliseconds(30)
    private static let help = "space pause  → step  q quit"

    package init(input: Int32?, output: Int32, colors: TerminalColors, signals: Bool) throws(ViewerError) {
        self.input = input
        self.output = output
        blocks = HalfBlocks(colors: colors)
        // What terminals have had since the seventies.
        grid = TerminalScreen.grid(of: output) ?? Grid(columns: 80, rows: 24)
        mode = try TerminalMode(input: input, output: output, signals: signals)
    }

    deinit { mode.leave() }

    /// What stands in the last line.
    public var title = "" {
        didSet { showTitle() }
    }

    /// Two pixels a character, the last line left out.
    public var size: (width: Int, height: Int) {
        let grid = currentGrid
        return (grid.columns, 2 * (grid.rows - 1))
    }

    /// Shows `picture` in the middle, black around it.
    public func present(_ picture: Picture) throws(ViewerError) {
        let now = currentGrid
        if now != grid || shownLine == nil {
            grid = now
            forget()
            send("\u{1B}[0m\u{1B}[2J")
        }
        send(blocks.draw(picture, columns: grid.columns, rows: grid.rows - 1))
        showTitle()
        if let failure { throw failure }
    }

    /// What happened next: a key, or another size.
    public func nextEvent(within time: Duration?) -> ScreenEvent? {
        let deadline = time.map { ContinuousClock.now + $0 }
        while true {
            if isGone { return .close }
            if TerminalMode.wasInterrupted() {
                forget()
                return .redraw
            }
            if let event = keys.next(nothingFollows: false) { return event }
            let now = currentGrid
            if now != grid {
                // Told once.
                grid = now
                forget()
                return .redraw
            }
            if keys.isUnfinished {
                if !readKeys(within: TerminalScreen.patience), let event = keys.next(nothingFollows: true) {
                    return event
                }
                continue
            }
            let rest = deadline.map { max(.zero, $0 - .now) }
            let hasCome = readKeys(within: min(rest ?? TerminalScreen.glance, TerminalScreen.glance))
            if !hasCome, let deadline, deadline <= .now { return nil }
        }
    }

    /// Waits for keys, and tells whether any came.
    private func readKeys(within time: Duration) -> Bool {
        var wanted = pollfd(fd: input ?? -1, events: Int16(POLLIN), revents: 0)
        let milliseconds = (time / Duration.milliseconds(1)).rounded(.up)
        guard poll(&wanted, 1, Int32(milliseconds)) > 0, let input else { return false }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(input, &bytes, bytes.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return false }
        // Nobody is there any more.
        if count <= 0 { isGone = true }
        keys.add(bytes.prefix(max(0, count)))
        return true
    }

    /// What the terminal showed is gone, or in the wrong place.
    private func forget() {
        blocks.forget()
        shownLine = nil
    }

    private func showTitle() {
        var line = String(
            title.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
        line = " " + line
        let room = grid.columns - line.count - TerminalScreen.help.count - 1
        if room > 1 {
            line += String(repeating: " ", count: room) + TerminalScreen.help + " "
        } else {
            line = String(line.prefix(grid.columns))
            line += String(repeating: " ", count: grid.columns - line.count)
        }
        if line == shownLine { return }
        shownLine = line
        send("\u{1B}[\(grid.rows);1H\u{1B}[0;7m\(line)\u{1B}[0m")
    }

    private func send(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var sent = 0
            while failure == nil, sent < bytes.count, let start = bytes.baseAddress {
                let count = write(output, start + sent, bytes.count - sent)
                if count < 0, errno == EINTR { continue }
                if count < 0, errno == EAGAIN {
                    var ready = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&ready, 1, 1000)
                    continue
                }
                if count <= 0 {
                    failure = ViewerError(
                        "cannot write to the terminal: \(String(cString: strerror(errno)))")
                    return
                }
                sent += count
            }
        }
    }

    /// The terminal's size now; where it does not tell, as it was.
    private var currentGrid: Grid { TerminalScreen.grid(of: output) ?? grid }

    private static func grid(of output: Int32) -> Grid? {
        var size = winsize()
        guard ioctl(output, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return nil
        }
        return Grid(columns: Int(size.ws_col), rows: max(2, Int(size.ws_row)))
    }
}
