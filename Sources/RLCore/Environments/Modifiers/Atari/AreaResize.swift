import CKernels

/// A smaller picture, each of whose pixels is the mean of the area it covers: to the byte what OpenCV's `INTER_AREA`
/// makes.
public struct AreaResize<Base: Environment>: Modifier where Base.Scalar == UInt8 {
    @usableFromInline let image: AreaImage?
    // Nothing in it outlasts a step.
    @usableFromInline var large: [UInt8]

    /// `height` by `width` pixels for what `base` observes; 0 leaves either as it is.
    public init(_ height: Int, _ width: Int, of base: Base) {
        let shape = base.observationSpace.shape
        guard shape.count == 3, shape.allSatisfy({ $0 > 0 }) else {
            failure("only pictures [height, width, channels] are resized, not \(base.observationSpace)")
        }
        let size = (height == 0 ? shape[0] : height, width == 0 ? shape[1] : width)
        guard (1...shape[0]).contains(size.0), (1...shape[1]).contains(size.1) else {
            failure("\(shape[0]) by \(shape[1]) pixels are made fewer, not \(size.0) by \(size.1)")
        }
        let isSame = size == (shape[0], shape[1])
        image =
            isSame
            ? nil : AreaImage(from: (shape[0], shape[1]), to: size, channels: shape[2])
        large = isSame ? [] : [UInt8](repeating: 0, count: shape.reduce(1, *))
    }

    /// Fewer pixels.
    public func observationSpace(of base: Base) -> Space {
        guard let image, case .box(let box) = base.observationSpace else { return base.observationSpace }
        // One bound for all, since a pixel is made of several.
        return .box(
            Box(
                low: [box.low.min() ?? 0], high: [box.high.max() ?? 255],
                shape: [image.height, image.width, image.channels], scalarType: .uint8,
                stackedFrames: box.stackedFrames))
    }

    /// Starts an episode.
    @inlinable
    public mutating func reset(
        _ base: inout Base, into observation: inout MutableSpan<UInt8>, using random: inout Base.Random
    ) {
        guard let image else { return base.reset(into: &observation, using: &random) }
        var screen = large.mutableSpan
        base.reset(into: &screen, using: &random)
        image.resize(large, into: &observation)
    }

    /// Acts once.
    @inlinable
    public mutating func step(
        _ base: inout Base, _ action: Base.Action, into observation: inout MutableSpan<UInt8>,
        using random: inout Base.Random
    ) -> Outcome {
        guard let image else { return base.step(action, into: &observation, using: &random) }
        var screen = large.mutableSpan
        let outcome = base.step(action, into: &screen, using: &random)
        image.resize(large, into: &observation)
        return outcome
    }

    /// Nothing outlasts a step.
    public mutating func archive(_ archive: inout Archive) {}
}

extension Environment where Scalar == UInt8 {
    /// The same task, seen in `height` by `width` pixels; 0 leaves either as it is.
    public func resized(_ height: Int, _ width: Int) -> Modified<AreaResize<Self>> {
        Modified(self, AreaResize(height, width, of: self))
    }
}
