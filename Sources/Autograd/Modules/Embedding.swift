/// A table of vectors, one for each index.
public struct Embedding: Module {
    /// [count, size]
    public var weight: Parameter

    /// `count` vectors of standard normal numbers, as in PyTorch; two words of the generator each.
    public init(_ count: Int, _ size: Int, using random: inout some RandomNumberGenerator) {
        weight = Parameter(
            shape: .matrix(count, size),
            Initializer.normal(standardDeviation: 1).values(
                count * size, fanIn: count, fanOut: size, using: &random))
    }

    /// Indices of any shape to their vectors: […, size].
    public func callAsFunction(_ indices: IndexTensor) -> Tensor {
        let shape = indices.shape
        let size = weight.shape.columns
        return weight.tensor.selectingRows(at: indices)
            .reshaped(Shape(rank: shape.rank + 1) { $0 < shape.rank ? shape[$0] : size })
    }

    /// A vector of indices to their vectors: [indices, size].
    public func callAsFunction(_ indices: [Int32]) -> Tensor { self(IndexTensor(copying: indices)) }

    /// "weight"
    public mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        try visitor.visit("weight", &weight)
    }
}
