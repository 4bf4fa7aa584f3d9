/// One choice a row, with probabilities softmax(logits): the policy over discrete actions.
///
/// Of logits [rows, choices]; samples are [rows], and numbers about them are [rows], in nats.
public struct Categorical {
    private let groups: GroupedLogits

    /// Of logits [rows, choices]. A logit of -∞ is a choice that is never made.
    public init(logits: Tensor) { groups = GroupedLogits(logits) }

    /// Of logits [rows, choices], where only what is not 0 in `allowed` [rows, choices] may be chosen. In a row that
    /// allows nothing everything is NaN.
    public init(logits: Tensor, allowed: ByteTensor) {
        self.init(logits: MaskedLogits.apply(logits, allowed))
    }

    /// [rows, choices]; -∞ where a choice is not allowed.
    public var logits: Tensor { groups.logits }

    /// [rows, choices]
    public func probabilities() -> Tensor { logits.softmax() }

    /// The most probable choice of each row, the first of several.
    public var mode: IndexTensor { groups.mode(.vector(logits.rows)) }

    /// A choice of each row; takes one word a row.
    public func sample(using random: inout CounterRandom) -> IndexTensor {
        groups.sample(.vector(logits.rows), using: &random)
    }

    /// log p of the choice of each row.
    public func logProbability(of choices: IndexTensor) -> Tensor { groups.logProbability(of: choices) }

    /// log p of the choice of each row.
    public func logProbability(of choices: [Int32]) -> Tensor {
        logProbability(of: IndexTensor(copying: choices))
    }

    /// -Σ p log p of each row.
    public func entropy() -> Tensor { groups.entropy() }

    /// The Kullback-Leibler divergence Σ p (log p - log q) of each row from another's q.
    public func divergence(from other: Categorical) -> Tensor { groups.divergence(from: other.groups) }
}

/// Unavailable, like `Tensor`'s.
@available(*, unavailable)
extension Categorical: Sendable {}

extension Tensor {
    /// With logits [rows, choices] as self: log p(indices[r]) of each row, [rows], in nats.
    public func categoricalLogProbability(of indices: IndexTensor) -> Tensor {
        Categorical(logits: self).logProbability(of: indices)
    }

    /// With logits [rows, choices] as self: log p(indices[r]) of each row, [rows], in nats.
    public func categoricalLogProbability(of indices: [Int32]) -> Tensor {
        Categorical(logits: self).logProbability(of: indices)
    }

    /// With logits [rows, choices] as self: the entropy -Σ p log p of each row, [rows], in nats. A logit of
    /// -∞ (a choice that is masked out) contributes nothing.
    public func categoricalEntropy() -> Tensor { Categorical(logits: self).entropy() }
}
