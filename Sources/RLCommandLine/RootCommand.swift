import ArgumentParser
import Foundation
import PictureFiles
import RLCore
import RLRuns
import Viewer

/// Runs the `rl` command line on these environments and agents, and exits. Another package's whole program:
///
///     main(catalog: Catalog.standard.adding(EnvironmentEntry("corridor", summary: "…") { Corridor() }))
public func main(catalog: Catalog = .standard) -> Never {
    openStandardStreams()
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
        try CommandCatalog.$current.withValue(catalog) {
            let verbs = RootCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
            if let verb = arguments.first, !verb.hasPrefix("-"), !(verbs + ["help"]).contains(verb) {
                throw ConfigurationError.unknown("command", verb, among: verbs)
            }
            var command = try RootCommand.parseAsRoot(arguments)
            try command.run()
        }
    } catch {
        leave(after: error)
    }
    exit(0)
}

/// What the commands work on. Commands are made by the argument parser, which cannot hand them anything.
enum CommandCatalog {
    @TaskLocal static var current = Catalog(environments: [], agents: [])
}

/// The command `rl`, which only has subcommands.
struct RootCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rl",
        abstract: "Reinforcement learning on this machine: train, evaluate, compare.",
        discussion: """
            A first run:
              rl run dqn gridworld
            """,
        version: rlVersion,
        subcommands: [
            RunCommand.self, EvaluateCommand.self, CompareCommand.self, ListCommand.self,
            DescribeCommand.self, TraceCommand.self, SolveCommand.self, WatchCommand.self, PlayCommand.self,
            RecordCommand.self,
            InspectCommand.self, BenchCommand.self,
        ])
}

/// Where a standard stream is closed, the next file opened would take its place, and what is meant for a person would
/// end up in it.
private func openStandardStreams() {
    while true {
        let descriptor = open("/dev/null", O_RDWR)
        if descriptor > STDERR_FILENO { close(descriptor) }
        if descriptor < 0 || descriptor > STDERR_FILENO { return }
    }
}

/// One line on standard error and a non-zero exit; help and version as the parser prints them.
private func leave(after error: any Error) -> Never {
    let code = RootCommand.exitCode(for: error)
    if code == .success || error is CleanExit { RootCommand.exit(withError: error) }
    if let code = error as? ExitCode { exit(code.rawValue) }
    let isOurs =
        error is ConfigurationError || error is RunError || error is ArchiveError || error is ViewerError
        || error is PlanningError || error is PictureError || error is EnvironmentError
    let text = isOurs ? "\(error)" : RootCommand.message(for: error)
    var line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    if !isOurs, !line.hasSuffix("?") {
        if line.hasSuffix(".") { line.removeLast() }
        line += "; --help shows what is expected"
    }
    printError("rl: \(line)")
    exit(isOurs || code == .success ? 1 : code.rawValue)
}
