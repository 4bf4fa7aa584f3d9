#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A terminal in the mode of programs that fill it: a page of its own without a cursor, and keys that come at once and
/// are not shown. Given back, it is as it was, with what stood on it.
final class TerminalMode {
    private let borrowed: Borrowed
    private let catchesSignals: Bool
    private var isOver = false

    /// Takes over the terminal that `output` writes to; keys come from `input`, where there is one. With `signals` it
    /// is also given back where Ctrl-C, Ctrl-Z or a crash ends or stops the program; at most one such is there at a
    /// time.
    init(input: Int32?, output: Int32, signals: Bool) throws(ViewerError) {
        var original: termios?
        if let input {
            var found = termios()
            guard tcgetattr(input, &found) == 0 else {
                throw ViewerError("cannot read keys from the terminal: \(String(cString: strerror(errno)))")
            }
            original = found
        }
        borrowed = Borrowed(input: input ?? -1, output: output, original: original)
        catchesSignals = signals
        borrowed.take()
        if signals { Borrowed.catchSignals(for: borrowed) }
    }

    deinit { leave() }

    /// Gives the terminal back, once.
    func leave() {
        if isOver { return }
        isOver = true
        if catchesSignals { Borrowed.releaseSignals() }
        borrowed.giveBack()
    }

    /// Whether the program was stopped and goes on since this was last asked: the page is empty then.
    static func wasInterrupted() -> Bool {
        defer { wentOn = false }
        return wentOn
    }
}

/// What is needed to give a terminal back. All of it may happen in the middle of anything, when a signal comes: nothing
/// is allocated, and only what the system allows there is called.
private struct Borrowed {
    let input: Int32
    let output: Int32
    let original: termios?

    /// Another page, no cursor, no wrapping of what is too long, everything cleared.
    private static let begin: StaticString = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J"
    /// A frame in the middle is ended, and all that is taken back.
    private static let end: StaticString = "\u{1B}[?2026l\u{1B}[0m\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"

    /// What ends a program from outside.
    private static var requests: [Int32] { [SIGINT, SIGTERM, SIGHUP, SIGQUIT] }
    /// What ends a program from inside.
    private static var crashes: [Int32] { [SIGABRT, SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE] }

    func take() {
        if var mode = original {
            // Keys one by one and unseen; Ctrl-C and Ctrl-Z stay what they are.
            mode.c_lflag &= ~tcflag_t(ICANON | ECHO)
            withUnsafeMutableBytes(of: &mode.c_cc) { keys in
                keys[Int(VMIN)] = 1
                keys[Int(VTIME)] = 0
            }
            tcsetattr(input, TCSADRAIN, &mode)
        }
        send(Borrowed.begin)
    }

    func giveBack() {
        send(Borrowed.end)
        // Keys that nobody has read are not meant for whoever comes next.
        if var original { tcsetattr(input, TCSAFLUSH, &original) }
    }

    private func send(_ text: StaticString) {
        var sent = 0
        while sent < text.utf8CodeUnitCount {
            let count = write(output, text.utf8Start + sent, text.utf8CodeUnitCount - sent)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return }
            sent += count
        }
    }

    static func catchSignals(for borrowed: Borrowed) {
        let place = UnsafeMutablePointer<Borrowed>.allocate(capacity: 1)
        place.initialize(to: borrowed)
        lent = place
        let actions = UnsafeMutablePointer<sigaction>.allocate(capacity: 65)
        actions.initialize(repeating: sigaction(), count: 65)
        before = actions
        // What somebody has chosen to ignore or to hear is left alone; a report of a crash comes after this.
        for number in requests { replace(number, noteEnding, onlyDefault: true) }
        for number in crashes { replace(number, noteEnding, onlyDefault: false) }
        replace(SIGTSTP, noteStop, onlyDefault: true)
    }

    static func releaseSignals() {
        for number in requests + crashes + [SIGTSTP] { putBack(number) }
        before?.deallocate()
        lent?.deallocate()
        (before, lent) = (nil, nil)
    }

    private static func replace(_ number: Int32, _ action: @escaping Action, onlyDefault: Bool) {
        guard let before else { return }
        sigaction(number, nil, before + Int(number))
        let previous = signal(number, action)
        // Functions cannot be compared; their addresses can.
        let isDefault = unsafeBitCast(previous, to: Int.self) == unsafeBitCast(SIG_DFL, to: Int.self)
        if onlyDefault, !isDefault { putBack(number) }
    }

    private typealias Action = @convention(c) (Int32) -> Void
}

// Free variables and functions: what a signal runs must belong to no actor.
nonisolated(unsafe) private var lent: UnsafeMutablePointer<Borrowed>?
nonisolated(unsafe) private var before: UnsafeMutablePointer<sigaction>?  // by number
nonisolated(unsafe) private var wentOn = false

private func putBack(_ number: Int32) {
    if let before { sigaction(number, before + Int(number), nil) }
}

/// Gives the terminal back, and ends as if nobody had listened.
private func noteEnding(_ number: Int32) {
    lent?.pointee.giveBack()
    putBack(number)
    raise(number)
}

/// Gives the terminal back, stops, and takes it again when the program goes on.
private func noteStop(_ number: Int32) {
    lent?.pointee.giveBack()
    // Not by the same signal, which is held back in here.
    kill(getpid(), SIGSTOP)
    lent?.pointee.take()
    wentOn = true
}
