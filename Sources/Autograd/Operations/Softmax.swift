internal import CKernels

/// log Σ exp of each row.
enum LogSumExp: Operation {
    static let name = "logSumExp"

    static func propagate(_ node: Node, on tape: Tape) {
        let x = tape.slot(at: node.first)
        tape.kernels.log_sum_exp_backward(
            x.shape.rows, x.shape.columns, x.value, tape.slot(at: node.output).value,
            tape.outputGradient(node), tape.accumulatedGradient(of: node.first))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        replay.matrix(node.first).logSumExp().elements
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let x = adjoints.tensor(node.first)
        adjoints.add(to: node.first, gradient.perRow(of: x.shape) * x.softmax())
    }
}

/// exp x / Σ exp x of each row.
enum Softmax: Operation {
    static let name = "softmax"

    static func propagate(_ node: Node, on tape: Tape) {
        let y = tape.slot(at: node.output)
        tape.kernels.softmax_backward(
            y.shape.rows, y.shape.columns, y.value, tape.outputGradient(node),
            tape.accumulatedGradient(of: node.first))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        replay.matrix(node.first).softmax().elements
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let y = adjoints.tensor(node.output)
        adjoints.add(to: node.first, y * (gradient - (gradient * y).rowSum().perRow(of: y.shape)))
    }
}

/// x - log Σ exp x of each row.
enum LogSoftmax: Operation {
    static let name = "logSoftmax"

    static func propagate(_ node: Node, on tape: Tape) {
        let y = tape.slot(at: node.output)
        tape.kernels.log_softmax_backward(
            y.shape.rows, y.shape.columns, y.value, tape.outputGradient(node),
            tape.accumulatedGradient(of: node.first))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        replay.matrix(node.first).logSoftmax().elements
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let y = adjoints.tensor(node.output)
        adjoints.add(to: node.first, gradient - y.exp() * gradient.rowSum().perRow(of: y.shape))
    }
}

extension Tensor {
    /// One number a row [rows], in a shape that repeats along the rows of `shape`.
    func perRow(of shape: Shape) -> Tensor {
        reshaped(shape.rank == 0 ? shape : shape.replacingColumns(with: 1))
    }
}

extension Tensor {
    /// log Σ exp x over each row: [rows].
    public func logSumExp() -> Tensor {
        let tape = Tape.current
        let input = tape.slot(self)
        let y = tape.allocate(input.shape.rows)
        tape.kernels.log_sum_exp(input.shape.rows, input.shape.columns, input.value, y)
        return tape.result(
            y, .vector(input.shape.rows), isTracked: input.isTracked,
            Node(operation: LogSumExp.self, first: slot))
    }

    /// Probabilities from logits, row by row, of the same shape.
    public func softmax() -> Tensor {
        let tape = Tape.current
        let input = tape.slot(self)
        let y = tape.allocate(input.count)
        tape.kernels.softmax(input.shape.rows, input.shape.columns, input.value, y)
        return tape.result(
            y, input.shape, isTracked: input.isTracked, Node(operation: Softmax.self, first: slot))
    }

    /// Logarithms of probabilities from logits, row by row, of the same shape.
    public func logSoftmax() -> Tensor {
        let tape = Tape.current
        let input = tape.slot(self)
        let y = tape.allocate(input.count)
        tape.kernels.log_softmax(input.shape.rows, input.shape.columns, input.value, y)
        return tape.result(
            y, input.shape, isTracked: input.isTracked, Node(operation: LogSoftmax.self, first: slot))
    }
}
