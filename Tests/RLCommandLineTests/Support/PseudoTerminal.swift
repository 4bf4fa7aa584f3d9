import Foundation
import Testing

/// A terminal without a screen, of which the test is the other side.
final class PseudoTerminal {
    /// Where a program opens it.
    let path: String
    private let outside: Int32
    private let inside: Int32  // held open, so that what was written can be read after the program's end
    private(set) var output = ""

    init(columns: Int = 60, rows: Int = 20) throws {
        var ends: (Int32, Int32) = (-1, -1)
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        try #require(openpty(&ends.0, &ends.1, nil, nil, &size) == 0)
        (outside, inside) = ends
        let name = try #require(ttyname(inside))
        path = String(cString: name)
        // No program that a test starts is to hold it too.
        for end in [outside, inside] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(outside, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(inside)
        close(outside)
    }

    func type(_ keys: String) {
        _ = Array(keys.utf8).withUnsafeBytes { write(outside, $0.baseAddress, $0.count) }
    }

    /// Reads on, and tells whether `text` has been written so often.
    func shows(_ text: String, times: Int = 1) -> Bool {
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(outside, &block, block.count)
            if count <= 0 { break }
            bytes += block[..<count]
        }
        output = String(decoding: bytes, as: UTF8.self)
        return output.components(separatedBy: text).count > times
    }

    /// Whether it shows keys as they are typed and takes them line by line, as for a shell.
    var isAsItWas: Bool {
        var mode = termios()
        tcgetattr(inside, &mode)
        return mode.c_lflag & tcflag_t(ECHO) != 0 && mode.c_lflag & tcflag_t(ICANON) != 0
    }

    private var bytes: [UInt8] = []
}
