/// Pixels of red, green and blue as one byte, how light they are (`Color.grey`).
public struct Grey<Base: LazilyObserved>: LazyModifier where Base.Scalar == UInt8 {
    // Nothing in it outlasts a step.
    @usableFromInline var screen: [UInt8]

    /// What `base` observes, without colours.
    public init(_ base: Base) {
        guard base.observationSpace.shape.last == 3 else {
            failure("only pixels of red, green and blue are made grey, not \(base.observationSpace)")
        }
        screen = [UInt8](repeating: 0, count: base.observationSpace.count)
    }

    /// One channel.
    public func observationSpace(of base: Base) -> Space {
        .box(
            Box(
                low: [0], high: [255], shape: base.observationSpace.shape.dropLast() + [1], scalarType: .uint8
            ))
    }

    /// Writes what is observed now.
    @inlinable
    public mutating func observe(_ base: inout Base, into observation: inout MutableSpan<UInt8>) {
        var span = screen.mutableSpan
        base.observe(into: &span)
        var color = Color(red: 0, green: 0, blue: 0)
        var grey = color.grey
        for pixel in observation.indices {
            let next = Color(
                red: screen[3 * pixel], green: screen[3 * pixel + 1], blue: screen[3 * pixel + 2])
            // Pixels next to each other are mostly alike.
            if next != color { (color, grey) = (next, next.grey) }
            observation[pixel] = grey
        }
    }

    /// Nothing outlasts a step.
    public mutating func archive(_ archive: inout Archive) {}
}

extension LazilyObserved where Scalar == UInt8 {
    /// The same task without colours.
    public func grey() -> Modified<Grey<Self>> {
        Modified(self, Grey(self))
    }
}
