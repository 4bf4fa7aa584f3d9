import CKernels

/// One action is held for several frames; rewards and scores are summed. What is observed is, pixel by pixel, the
/// maximum of the last two frames, because the console painted some things only every other frame (Mnih et al. 2015).
///
/// An end stops it early, and then the last two frames are the last two that were played, or the one. After a start
/// there is no maximum. Frames that nobody sees are not painted.
public struct FrameSkip<Base: LazilyObserved>: Modifier where Base.Scalar == UInt8 {
    /// Frames a step.
    public let frames: Int
    @usableFromInline let maximum = rl_kernels_default().pointee.maximum_bytes
    // Nothing in it outlasts a step.
    @usableFromInline var lastButOne: [UInt8]

    /// `frames` frames of `base` a step.
    public init(_ frames: Int, of base: Base) {
        if frames < 1 { failure("a step is at least 1 frame, not \(frames)") }
        self.frames = frames
        lastButOne = frames == 1 ? [] : [UInt8](repeating: 0, count: base.observationSpace.count)
    }

    /// The frames.
    public var baseSteps: Int { frames }

    /// Acts for a few frames.
    @inlinable
    public mutating func step(
        _ base: inout Base, _ action: Base.Action, into observation: inout MutableSpan<UInt8>,
        using random: inout Base.Random
    ) -> Outcome {
        var outcome = base.advance(action, using: &random)
        guard frames > 1 else {
            base.observe(into: &observation)
            return outcome
        }
        var played = 1
        // As it was a frame ago, in case the next one is the last.
        var before = base
        while played < frames, !outcome.isDone {
            if played == frames - 1 {
                var screen = lastButOne.mutableSpan
                base.observe(into: &screen)
            } else {
                before = base
            }
            outcome.add(base.advance(action, using: &random))
            played += 1
        }
        base.observe(into: &observation)
        if played == 1 { return outcome }
        if played < frames {
            var screen = lastButOne.mutableSpan
            before.observe(into: &screen)
        }
        observation.withUnsafeMutableBufferPointer { observation in
            lastButOne.withUnsafeBufferPointer { screen in
                guard let observation = observation.baseAddress, let start = screen.baseAddress else {
                    return
                }
                maximum(screen.count, start, observation)
            }
        }
        return outcome
    }

    /// Nothing outlasts a step.
    public mutating func archive(_ archive: inout Archive) {}
}

extension LazilyObserved where Scalar == UInt8 {
    /// The same task with every action held for `frames` frames; 1 is every frame.
    public func skippingFrames(_ frames: Int) -> Modified<FrameSkip<Self>> {
        Modified(self, FrameSkip(frames, of: self))
    }
}
