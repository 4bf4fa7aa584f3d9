import Foundation

/// A file written line by line, in blocks; every failure to write is thrown, a full disk too.
final class OutputFile {
    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var length = 0

    /// Makes the file, which must not be there yet.
    init(creating path: String) throws(RunError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw .system("make", path) }
    }

    deinit { close(descriptor) }

    /// Adds a line.
    func write(line: String) throws(RunError) {
        buffer += line.utf8
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count > 1 << 16 { try flush() }
    }

    /// Hands everything to the operating system.
    func flush() throws(RunError) {
        do throws(RunError) {
            try writeAll(buffer, to: descriptor, path: path)
        } catch {
            // A disk that filled up in the middle of a line leaves a file of whole lines.
            if ftruncate(descriptor, off_t(length)) == 0 { lseek(descriptor, off_t(length), SEEK_SET) }
            throw error
        }
        length += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    /// Writes a whole file at once: beside, synced, renamed, so that no reader ever sees half of it.
    static func write(_ bytes: some Sequence<UInt8>, to path: String) throws(RunError) {
        let beside = path + ".partial"
        let descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw .system("make", beside) }
        defer { close(descriptor) }
        do throws(RunError) {
            try writeAll(Array(bytes), to: descriptor, path: path)
            if fsync(descriptor) != 0 { throw RunError.system("write", path) }
            if rename(beside, path) != 0 { throw RunError.system("write", path) }
        } catch {
            unlink(beside)
            throw error
        }
    }
}

/// Writes a text file at once, over one that is there.
package func writeFile(_ text: String, to path: String) throws(RunError) {
    try OutputFile.write(text.utf8, to: path)
}

/// Writes a file of bytes at once, over one that is there.
package func writeFile(_ bytes: [UInt8], to path: String) throws(RunError) {
    try OutputFile.write(bytes, to: path)
}

/// Reads a whole file.
package func readFile(_ path: String) throws(RunError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw .system("read", path) }
    defer { close(descriptor) }
    return try readAll(from: descriptor, path: path)
}

/// Reads until the end; `path` is for the error's sentence.
package func readAll(from descriptor: Int32, path: String) throws(RunError) -> [UInt8] {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(descriptor, &block, block.count)
        if count < 0 && errno == EINTR { continue }
        if count < 0 { throw .system("read", path) }
        if count == 0 { return bytes }
        bytes += block[..<count]
    }
}

/// Writes all of `bytes`, however many calls that takes; `path` is for the error's sentence.
package func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(RunError) {
    var written = 0
    while written < bytes.count {
        let count = bytes.withUnsafeBytes { raw in
            write(descriptor, raw.baseAddress.map { $0 + written }, bytes.count - written)
        }
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { throw .system("write", path) }
        written += count
    }
}
