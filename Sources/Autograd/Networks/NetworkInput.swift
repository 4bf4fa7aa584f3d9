/// A batch of observations on its way into a network, as it lies in memory: [batch, …].
public enum NetworkInput {
    /// Numbers as they are.
    case numbers(Tensor)
    /// Bytes, each times `scale`: pixels enter the first convolution so, without a copy as floats.
    case bytes(ByteTensor, scale: Float)

    /// As numbers.
    public var tensor: Tensor {
        switch self {
        case .numbers(let tensor): tensor
        case .bytes(let bytes, let scale): bytes.scaled(by: scale)
        }
    }

    /// Observations in the batch.
    public var count: Int {
        switch self {
        case .numbers(let tensor): tensor.shape[0]
        case .bytes(let bytes, _): bytes.shape[0]
        }
    }

    /// Each observation with these axes.
    func reshaped(each shape: Shape) -> NetworkInput {
        let whole = Shape(rank: shape.rank + 1) { $0 == 0 ? count : shape[$0 - 1] }
        return switch self {
        case .numbers(let tensor): .numbers(tensor.reshaped(whole))
        case .bytes(let bytes, let scale): .bytes(bytes.reshaped(whole), scale: scale)
        }
    }
}
