import Foundation
import RLRuns

/// A file that is written piece by piece and is there once it is whole: it grows beside, and is renamed at the end.
/// What is given up leaves nothing behind.
final class GrowingFile {
    /// Where it is going to be.
    let path: String
    /// Where it grows.
    let beside: String
    private let descriptor: Int32
    private var isWhole = false

    /// Begins a file.
    init(_ path: String) throws(RunError) {
        self.path = path
        beside = path + ".partial"
        descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw RunError("cannot make \(path): \(String(cString: strerror(errno)))") }
    }

    deinit {
        close(descriptor)
        if !isWhole { unlink(beside) }
    }

    /// Adds bytes at its end.
    func write(_ bytes: [UInt8]) throws(RunError) {
        try writeAll(bytes, to: descriptor, path: path)
    }

    /// Puts the file in its place, over one that is there, and returns its length.
    func finish() throws(RunError) -> Int {
        var status = stat()
        guard fsync(descriptor) == 0, stat(beside, &status) == 0, rename(beside, path) == 0 else {
            throw RunError("cannot write \(path): \(String(cString: strerror(errno)))")
        }
        isWhole = true
        return Int(status.st_size)
    }
}
