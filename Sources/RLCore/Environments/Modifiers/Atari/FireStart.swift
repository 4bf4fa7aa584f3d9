/// An episode starts with some frames in which the button is pressed, for games that wait for it: a learner who has not
/// found it would watch a still screen (Mnih et al. 2015). The action is the one called `fire`; without one nothing is
/// done.
///
/// The published wrapper presses it for one step, that is for a skip of frames, and then plays another with action 2,
/// which no game here waits for. What is scored in these frames is told with the first step, without a reward.
public struct FireStart<Base: LazilyObserved>: LazyModifier where Base.Action == Int {
    /// Frames.
    public let frames: Int
    @usableFromInline let fire: Int?
    @usableFromInline var starting = StartingFrames()

    /// `frames` frames of the action called `fire` in `base`.
    public init(_ frames: Int, of base: Base) {
        if frames < 0 { failure("fire is pressed for at least 0 frames, not \(frames)") }
        self.frames = frames
        fire = base.actionNames.firstIndex { $0.lowercased() == "fire" }
    }

    /// Starts an episode.
    @inlinable
    public mutating func start(_ base: inout Base, using random: inout Base.Random) {
        base.start(using: &random)
        starting = StartingFrames()
        guard let fire else { return }
        for _ in 0..<frames where !starting.areLast { starting.add(base.advance(fire, using: &random)) }
    }

    /// Acts once.
    @inlinable
    public mutating func advance(
        _ base: inout Base, _ action: Int, using random: inout Base.Random
    ) -> Outcome {
        starting.advance(&base, action, using: &random)
    }

    /// Visits what is still to be told.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try starting.archive(&archive)
    }
}

extension LazilyObserved where Action == Int {
    /// The same task, started with `frames` frames in which `fire` is pressed, where there is such an action.
    public func startingWithFire(_ frames: Int = 1) -> Modified<FireStart<Self>> {
        Modified(self, FireStart(frames, of: self))
    }
}
