/// A layer as the figure of a paper gives it: the sizes of its input follow from what comes before. Images are
/// [height, width, channels].
public indirect enum LayerDescription: Equatable, Sendable {
    /// A convolution to so many channels.
    case convolution(
        Int, kernel: Extent, stride: Extent = 1, padding: Padding = .none, activation: Activation = .relu)
    /// The largest of each window.
    case maxPooling(Extent, stride: Extent, padding: Padding = .none)
    /// The mean of each channel: images become vectors.
    case globalAveragePooling
    /// max(x, 0)
    case relu
    /// x + f(x); where f changes the shape, x goes through a 1 × 1 convolution with the stride that fits.
    case residual([LayerDescription])
    /// Several beside each other, their channels joined.
    case branches([[LayerDescription]])
    /// Every number to each of so many units; images are flattened.
    case linear(Int, activation: Activation = .relu)

    /// What becomes of one observation. Throws where it does not fit.
    func output(of input: Shape) throws(NetworkError) -> Shape {
        switch self {
        case .convolution(let channels, let kernel, let stride, let padding, _):
            return try slide(kernel, stride, padding, over: input, channels: channels)
        case .maxPooling(let kernel, let stride, let padding):
            return try slide(kernel, stride, padding, over: input, channels: input.columns)
        case .globalAveragePooling:
            try requireImage(input)
            return .vector(input.columns)
        case .relu: return input
        case .residual(let layers):
            try requireImage(input)
            return try layers.output(of: input)
        case .branches(let branches):
            var outputs: [Shape] = []
            for layers in branches { outputs.append(try layers.output(of: input)) }
            guard let first = outputs.first,
                outputs.allSatisfy({ $0.replacingColumns(with: 0) == first.replacingColumns(with: 0) })
            else {
                throw NetworkError("branches with the outputs \(outputs) cannot be joined")
            }
            return first.replacingColumns(with: outputs.reduce(0) { $0 + $1.columns })
        case .linear(let outputs, _): return .vector(outputs)
        }
    }

    private func requireImage(_ input: Shape) throws(NetworkError) {
        if input.rank != 3 {
            throw NetworkError("\(self) needs images [height, width, channels], not \(input)")
        }
    }

    private func slide(
        _ kernel: Extent, _ stride: Extent, _ padding: Padding, over input: Shape, channels: Int
    ) throws(NetworkError) -> Shape {
        try requireImage(input)
        let size = Extent(input[0], input[1])
        let window = Window(kernel: kernel, stride: stride, padding: padding, over: size, "network")
        let outputs = window.outputs(over: size)
        if min(outputs.height, outputs.width) < 1 {
            throw NetworkError("\(self) does not fit into \(input)")
        }
        return [outputs.height, outputs.width, channels]
    }
}

extension [LayerDescription] {
    /// What becomes of one observation. Throws where it does not fit.
    func output(of input: Shape) throws(NetworkError) -> Shape {
        var shape = input
        for layer in self { shape = try layer.output(of: shape) }
        return shape
    }
}

extension LayerDescription: CustomStringConvertible {
    /// `convolution 8×8, stride 4×4`
    public var description: String {
        func steps(_ stride: Extent) -> String { stride == 1 ? "" : ", stride \(stride)" }
        return switch self {
        case .convolution(_, let kernel, let stride, _, _): "convolution \(kernel)\(steps(stride))"
        case .maxPooling(let kernel, let stride, _): "max pooling \(kernel)\(steps(stride))"
        case .globalAveragePooling: "global average pooling"
        case .relu: "relu"
        case .residual: "residual"
        case .branches: "branches"
        case .linear: "linear"
        }
    }
}
