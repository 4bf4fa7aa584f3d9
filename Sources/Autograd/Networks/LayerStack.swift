/// Layers one after the other, built from their description.
public struct LayerStack: Module {
    /// What one observation is: [height, width, channels] or [numbers].
    public let input: Shape

    /// What becomes of it.
    public let output: Shape

    // In place for as many as the network of Atari has with its outputs: visiting a copy's parameters, as every update
    // does, would copy an array.
    private var first = InlineArray<5, BuiltLayer?>(repeating: nil)
    private var rest: [BuiltLayer] = []

    /// Layers for observations of this shape, with weights drawn from the generator, as PyTorch draws them where nothing
    /// is said. Throws where a layer does not fit.
    public init(
        _ descriptions: [LayerDescription], input: Shape, initializer: Initializer = .uniformFanIn,
        using random: inout some RandomNumberGenerator
    ) throws(NetworkError) {
        self.input = input
        var shape = input
        for (index, description) in descriptions.enumerated() {
            let layer = try BuiltLayer(description, input: shape, initializer: initializer, using: &random)
            if index < first.count { first[index] = layer } else { rest.append(layer) }
            shape = try description.output(of: shape)
        }
        output = shape
    }

    /// [batch, …] to [batch, …], each observation from `input` to `output`.
    public func callAsFunction(_ x: Tensor) -> Tensor { self(.numbers(x)) }

    /// The same of observations as they lie in memory.
    public func callAsFunction(_ x: NetworkInput) -> Tensor {
        let images = x.reshaped(each: input)
        guard let layer = first[0] else { return images.tensor }
        var y = layer(images)
        for index in 1..<first.count {
            guard let layer = first[index] else { return y }
            y = layer(y)
        }
        for layer in rest { y = layer(y) }
        return y
    }

    /// Each layer in numbers, with names that begin so.
    func summary(_ prefix: String) -> [LayerSummary] {
        (first.indices.compactMap { first[$0] } + rest).enumerated().flatMap {
            $1.summary("\(prefix)layers.\($0)")
        }
    }

    /// "layers.0.weight", "layers.0.bias", …; inside a layer of layers "layers.2.parts.0.layers.1.weight".
    public mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        for index in first.indices {
            if try first[index]?.visitAsLayer(index, &visitor) == nil { return }
        }
        for index in rest.indices { try rest[index].visitAsLayer(first.count + index, &visitor) }
    }
}

/// A layer with its parameters.
struct BuiltLayer: Module {
    private let description: LayerDescription
    private let input: Shape
    private let output: Shape
    // Side by side, not cases of an enum: taking a payload out, changing it and putting it back copies its memory.
    private var convolution: Convolution?
    private var linear: Linear?
    /// The branches, or what is added to a residual layer's input.
    private var parts: [LayerStack] = []

    init(
        _ description: LayerDescription, input: Shape, initializer: Initializer,
        using random: inout some RandomNumberGenerator
    ) throws(NetworkError) {
        self.description = description
        self.input = input
        output = try description.output(of: input)
        switch description {
        case .convolution(let channels, let kernel, let stride, let padding, let activation):
            convolution = Convolution(
                input.columns, channels, kernel: kernel, stride: stride, padding: padding,
                activation: activation, initializer: initializer, using: &random)
        case .linear(let units, let activation):
            var layer = Linear(
                input.count, units, activation: activation, initializer: initializer, using: &random)
            if input.rank == 3 {
                layer.weight = Parameter(
                    shape: layer.weight.shape, layout: .flattenedImages(height: input[0], width: input[1]),
                    layer.weight.values)
            }
            linear = layer
        case .residual(let layers):
            parts.append(try LayerStack(layers, input: input, initializer: initializer, using: &random))
            if output != input {
                let stride = Extent(
                    (input[0] + output[0] - 1) / output[0], (input[1] + output[1] - 1) / output[1])
                convolution = Convolution(
                    input.columns, output.columns, kernel: 1, stride: stride, initializer: initializer,
                    using: &random)
            }
        case .branches(let branches):
            for layers in branches {
                parts.append(try LayerStack(layers, input: input, initializer: initializer, using: &random))
            }
        case .maxPooling, .globalAveragePooling, .relu: break
        }
    }

    func callAsFunction(_ x: NetworkInput) -> Tensor {
        if case .convolution = description, case .bytes(let bytes, let scale) = x, let convolution {
            return convolution(bytes, scale: scale)
        }
        return self(x.tensor)
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
        switch description {
        case .convolution: return convolution?(x) ?? x
        case .linear: return linear?(x.reshaped(.matrix(x.shape[0], input.count))) ?? x
        case .maxPooling(let kernel, let stride, let padding):
            return x.maxPooled(kernel, stride: stride, padding: padding)
        case .globalAveragePooling: return x.globalAveragePooled()
        case .relu: return x.relu()
        case .residual: return (convolution?(x) ?? x) + parts[0](x)
        case .branches: return concatenated(parts.map { $0(x) }, axis: -1)
        }
    }

    func summary(_ name: String) -> [LayerSummary] {
        let inner = parts.enumerated().flatMap { $1.summary("\(name).parts.\($0).") }
        let own = (convolution?.parameterCount ?? 0) + (linear?.parameterCount ?? 0)
        // Each output of a convolution is a sum of as many terms as one of its kernels has weights.
        let products = convolution.map { $0.weight.count * output[0] * output[1] } ?? linear?.weight.count
        return inner + [
            LayerSummary(
                name: name, layer: "\(description)", output: output, parameters: own,
                multiplyAdds: products ?? 0)
        ]
    }

    mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        try convolution?.visitParameters(&visitor)
        try linear?.visitParameters(&visitor)
        for index in parts.indices { try visitor.visit("parts", index: index, &parts[index]) }
    }
}

extension BuiltLayer {
    fileprivate mutating func visitAsLayer<V: ParameterVisitor>(
        _ index: Int, _ visitor: inout V
    ) throws(V.Failure) {
        try visitor.visit("layers", index: index, &self)
    }
}
