/// Episodes as one safetensors file, for any tool that reads those:
///
///     data = safetensors.numpy.load_file("episodes.safetensors")
///     data["episode.0.observations"]        # [length + 1, …]
///
/// | name | type | shape |
/// |---|---|---|
/// | `returns` | F64 | `[episodes]`: the task's own; NaN where its episode did not end |
/// | `lengths` | I64 | `[episodes]`: steps |
/// | `seed` | U64 | `[]`: what the environments and the policy drew from |
/// | `episode.N.observations` | F32, U8 or I32, as observed | `[length + 1, …]`, the true last one included |
/// | `episode.N.actions` | I32 for choices, F32 for numbers | `[length, …]` |
/// | `episode.N.rewards` | F32 | `[length]`: as the learner sees them |
/// | `episode.N.terminated`, `episode.N.truncated` | BOOL | `[length]`, true at the end alone |
///
/// The header's metadata say `format` (`rl trajectories 1`), `environment` and what else is handed over.
public struct TrajectoryFile: Sendable {
    /// The episodes, numbered from 0 in the file.
    public var trajectories: [Trajectory]
    /// What was observed.
    public let observationSpace: Space
    /// What could be done.
    public let actionSpace: Space
    /// What all randomness was derived from.
    public let seed: UInt64
    /// Texts for the header, by name.
    public var metadata: [String: String]

    /// A file of `trajectories`, which were played in `environment`.
    public init(
        _ trajectories: [Trajectory], environment: String, observationSpace: Space, actionSpace: Space,
        seed: UInt64, metadata: [String: String] = [:]
    ) {
        self.trajectories = trajectories
        self.observationSpace = observationSpace
        self.actionSpace = actionSpace
        self.seed = seed
        let own = ["format": "rl trajectories 1", "environment": environment]
        self.metadata = metadata.merging(own) { $1 }
    }

    /// The bytes of the file.
    public func safetensors() -> [UInt8] {
        let episodes = [trajectories.count]
        var entries = [
            "returns": Archive.Entry(trajectories.map { $0.return ?? .nan }, shape: episodes),
            "lengths": Archive.Entry(trajectories.map(\.length), shape: episodes),
            "seed": Archive.Entry([seed], shape: []),
        ]
        for (number, episode) in trajectories.enumerated() {
            let (name, length) = ("episode.\(number).", [episode.length])
            entries[name + "observations"] = episode.observations.entry(of: observationSpace)
            entries[name + "actions"] = episode.actions.entry(of: actionSpace)
            entries[name + "rewards"] = Archive.Entry(episode.rewards, shape: length)
            entries[name + "terminated"] = Archive.Entry(episode.terminated, shape: length)
            entries[name + "truncated"] = Archive.Entry(episode.truncated, shape: length)
        }
        return Archive(restoring: entries).safetensors(metadata: metadata)
    }
}

extension Archive.Entry {
    fileprivate init<T: ArchiveScalar>(_ values: [T], shape: [Int]) {
        self.init(type: T.archiveType, shape: shape, bytes: values.withUnsafeBytes { Array($0) })
    }
}

extension ObservationBatch {
    fileprivate func entry(of space: Space) -> Archive.Entry {
        let shape = [count] + space.shape
        return switch scalarType {
        case .float32: Archive.Entry(floats, shape: shape)
        case .uint8: Archive.Entry(bytes, shape: shape)
        case .int32: Archive.Entry(indices, shape: shape)
        }
    }
}

extension ActionBatch {
    fileprivate func entry(of space: Space) -> Archive.Entry {
        let shape = [count] + space.shape
        return if case .box = space {
            Archive.Entry(values, shape: shape)
        } else {
            Archive.Entry(indices, shape: shape)
        }
    }
}
