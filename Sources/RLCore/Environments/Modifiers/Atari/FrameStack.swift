import CKernels

/// The last few pictures in one, as further channels, newest last, so that motion is seen. After a start all of them are
/// the first picture.
public struct FrameStack<Base: Environment>: Modifier where Base.Scalar == UInt8 {
    /// Pictures in one.
    public let frames: Int
    @usableFromInline let pixels: Int
    @usableFromInline let channels: Int
    @usableFromInline let push = rl_kernels_default().pointee.push_frame
    // Nothing in it outlasts a step.
    @usableFromInline var newest: [UInt8]
    /// What was observed last.
    @usableFromInline var stack: [UInt8]

    /// `frames` pictures of `base`.
    public init(_ frames: Int, of base: Base) {
        let shape = base.observationSpace.shape
        guard let channels = shape.last else {
            failure("only pictures [height, width, channels] are stacked, not \(base.observationSpace)")
        }
        if frames < 1 { failure("at least 1 picture is stacked, not \(frames)") }
        self.frames = frames
        self.channels = channels
        pixels = shape.dropLast().reduce(1, *)
        newest = [UInt8](repeating: 0, count: frames == 1 ? 0 : pixels * channels)
        stack = [UInt8](repeating: 0, count: frames == 1 ? 0 : pixels * channels * frames)
    }

    /// As many times as many channels.
    public func observationSpace(of base: Base) -> Space {
        guard frames > 1, case .box(let box) = base.observationSpace else { return base.observationSpace }
        let shape = box.shape.dropLast() + [channels * frames]
        return .box(
            Box(
                low: repeated(box.low), high: repeated(box.high), shape: Array(shape),
                scalarType: box.scalarType, stackedFrames: box.stackedFrames * frames))
    }

    private func repeated(_ bounds: [Float]) -> [Float] {
        if bounds.count == 1 { return bounds }
        return (0..<pixels).flatMap { pixel in
            (0..<frames).flatMap { _ in bounds[pixel * channels..<(pixel + 1) * channels] }
        }
    }

    /// Starts an episode.
    @inlinable
    public mutating func reset(
        _ base: inout Base, into observation: inout MutableSpan<UInt8>, using random: inout Base.Random
    ) {
        if frames == 1 { return base.reset(into: &observation, using: &random) }
        var picture = newest.mutableSpan
        base.reset(into: &picture, using: &random)
        for _ in 0..<frames { pushNewest(into: &observation) }
    }

    /// Acts once.
    @inlinable
    public mutating func step(
        _ base: inout Base, _ action: Base.Action, into observation: inout MutableSpan<UInt8>,
        using random: inout Base.Random
    ) -> Outcome {
        if frames == 1 { return base.step(action, into: &observation, using: &random) }
        var picture = newest.mutableSpan
        let outcome = base.step(action, into: &picture, using: &random)
        pushNewest(into: &observation)
        return outcome
    }

    @usableFromInline
    mutating func pushNewest(into observation: inout MutableSpan<UInt8>) {
        precondition(observation.count == stack.count)
        observation.withUnsafeMutableBufferPointer { observation in
            newest.withUnsafeBufferPointer { newest in
                stack.withUnsafeMutableBufferPointer { stack in
                    guard let observation = observation.baseAddress, let newest = newest.baseAddress,
                        let stack = stack.baseAddress
                    else { return }
                    push(pixels, frames, channels, newest, stack, observation)
                }
            }
        }
    }

    /// Visits what was observed last.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        if frames > 1 { try archive.field("stack", &stack) }
    }
}

extension Environment where Scalar == UInt8 {
    /// The same task, seen in its last `frames` pictures at once; 1 is the newest alone.
    public func stacked(_ frames: Int) -> Modified<FrameStack<Self>> {
        Modified(self, FrameStack(frames, of: self))
    }
}
