internal import CKernels

/// y = a where the mask is not 0, else b; all of one shape. `first` is the mask.
enum Select: Operation {
    static let name = "select"

    static func propagate(_ node: Node, on tape: Tape) {
        pass(node, on: tape, to: node.second, where: true)
        pass(node, on: tape, to: node.third, where: false)
    }

    private static func pass(_ node: Node, on tape: Tape, to input: Int32, where isChosen: Bool) {
        if !tape.isTracked(input) { return }
        let mask = tape.slot(at: node.first)
        let (dy, dx) = (tape.outputGradient(node), tape.accumulatedGradient(of: input))
        for index in 0..<mask.count where (mask.value[index] != 0) == isChosen { dx[index] += dy[index] }
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let (mask, a, b) = (replay[node.first], replay[node.second], replay[node.third])
        return mask.indices.map { mask[$0] != 0 ? a[$0] : b[$0] }
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let (mask, zeros) = (adjoints.tensor(node.first), Tensor(zeros: gradient.shape))
        adjoints.add(to: node.second, select(mask, gradient, zeros))
        adjoints.add(to: node.third, select(mask, zeros, gradient))
    }
}

/// One tensor's value with another's gradient; `first` is the other.
private enum StraightThrough: Operation {
    static let name = "straightThrough"

    static func propagate(_ node: Node, on tape: Tape) {
        tape.kernels.add_scaled(
            tape.slot(at: node.first).count, 1, tape.outputGradient(node),
            tape.accumulatedGradient(of: node.first))
    }

    /// The value as it was recorded, moved by as much as the other tensor has moved since.
    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let (output, smooth) = (replay.tape.slot(at: node.output), replay.tape.slot(at: node.first))
        return replay[node.first].enumerated().map { index, moved in
            Double(output.value[index]) + moved - Double(smooth.value[index])
        }
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        adjoints.add(to: node.first, gradient)
    }
}

/// Element by element, a where the mask is not 0 and b where it is, with the three shapes laid over each other by
/// NumPy's rules. No gradient reaches the mask, nor what was not chosen, even where that is infinite.
public func select(_ mask: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
    let tape = Tape.current
    let shapes = (tape.slot(mask).shape, tape.slot(a).shape, tape.slot(b).shape)
    guard let pair = BroadcastGrid(shapes.1, shapes.2) else { shapeFailure(Select.name, shapes.1, shapes.2) }
    guard let all = BroadcastGrid(shapes.0, pair.shape) else {
        shapeFailure(Select.name, shapes.0, pair.shape)
    }
    let shape = all.shape
    let (mask, a, b) = (
        mask.stopGradient().broadcast(to: shape), a.broadcast(to: shape), b.broadcast(to: shape)
    )
    let (choice, first, second) = (tape.slot(mask), tape.slot(a), tape.slot(b))
    let y = tape.allocate(shape.count)
    for index in 0..<shape.count {
        y[index] = choice.value[index] != 0 ? first.value[index] : second.value[index]
    }
    return tape.result(
        y, shape, isTracked: first.isTracked || second.isTracked,
        Node(operation: Select.self, first: mask.slot, second: a.slot, third: b.slot))
}

extension Tensor {
    /// 1 where this is greater than the other, else 0 (also for NaN); a constant.
    public func isGreater(than other: Tensor) -> Tensor { compared(with: other, ">") { $0 > $1 } }

    /// 1 where this is greater than the number, else 0; a constant.
    public func isGreater(than other: Float) -> Tensor { isGreater(than: Tensor(other)) }

    /// 1 where this is less than the other, else 0; a constant.
    public func isLess(than other: Tensor) -> Tensor { compared(with: other, "<") { $0 < $1 } }

    /// 1 where this is less than the number, else 0; a constant.
    public func isLess(than other: Float) -> Tensor { isLess(than: Tensor(other)) }

    /// 1 where both are equal, else 0; a constant.
    public func isEqual(to other: Tensor) -> Tensor { compared(with: other, "==") { $0 == $1 } }

    private func compared(with other: Tensor, _ name: String, _ holds: (Float, Float) -> Bool) -> Tensor {
        let tape = Tape.current
        let (first, second) = (tape.slot(self).shape, tape.slot(other).shape)
        guard let grid = BroadcastGrid(first, second) else { shapeFailure(name, first, second) }
        let a = tape.slot(stopGradient().broadcast(to: grid.shape))
        let b = tape.slot(other.stopGradient().broadcast(to: grid.shape))
        let y = tape.allocate(grid.shape.count)
        for index in 0..<grid.shape.count { y[index] = holds(a.value[index], b.value[index]) ? 1 : 0 }
        return tape.append(y, grid.shape)
    }

    /// This tensor's value with another's gradient: rounding, sampling or a threshold passes on the gradient as if
    /// it were the smooth function that it stands for (Bengio et al. 2013, "Estimating or propagating gradients
    /// through stochastic neurons").
    public func straightThrough(to smooth: Tensor) -> Tensor {
        let tape = Tape.current
        let (value, other) = (tape.slot(self), tape.slot(smooth))
        if value.shape != other.shape { shapeFailure(StraightThrough.name, value.shape, other.shape) }
        return tape.result(
            value.value, value.shape, isTracked: other.isTracked, aliasesParameter: value.aliasesParameter,
            Node(operation: StraightThrough.self, first: smooth.slot))
    }
}
