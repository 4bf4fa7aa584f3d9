/// A lost life ends the learner's episode, so that it learns early what to avoid (Mnih et al. 2015); the game goes on.
///
/// The learner is told `terminated`, and nothing else: `score` and `episodeEnded` stay the game's. Its next episode is
/// the same game, one frame later, in which nothing was done. Where the game itself ended, another starts, as it does when
/// an episode is given up.
public struct EpisodicLife<Base: LazilyObserved & HasLives>: LazyModifier where Base.Action == Int {
    /// Whether it does anything.
    public let isOn: Bool
    @usableFromInline var lives = 0
    @usableFromInline var goesOn = false
    @usableFromInline var starting = StartingFrames()

    /// A modifier that does nothing where it is not on.
    public init(_ isOn: Bool = true) {
        self.isOn = isOn
    }

    /// Starts an episode.
    @inlinable
    public mutating func start(_ base: inout Base, using random: inout Base.Random) {
        starting = StartingFrames()
        if goesOn {
            starting.add(base.advance(0, using: &random))
        } else {
            base.start(using: &random)
        }
        goesOn = false
        lives = base.lives
    }

    /// Acts once.
    @inlinable
    public mutating func advance(
        _ base: inout Base, _ action: Int, using random: inout Base.Random
    ) -> Outcome {
        var outcome = starting.advance(&base, action, using: &random)
        guard isOn else { return outcome }
        goesOn = !outcome.isDone && base.lives < lives
        if base.lives < lives { outcome.terminated = true }
        lives = base.lives
        return outcome
    }

    /// Another game starts next.
    public mutating func giveUp() { goesOn = false }

    /// Visits lives and how the next episode starts.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("lives", &lives)
        try archive.field("goesOn", &goesOn)
        try starting.archive(&archive)
    }
}

extension LazilyObserved where Self: HasLives, Action == Int {
    /// The same task, in which a lost life ends the learner's episode.
    public func episodicLife(_ isOn: Bool = true) -> Modified<EpisodicLife<Self>> {
        Modified(self, EpisodicLife(isOn))
    }
}
