internal import CKernels

/// The maximum of each channel over each window; padding never wins. The second input holds the place of each maximum,
/// `memory` the shape.
enum MaxPool: Operation {
    static let name = "maxPooled"

    fileprivate static func apply(_ x: Tensor, _ shape: PoolingShape) -> Tensor {
        let tape = Tape.current
        let input = tape.slot(x)
        let output = shape.outputShape
        let y = tape.allocate(output.count)
        let places = tape.allocate(output.count, of: Int32.self)
        var numbers = shape.numbers
        tape.kernels.max_pool(&numbers, input.value, y, places)
        return tape.result(
            y, output, isTracked: input.isTracked,
            Node(
                operation: MaxPool.self, first: x.slot, second: IndexTensor(places, output).slot,
                memory: tape.keep(shape)))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        guard var numbers = node.memory?.load(as: PoolingShape.self).numbers else { return }
        tape.kernels.max_pool_backward(
            &numbers, tape.slot(at: node.second).indices, tape.outputGradient(node),
            tape.accumulatedGradient(of: node.first))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        guard let shape = node.memory?.load(as: PoolingShape.self) else { return [] }
        return shape.maxPool(replay[node.first])
    }
}

/// The mean of each channel over each window. `memory` holds the shape.
enum AveragePool: Operation {
    static let name = "averagePooled"

    fileprivate static func apply(_ x: Tensor, _ shape: PoolingShape) -> Tensor {
        let tape = Tape.current
        let input = tape.slot(x)
        let y = tape.allocate(shape.outputShape.count)
        var numbers = shape.numbers
        tape.kernels.average_pool(&numbers, input.value, y)
        return tape.result(
            y, shape.outputShape, isTracked: input.isTracked,
            Node(operation: AveragePool.self, first: x.slot, memory: tape.keep(shape)))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        guard var numbers = node.memory?.load(as: PoolingShape.self).numbers else { return }
        tape.kernels.average_pool_backward(
            &numbers, tape.outputGradient(node), tape.accumulatedGradient(of: node.first))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        guard let shape = node.memory?.load(as: PoolingShape.self) else { return [] }
        return shape.averagePool(replay[node.first])
    }
}

extension Tensor {
    /// The maximum of each channel of images [batch, height, width, channels] over each window; `stride` is the
    /// window's size where nothing is said, and padding never wins. The gradient goes to the first of equals.
    public func maxPooled(_ kernel: Extent, stride: Extent? = nil, padding: Padding = .none) -> Tensor {
        MaxPool.apply(self, PoolingShape(self, kernel, stride, padding, countsPadding: false, MaxPool.name))
    }

    /// The mean of each channel of images [batch, height, width, channels] over each window; `stride` is the window's
    /// size where nothing is said. Padding counts as zeros, or not at all without `countingPadding`.
    public func averagePooled(
        _ kernel: Extent, stride: Extent? = nil, padding: Padding = .none, countingPadding: Bool = true
    ) -> Tensor {
        AveragePool.apply(
            self,
            PoolingShape(self, kernel, stride, padding, countsPadding: countingPadding, AveragePool.name))
    }

    /// Means over windows that divide images [batch, height, width, channels] into so many rows and columns, as evenly
    /// as whole pixels allow: PyTorch's `adaptive_avg_pool2d`.
    public func averagePooled(to size: Extent) -> Tensor {
        AveragePool.apply(self, PoolingShape(self, dividedInto: size, AveragePool.name))
    }

    /// The mean of each channel over the whole image: [batch, height, width, channels] to [batch, channels].
    public func globalAveragePooled() -> Tensor {
        averagePooled(to: 1).reshaped(.matrix(shape[0], shape.columns))
    }
}

extension PoolingShape {
    fileprivate init(
        _ x: Tensor, _ kernel: Extent, _ stride: Extent?, _ padding: Padding, countsPadding: Bool,
        _ operation: String
    ) {
        let size = x.shape.imageSize(operation)
        let window = Window(
            kernel: kernel, stride: stride ?? kernel, padding: padding, over: size, operation)
        // Otherwise a window could lie in the padding alone.
        if max(window.top, window.bottom) * 2 > kernel.height
            || max(window.left, window.right) * 2 > kernel.width
        {
            failure("\(operation): a padding of \(padding) is more than half of the kernel \(kernel)")
        }
        self.init(input: x.shape, window: window, countsPadding: countsPadding)
        if min(outputSize.height, outputSize.width) < 1 {
            failure(
                "\(operation): a kernel of \(kernel) does not fit into \(x.shape) with padding \(padding)")
        }
    }

    fileprivate init(_ x: Tensor, dividedInto size: Extent, _ operation: String) {
        let input = x.shape.imageSize(operation)
        if min(size.height, size.width) < 1 || min(input.height, input.width) < 1 {
            failure("\(operation): \(x.shape) cannot be divided into \(size)")
        }
        self.init(input: x.shape, dividedInto: size)
    }

    /// As the kernels read it.
    var numbers: rl_pooling {
        rl_pooling(
            batch: input[0], height: input[1], width: input[2], channels: input[3],
            output_height: outputSize.height, output_width: outputSize.width,
            kernel_height: window?.kernel.height ?? 0, kernel_width: window?.kernel.width ?? 0,
            stride_y: window?.stride.height ?? 0, stride_x: window?.stride.width ?? 0,
            top: window?.top ?? 0, left: window?.left ?? 0, counts_padding: countsPadding,
            adaptive: window == nil)
    }
}

extension Tape {
    /// A plain value that an operation remembers, until the scope ends.
    func keep<Value: Sendable>(_ value: Value) -> UnsafeMutableRawPointer {
        let memory = allocate(1, of: Value.self)
        memory.initialize(to: value)
        return UnsafeMutableRawPointer(memory)
    }
}
