/// A range of one axis: `code` is the axis, `start` where the range begins.
enum Slice: Operation {
    static let name = "sliced"

    /// Copies a range of an axis out of x, or back: y [outer, range, inner], x [outer, size, inner].
    fileprivate static func move(
        _ x: Shape, _ axis: Int, from start: Int, count: Int,
        _ body: (_ large: Int, _ small: Int, _ count: Int) -> Void
    ) {
        let (outer, size, inner) = x.split(at: axis)
        for index in 0..<outer {
            body((index * size + start) * inner, index * count * inner, count * inner)
        }
    }

    fileprivate static func apply(_ x: Tensor, _ axis: Int, _ range: Range<Int>) -> Tensor {
        let tape = Tape.current
        let input = tape.slot(x)
        let shape = input.shape.replacing(axis, with: range.count)
        let y = tape.allocate(shape.count)
        move(input.shape, axis, from: range.lowerBound, count: range.count) { large, small, count in
            (y + small).update(from: input.value + large, count: count)
        }
        return tape.result(
            y, shape, isTracked: input.isTracked,
            Node(operation: Slice.self, first: x.slot, code: Int32(axis), start: range.lowerBound))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        let (dy, dx) = (tape.outputGradient(node), tape.accumulatedGradient(of: node.first))
        let (axis, count) = (Int(node.code), tape.slot(at: node.output).shape[Int(node.code)])
        move(tape.slot(at: node.first).shape, axis, from: node.start, count: count) { large, small, count in
            tape.kernels.add_scaled(count, 1, dy + small, dx + large)
        }
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let (x, shape) = (replay[node.first], replay.shape(node.output))
        var y = [Double](repeating: 0, count: shape.count)
        move(replay.shape(node.first), Int(node.code), from: node.start, count: shape[Int(node.code)]) {
            for index in 0..<$2 { y[$1 + index] = x[$0 + index] }
        }
        return y
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let shape = adjoints.shape(node.first)
        adjoints.add(
            to: node.first, Embed.apply(gradient, in: shape, Int(node.code), from: node.start))
    }
}

/// Zeros of a larger shape with a tensor at a range of one axis: what a slice's derivative is.
private enum Embed: Operation {
    static let name = "padded"

    static func apply(_ x: Tensor, in shape: Shape, _ axis: Int, from start: Int) -> Tensor {
        let tape = Tape.current
        let input = tape.slot(x)
        let y = tape.zeros(shape.count)
        Slice.move(shape, axis, from: start, count: input.shape[axis]) { large, small, count in
            (y + large).update(from: input.value + small, count: count)
        }
        return tape.result(
            y, shape, isTracked: input.isTracked,
            Node(operation: Embed.self, first: x.slot, code: Int32(axis), start: start))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        let (dy, dx) = (tape.outputGradient(node), tape.accumulatedGradient(of: node.first))
        let (axis, count) = (Int(node.code), tape.slot(at: node.first).shape[Int(node.code)])
        Slice.move(tape.slot(at: node.output).shape, axis, from: node.start, count: count) {
            large, small, count in
            tape.kernels.add_scaled(count, 1, dy + large, dx + small)
        }
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let (x, shape) = (replay[node.first], replay.shape(node.output))
        var y = [Double](repeating: 0, count: shape.count)
        let count = replay.shape(node.first)[Int(node.code)]
        Slice.move(shape, Int(node.code), from: node.start, count: count) {
            for index in 0..<$2 { y[$0 + index] = x[$1 + index] }
        }
        return y
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let count = adjoints.shape(node.first)[Int(node.code)]
        adjoints.add(
            to: node.first, Slice.apply(gradient, Int(node.code), node.start..<node.start + count))
    }
}

/// Tensors one behind the other along an axis, `code`; `others` holds them.
enum Concatenate: Operation {
    static let name = "concatenated"

    static func propagate(_ node: Node, on tape: Tape) {
        let shape = tape.slot(at: node.output).shape
        let dy = tape.outputGradient(node)
        var start = 0
        for input in node.others {
            let size = tape.slot(at: input).shape[Int(node.code)]
            if tape.isTracked(input) {
                let dx = tape.accumulatedGradient(of: input)
                Slice.move(shape, Int(node.code), from: start, count: size) { large, small, count in
                    tape.kernels.add_scaled(count, 1, dy + large, dx + small)
                }
            }
            start += size
        }
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let shape = replay.shape(node.output)
        var y = [Double](repeating: 0, count: shape.count)
        var start = 0
        for input in node.others {
            let (x, size) = (replay[input], replay.shape(input)[Int(node.code)])
            Slice.move(shape, Int(node.code), from: start, count: size) {
                for index in 0..<$2 { y[$0 + index] = x[$1 + index] }
            }
            start += size
        }
        return y
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        var start = 0
        for input in node.others {
            let range = start..<start + adjoints.shape(input)[Int(node.code)]
            adjoints.add(to: input, Slice.apply(gradient, Int(node.code), range))
            start = range.upperBound
        }
    }
}

/// Tensors one behind the other along an axis, of which alone the sizes may differ; a negative axis counts from the
/// last.
public func concatenated(_ tensors: [Tensor], axis: Int) -> Tensor {
    let tape = Tape.current
    guard let first = tensors.first else { failure("concatenated: there is no tensor") }
    let like = first.shape
    let axis = like.position(of: axis, Concatenate.name)
    let slots = tape.allocate(tensors.count, of: Int32.self)
    var size = 0
    var isTracked = false
    for (index, tensor) in tensors.enumerated() {
        let input = tape.slot(tensor)
        if input.shape.rank != like.rank || input.shape.replacing(axis, with: like[axis]) != like {
            shapeFailure(Concatenate.name, like, input.shape)
        }
        size += input.shape[axis]
        isTracked = isTracked || input.isTracked
        slots[index] = tensor.slot
    }
    let shape = like.replacing(axis, with: size)
    let y = tape.allocate(shape.count)
    var start = 0
    for tensor in tensors {
        let input = tape.slot(tensor)
        Slice.move(shape, axis, from: start, count: input.shape[axis]) { large, small, count in
            (y + large).update(from: input.value + small, count: count)
        }
        start += input.shape[axis]
    }
    return tape.result(
        y, shape, isTracked: isTracked,
        Node(
            operation: Concatenate.self, code: Int32(axis),
            others: UnsafeMutableBufferPointer(start: slots, count: tensors.count)))
}

/// Tensors of one shape under a new axis, which counts them; a negative axis counts from the last of the result.
public func stacked(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
    guard let shape = tensors.first?.shape else { failure("stacked: there is no tensor") }
    let position = axis < 0 ? axis + shape.rank + 1 : axis
    if position < 0 || position > shape.rank { failure("stacked: \(shape) cannot get an axis \(axis)") }
    let larger = Shape(rank: shape.rank + 1) {
        $0 < position ? shape[$0] : $0 == position ? 1 : shape[$0 - 1]
    }
    return concatenated(
        tensors.map {
            if $0.shape != shape { shapeFailure("stacked", shape, $0.shape) }
            return $0.reshaped(larger)
        }, axis: position)
}

extension Tensor {
    /// The places of `range` along an axis, copied; a negative axis counts from the last.
    public func sliced(axis: Int, _ range: Range<Int>) -> Tensor {
        let shape = shape
        let position = shape.position(of: axis, Slice.name)
        if range.lowerBound < 0 || range.upperBound > shape[position] {
            failure("sliced: \(range) is outside axis \(axis) of \(shape)")
        }
        return Slice.apply(self, position, range)
    }

    /// The columns of `range` of every row: […, range.count], copied.
    public func columns(_ range: Range<Int>) -> Tensor {
        let shape = shape
        if range.lowerBound < 0 || range.upperBound > shape.columns {
            failure("columns: \(range) is outside the columns of \(shape)")
        }
        if shape.rank == 0 { return reshaped(.vector(1)).columns(range) }
        return Slice.apply(self, shape.rank - 1, range)
    }

    /// This matrix [m, a] and another [m, b] side by side: [m, a + b].
    public func concatenatedColumns(_ other: Tensor) -> Tensor { concatenated([self, other], axis: -1) }
}
