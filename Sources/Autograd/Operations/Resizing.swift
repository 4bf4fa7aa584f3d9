internal import CKernels

/// How the pixels between pixels are found.
public enum Interpolation: Equatable, Sendable {
    /// The pixel whose square the new pixel's corner is in: PyTorch's "nearest".
    case nearest
    /// Linearly between four pixels, whose squares fill the image: PyTorch's "bilinear".
    case bilinear
    /// Linearly between four pixels, whose centres at the corners stay in place: `align_corners`.
    case bilinearWithCorners

    /// Its number in the kernels.
    fileprivate var code: Int32 {
        switch self {
        case .nearest: Int32(rl_nearest)
        case .bilinear: Int32(rl_bilinear)
        case .bilinearWithCorners: Int32(rl_bilinear_corners)
        }
    }

    fileprivate init(code: Int32) {
        self =
            switch Int(code) {
            case rl_nearest: .nearest
            case rl_bilinear: .bilinear
            default: .bilinearWithCorners
            }
    }
}

/// Images at another size; `code` is the interpolation.
enum Resize: Operation {
    static let name = "resized"

    private static func numbers(_ input: Shape, _ output: Shape) -> rl_resizing {
        rl_resizing(
            batch: input[0], height: input[1], width: input[2], channels: input[3],
            output_height: output[1], output_width: output[2])
    }

    fileprivate static func apply(_ x: Tensor, to size: Extent, _ interpolation: Interpolation) -> Tensor {
        let tape = Tape.current
        let input = tape.slot(x)
        let before = input.shape.imageSize(name)
        if min(size.height, size.width) < 1 || min(before.height, before.width) < 1 {
            failure("\(name): \(input.shape) cannot be made \(size)")
        }
        let shape: Shape = [input.shape[0], size.height, size.width, input.shape[3]]
        let y = tape.allocate(shape.count)
        var numbers = numbers(input.shape, shape)
        tape.kernels.resize(interpolation.code, &numbers, input.value, y)
        return tape.result(
            y, shape, isTracked: input.isTracked,
            Node(operation: Resize.self, first: x.slot, code: interpolation.code))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        var numbers = numbers(tape.slot(at: node.first).shape, tape.slot(at: node.output).shape)
        tape.kernels.resize_backward(
            node.code, &numbers, tape.outputGradient(node), tape.accumulatedGradient(of: node.first))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        ImageReference.resize(
            replay[node.first], replay.shape(node.first), to: replay.shape(node.output),
            Interpolation(code: node.code))
    }
}

extension Tensor {
    /// Images [batch, height, width, channels] at another size, as PyTorch's `interpolate` makes them.
    public func resized(to size: Extent, _ interpolation: Interpolation = .bilinear) -> Tensor {
        Resize.apply(self, to: size, interpolation)
    }
}
