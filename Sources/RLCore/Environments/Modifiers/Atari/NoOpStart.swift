/// An episode starts with 1 to so many frames in which nothing is done, as many as are drawn, so that no two games are
/// alike (Mnih et al. 2015). The first action is the one that does nothing.
///
/// The number is drawn as Gymnasium does, `integers(1, most + 1)`, after the game's own start. Where the game ends
/// meanwhile, another is started, and the rest of the frames is played there. What is scored there is nobody's.
public struct NoOpStart<Base: LazilyObserved>: LazyModifier where Base.Action == Int, Base.Random == PCG64 {
    /// Frames at most; 0 where there are none.
    public let most: Int

    /// `most` frames at most.
    public init(_ most: Int) {
        if most < 0 { failure("an episode starts with at least 0 frames of nothing, not \(most)") }
        self.most = most
    }

    /// Starts an episode.
    @inlinable
    public mutating func start(_ base: inout Base, using random: inout PCG64) {
        base.start(using: &random)
        guard most > 0 else { return }
        for _ in 0..<random.integers(in: 1..<most + 1) {
            let outcome = base.advance(0, using: &random)
            if outcome.isDone { base.start(using: &random) }
        }
    }

    /// Nothing outlasts the start.
    public mutating func archive(_ archive: inout Archive) {}
}

extension LazilyObserved where Action == Int, Random == PCG64 {
    /// The same task, started with 1 to `most` frames in which nothing is done; 0 is none.
    public func startingWithNoOps(_ most: Int) -> Modified<NoOpStart<Self>> {
        Modified(self, NoOpStart(most))
    }
}
