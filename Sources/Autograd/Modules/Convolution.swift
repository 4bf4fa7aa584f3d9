/// y = activation(x * weight + bias), for images x [batch, height, width, inputs] and y [batch, height', width',
/// outputs]; one operation.
public struct Convolution: Module {
    /// [kernel height, kernel width, inputs, outputs]
    public var weight: Parameter

    /// [outputs]
    public var bias: Parameter

    /// Rows and columns from one window to the next.
    public var stride: Extent

    /// The pixels put around an image.
    public var padding: Padding

    /// Rows and columns between the pixels of a window; 1 is side by side.
    public var dilation: Extent

    /// What is done to each sum.
    public var activation: Activation

    /// A layer whose numbers are drawn from the generator, the weight first; the bias as is usual beside such a
    /// weight where nothing is said.
    public init(
        _ inputs: Int, _ outputs: Int, kernel: Extent, stride: Extent = 1, padding: Padding = .none,
        dilation: Extent = 1, activation: Activation = .identity, initializer: Initializer = .uniformFanIn,
        biasInitializer: Initializer? = nil, using random: inout some RandomNumberGenerator
    ) {
        let pixels = kernel.height * kernel.width
        let (fanIn, fanOut) = (pixels * inputs, pixels * outputs)
        let weight = initializer.values(
            pixels * inputs * outputs, fanIn: fanIn, fanOut: fanOut, using: &random)
        let bias = (biasInitializer ?? initializer.biasInitializer)
            .values(outputs, fanIn: fanIn, fanOut: fanOut, using: &random)
        self.weight = Parameter(
            shape: [kernel.height, kernel.width, inputs, outputs], layout: .convolution, weight)
        self.bias = Parameter(shape: .vector(outputs), bias)
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.activation = activation
    }

    /// [batch, height, width, inputs] to [batch, height', width', outputs].
    public func callAsFunction(_ x: Tensor) -> Tensor { apply(.init(x)) }

    /// The same of pixels, each times `scale`.
    public func callAsFunction(_ x: ByteTensor, scale: Float) -> Tensor { apply(.init(x, scale: scale)) }

    private func apply(_ x: ConvolutionOperation.Pixels) -> Tensor {
        ConvolutionOperation.apply(
            x, weight, bias, stride: stride, padding: padding, dilation: dilation, activation)
    }

    /// "weight", "bias"
    @inlinable
    public mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        try visitor.visit("weight", &weight)
        try visitor.visit("bias", &bias)
    }
}
