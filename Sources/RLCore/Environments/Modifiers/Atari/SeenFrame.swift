/// Makes an environment whose every step writes an observation one that is looked at when somebody wants to
/// (`LazilyObserved`), by keeping the pixels it wrote last. Nothing gets faster by it: it is how such an environment enters
/// a chain of modifiers that want to act without looking.
public struct SeenFrame<Base: Environment>: LazyModifier where Base.Scalar == UInt8 {
    @usableFromInline var frame: [UInt8]

    /// A frame for what `base` observes.
    public init(_ base: Base) {
        frame = [UInt8](repeating: 0, count: base.observationSpace.count)
    }

    /// Starts an episode.
    @inlinable
    public mutating func start(_ base: inout Base, using random: inout Base.Random) {
        var span = frame.mutableSpan
        base.reset(into: &span, using: &random)
    }

    /// Acts once.
    @inlinable
    public mutating func advance(
        _ base: inout Base, _ action: Base.Action, using random: inout Base.Random
    ) -> Outcome {
        var span = frame.mutableSpan
        return base.step(action, into: &span, using: &random)
    }

    /// Writes what was written last.
    @inlinable
    public mutating func observe(_ base: inout Base, into observation: inout MutableSpan<UInt8>) {
        for index in observation.indices { observation[index] = frame[index] }
    }

    /// Visits the frame.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("frame", &frame)
    }
}

extension Environment where Scalar == UInt8 {
    /// The same task, looked at when somebody wants to.
    public func observedLazily() -> Modified<SeenFrame<Self>> {
        Modified(self, SeenFrame(self))
    }
}
