/// Rows and columns of something that lies on an image: a kernel, a stride. `3` means 3 × 3.
public struct Extent: Equatable, Sendable {
    /// Rows.
    public var height: Int
    /// Columns.
    public var width: Int

    /// Rows and columns.
    public init(_ height: Int, _ width: Int) {
        self.height = height
        self.width = width
    }
}

extension Extent: ExpressibleByIntegerLiteral {
    /// As many rows as columns.
    public init(integerLiteral size: Int) { self.init(size, size) }
}

extension Extent: CustomStringConvertible {
    /// `3×3`
    public var description: String { "\(height)×\(width)" }
}

/// The pixels that are put around an image before a window moves over it.
public enum Padding: Equatable, Sendable {
    /// None: the window stays inside.
    case none
    /// So many rows above and below, and columns on both sides: PyTorch's `padding`.
    case each(Extent)
    /// As many as give one output for each stride, ⌈size / stride⌉, the odd one below and to the right: TensorFlow's
    /// and PyTorch's "same".
    case same
    /// Each side by itself.
    case sides(top: Int, bottom: Int, left: Int, right: Int)

    /// The pixels before and behind, along the axis that `axis` chooses.
    func around(
        _ size: Int, reach: Int, stride: Int, _ axis: KeyPath<Extent, Int>
    ) -> (before: Int, behind: Int) {
        switch self {
        case .none: return (0, 0)
        case .each(let extent): return (extent[keyPath: axis], extent[keyPath: axis])
        case .same:
            let outputs = (size + stride - 1) / stride
            let total = max((outputs - 1) * stride + reach - size, 0)
            return (total / 2, total - total / 2)
        case .sides(let top, let bottom, let left, let right):
            return axis == \.height ? (top, bottom) : (left, right)
        }
    }
}

/// Where a window moves over images: kernel, stride, dilation and padding as numbers.
package struct Window: Equatable, Sendable {
    package var kernel: Extent
    package var stride: Extent = 1
    package var dilation: Extent = 1
    package var top = 0
    package var bottom = 0
    package var left = 0
    package var right = 0

    /// Stops the program where a size makes no sense.
    package init(
        kernel: Extent, stride: Extent, dilation: Extent = 1, padding: Padding, over size: Extent,
        _ operation: String
    ) {
        if min(kernel.height, kernel.width, stride.height, stride.width, dilation.height, dilation.width) < 1
        {
            failure(
                "\(operation): a kernel of \(kernel), a stride of \(stride) and a dilation of \(dilation) "
                    + "have to be at least 1×1")
        }
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation
        (top, bottom) = padding.around(
            size.height, reach: (kernel.height - 1) * dilation.height + 1, stride: stride.height, \.height)
        (left, right) = padding.around(
            size.width, reach: (kernel.width - 1) * dilation.width + 1, stride: stride.width, \.width)
        if min(min(top, bottom), min(left, right)) < 0 {
            failure("\(operation): a padding of \(padding) is negative")
        }
    }

    /// The rows and columns of the output for images of this size: less than 1 where the window does not fit.
    package func outputs(over size: Extent) -> Extent {
        func outputs(_ padded: Int, _ reach: Int, _ stride: Int) -> Int {
            padded < reach ? 0 : (padded - reach) / stride + 1
        }
        return Extent(
            outputs(size.height + top + bottom, (kernel.height - 1) * dilation.height + 1, stride.height),
            outputs(size.width + left + right, (kernel.width - 1) * dilation.width + 1, stride.width))
    }
}

extension Shape {
    /// The rows and columns of images [batch, height, width, channels].
    func imageSize(_ operation: String) -> Extent {
        if rank != 4 { failure("\(operation): \(self) is not [batch, height, width, channels]") }
        return Extent(self[1], self[2])
    }
}
