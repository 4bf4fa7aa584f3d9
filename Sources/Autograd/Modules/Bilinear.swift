/// y[r, o] = Σᵢⱼ x[r, i] · weight[o, i, j] · z[r, j] + bias[o]: two inputs multiplied with each other, as
/// `torch.nn.Bilinear`.
public struct Bilinear: Module {
    /// [outputs, inputs of the first, inputs of the second], in memory and in files.
    public var weight: Parameter

    /// [outputs]
    public var bias: Parameter

    /// A layer whose numbers are drawn uniformly in ±1/√first, as PyTorch does: the weight row by row, then the bias, one
    /// word of the generator each.
    public init(_ first: Int, _ second: Int, _ outputs: Int, using random: inout some RandomNumberGenerator) {
        func values(_ count: Int) -> [Float] {
            Initializer.uniformFanIn.values(count, fanIn: first, fanOut: outputs, using: &random)
        }
        weight = Parameter(shape: [outputs, first, second], values(outputs * first * second))
        bias = Parameter(shape: .vector(outputs), values(outputs))
    }

    /// [batch, first] and [batch, second] to [batch, outputs].
    public func callAsFunction(_ x: Tensor, _ z: Tensor) -> Tensor {
        let (outputs, first, second) = (weight.shape[0], weight.shape[1], weight.shape[2])
        let rows = x.rows
        if x.columns != first || z.columns != second || z.rows != rows {
            failure("bilinear: inputs \(x.shape) and \(z.shape) do not fit weight \(weight.shape)")
        }
        // One product for all outputs, then each row's own with its x.
        let products = z.reshaped(.matrix(rows, second))
            .matmul(transposed: weight.tensor.reshaped(.matrix(outputs * first, second)))
            .reshaped(Shape(rank: 3) { $0 == 0 ? rows : $0 == 1 ? outputs : first })
        let each = x.reshaped(Shape(rank: 3) { $0 == 0 ? rows : $0 == 1 ? 1 : first })
        let sums = each.matmul(transposed: products)
        return sums.reshaped(.matrix(rows, outputs)) + bias.tensor
    }

    /// "weight", "bias"
    public mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        try visitor.visit("weight", &weight)
        try visitor.visit("bias", &bias)
    }
}
