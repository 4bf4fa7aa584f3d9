internal import CKernels

/// y [batch, height', width', outputs] = activation(x [batch, height, width, channels] * w + b [outputs]), with weights
/// [kernel height, kernel width, channels, outputs]: each output is the sum over its window, the kernel is not turned
/// round. `memory` holds the shape; `start` is 1 where x are bytes, which are multiplied by p.
enum ConvolutionOperation: Operation {
    static let name = "convolved"

    /// Pixels on the tape: floats, or bytes to be scaled.
    struct Pixels {
        let slot: Int32
        let input: Slot
        var scale: Float?

        init(_ x: Tensor) {
            slot = x.slot
            input = Tape.current.slot(x)
        }

        init(_ x: ByteTensor, scale: Float) {
            slot = x.slot
            input = Tape.current.slot(x)
            self.scale = scale
        }

        var code: Int { scale == nil ? 0 : 1 }

        var isTracked: Bool { scale == nil && input.isTracked }
    }

    private static func pixels(_ input: Slot, _ scale: Float?) -> rl_pixels {
        if let scale { return rl_pixels(floats: nil, bytes: input.bytes, scale: scale) }
        return rl_pixels(floats: input.value, bytes: nil, scale: 1)
    }

    /// The layer's way: untracked parameters are read where they are, without a place on the tape.
    static func apply(
        _ x: Pixels, _ weight: Parameter, _ bias: Parameter?, stride: Extent, padding: Padding,
        dilation: Extent,
        _ activation: Activation
    ) -> Tensor {
        let tape = Tape.current
        let shape = shape(x.input.shape, weight.shape, bias?.shape, stride, padding, dilation)
        let y = withExtendedLifetime((weight.storage, bias?.storage)) {
            convolve(x, weight.storage.pointer, bias?.storage.pointer, shape, activation, on: tape)
        }
        let isTracked = x.isTracked || tape.isTracked(weight) || bias.map(tape.isTracked) == true
        return tape.result(
            y, shape.outputShape, isTracked: isTracked,
            node(x, weight.tensor.slot, bias?.tensor.slot, shape, activation, on: tape))
    }

    static func apply(
        _ x: Pixels, _ weight: Tensor, _ bias: Tensor?, stride: Extent, padding: Padding, dilation: Extent,
        _ activation: Activation
    ) -> Tensor {
        let tape = Tape.current
        let (w, b) = (tape.slot(weight), bias.map(tape.slot))
        let shape = shape(x.input.shape, w.shape, b?.shape, stride, padding, dilation)
        let y = convolve(x, w.value, b?.value, shape, activation, on: tape)
        return tape.result(
            y, shape.outputShape, isTracked: x.isTracked || w.isTracked || b?.isTracked == true,
            node(x, weight.slot, bias?.slot, shape, activation, on: tape))
    }

    private static func shape(
        _ input: Shape, _ weight: Shape, _ bias: Shape?, _ stride: Extent, _ padding: Padding,
        _ dilation: Extent
    ) -> ConvolutionShape {
        let size = input.imageSize(name)
        if weight.rank != 4 || weight[2] != input[3] { shapeFailure(name, input, weight) }
        if let bias, bias.count != weight[3] { shapeFailure("\(name): bias", bias, weight) }
        let window = Window(
            kernel: Extent(weight[0], weight[1]), stride: stride, dilation: dilation, padding: padding,
            over: size, name)
        let shape = ConvolutionShape(input: input, window: window, outputs: weight[3])
        if min(shape.outputSize.height, shape.outputSize.width) < 1 {
            failure(
                "\(name): a kernel of \(window.kernel) does not fit into \(input) with padding \(padding)")
        }
        return shape
    }

    private static func convolve(
        _ x: Pixels, _ w: UnsafePointer<Float>, _ b: UnsafePointer<Float>?, _ shape: ConvolutionShape,
        _ activation: Activation, on tape: Tape
    ) -> UnsafeMutablePointer<Float> {
        let y = tape.allocate(shape.outputShape.count)
        var numbers = shape.numbers
        tape.withScratch(rl_convolution_scratch(&numbers)) { scratch in
            tape.kernels.convolution(&numbers, pixels(x.input, x.scale), w, b, activation.code, y, scratch)
        }
        return y
    }

    private static func node(
        _ x: Pixels, _ weight: Int32, _ bias: Int32?, _ shape: ConvolutionShape, _ activation: Activation,
        on tape: Tape
    ) -> Node {
        Node(
            operation: ConvolutionOperation.self, first: x.slot, second: weight, third: bias ?? -1,
            code: activation.code, start: x.code, p: x.scale ?? 1, memory: tape.keep(shape))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        guard let shape = node.memory?.load(as: ConvolutionShape.self) else { return }
        let (x, w, y) = (tape.slot(at: node.first), tape.slot(at: node.second), tape.slot(at: node.output))
        // The output's gradient is complete and nobody reads it afterwards, so it becomes that before the
        // activation.
        let dz = tape.outputGradient(node)
        tape.kernels.activation_backward(y.count, node.code, y.value, dz)
        if tape.isTracked(node.third) {
            let (db, accumulate) = tape.gradient(of: node.third)
            tape.kernels.column_sums(y.shape.rows, y.shape.columns, dz, db, accumulate)
        }
        var numbers = shape.numbers
        let scratch = rl_convolution_scratch(&numbers)
        if tape.isTracked(node.second) {
            let dw = tape.accumulatedGradient(of: node.second)
            let pixels = pixels(x, node.start == 1 ? node.p : nil)
            tape.withScratch(scratch) {
                tape.kernels.convolution_weight_gradient(&numbers, pixels, dz, dw, $0)
            }
        }
        if tape.isTracked(node.first) {
            let dx = tape.accumulatedGradient(of: node.first)
            tape.withScratch(scratch) {
                tape.kernels.convolution_input_gradient(&numbers, dz, w.value, dx, $0)
            }
        }
    }

    static func multiplyAdds(_ node: Node, on tape: Tape) -> Int {
        let weight = tape.slot(at: node.second).shape
        return tape.slot(at: node.output).shape.rows * weight.count
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        guard let shape = node.memory?.load(as: ConvolutionShape.self) else { return [] }
        let x =
            node.start == 1 ? replay.bytes(node.first).map { $0 * Double(node.p) } : replay[node.first]
        let sums = shape.convolve(x, replay[node.second], bias: node.third >= 0 ? replay[node.third] : nil)
        return switch Activation(code: node.code) {
        case .identity: sums
        case .relu: sums.map { max($0, 0) }
        case .tanh: sums.map(Functions.tanh)
        }
    }
}

extension Tensor {
    /// Convolution of images [batch, height, width, channels] by `weight` [kernel height, kernel width, channels,
    /// outputs] plus `bias` [outputs], followed by `activation`: [batch, height', width', outputs]. As everywhere in
    /// the field the kernel is not turned round, so this is a correlation.
    public func convolved(
        by weight: Tensor, bias: Tensor? = nil, stride: Extent = 1, padding: Padding = .none,
        dilation: Extent = 1, activation: Activation = .identity
    ) -> Tensor {
        ConvolutionOperation.apply(
            .init(self), weight, bias, stride: stride, padding: padding, dilation: dilation, activation)
    }
}

extension ByteTensor {
    /// As a tensor's `convolved(by:…)`, of pixels that are multiplied by `scale` on the way (1/255).
    public func convolved(
        by weight: Tensor, bias: Tensor? = nil, stride: Extent = 1, padding: Padding = .none,
        dilation: Extent = 1, activation: Activation = .identity, scale: Float = 1
    ) -> Tensor {
        ConvolutionOperation.apply(
            .init(self, scale: scale), weight, bias, stride: stride, padding: padding, dilation: dilation,
            activation)
    }
}

extension Tape {
    /// Memory for the time of `body`.
    func withScratch(_ byteCount: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
        let position = state.pointee.arena.position
        body(state.pointee.arena.allocate(byteCount: byteCount))
        state.pointee.arena.reset(to: position)
    }
}

extension ConvolutionShape {
    /// As the kernels read it.
    var numbers: rl_convolution {
        rl_convolution(
            batch: input[0], height: input[1], width: input[2], channels: input[3],
            kernel_height: window.kernel.height, kernel_width: window.kernel.width, outputs: outputs,
            stride_y: window.stride.height, stride_x: window.stride.width,
            dilation_y: window.dilation.height, dilation_x: window.dilation.width,
            top: window.top, bottom: window.bottom, left: window.left, right: window.right)
    }
}
