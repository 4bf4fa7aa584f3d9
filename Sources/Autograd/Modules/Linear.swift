/// y = activation(x · weight + bias), for x [batch, inputs] and y [batch, outputs]; one operation.
public struct Linear: Module {
    /// [inputs, outputs]
    public var weight: Parameter

    /// [outputs]
    public var bias: Parameter

    /// What is done to each sum.
    public var activation: Activation

    /// A layer whose numbers are drawn from the generator, the weight first; the bias as is usual beside such a
    /// weight where nothing is said.
    public init(
        _ inputs: Int, _ outputs: Int, activation: Activation = .identity,
        initializer: Initializer = .uniformFanIn, biasInitializer: Initializer? = nil,
        using random: inout some RandomNumberGenerator
    ) {
        let weight = initializer.values(inputs * outputs, fanIn: inputs, fanOut: outputs, using: &random)
        let bias = (biasInitializer ?? initializer.biasInitializer)
            .values(outputs, fanIn: inputs, fanOut: outputs, using: &random)
        self.weight = Parameter(shape: .matrix(inputs, outputs), layout: .inputOutput, weight)
        self.bias = Parameter(shape: .vector(outputs), bias)
        self.activation = activation
    }

    /// [batch, inputs] to [batch, outputs].
    public func callAsFunction(_ x: Tensor) -> Tensor { LinearOperation.apply(x, weight, bias, activation) }

    /// "weight", "bias"
    @inlinable
    public mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        try visitor.visit("weight", &weight)
        try visitor.visit("bias", &bias)
    }
}
