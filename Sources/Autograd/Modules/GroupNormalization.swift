/// Group normalization (Wu & He 2018): in every sample, each group of channels with mean 0 and variance 1 over all
/// positions, then a scale and a shift of each channel. One group is layer normalization of the whole sample; as many
/// groups as channels is instance normalization.
public struct GroupNormalization: Module {
    /// [channels]; ones at first.
    public var scale: Parameter

    /// [channels]; zeros at first.
    public var shift: Parameter

    /// The number of groups, which divides the number of channels.
    public let groups: Int

    /// Added to the variance.
    public var epsilon: Float

    /// Neighbouring channels make a group.
    public init(groups: Int, channels: Int, epsilon: Float = 1e-5) {
        if groups < 1 || channels % groups != 0 {
            failure("groupNormalization: \(channels) channels cannot be in \(groups) groups of the same size")
        }
        scale = Parameter(shape: .vector(channels), [Float](repeating: 1, count: channels))
        shift = Parameter(shape: .vector(channels), [Float](repeating: 0, count: channels))
        self.groups = groups
        self.epsilon = epsilon
    }

    /// [samples, …, channels] to the same shape.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        GroupNormOperation.apply(x, groups: groups, scale, shift, .ofSample, epsilon: epsilon).result
    }

    /// "weight", "bias", as in PyTorch.
    public mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        try visitor.visit("weight", &scale)
        try visitor.visit("bias", &shift)
    }
}
