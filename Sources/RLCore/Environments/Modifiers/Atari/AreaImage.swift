import CKernels

/// How pictures of one size become smaller ones: what OpenCV's `resize` with `INTER_AREA` does to bytes.
public struct AreaImage: Sendable {
    /// Rows of the small picture.
    public let height: Int
    /// Columns of the small picture.
    public let width: Int
    /// Bytes of a pixel.
    public let channels: Int
    private let source: (height: Int, width: Int)
    /// Where both factors are whole.
    private let factors: (down: Int, across: Int)?
    private let rows: AreaAxis
    private let columns: AreaAxis

    /// From (height, width) to another that is not larger; all are at least 1.
    public init(from source: (Int, Int), to size: (Int, Int), channels: Int) {
        guard channels > 0, (1...source.0).contains(size.0), (1...source.1).contains(size.1) else {
            failure("\(source.0) by \(source.1) pixels are made fewer, not \(size.0) by \(size.1)")
        }
        self.source = source
        (height, width) = size
        self.channels = channels
        let isWhole = source.0.isMultiple(of: size.0) && source.1.isMultiple(of: size.1)
        factors = isWhole ? (source.0 / size.0, source.1 / size.1) : nil
        rows = AreaAxis(from: source.0, to: size.0)
        columns = AreaAxis(from: source.1, to: size.1)
    }

    /// Makes `picture`, `[height, width, channels]` of the large size, small.
    public func resize(
        _ picture: [UInt8], into small: inout MutableSpan<UInt8>,
        kernels: UnsafePointer<rl_kernels> = rl_kernels_default()
    ) {
        precondition(picture.count == source.height * source.width * channels)
        precondition(small.count == height * width * channels)
        small.withUnsafeMutableBufferPointer { small in
            guard let small = small.baseAddress else { return }
            picture.withUnsafeBufferPointer { picture in
                guard let picture = picture.baseAddress else { return }
                if let factors {
                    kernels.pointee.area_resize_whole(
                        height, width, factors.down, factors.across, channels, picture, small)
                    return
                }
                rows.withKernelAxis { rows in
                    columns.withKernelAxis { columns in
                        let floats = 5 * columns.stride * channels
                        if floats <= rl_area_floats {
                            kernels.pointee.area_resize(rows, columns, channels, picture, nil, small)
                            return
                        }
                        withUnsafeTemporaryAllocation(of: Float.self, capacity: floats) { scratch in
                            kernels.pointee.area_resize(
                                rows, columns, channels, picture, scratch.baseAddress, small)
                        }
                    }
                }
            }
        }
    }
}

/// Which pixels of a long axis a pixel of a short one covers, and with what part of its area each: OpenCV's table, down
/// to its tolerance of a thousandth of a pixel and its rounding.
struct AreaAxis: Sendable {
    let inputs: Int
    let outputs: Int
    /// Pixels of an output at most, or four, which the kernel reads at once.
    let taps: Int
    /// The first pixel of an output, 0 behind the last one: as many as are a multiple of 16.
    let first: [Int32]
    /// Of tap `t` of output `i` at `first.count * t + i`; 0 where nothing is added.
    let weights: [Float]

    init(from inputs: Int, to outputs: Int) {
        let shares = (0..<outputs).map { AreaAxis.shares(of: $0, inputs, outputs) }
        let longest = shares.map(\.weights.count).max() ?? 1
        let taps = inputs >= 4 ? max(4, longest) : longest
        let stride = (outputs + 15) / 16 * 16
        var first = [Int32](repeating: 0, count: stride)
        var weights = [Float](repeating: 0, count: taps * stride)
        for (output, share) in shares.enumerated() {
            // Near the end the taps begin earlier, with weights 0, so that all of them exist.
            let start = min(share.first, inputs - taps)
            first[output] = Int32(start)
            for (tap, weight) in share.weights.enumerated() {
                weights[stride * (share.first - start + tap) + output] = weight
            }
        }
        self.inputs = inputs
        self.outputs = outputs
        self.taps = taps
        self.first = first
        self.weights = weights
    }

    private static func shares(
        of output: Int, _ inputs: Int, _ outputs: Int
    ) -> (first: Int, weights: [Float]) {
        let scale = Double(inputs) / Double(outputs)
        let begin = Double(output) * scale
        let end = begin + scale
        let size = min(scale, Double(inputs) - begin)
        let last = min(Int(end.rounded(.down)), inputs - 1)
        let whole = min(Int(begin.rounded(.up)), last)
        var weights = [Float](repeating: Float(1 / size), count: last - whole)
        if end - Double(last) > 1e-3 { weights.append(Float(min(min(end - Double(last), 1), size) / size)) }
        let hasPartBefore = Double(whole) - begin > 1e-3
        if hasPartBefore { weights.insert(Float((Double(whole) - begin) / size), at: 0) }
        return (hasPartBefore ? whole - 1 : whole, weights)
    }

    func withKernelAxis(_ body: (rl_area_axis) -> Void) {
        first.withUnsafeBufferPointer { first in
            weights.withUnsafeBufferPointer { weights in
                guard let start = first.baseAddress, let weights = weights.baseAddress else { return }
                body(
                    rl_area_axis(
                        inputs: inputs, outputs: outputs, taps: taps, stride: first.count, first: start,
                        weights: weights))
            }
        }
    }
}
