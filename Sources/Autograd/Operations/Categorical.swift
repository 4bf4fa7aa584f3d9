internal import CKernels

/// log p(index) of each row; `memory` holds [rows] normalisers.
enum CategoricalLogProbability: Operation {
    static let name = "categoricalLogProbability"

    static func propagate(_ node: Node, on tape: Tape) {
        guard let normalizer = node.memory?.assumingMemoryBound(to: Float.self) else { return }
        let x = tape.slot(at: node.first)
        tape.kernels.categorical_log_probability_backward(
            x.shape.rows, x.shape.columns, x.value, tape.slot(at: node.second).indices, normalizer,
            tape.outputGradient(node), tape.accumulatedGradient(of: node.first))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let indices = replay.indices(node.second).map(Int32.init)
        return replay.matrix(node.first).logSoftmax().gathered(indices).elements
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let (x, indices) = (adjoints.tensor(node.first), adjoints.indexTensor(node.second))
        let chosen = indices.oneHot(depth: x.columns).reshaped(x.shape)
        adjoints.add(to: node.first, gradient.perRow(of: x.shape) * (chosen - x.softmax()))
    }
}

/// -Σ p log p of each row; `memory` holds [rows] normalisers.
enum CategoricalEntropy: Operation {
    static let name = "categoricalEntropy"

    static func propagate(_ node: Node, on tape: Tape) {
        guard let normalizer = node.memory?.assumingMemoryBound(to: Float.self) else { return }
        let x = tape.slot(at: node.first)
        tape.kernels.categorical_entropy_backward(
            x.shape.rows, x.shape.columns, x.value, normalizer, tape.slot(at: node.output).value,
            tape.outputGradient(node), tape.accumulatedGradient(of: node.first))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        replay.matrix(node.first).categoricalEntropy().elements
    }

    /// ∂H/∂xᵢ = -pᵢ (log pᵢ + H)
    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let x = adjoints.tensor(node.first)
        let logarithms = x.logSoftmax()
        let entropy = adjoints.tensor(node.output).perRow(of: x.shape)
        adjoints.add(
            to: node.first, -gradient.perRow(of: x.shape) * logarithms.exp() * (logarithms + entropy))
    }
}

extension Tensor {
    /// With logits [rows, choices] as self: log p(indices[r]) of each row, [rows], in nats.
    public func categoricalLogProbability(of indices: IndexTensor) -> Tensor {
        let tape = Tape.current
        let (input, index) = (tape.slot(self), tape.slot(indices))
        let (rows, columns) = (input.shape.rows, input.shape.columns)
        if index.count != rows {
            failure("\(CategoricalLogProbability.name): \(input.shape) does not fit \(index.count) indices")
        }
        tape.check(index, below: columns, CategoricalLogProbability.name)
        let (y, normalizer) = (tape.allocate(rows), tape.allocate(rows))
        tape.kernels.categorical_log_probability(rows, columns, input.value, index.indices, normalizer, y)
        return tape.result(
            y, .vector(rows), isTracked: input.isTracked,
            Node(
                operation: CategoricalLogProbability.self, first: slot, second: indices.slot,
                memory: normalizer))
    }

    /// With logits [rows, choices] as self: log p(indices[r]) of each row, [rows], in nats.
    public func categoricalLogProbability(of indices: [Int32]) -> Tensor {
        categoricalLogProbability(of: IndexTensor(copying: indices))
    }

    /// With logits [rows, choices] as self: the entropy -Σ p log p of each row, [rows], in nats. A logit of
    /// -∞ (a choice that is masked out) contributes nothing.
    public func categoricalEntropy() -> Tensor {
        let tape = Tape.current
        let input = tape.slot(self)
        let rows = input.shape.rows
        let (y, normalizer) = (tape.allocate(rows), tape.allocate(rows))
        tape.kernels.categorical_entropy(rows, input.shape.columns, input.value, normalizer, y)
        return tape.result(
            y, .vector(rows), isTracked: input.isTracked,
            Node(operation: CategoricalEntropy.self, first: slot, memory: normalizer))
    }
}
