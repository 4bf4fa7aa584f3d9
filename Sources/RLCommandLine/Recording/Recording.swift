import ArgumentParser
import RLCore
import RLRuns

/// Episodes of an evaluation as frames. They can be played as often as one likes and are the same each time, so that a
/// recording can be looked over before it is written, and nothing of it has to be kept.
struct Recording {
    /// Who acts, and where.
    let watched: WatchedPolicy
    /// The episodes' numbers, counted from 0.
    let episodes: [Int]
    /// How many episodes the evaluation has.
    let evaluated: Int
    /// The evaluation's seed.
    let seed: UInt64
    /// Steps a second.
    let pace: Double
    /// Steps after which an episode is cut.
    let maxSteps: Int

    /// A moment of an episode: its start, or what a step led to.
    struct Frame {
        /// The episode's number, counted from 0.
        let episode: Int
        /// Steps taken.
        let step: Int
        /// How long it is to be seen.
        let seconds: Double
    }

    /// What an episode came to.
    struct Episode {
        /// Its number, counted from 0.
        let number: Int
        /// Its return; where it was cut, up to there.
        let `return`: Double
        /// Its steps.
        let length: Int
        /// Whether it goes on behind what was recorded.
        let isCut: Bool
    }

    /// Plays everything and shows each frame.
    @discardableResult
    func play(_ show: (Canvas, Frame) throws -> Void) throws -> [Episode] {
        var canvas = Canvas()
        // The end of an episode stays for a moment, before the next one, or the first one again, begins.
        let rest = max(1 / pace, 0.6)
        return try episodes.map { number in
            var replay = try EpisodeReplay(
                of: watched.policy, in: watched.environment, episode: number, of: evaluated, seed: seed)
            while true {
                if Interruption.isRequested {
                    printError("rl: stopped; nothing was written")
                    throw ExitCode(130)
                }
                _ = replay.draw(on: &canvas)
                let isLast = replay.isOver || replay.length == maxSteps
                try show(
                    canvas,
                    Frame(episode: number, step: replay.length, seconds: isLast ? rest : 1 / pace))
                if isLast { break }
                try replay.step()
            }
            return Episode(
                number: number, return: replay.return, length: replay.length, isCut: !replay.isOver)
        }
    }
}

extension MadeEnvironment {
    /// What the start of an episode looks like. Throws where the environment has no look.
    func look(seed: UInt64) throws -> Canvas {
        let rows = try vectorized(1)
        var start = StepBatch(observationSpace: observationSpace, count: 1)
        rows.reset(seed: seed, into: &start)
        var canvas = Canvas()
        guard rows.draw(row: 0, on: &canvas) else {
            throw ConfigurationError("\(name) has no drawing; rl evaluate shows the numbers")
        }
        return canvas
    }
}
