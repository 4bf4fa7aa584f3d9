import Foundation
import RLCore
import RLRuns

/// The file of `rl evaluate --trajectories`: the episodes that an evaluation counts, in its order.
final class TrajectoryOutput {
    /// What is held in memory until it is written, and two more times then.
    static let bytesAllowed = 1 << 30

    private let path: String
    private var recorders: [TrajectoryRecorder] = []

    /// A file that is not there yet, and can be made: nobody should wait for an evaluation to learn that it cannot.
    init(_ path: String) throws {
        if FileManager.default.fileExists(atPath: path) {
            throw ConfigurationError("\(path) is there already; choose another name")
        }
        _ = try GrowingFile(path)  // gone at once
        self.path = path
    }

    /// `environment` with a recorder around it, of the first episode in every row.
    func recording(_ environment: any VectorEnvironment) -> any VectorEnvironment {
        let used = recorders.reduce(0) { $0 + $1.bytes }
        let recorder = TrajectoryRecorder(
            environment, limit: .episodesPerRow(1), bytesAllowed: TrajectoryOutput.bytesAllowed - used)
        recorders.append(recorder)
        return recorder
    }

    /// Writes what was recorded and returns a line about it.
    func write(_ environment: MadeEnvironment, seed: UInt64, metadata: [String: String]) throws -> String {
        let episodes = recorders.flatMap { recorder in
            recorder.cutRunning()
            return recorder.trajectories.sorted { $0.row < $1.row }
        }
        let content = TrajectoryFile(
            episodes, environment: environment.name, observationSpace: environment.observationSpace,
            actionSpace: environment.actionSpace, seed: seed, metadata: metadata)
        let file = try GrowingFile(path)
        try file.write(content.safetensors())
        let bytes = try file.finish()
        let steps = episodes.reduce(0) { $0 + $1.length }
        return "\(path): \(episodes.count.grouped) episodes, \(steps.grouped) steps, "
            + "\(((bytes + 999) / 1000).grouped) kB"
    }
}
