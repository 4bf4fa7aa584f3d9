/// A convolution's sizes, and the convolution as plain as can be, in Double.
package struct ConvolutionShape: Equatable, Sendable {
    /// [batch, height, width, channels]
    package let input: Shape
    package let window: Window
    package let outputs: Int

    package init(input: Shape, window: Window, outputs: Int) {
        self.input = input
        self.window = window
        self.outputs = outputs
    }

    package var outputSize: Extent { window.outputs(over: Extent(input[1], input[2])) }

    /// [batch, height', width', outputs]
    package var outputShape: Shape { [input[0], outputSize.height, outputSize.width, outputs] }

    package func convolve(_ x: [Double], _ w: [Double], bias: [Double]?) -> [Double] {
        let channels = input[3]
        var y: [Double] = []
        y.reserveCapacity(outputShape.count)
        window.forEachOutput(over: input) { image, taps in
            for output in 0..<outputs {
                var sum = bias?[output] ?? 0
                for (tap, pixel) in taps {
                    let start = (image * input[1] * input[2] + pixel) * channels
                    for channel in 0..<channels {
                        sum += x[start + channel] * w[(tap * channels + channel) * outputs + output]
                    }
                }
                y.append(sum)
            }
        }
        return y
    }
}

extension Window {
    /// Calls `body` for every output pixel of every image, row by row, with the pixels of its window that are inside
    /// the image: which tap of the kernel, and which pixel of the image.
    package func forEachOutput(
        over input: Shape, _ body: (_ image: Int, _ taps: [(tap: Int, pixel: Int)]) -> Void
    ) {
        let outputs = outputs(over: Extent(input[1], input[2]))
        for image in 0..<input[0] {
            for row in 0..<outputs.height {
                for column in 0..<outputs.width {
                    var taps: [(tap: Int, pixel: Int)] = []
                    for tap in 0..<kernel.height * kernel.width {
                        let y = row * stride.height + tap / kernel.width * dilation.height - top
                        let x = column * stride.width + tap % kernel.width * dilation.width - left
                        if (0..<input[1]).contains(y), (0..<input[2]).contains(x) {
                            taps.append((tap, y * input[2] + x))
                        }
                    }
                    body(image, taps)
                }
            }
        }
    }
}

/// What is pooled: windows, or the image divided into `size` parts.
package struct PoolingShape: Equatable, Sendable {
    /// [batch, height, width, channels]
    package let input: Shape
    package let window: Window?
    package let outputSize: Extent
    package let countsPadding: Bool

    package init(input: Shape, window: Window, countsPadding: Bool) {
        self.input = input
        self.window = window
        outputSize = window.outputs(over: Extent(input[1], input[2]))
        self.countsPadding = countsPadding
    }

    package init(input: Shape, dividedInto size: Extent) {
        self.input = input
        window = nil
        outputSize = size
        countsPadding = false
    }

    /// [batch, height', width', channels]
    package var outputShape: Shape { [input[0], outputSize.height, outputSize.width, input[3]] }

    package func maxPool(_ x: [Double]) -> [Double] { pool(x) { values, _ in values.max() ?? -.infinity } }

    package func averagePool(_ x: [Double]) -> [Double] {
        pool(x) { values, size in values.reduce(0, +) / Double(countsPadding ? size : values.count) }
    }

    /// `reduce` gets the values in a window and how many pixels the window has with those outside the image.
    private func pool(_ x: [Double], _ reduce: ([Double], Int) -> Double) -> [Double] {
        var y: [Double] = []
        func add(_ image: Int, _ pixels: [Int], _ size: Int) {
            for channel in 0..<input[3] {
                let values = pixels.map { x[(image * input[1] * input[2] + $0) * input[3] + channel] }
                y.append(reduce(values, size))
            }
        }
        if let window {
            window.forEachOutput(over: input) { image, taps in
                add(image, taps.map(\.pixel), window.kernel.height * window.kernel.width)
            }
            return y
        }
        func part(_ index: Int, _ outputs: Int, _ size: Int) -> Range<Int> {
            index * size / outputs..<((index + 1) * size + outputs - 1) / outputs
        }
        for image in 0..<input[0] {
            for row in 0..<outputSize.height {
                for column in 0..<outputSize.width {
                    let columns = part(column, outputSize.width, input[2])
                    let pixels = part(row, outputSize.height, input[1]).flatMap { row in
                        columns.map { row * input[2] + $0 }
                    }
                    add(image, pixels, pixels.count)
                }
            }
        }
        return y
    }
}

/// Operations on images as plain as can be, in Double.
package enum ImageReference {
    /// Every output pixel is a sum over all input pixels, weighted by how near they are.
    package static func resize(
        _ x: [Double], _ input: Shape, to output: Shape, _ interpolation: Interpolation
    ) -> [Double] {
        let rows = (0..<output[1]).map { position($0, output[1], input[1], interpolation) }
        let columns = (0..<output[2]).map { position($0, output[2], input[2], interpolation) }
        func weight(_ position: Double, _ pixel: Int) -> Double { max(0, 1 - abs(position - Double(pixel))) }
        var y: [Double] = []
        for image in 0..<input[0] {
            for row in rows {
                for column in columns {
                    for channel in 0..<input[3] {
                        var sum = 0.0
                        for pixel in 0..<input[1] * input[2] {
                            let share = weight(row, pixel / input[2]) * weight(column, pixel % input[2])
                            if share == 0 { continue }
                            sum += share * x[(image * input[1] * input[2] + pixel) * input[3] + channel]
                        }
                        y.append(sum)
                    }
                }
            }
        }
        return y
    }

    /// Where an output pixel lies among the input pixels of an axis.
    private static func position(
        _ index: Int, _ outputs: Int, _ inputs: Int, _ interpolation: Interpolation
    ) -> Double {
        let scale = Double(inputs) / Double(outputs)
        let position =
            switch interpolation {
            // In Float, as the kernels and PyTorch do, because rounding down is a jump.
            case .nearest: Double((Float(index) * (Float(inputs) / Float(outputs))).rounded(.down))
            case .bilinear: (Double(index) + 0.5) * scale - 0.5
            case .bilinearWithCorners:
                outputs > 1 ? Double(index) * Double(inputs - 1) / Double(outputs - 1) : 0
            }
        return min(max(position, 0), Double(inputs - 1))
    }
}
