/// The same elements under another shape.
enum Reshape: Operation {
    static let name = "reshaped"

    static func propagate(_ node: Node, on tape: Tape) {
        tape.kernels.add_scaled(
            tape.slot(at: node.first).count, 1, tape.outputGradient(node),
            tape.accumulatedGradient(of: node.first))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] { replay[node.first] }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let shape = adjoints.shape(node.first)
        adjoints.add(to: node.first, gradient.reshaped(shape))
    }
}

/// Axes in another order; `memory` holds, for each axis of the result, the one it was.
enum Permute: Operation {
    static let name = "permuted"

    /// For each element of the result, row by row, its place in x.
    private static func forEachElement(
        _ shape: Shape, _ axes: UnsafePointer<Int32>, _ body: (_ result: Int, _ place: Int) -> Void
    ) {
        let rank = shape.rank
        var steps = InlineArray<8, Int>(repeating: 1)
        for axis in (0..<rank).reversed() where axis + 1 < rank {
            steps[axis] = steps[axis + 1] * shape[axis + 1]
        }
        var position = InlineArray<8, Int>(repeating: 0)
        var place = 0
        for result in 0..<shape.count {
            body(result, place)
            var axis = rank - 1
            while axis >= 0 {
                let source = Int(axes[axis])
                position[axis] += 1
                place += steps[source]
                if position[axis] < shape[source] { break }
                place -= steps[source] * shape[source]
                position[axis] = 0
                axis -= 1
            }
        }
    }

    fileprivate static func apply(_ x: Tensor, _ axes: UnsafeMutablePointer<Int32>) -> Tensor {
        let tape = Tape.current
        let input = tape.slot(x)
        let shape = Shape(rank: input.shape.rank) { input.shape[Int(axes[$0])] }
        let y = tape.allocate(shape.count)
        forEachElement(input.shape, axes) { y[$0] = input.value[$1] }
        return tape.result(
            y, shape, isTracked: input.isTracked, Node(operation: Permute.self, first: x.slot, memory: axes))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        guard let axes = node.memory?.assumingMemoryBound(to: Int32.self) else { return }
        let (dy, dx) = (tape.outputGradient(node), tape.accumulatedGradient(of: node.first))
        forEachElement(tape.slot(at: node.first).shape, axes) { dx[$1] += dy[$0] }
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        guard let axes = node.memory?.assumingMemoryBound(to: Int32.self) else { return [] }
        let x = replay[node.first]
        var y = x
        forEachElement(replay.shape(node.first), axes) { y[$0] = x[$1] }
        return y
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        guard let axes = node.memory?.assumingMemoryBound(to: Int32.self) else { return }
        let rank = gradient.shape.rank
        let inverse = adjoints.tape.allocate(rank, of: Int32.self)
        for axis in 0..<rank { inverse[Int(axes[axis])] = Int32(axis) }
        adjoints.add(to: node.first, apply(gradient, inverse))
    }
}

extension Tensor {
    /// The same elements, row by row, under another shape of the same count. Nothing is copied.
    public func reshaped(_ shape: Shape) -> Tensor {
        let tape = Tape.current
        let input = tape.slot(self)
        if shape.count != input.count { shapeFailure(Reshape.name, input.shape, shape) }
        if shape == input.shape { return self }
        return tape.result(
            input.value, shape, isTracked: input.isTracked, aliasesParameter: input.aliasesParameter,
            Node(operation: Reshape.self, first: slot))
    }

    /// The elements as a column [count, 1], to be repeated along the rows of a matrix [count, n].
    public var column: Tensor { reshaped(.matrix(count, 1)) }

    /// The elements as a vector [count].
    public func flattened() -> Tensor { reshaped(.vector(count)) }

    /// The axes in another order: axis i of the result is `axes[i]` of this tensor.
    public func permuted(_ axes: [Int]) -> Tensor {
        let shape = shape
        if axes.sorted() != Array(0..<shape.rank) {
            failure("permuted: \(axes) is no order of the axes of \(shape)")
        }
        let memory = Tape.current.allocate(axes.count, of: Int32.self)
        for (index, axis) in axes.enumerated() { memory[index] = Int32(axis) }
        return Permute.apply(self, memory)
    }

    /// The last two axes exchanged.
    public func transposed() -> Tensor {
        let rank = shape.rank
        if rank < 2 { failure("transposed: \(shape) has fewer than two axes") }
        var axes = Array(0..<rank)
        axes.swapAt(rank - 1, rank - 2)
        return permuted(axes)
    }

    /// The same elements as a constant: no gradient flows through it. Nothing is copied.
    public func stopGradient() -> Tensor {
        let tape = Tape.current
        let input = tape.slot(self)
        return tape.append(input.value, input.shape, aliasesParameter: input.aliasesParameter)
    }
}
