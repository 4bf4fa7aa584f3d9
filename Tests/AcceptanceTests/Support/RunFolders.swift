import Foundation
import RLRuns
import Testing

/// A folder of its own in which the built `rl` runs.
struct RunFolders {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "rl-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    /// Removes everything.
    func remove() { try? FileManager.default.removeItem(at: folder) }

    /// Runs `rl`, without progress; it has to succeed.
    func run(_ arguments: String...) throws {
        let process = Process()
        let products = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        process.executableURL = products.appending(path: "rl")
        process.arguments = arguments + ["--quiet"]
        process.currentDirectoryURL = folder
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    /// What the run called `name` left, a folder a seed.
    func seeds(of name: String) throws -> [RunFolder] {
        try ResultsFolder(path: folder.path + "/results").seeds(of: name)
    }
}
