internal import CKernels

/// The mean of Huber's function of each element: ½x² for |x| ≤ δ, δ(|x| - ½δ) outside. p = δ
enum HuberMean: Operation {
    static let name = "huberMean"

    static func propagate(_ node: Node, on tape: Tape) {
        let x = tape.slot(at: node.first)
        tape.kernels.huber_backward(
            x.count, node.p, tape.outputGradient(node)[0] / Float(x.count), x.value,
            tape.accumulatedGradient(of: node.first))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        replay.matrix(node.first).huberMean(Double(node.p)).elements
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let x = adjoints.tensor(node.first)
        let slope = x.clamped(to: -node.p...node.p) * (1 / Float(x.count))
        adjoints.add(to: node.first, gradient * slope)
    }
}

/// The mean of the squares of all elements.
enum SquaredMean: Operation {
    static let name = "squaredMean"

    static func propagate(_ node: Node, on tape: Tape) {
        let x = tape.slot(at: node.first)
        tape.kernels.add_scaled(
            x.count, 2 * tape.outputGradient(node)[0] / Float(x.count), x.value,
            tape.accumulatedGradient(of: node.first))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        replay.matrix(node.first).map { $0 * $0 }.mean().elements
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let x = adjoints.tensor(node.first)
        adjoints.add(to: node.first, gradient * x * (2 / Float(x.count)))
    }
}

extension Tensor {
    /// The mean of Huber's function of each element, a scalar: ½x² for |x| ≤ delta, delta · (|x| - ½ delta)
    /// outside (Huber 1964, "Robust estimation of a location parameter"; PyTorch's `huber_loss`).
    public func huberMean(delta: Float = 1) -> Tensor {
        let tape = Tape.current
        let input = tape.slot(self)
        let y = tape.allocate(1)
        y[0] = tape.kernels.huber_sum(input.count, delta, input.value) / Float(input.count)
        return tape.result(
            y, .scalar, isTracked: input.isTracked,
            Node(operation: HuberMean.self, first: slot, p: delta))
    }

    /// The mean of the squares of all elements, a scalar.
    public func squaredMean() -> Tensor {
        let tape = Tape.current
        let input = tape.slot(self)
        let y = tape.allocate(1)
        y[0] = Float(tape.kernels.sum_squares(input.count, input.value) / Double(input.count))
        return tape.result(
            y, .scalar, isTracked: input.isTracked, Node(operation: SquaredMean.self, first: slot))
    }
}
