internal import CKernels

/// y [m, n] = activation(x [m, k] · w [k, n] + b [n]) in one pass over y, from parameters: untracked ones are
/// read where they are, without a place on the tape, so that acting and targets cost what the loops cost. Where x is
/// constant and mostly zeros, as boards of binary planes are, zeros are not multiplied, whatever the weight.
enum LinearOperation: Operation {
    static let name = "linear"

    /// Inputs from which on it is worth looking for zeros.
    private static let leastToSkip = 96

    static func apply(_ x: Tensor, _ weight: Parameter, _ bias: Parameter?, _ activation: Activation)
        -> Tensor
    {
        let tape = Tape.current
        let input = tape.slot(x)
        let (m, k, n) = (input.shape.rows, weight.shape.rows, weight.shape.columns)
        if input.shape.columns != k || weight.shape.rank != 2 {
            failure("linear: input \(input.shape) does not fit weight \(weight.shape)")
        }
        if let bias, bias.count != n {
            failure("linear: bias \(bias.shape) does not fit weight \(weight.shape)")
        }
        let y = tape.allocate(m &* n)
        let skipsZeros = !input.isTracked && k >= leastToSkip && tape.kernels.is_sparse(m, k, input.value)
        withExtendedLifetime((weight.storage, bias?.storage)) {
            let (w, b) = (weight.storage.pointer, bias?.storage.pointer)
            if skipsZeros {
                tape.kernels.sparse_linear(m, n, k, input.value, w, b, activation.code, y)
            } else if tape.isLarge(m, n, k) {
                tape.multiply(.normal, m, n, k, input.value, w, into: y, accumulate: false)
                tape.kernels.finish_linear(m, n, b, activation.code, y)
            } else {
                tape.kernels.linear(m, n, k, input.value, w, b, activation.code, y)
            }
        }
        let isTracked = input.isTracked || tape.isTracked(weight) || bias.map(tape.isTracked) == true
        return tape.result(
            y, input.shape.rank > 2 ? input.shape.replacingColumns(with: n) : .matrix(m, n),
            isTracked: isTracked,
            Node(
                operation: LinearOperation.self, first: x.slot, second: weight.tensor.slot,
                third: bias?.tensor.slot ?? -1, code: activation.code, start: skipsZeros ? 1 : 0))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        let (x, w, y) = (tape.slot(at: node.first), tape.slot(at: node.second), tape.slot(at: node.output))
        let (m, k, n) = (x.shape.rows, w.shape.rows, w.shape.columns)
        // The output's gradient is complete and nobody reads it afterwards, so it becomes that before the
        // activation.
        let dz = tape.outputGradient(node)
        tape.kernels.activation_backward(m &* n, node.code, y.value, dz)
        if tape.isTracked(node.third) {
            let (db, accumulate) = tape.gradient(of: node.third)
            tape.kernels.column_sums(m, n, dz, db, accumulate)
        }
        if tape.isTracked(node.second) {
            let (dw, accumulate) = tape.gradient(of: node.second)
            if node.start == 1 {
                tape.kernels.sparse_weight_gradient(m, n, k, x.value, dz, dw, accumulate)
            } else {
                tape.multiply(.firstTransposed, k, n, m, x.value, dz, into: dw, accumulate: accumulate)
            }
        }
        if tape.isTracked(node.first) {
            let (dx, accumulate) = tape.gradient(of: node.first)
            tape.multiply(.secondTransposed, m, k, n, dz, w.value, into: dx, accumulate: accumulate)
        }
    }

    static func multiplyAdds(_ node: Node, on tape: Tape) -> Int {
        tape.slot(at: node.first).shape.rows * tape.slot(at: node.second).count
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let (x, w) = (replay.matrix(node.first), replay.matrix(node.second))
        let bias =
            node.third >= 0
            ? replay.matrix(node.third) : Reference(rows: 1, columns: w.columns) { _, _ in 0 }
        return x.linear(w, bias, Activation(code: node.code)).elements
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let (x, w) = (adjoints.tensor(node.first), adjoints.tensor(node.second))
        let (m, n) = (gradient.rows, gradient.columns)
        let rows = x.reshaped(.matrix(m, x.columns))
        var dz = gradient.reshaped(.matrix(m, n))
        let y = adjoints.tensor(node.output).reshaped(.matrix(m, n))
        switch Activation(code: node.code) {
        case .identity: break
        case .relu: dz = dz * y.isGreater(than: 0)
        case .tanh: dz = dz * (1 - y.squared())
        }
        if node.third >= 0 {
            let shape = adjoints.shape(node.third)
            adjoints.add(to: node.third, dz.summed(to: shape))
        }
        adjoints.add(to: w.slot, rows.transposedMatmul(dz))
        adjoints.add(to: x.slot, dz.matmul(transposed: w).reshaped(x.shape))
    }
}

extension Activation {
    /// Its number in the kernels.
    var code: Int32 {
        switch self {
        case .identity: Int32(rl_identity)
        case .relu: Int32(rl_relu)
        case .tanh: Int32(rl_tanh)
        }
    }

    /// The activation of a number in the kernels.
    init(code: Int32) {
        self =
            switch Int(code) {
            case rl_relu: .relu
            case rl_tanh: .tanh
            default: .identity
            }
    }
}
