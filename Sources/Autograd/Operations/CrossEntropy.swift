extension Tensor {
    /// With logits [rows, classes] as self: -log p(classes[r]) of each row, [rows], in nats.
    public func crossEntropy(with classes: IndexTensor) -> Tensor { -categoricalLogProbability(of: classes) }

    /// With logits [rows, classes] as self: -log p(classes[r]) of each row, [rows], in nats.
    public func crossEntropy(with classes: [Int32]) -> Tensor { -categoricalLogProbability(of: classes) }

    /// With logits [rows, classes] as self and probabilities of the same shape: -Σ target · log p of each row, [rows],
    /// in nats.
    public func crossEntropy(with probabilities: Tensor) -> Tensor {
        if probabilities.shape != shape { shapeFailure("crossEntropy", shape, probabilities.shape) }
        return -(probabilities * logSoftmax()).rowSum()
    }
}
