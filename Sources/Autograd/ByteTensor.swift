internal import CKernels

/// Bytes of one `withTape` scope (pixels, masks): a handle like `Tensor`, never differentiated.
public struct ByteTensor {
    let slot: Int32
    let generation: UInt32
}

/// Unavailable, like `Tensor`'s.
@available(*, unavailable)
extension ByteTensor: Sendable {}

extension ByteTensor {
    /// A tensor of any shape without a copy: the array is kept alive until the scope ends, and changing it
    /// meanwhile copies the array, not the tensor.
    public init(aliasing array: [UInt8], _ shape: Shape) {
        let tape = Tape.current
        if array.count != shape.count {
            failure("aliasing: an array of \(array.count) does not fit \(shape)")
        }
        self.init(tape.hold(array), shape)
    }

    /// The part of an array that begins at `start`, without a copy.
    public init(aliasing array: [UInt8], from start: Int, _ shape: Shape) {
        self.init(Tape.current.hold(array, from: start, shape), shape)
    }

    /// A tensor of any shape over memory that somebody else owns, without a copy. `owner` is held until the scope
    /// ends; until then nobody may write to the memory (debug builds check it when the scope ends).
    public init(aliasing memory: UnsafeBufferPointer<UInt8>, _ shape: Shape, keeping owner: any Sendable) {
        let tape = Tape.current
        if memory.count != shape.count {
            failure("aliasing: memory of \(memory.count) bytes does not fit \(shape)")
        }
        let base = tape.hold(UnsafeRawBufferPointer(memory), of: owner)
        self.init(base.assumingMemoryBound(to: UInt8.self), shape)
    }

    /// Over memory of the tape.
    @inline(__always)
    init(_ memory: UnsafeMutablePointer<UInt8>, _ shape: Shape) {
        (slot, generation) = Tape.current.appendSlot(memory, shape)
    }

    /// The sizes of its axes.
    public var shape: Shape { Tape.current.slot(self).shape }

    /// The number of elements.
    public var count: Int { shape.count }

    /// A copy of all elements, row by row.
    public var values: [UInt8] {
        let slot = Tape.current.slot(self)
        return Array(UnsafeBufferPointer(start: slot.bytes, count: slot.count))
    }

    /// The same elements under another shape of the same count. Nothing is copied.
    public func reshaped(_ shape: Shape) -> ByteTensor {
        let input = Tape.current.slot(self)
        if shape.count != input.count { shapeFailure("reshaped", input.shape, shape) }
        return ByteTensor(input.bytes, shape)
    }

    /// The bytes as floats, each times `scale` (1/255 for pixels).
    public func scaled(by scale: Float = 1) -> Tensor {
        let tape = Tape.current
        let input = tape.slot(self)
        let memory = tape.allocate(input.count)
        tape.kernels.bytes_to_floats(input.count, scale, input.bytes, memory)
        return tape.append(memory, input.shape)
    }
}

extension Tape {
    @inline(__always)
    func slot(_ tensor: ByteTensor) -> Slot { slot(tensor.slot, tensor.generation) }
}
