internal import CKernels

/// Whole numbers of one `withTape` scope (actions, classes, rows of a table): a handle like `Tensor`, never
/// differentiated.
public struct IndexTensor {
    let slot: Int32
    let generation: UInt32
}

/// Unavailable, like `Tensor`'s.
@available(*, unavailable)
extension IndexTensor: Sendable {}

extension IndexTensor {
    /// A tensor of any shape without a copy: the array is kept alive until the scope ends, and changing it
    /// meanwhile copies the array, not the tensor.
    public init(aliasing array: [Int32], _ shape: Shape) {
        let tape = Tape.current
        if array.count != shape.count {
            failure("aliasing: an array of \(array.count) does not fit \(shape)")
        }
        self.init(tape.hold(array), shape)
    }

    /// A vector of the elements in a range of an array, without a copy.
    public init(aliasing array: [Int32], in range: Range<Int>) {
        self.init(aliasing: array, from: range.lowerBound, .vector(range.count))
    }

    /// The part of an array that begins at `start`, without a copy.
    public init(aliasing array: [Int32], from start: Int, _ shape: Shape) {
        self.init(Tape.current.hold(array, from: start, shape), shape)
    }

    /// A vector [count] with its own copy of the elements.
    public init(copying array: [Int32]) { self.init(copying: array, .vector(array.count)) }

    /// A tensor of any shape with its own copy of the elements, row by row.
    public init(copying array: [Int32], _ shape: Shape) {
        if array.count != shape.count { failure("copying: an array of \(array.count) does not fit \(shape)") }
        let memory = Tape.current.allocate(shape.count, of: Int32.self)
        array.withUnsafeBufferPointer { buffer in
            if let base = buffer.baseAddress { memory.update(from: base, count: buffer.count) }
        }
        self.init(memory, shape)
    }

    /// Over memory of the tape.
    @inline(__always)
    init(_ memory: UnsafeMutablePointer<Int32>, _ shape: Shape) {
        (slot, generation) = Tape.current.appendSlot(memory, shape)
    }

    /// The sizes of its axes.
    public var shape: Shape { Tape.current.slot(self).shape }

    /// The number of elements.
    public var count: Int { shape.count }

    /// A copy of all elements, row by row.
    public var values: [Int32] {
        let slot = Tape.current.slot(self)
        return Array(UnsafeBufferPointer(start: slot.indices, count: slot.count))
    }

    /// Copies all elements, row by row, into an array of the same count.
    public func copy(into array: inout [Int32]) {
        let slot = Tape.current.slot(self)
        if array.count != slot.count {
            failure("copy: \(slot.shape) does not fit an array of \(array.count)")
        }
        array.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { base.update(from: slot.indices, count: slot.count) }
        }
    }

    /// The same elements under another shape of the same count. Nothing is copied.
    public func reshaped(_ shape: Shape) -> IndexTensor {
        let input = Tape.current.slot(self)
        if shape.count != input.count { shapeFailure("reshaped", input.shape, shape) }
        return IndexTensor(input.indices, shape)
    }

    /// With one more axis of size `depth`: 1 at each index and 0 elsewhere.
    public func oneHot(depth: Int) -> Tensor {
        let tape = Tape.current
        let input = tape.slot(self)
        tape.check(input, below: depth, "oneHot")
        let memory = tape.zeros(input.count * depth)
        for row in 0..<input.count { memory[row &* depth &+ Int(input.indices[row])] = 1 }
        let shape = input.shape
        return tape.append(memory, Shape(rank: shape.rank + 1) { $0 < shape.rank ? shape[$0] : depth })
    }

    /// The columns of [rows, depths.count] one-hot side by side, [rows, Σ depths]: column `c` holds one of `depths[c]`
    /// choices.
    public func oneHot(depths: [Int]) -> Tensor {
        let tape = Tape.current
        let input = tape.slot(self)
        let columns = depths.count
        if input.shape.rank != 2 || input.shape.columns != columns {
            failure("oneHot: \(columns) depths do not fit \(input.shape)")
        }
        let width = depths.reduce(0, +)
        let rows = columns > 0 ? input.count / columns : 0
        let memory = tape.zeros(rows * width)
        for row in 0..<rows {
            var start = row * width
            for (column, depth) in depths.enumerated() {
                let index = Int(input.indices[row * columns + column])
                if !(0..<depth).contains(index) {
                    failure("oneHot: index \(index) in column \(column) is outside 0..<\(depth)")
                }
                memory[start + index] = 1
                start += depth
            }
        }
        return tape.append(memory, .matrix(rows, width))
    }

    /// The numbers as floats.
    public func floats() -> Tensor {
        let tape = Tape.current
        let input = tape.slot(self)
        let memory = tape.allocate(input.count)
        for position in 0..<input.count { memory[position] = Float(input.indices[position]) }
        return tape.append(memory, input.shape)
    }
}

extension Tape {
    @inline(__always)
    func slot(_ tensor: IndexTensor) -> Slot { slot(tensor.slot, tensor.generation) }

    /// Stops when an index is outside 0 ..< bound.
    func check(_ indices: Slot, below bound: Int, _ name: String) {
        let outside = rl_first_outside(indices.count, indices.indices, bound)
        if outside >= 0 {
            failure(
                "\(name): index \(indices.indices[outside]) at position \(outside) is outside 0..<\(bound)")
        }
    }
}
