internal import CKernels

/// Independent bits, a row of them at a time, each 1 with probability 1 / (1 + e⁻ˣ) for its logit x.
///
/// Of logits [rows, columns]; samples are tensors [rows, columns] of 0 and 1, and numbers about them, summed over the
/// columns, are [rows], in nats.
public struct Bernoulli {
    /// [rows, columns]
    public let logits: Tensor

    /// Of logits [rows, columns].
    public init(logits: Tensor) { self.logits = logits }

    /// [rows, columns]
    public func probabilities() -> Tensor { logits.sigmoid() }

    /// The more probable value of each bit; 0 where both are equally so.
    public var mode: Tensor { logits.isGreater(than: 0) }

    /// 0 or 1 for each bit, a constant; takes one word for each.
    public func sample(using random: inout CounterRandom) -> Tensor {
        let tape = Tape.current
        let input = tape.slot(logits)
        let (uniform, bits) = (tape.allocate(input.count), tape.allocate(input.count))
        random.fillUniform(input.count, uniform)
        tape.kernels.bernoulli_sample(input.count, input.value, uniform, bits)
        return tape.append(bits, input.shape)
    }

    /// Σ log p of the bits [rows, columns], of each row; above ½ counts as 1.
    public func logProbability(of bits: Tensor) -> Tensor { BernoulliLogProbability.apply(logits, bits) }

    /// Σ of the bits' entropies, of each row.
    public func entropy() -> Tensor { BernoulliEntropy.apply(logits) }

    /// Σ of the bits' Kullback-Leibler divergences, of each row from another's.
    public func divergence(from other: Bernoulli) -> Tensor {
        asChoices().divergence(from: other.asChoices())
    }

    /// A bit is a choice between the logits 0 and x.
    private func asChoices() -> MultiCategorical {
        let pairs = stacked([Tensor(zeros: logits.shape), logits], axis: -1)
        let columns = logits.columns
        return MultiCategorical(
            logits: pairs.reshaped(.matrix(logits.rows, 2 * columns)),
            sizes: [Int](repeating: 2, count: columns))
    }
}

/// Unavailable, like `Tensor`'s.
@available(*, unavailable)
extension Bernoulli: Sendable {}

/// Σ over columns of log p(bit), row by row. The slots are logits and bits.
private enum BernoulliLogProbability: Operation {
    static let name = "bernoulliLogProbability"

    static func apply(_ x: Tensor, _ bits: Tensor) -> Tensor {
        let tape = Tape.current
        let (input, chosen) = (tape.slot(x), tape.slot(bits))
        if input.shape != chosen.shape { shapeFailure(name, input.shape, chosen.shape) }
        let rows = input.shape.rows
        let y = tape.allocate(rows)
        tape.kernels.bernoulli_log_probability(rows, input.shape.columns, input.value, chosen.value, y)
        return tape.result(
            y, .vector(rows), isTracked: input.isTracked,
            Node(operation: BernoulliLogProbability.self, first: x.slot, second: bits.slot))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        let x = tape.slot(at: node.first)
        tape.kernels.bernoulli_log_probability_backward(
            x.shape.rows, x.shape.columns, x.value, tape.slot(at: node.second).value,
            tape.outputGradient(node),
            tape.accumulatedGradient(of: node.first))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let terms = replay.matrix(node.first).zip(replay.matrix(node.second)) { x, bit in
            let chosen = bit > 0.5 ? x : -x
            return min(chosen, 0) - Functions.log(1 + Functions.exp(-abs(chosen)))
        }
        return terms.rowSum().elements
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let (x, bits) = (adjoints.tensor(node.first), adjoints.tensor(node.second).isGreater(than: 0.5))
        adjoints.add(to: node.first, gradient.perRow(of: x.shape) * (bits - x.sigmoid()))
    }
}

/// Σ over columns of the entropy of a bit, row by row.
private enum BernoulliEntropy: Operation {
    static let name = "bernoulliEntropy"

    static func apply(_ x: Tensor) -> Tensor {
        let tape = Tape.current
        let input = tape.slot(x)
        let rows = input.shape.rows
        let y = tape.allocate(rows)
        tape.kernels.bernoulli_entropy(rows, input.shape.columns, input.value, y)
        return tape.result(
            y, .vector(rows), isTracked: input.isTracked,
            Node(operation: BernoulliEntropy.self, first: x.slot))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        let x = tape.slot(at: node.first)
        tape.kernels.bernoulli_entropy_backward(
            x.shape.rows, x.shape.columns, x.value, tape.outputGradient(node),
            tape.accumulatedGradient(of: node.first))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let terms = replay.matrix(node.first).map { x in
            let power = Functions.exp(-abs(x))
            return Functions.log(1 + power) + (power == 0 ? 0 : abs(x) * power / (1 + power))
        }
        return terms.rowSum().elements
    }

    /// ∂H/∂x = -x p (1 - p)
    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let x = adjoints.tensor(node.first)
        let p = x.sigmoid()
        adjoints.add(to: node.first, -gradient.perRow(of: x.shape) * x * p * (1 - p))
    }
}
