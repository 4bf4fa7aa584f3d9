/// Layer normalization (Ba et al. 2016): every row with mean 0 and variance 1, times a scale, plus a shift.
/// y = (x - mean) / √(variance + ε) · scale + shift; the variance is divided by the number of elements, as in PyTorch.
public struct LayerNormalization: Module {
    /// The shape of the last axes, which are normalized together; ones at first.
    public var scale: Parameter

    /// The same shape; zeros at first.
    public var shift: Parameter

    /// Added to the variance.
    public var epsilon: Float

    /// Over the last axis.
    public init(_ features: Int, epsilon: Float = 1e-5) { self.init(.vector(features), epsilon: epsilon) }

    /// Over the last axes, all of `shape` together.
    public init(_ shape: Shape, epsilon: Float = 1e-5) {
        scale = Parameter(shape: shape, [Float](repeating: 1, count: shape.count))
        shift = Parameter(shape: shape, [Float](repeating: 0, count: shape.count))
        self.epsilon = epsilon
    }

    /// To the same shape, which ends in that of the scale.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        LayerNormOperation.apply(x, scale, shift, isCentered: true, epsilon: epsilon)
    }

    /// "weight", "bias", as in PyTorch.
    public mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        try visitor.visit("weight", &scale)
        try visitor.visit("bias", &shift)
    }
}

/// Root mean square normalization (Zhang & Sennrich 2019): y = x / √(mean of x² + ε) · scale, row by row.
public struct RMSNormalization: Module {
    /// The shape of the last axes, which are normalized together; ones at first.
    public var scale: Parameter

    /// Added to the mean square.
    public var epsilon: Float

    /// Over the last axis. PyTorch's ε, where none is given, is the unit roundoff of the elements: 2⁻²³.
    public init(_ features: Int, epsilon: Float = .ulpOfOne) {
        self.init(.vector(features), epsilon: epsilon)
    }

    /// Over the last axes, all of `shape` together.
    public init(_ shape: Shape, epsilon: Float = .ulpOfOne) {
        scale = Parameter(shape: shape, [Float](repeating: 1, count: shape.count))
        self.epsilon = epsilon
    }

    /// To the same shape, which ends in that of the scale.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        LayerNormOperation.apply(x, scale, nil, isCentered: false, epsilon: epsilon)
    }

    /// "weight"
    public mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        try visitor.visit("weight", &scale)
    }
}
