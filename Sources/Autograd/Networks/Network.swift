/// The networks that a setting can name.
public enum NetworkChoice: String, CaseIterable, Codable, Sendable {
    /// What suits the observations: `nature` for images of at least 36 rows and columns, `minatar` for smaller ones,
    /// `mlp` for everything else.
    case auto
    /// Hidden layers of chosen widths; images are flattened.
    case mlp
    /// One convolution, for grids of 10 × 10 (Young and Tian 2019).
    case minatar
    /// Two convolutions (Mnih et al. 2013).
    case nips
    /// Three convolutions (Mnih et al. 2015).
    case nature
    /// Fifteen convolutions with residual connections (Espeholt et al. 2018).
    case impala
    /// Small kernels, twice before each pooling (Simonyan and Zisserman 2014).
    case vgg
    /// Kernels of several sizes side by side (Szegedy et al. 2014).
    case inception
    /// Narrow, with separated kernels (Gholami et al. 2018).
    case squeezenext

    /// `auto` decided.
    public func resolved(for input: Shape) -> NetworkChoice {
        if self != .auto { return self }
        if input.rank != 3 || min(input[0], input[1]) < 3 { return .mlp }
        return min(input[0], input[1]) < 36 ? .minatar : .nature
    }

    /// The layers up to the last hidden one; none for the multilayer perceptron, whose layers are settings.
    public var body: [LayerDescription] {
        switch self {
        case .auto, .mlp: []
        case .minatar: .minAtar
        case .nips: .nips
        case .nature: .nature
        case .impala: .impala
        case .vgg: .vgg
        case .inception: .inception
        case .squeezenext: .squeezeNext
        }
    }
}

/// A network from observations to a row of numbers, chosen while the program runs.
public struct Network: Module {
    /// Which it is; never `auto`.
    public let choice: NetworkChoice

    // Side by side, not cases of an enum: taking a payload out, changing it and putting it back copies its memory. The
    // one that is not used has no layers; were it nil, every call would take a copy out of an optional.
    private var perceptron = MultilayerPerceptron()
    private var stack: LayerStack?

    /// A network for observations of the shape `input` ([numbers] or [height, width, channels]), with so many linear
    /// outputs, and weights drawn from the generator as PyTorch draws them. `hidden` and `activation` are the
    /// multilayer perceptron's; the others are as in their papers. Throws where the observations do not fit.
    public init(
        _ choice: NetworkChoice, input: Shape, outputs: Int, hidden: [Int] = [64, 64],
        activation: Activation = .relu, using random: inout some RandomNumberGenerator
    ) throws(NetworkError) {
        self.choice = choice.resolved(for: input)
        if self.choice == .mlp {
            perceptron = MultilayerPerceptron(
                [input.count] + hidden + [outputs], activation: activation, using: &random)
        } else {
            let layers = self.choice.body + [.linear(outputs, activation: .identity)]
            stack = try LayerStack(layers, input: input, using: &random)
        }
    }

    /// [batch, …] to [batch, outputs].
    public func callAsFunction(_ x: Tensor) -> Tensor {
        if let stack { return stack(x) }
        return perceptron(x.shape.rank == 2 ? x : NetworkInput.numbers(x).flat)
    }

    /// [batch, …] to [batch, outputs], from observations as they lie in memory.
    public func callAsFunction(_ x: NetworkInput) -> Tensor {
        if let stack { return stack(x) }
        return perceptron(x.flat)
    }

    /// Each layer in numbers.
    public var summary: [LayerSummary] {
        if let stack { return stack.summary("") }
        return perceptron.layers.enumerated().map { index, layer in
            LayerSummary(
                name: "layers.\(index)", layer: "linear", output: .vector(layer.weight.shape.columns),
                parameters: layer.parameterCount, multiplyAdds: layer.weight.count)
        }
    }

    /// "layers.0.weight", "layers.0.bias", …
    @inlinable
    public mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        try visitParts(&visitor)
    }

    @usableFromInline
    mutating func visitParts<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        try perceptron.visitParameters(&visitor)
        try stack?.visitParameters(&visitor)
    }
}

extension NetworkInput {
    /// [batch, numbers]
    fileprivate var flat: Tensor {
        let tensor = tensor
        let shape = tensor.shape
        return shape.rank == 2 ? tensor : tensor.reshaped(.matrix(shape[0], shape.count / max(shape[0], 1)))
    }
}
