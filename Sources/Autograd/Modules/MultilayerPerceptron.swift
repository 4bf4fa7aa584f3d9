/// Linear layers one after the other: [batch, sizes.first] to [batch, sizes.last].
public struct MultilayerPerceptron: Module {
    // A network is copied and its copy's parameters are visited at every update. With the first layers in
    // place that allocates nothing, where an array of layers would be copied.
    private var first = InlineArray<4, Linear?>(repeating: nil)
    private var rest: [Linear] = []

    /// No layers: what comes in goes out.
    init() {}

    /// Layers of the given sizes (inputs first, outputs last), with `activation` after all but the last and
    /// `outputActivation` after that. The last is drawn by `outputInitializer` where one is given.
    public init(
        _ sizes: [Int], activation: Activation, outputActivation: Activation = .identity,
        initializer: Initializer = .uniformFanIn, outputInitializer: Initializer? = nil,
        using random: inout some RandomNumberGenerator
    ) {
        if sizes.count < 2 { failure("MultilayerPerceptron: \(sizes) has no inputs and outputs") }
        for index in 0..<sizes.count - 1 {
            let isLast = index == sizes.count - 2
            let layer = Linear(
                sizes[index], sizes[index + 1], activation: isLast ? outputActivation : activation,
                initializer: isLast ? outputInitializer ?? initializer : initializer, using: &random)
            if index < first.count {
                first[index] = layer
            } else {
                rest.append(layer)
            }
        }
    }

    /// The layers in order.
    public var layers: [Linear] { first.indices.compactMap { first[$0] } + rest }

    /// [batch, inputs] to [batch, outputs].
    public func callAsFunction(_ x: Tensor) -> Tensor {
        var y = x
        for index in first.indices {
            guard let layer = first[index] else { return y }
            y = layer(y)
        }
        for layer in rest { y = layer(y) }
        return y
    }

    /// "layers.0.weight", "layers.0.bias", "layers.1.weight", …
    public mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        for index in first.indices {
            if try first[index]?.visitAsLayer(index, &visitor) == nil { return }
        }
        for index in rest.indices { try rest[index].visitAsLayer(first.count + index, &visitor) }
    }
}

extension Linear {
    fileprivate mutating func visitAsLayer<V: ParameterVisitor>(
        _ index: Int, _ visitor: inout V
    ) throws(V.Failure) {
        try visitor.visit("layers", index: index, &self)
    }
}
