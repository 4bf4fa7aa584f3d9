/// The simulators of all rows, with their streams and what their episodes have gathered, in memory of their own: an
/// array would ask at every write whether it is shared.
@usableFromInline
final class Rows<E: Environment>: EnvironmentRows {
    @usableFromInline let count: Int
    @usableFromInline let environments: UnsafeMutablePointer<E>
    @usableFromInline let randoms: UnsafeMutablePointer<E.Random>
    @usableFromInline let episodes: UnsafeMutablePointer<RunningEpisode>

    @inlinable
    init(_ environment: E, count: Int) {
        self.count = count
        environments = .allocate(capacity: count)
        environments.initialize(repeating: environment, count: count)
        randoms = .allocate(capacity: count)
        randoms.initialize(repeating: E.Random(seed: 0), count: count)
        episodes = .allocate(capacity: count)
        episodes.initialize(repeating: RunningEpisode(), count: count)
        seed(0)
    }

    @inlinable
    deinit {
        environments.deinitialize(count: count)
        environments.deallocate()
        randoms.deinitialize(count: count)
        randoms.deallocate()
        episodes.deinitialize(count: count)
        episodes.deallocate()
    }

    @inlinable
    func seed(_ seed: UInt64) {
        for row in 0..<count {
            randoms[row] = E.Random(SeedSequence(seed, spawnKey: [UInt32(row)]))
            episodes[row] = RunningEpisode()
            giveUpGame(in: &environments[row])
        }
    }

    @inlinable
    func step(
        _ range: Range<Int>, _ actions: borrowing ActionBatch, into memory: StepMemory,
        finished: inout [FinishedEpisode]
    ) {
        for row in range {
            var observation = memory.observation(of: row, as: E.Scalar.self).mutableSpan
            let outcome = environments[row].step(
                E.Action(row: row, of: actions), into: &observation, using: &randoms[row])
            memory.rewards[row] = Float(outcome.reward)
            memory.terminated[row] = outcome.terminated
            memory.truncated[row] = outcome.truncated
            episodes[row].score += outcome.score
            episodes[row].length &+= 1
            if outcome.episodeEnded {
                finished.append(
                    FinishedEpisode(
                        row: row, return: episodes[row].score, length: episodes[row].length,
                        terminated: outcome.terminated))
                episodes[row] = RunningEpisode()
            }
        }
    }

    @inlinable
    func restart(_ range: Range<Int>, into memory: StepMemory) {
        for row in range where memory.starts[row] {
            var observation = memory.observation(of: row, as: E.Scalar.self).mutableSpan
            environments[row].reset(into: &observation, using: &randoms[row])
        }
    }

    @usableFromInline
    func draw(_ row: Int, on canvas: inout Canvas) -> Bool {
        RLCore.draw(environments[row], on: &canvas)
    }

    @usableFromInline
    func archive(_ archive: inout Archive) throws(ArchiveError) {
        for row in 0..<count {
            try archive.row(row, of: &environments[row], &randoms[row], &episodes[row])
        }
    }
}

/// What an unfinished episode has gathered.
public struct RunningEpisode: Sendable {
    /// Sum of the scores so far.
    public var score = 0.0
    /// Steps so far.
    public var length = 0

    /// An episode that has not begun.
    @inlinable public init() {}
}

extension Archive {
    /// Visits all that one row of an environment is made of, whatever holds it.
    public mutating func row<E: Environment>(
        _ row: Int, of environment: inout E, _ random: inout E.Random, _ episode: inout RunningEpisode
    ) throws(ArchiveError) {
        var restored = (environment, random, episode)
        try scope("\(row)") { archive throws(ArchiveError) in
            try archive.scope("environment") { archive throws(ArchiveError) in
                try restored.0.archive(&archive)
            }
            try archive.scope("random") { archive throws(ArchiveError) in try restored.1.archive(&archive) }
            try archive.field("score", &restored.2.score)
            try archive.field("length", &restored.2.length)
            guard (0...1 << 62).contains(restored.2.length), restored.2.score.isFinite else {
                throw ArchiveError(
                    "fields 'length' and 'score' of row \(row) are \(restored.2.length) and \(restored.2.score)"
                )
            }
        }
        (environment, random, episode) = restored
    }
}
