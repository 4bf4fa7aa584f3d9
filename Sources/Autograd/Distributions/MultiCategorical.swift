/// Several independent choices a row, each among its own columns of the logits: the policy over actions with several
/// discrete parts.
///
/// Of logits [rows, Σ sizes]; samples are [rows, groups], and numbers about them, summed over the groups, are [rows].
public struct MultiCategorical {
    private let groups: GroupedLogits

    /// Of logits [rows, Σ sizes]: choice g is made among the sizes[g] columns behind those of the choices before. A
    /// logit of -∞ is a choice that is never made.
    public init(logits: Tensor, sizes: [Int]) { groups = GroupedLogits(logits, sizes: sizes) }

    /// As `init(logits:sizes:)`, where only what is not 0 in `allowed` [rows, Σ sizes] may be chosen. In a row with a
    /// choice that allows nothing everything is NaN.
    public init(logits: Tensor, sizes: [Int], allowed: ByteTensor) {
        self.init(logits: MaskedLogits.apply(logits, allowed), sizes: sizes)
    }

    /// [rows, Σ sizes]; -∞ where a choice is not allowed.
    public var logits: Tensor { groups.logits }

    /// [rows, Σ sizes], in which each choice's are 1 together.
    public func probabilities() -> Tensor { groups.probabilities() }

    /// The most probable choices of each row, of each the first of several.
    public var mode: IndexTensor { groups.mode(sampleShape) }

    /// Choices of each row; takes one word a row and group.
    public func sample(using random: inout CounterRandom) -> IndexTensor {
        groups.sample(sampleShape, using: &random)
    }

    /// Σ log p of the choices [rows, groups] of each row.
    public func logProbability(of choices: IndexTensor) -> Tensor { groups.logProbability(of: choices) }

    /// Σ of the groups' entropies -Σ p log p, of each row.
    public func entropy() -> Tensor { groups.entropy() }

    /// Σ of the groups' Kullback-Leibler divergences Σ p (log p - log q), of each row from another's q.
    public func divergence(from other: MultiCategorical) -> Tensor { groups.divergence(from: other.groups) }

    private var sampleShape: Shape { .matrix(logits.rows, groups.sizes.count) }
}

/// Unavailable, like `Tensor`'s.
@available(*, unavailable)
extension MultiCategorical: Sendable {}
