import Foundation
import Testing

/// A folder to run the built `rl` in, gone afterwards.
final class Workplace: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "rl-cli-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The `rl` that was built with the tests lies beside them.
    static var executable: String {
        Bundle.main.executableURL?.deletingLastPathComponent().appending(path: "rl").path() ?? "rl"
    }

    /// Runs `rl` to its end.
    @discardableResult
    func rl(_ arguments: String..., input: String = "") throws -> Ended {
        try rl(arguments, input: input)
    }

    /// Runs `rl` to its end.
    func rl(_ arguments: [String], input: String = "") throws -> Ended {
        try start(Workplace.executable, arguments, input: input).end()
    }

    /// Runs a shell's script to its end, in which `$RL` is `rl`.
    @discardableResult
    func shell(_ script: String) throws -> Ended {
        try start("/bin/sh", ["-c", script]).end()
    }

    /// Starts a shell's script, in which `$RL` is `rl`.
    func startShell(_ script: String) throws -> Started {
        try start("/bin/sh", ["-c", script])
    }

    /// Starts `rl`.
    func start(_ arguments: String...) throws -> Started {
        try start(Workplace.executable, arguments)
    }

    /// Starts `rl` in a terminal, which is its input and its output.
    func start(in terminal: PseudoTerminal, _ arguments: String...) throws -> Started {
        try Started(Workplace.executable, arguments, in: path, input: "", terminal: terminal.path)
    }

    private func start(_ executable: String, _ arguments: [String], input: String = "") throws -> Started {
        // Streams are files, which never fill up as a pipe does that nobody reads. They lie outside the folder, so
        // that what is in the folder is what `rl` made.
        let started = try Started(executable, arguments, in: path, input: input)
        return started
    }

    /// Writes a file and the folders above it.
    func write(_ name: String, _ text: String) throws {
        try write(name, Data(text.utf8))
    }

    /// Writes a file and the folders above it.
    func write(_ name: String, _ data: Data) throws {
        let file = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file)
    }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(
            atPath: "\(path)/\(name)", withIntermediateDirectories: true)
    }

    func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(path)/\(name)")
    }

    func data(_ name: String) throws -> Data {
        try Data(contentsOf: URL(filePath: path).appending(path: name))
    }

    func text(_ name: String) throws -> String {
        String(decoding: try data(name), as: UTF8.self)
    }

    /// The lines of a file that must end with a line's end.
    func lines(_ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> [String] {
        let text = try text(name)
        #expect(text.hasSuffix("\n"), "\(name) ends in the middle of a line", sourceLocation: sourceLocation)
        return text.split(separator: "\n").map(String.init)
    }

    /// A JSON object.
    func object(_ name: String) throws -> [String: Any] {
        try parsed(try text(name))
    }

    /// Every file with its bytes, and every folder with none.
    func snapshot() -> [String: Data] {
        var snapshot: [String: Data] = [:]
        for case let name as String in FileManager.default.enumerator(atPath: path) ?? .init() {
            snapshot[name] = FileManager.default.contents(atPath: "\(path)/\(name)") ?? Data()
        }
        return snapshot
    }
}

/// A process that goes on.
///
/// Spawned by hand: Foundation's `Process` hands the signal mask of the calling thread on, and a test runs on a
/// thread that takes no signals.
final class Started {
    #if os(Linux)
        // Hidden in the header from who does not ask for GNU's own.
        private static let setsid: Int32 = 0x80
    #else
        private static let setsid = Int32(POSIX_SPAWN_SETSID)
    #endif
    private let identifier: pid_t
    private let streams: URL
    private var status: Int32?

    init(
        _ executable: String, _ arguments: [String], in folder: String, input: String, terminal: String? = nil
    ) throws {
        streams = FileManager.default.temporaryDirectory.appending(
            path: "rl-cli-streams-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: streams, withIntermediateDirectories: true)
        try Data(input.utf8).write(to: streams.appending(path: "in"))
        try Data().write(to: streams.appending(path: "out"))

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (descriptor, name, mode) in [
            (STDIN_FILENO, "in", O_RDONLY), (STDOUT_FILENO, "out", O_WRONLY | O_CREAT),
            (STDERR_FILENO, "err", O_WRONLY | O_CREAT),
        ] {
            let isShown = terminal != nil && descriptor != STDERR_FILENO
            let path = isShown ? terminal ?? "" : streams.appending(path: name).path()
            let mode = isShown ? O_RDWR : mode
            posix_spawn_file_actions_addopen(&actions, descriptor, path, mode, 0o644)
        }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, defaults) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigemptyset(&defaults)
        for signal in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&defaults, signal) }
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        // Who leads a session is sent the signals of the terminal that it opens.
        let session = terminal == nil ? 0 : Started.setsid
        posix_spawnattr_setflags(
            &attributes, Int16(Int32(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | session))

        // No display, no terminal, no user's settings, and a crash ends at once.
        let environment = [
            "PATH=/usr/bin:/bin", "RL=\(Workplace.executable)", "SWIFT_BACKTRACE=enable=no",
        ]
        // A shell changes to the folder, which not every system's spawn can, and becomes the program.
        let words = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder, executable] + arguments
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var identifier: pid_t = 0
        let error = posix_spawn(&identifier, words[0], &actions, &attributes, &arguments, &variables)
        try #require(error == 0, "cannot start \(executable): \(String(cString: strerror(error)))")
        self.identifier = identifier
    }

    deinit {
        if status == nil, !hasEnded() {
            kill(identifier, SIGKILL)
            waitpid(identifier, nil, 0)
        }
        try? FileManager.default.removeItem(at: streams)
    }

    func send(_ signal: Int32) { kill(identifier, signal) }

    /// Waits until `condition` holds; false after a minute, and where the process ended before.
    func wait(until condition: () -> Bool) -> Bool {
        for _ in 0..<6000 {
            if condition() { return true }
            if hasEnded() { return condition() }
            usleep(10_000)
        }
        return false
    }

    /// Waits for its end, two minutes at most.
    func end() throws -> Ended {
        for _ in 0..<24_000 where !hasEnded() { usleep(5_000) }
        let status = try #require(status, "it does not end")
        func text(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: streams.appending(path: name)), as: UTF8.self)
        }
        // As the macros of C take it apart.
        let signal = status & 0x7F
        return Ended(
            output: try text("out"), error: try text("err"),
            code: signal == 0 ? (status >> 8) & 0xFF : signal,
            wasKilled: signal != 0)
    }

    private func hasEnded() -> Bool {
        if status != nil { return true }
        var code: Int32 = 0
        if waitpid(identifier, &code, WNOHANG) == identifier { status = code }
        return status != nil
    }
}

/// What a process left.
struct Ended {
    let output: String
    let error: String
    let code: Int32
    let wasKilled: Bool

    var isFine: Bool { code == 0 && !wasKilled }
    var outputLines: [String] { output.split(separator: "\n").map(String.init) }
    var errorLines: [String] { error.split(separator: "\n").map(String.init) }

    /// Says what was wrong in one line that holds all of `texts`, and ends with a code of its own choice.
    func expectRefusal(saying texts: [String], sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(!wasKilled && code != 0 && code < 128, "code \(code)", sourceLocation: sourceLocation)
        #expect(error.hasSuffix("\n"), sourceLocation: sourceLocation)
        #expect(errorLines.count == 1, "\(error)", sourceLocation: sourceLocation)
        #expect(error.hasPrefix("rl: "), "\(error)", sourceLocation: sourceLocation)
        for text in texts {
            #expect(error.contains(text), "\(error) does not say \(text)", sourceLocation: sourceLocation)
        }
    }
}

/// Reads a JSON object.
func parsed(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
}
