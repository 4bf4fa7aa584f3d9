import RLCore

/// Episodes of an evaluation that are played side by side, one a row, with all their randomness: whoever plays a round
/// again sees the same episodes.
struct EvaluationRound {
    /// The first episode's number, counted from 0.
    let start: Int
    /// How many episodes there are.
    let rows: Int
    private let streams: RandomStreams

    private static let largest = 128

    /// The round that holds an episode of an evaluation of `episodes` episodes.
    init(of episode: Int, of episodes: Int, seed: UInt64) {
        start = episode / EvaluationRound.largest * EvaluationRound.largest
        rows = min(EvaluationRound.largest, episodes - start)
        streams = RandomStreams(seed: seed)
    }

    /// What the policy draws from.
    var policySeed: UInt64 { streams.seed("policy \(start)") }
    /// What the environment draws from.
    var environmentSeed: UInt64 { streams.seed("environment \(start)") }
}
