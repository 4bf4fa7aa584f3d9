import Foundation
import Testing

/// A terminal without a screen, of which the test is the other side.
final class PseudoTerminal {
    /// The side that a program sees.
    let inside: Int32
    private let outside: Int32

    init(columns: Int, rows: Int) throws {
        var ends: (Int32, Int32) = (-1, -1)
        try #require(openpty(&ends.0, &ends.1, nil, nil, nil) == 0)
        (outside, inside) = ends
        _ = fcntl(outside, F_SETFL, O_NONBLOCK)
        resize(columns: columns, rows: rows)
    }

    deinit {
        close(inside)
        close(outside)
    }

    func resize(columns: Int, rows: Int) {
        var size = winsize(
            ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(outside, UInt(TIOCSWINSZ), &size)
    }

    func type(_ keys: String) {
        _ = Array(keys.utf8).withUnsafeBytes { write(outside, $0.baseAddress, $0.count) }
    }

    /// Takes the terminal away, as a connection that breaks does.
    func hangUp() { _ = dup2(open("/dev/null", O_RDWR), outside) }

    /// What was written to it since this was last asked.
    func output() -> String {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(outside, &block, block.count)
            if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += block[..<count]
        }
    }

    /// Whether keys are shown as they are typed, and whether they come a line at a time.
    var habits: (shows: Bool, waitsForLines: Bool, attends: Bool) {
        var mode = termios()
        tcgetattr(inside, &mode)
        func has(_ flag: Int32) -> Bool { mode.c_lflag & tcflag_t(flag) != 0 }
        return (has(ECHO), has(ICANON), has(ISIG))
    }
}
