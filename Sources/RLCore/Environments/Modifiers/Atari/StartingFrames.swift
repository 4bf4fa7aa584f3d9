/// What happened in frames that were played to start an episode. A learner is not rewarded for them, but the game's own
/// score and its end must not get lost: they are told with the first step.
@usableFromInline
struct StartingFrames: Sendable {
    @usableFromInline var score = 0.0
    @usableFromInline var terminated = false
    @usableFromInline var truncated = false
    @usableFromInline var episodeEnded = false

    @inlinable init() {}

    /// Whether the episode was over before its first step, which then plays nothing.
    @inlinable var areLast: Bool { terminated || truncated }

    @inlinable
    mutating func add(_ outcome: Outcome) {
        score += outcome.score
        terminated = terminated || outcome.terminated
        truncated = truncated || outcome.truncated
        episodeEnded = episodeEnded || outcome.episodeEnded
    }

    /// Acts once. The first step tells what happened before, and plays nothing where the episode was over then.
    @inlinable
    mutating func advance<Base: LazilyObserved>(
        _ base: inout Base, _ action: Base.Action, using random: inout Base.Random
    ) -> Outcome {
        var outcome = areLast ? Outcome(reward: 0) : base.advance(action, using: &random)
        tell(&outcome)
        return outcome
    }

    /// Adds what is to be told to the outcome of the first step.
    @inlinable
    mutating func tell(_ outcome: inout Outcome) {
        outcome.score += score
        outcome.terminated = outcome.terminated || terminated
        outcome.truncated = outcome.truncated || truncated
        outcome.episodeEnded = outcome.episodeEnded || episodeEnded
        self = StartingFrames()
    }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("score", &score)
        try archive.field("terminated", &terminated)
        try archive.field("truncated", &truncated)
        try archive.field("episodeEnded", &episodeEnded)
        guard score.isFinite else { throw ArchiveError("field 'score' is \(score), expected a number") }
    }
}
