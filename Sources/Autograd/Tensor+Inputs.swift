extension Tensor {
    /// [rows, columns] without a copy: the array is kept alive until the scope ends, and changing it
    /// meanwhile copies the array, not the tensor.
    public init(aliasing array: [Float], rows: Int, columns: Int) {
        self.init(aliasing: array, .matrix(rows, columns))
    }

    /// A vector [count] without a copy.
    public init(aliasing array: [Float]) { self.init(aliasing: array, .vector(array.count)) }

    /// A tensor of any shape without a copy.
    public init(aliasing array: [Float], _ shape: Shape) {
        let tape = Tape.current
        if array.count != shape.count {
            failure("aliasing: an array of \(array.count) does not fit \(shape)")
        }
        self = tape.append(tape.hold(array), shape)
    }

    /// A vector of the elements in a range of an array, without a copy.
    public init(aliasing array: [Float], in range: Range<Int>) {
        self.init(aliasing: array, from: range.lowerBound, .vector(range.count))
    }

    /// The part of an array that begins at `start`, without a copy.
    public init(aliasing array: [Float], from start: Int, _ shape: Shape) {
        let tape = Tape.current
        self = tape.append(tape.hold(array, from: start, shape), shape)
    }

    /// A tensor of any shape over memory that somebody else owns, without a copy. `owner` is held until the scope
    /// ends; until then nobody may write to the memory (debug builds check it when the scope ends).
    public init(aliasing memory: UnsafeBufferPointer<Float>, _ shape: Shape, keeping owner: any Sendable) {
        let tape = Tape.current
        if memory.count != shape.count {
            failure("aliasing: memory of \(memory.count) elements does not fit \(shape)")
        }
        self = tape.append(
            tape.hold(UnsafeRawBufferPointer(memory), of: owner).assumingMemoryBound(to: Float.self), shape)
    }

    /// A tensor of any shape with its own copy of the elements, row by row.
    public init(copying elements: some Collection<Float>, _ shape: Shape) {
        let tape = Tape.current
        if elements.count != shape.count {
            failure("copying: \(elements.count) elements do not fit \(shape)")
        }
        let memory = tape.allocate(shape.count)
        let isCopied: Void? = elements.withContiguousStorageIfAvailable { source in
            if let base = source.baseAddress { memory.update(from: base, count: source.count) }
        }
        if isCopied == nil {
            _ = UnsafeMutableBufferPointer(start: memory, count: shape.count).update(from: elements)
        }
        self = tape.append(memory, shape)
    }

    /// [rows, columns] with its own copy of the elements, row by row.
    public init(copying elements: some Collection<Float>, rows: Int, columns: Int) {
        self.init(copying: elements, .matrix(rows, columns))
    }

    /// A vector [count] with its own copy of the elements.
    public init(copying elements: some Collection<Float>) {
        self.init(copying: elements, .vector(elements.count))
    }

    /// [indices, depth]: row i is 1 in column `indices[i]` and 0 elsewhere.
    public init(oneHot indices: [Int32], depth: Int) {
        self = IndexTensor(copying: indices).oneHot(depth: depth)
    }

    /// One element, no axis.
    public init(_ scalar: Float) {
        let tape = Tape.current
        let memory = tape.allocate(1)
        memory[0] = scalar
        self = tape.append(memory, .scalar)
    }

    /// Zeros of any shape.
    public init(zeros shape: Shape) {
        let tape = Tape.current
        self = tape.append(tape.zeros(shape.count), shape)
    }
}
