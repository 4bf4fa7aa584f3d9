/// What an observation or an action can be: plain data, so that an agent can check it before anything runs.
public enum Space: Sendable, Equatable {
    /// One of `n` choices, numbered from 0.
    case discrete(Int)
    /// Several choices at once; element `i` is one of `counts[i]`.
    case multiDiscrete([Int])
    /// An array of numbers between bounds.
    case box(Box)
}

/// The array case of a space: shape, scalar type and bounds.
public struct Box: Sendable, Equatable {
    /// Dimensions, row-major, channels last: `[4]`, `[84, 84, 4]`.
    public let shape: [Int]
    /// The type observations keep up to the network; pixels stay bytes.
    public let scalarType: ScalarType
    /// Smallest values: one number for all elements, or one an element (row-major). Bounds may be infinite.
    public let low: [Float]
    /// Largest values: one number for all elements, or one an element (row-major).
    public let high: [Float]
    /// How many frames the last dimension stacks, newest last; 1 where nothing is stacked.
    public let stackedFrames: Int

    /// A box with the given bounds.
    public init(
        low: [Float], high: [Float], shape: [Int], scalarType: ScalarType = .float32, stackedFrames: Int = 1
    ) {
        let count = shape.reduce(1, *)
        if [low, high].contains(where: { $0.count != 1 && $0.count != count }) {
            failure("a box of shape \(shape) takes 1 or \(count) bounds, not \(low.count) and \(high.count)")
        }
        self.shape = shape
        self.scalarType = scalarType
        self.low = low
        self.high = high
        self.stackedFrames = stackedFrames
    }

    /// Number of scalars in one element of the space.
    public var count: Int { shape.reduce(1, *) }

    /// The bounds of scalar `index` (row-major).
    public func bounds(at index: Int) -> ClosedRange<Float> {
        (low.count == 1 ? low[0] : low[index])...(high.count == 1 ? high[0] : high[index])
    }
}

/// The scalar types an observation can have.
public enum ScalarType: String, Sendable, Codable {
    /// States of classic control, features.
    case float32
    /// Pixels and binary planes.
    case uint8
    /// The number of a discrete state.
    case int32

    /// Bytes in one scalar.
    public var size: Int { self == .uint8 ? 1 : 4 }
}

extension Space {
    /// Scalars needed to hold one element: 1 for a discrete space.
    public var count: Int {
        switch self {
        case .discrete: 1
        case .multiDiscrete(let counts): counts.count
        case .box(let box): box.count
        }
    }

    /// The type of those scalars.
    public var scalarType: ScalarType {
        switch self {
        case .discrete, .multiDiscrete: .int32
        case .box(let box): box.scalarType
        }
    }

    /// Dimensions of one element; empty for a discrete space.
    public var shape: [Int] {
        switch self {
        case .discrete: []
        case .multiDiscrete(let counts): [counts.count]
        case .box(let box): box.shape
        }
    }

    /// Whether `values` can be taken as an action: choices of the space, or as many finite numbers as a box has. Numbers
    /// beyond the bounds of a box are the environment's to clip, as the published environments do.
    public func takes(_ values: some Collection<Double>) -> Bool {
        guard case .box = self else { return contains(values) }
        return values.count == count && values.allSatisfy { Float($0).isFinite }
    }

    /// Whether `values` (row-major) is an element of the space; a NaN never is.
    public func contains(_ values: some Collection<Double>) -> Bool {
        guard values.count == count else { return false }
        return values.enumerated().allSatisfy { index, value in
            switch self {
            case .discrete(let choices): value.isChoice(of: choices)
            case .multiDiscrete(let counts): value.isChoice(of: counts[index])
            case .box(let box):
                // A NaN compares false with both bounds.
                Double(box.bounds(at: index).lowerBound) <= value
                    && value <= Double(box.bounds(at: index).upperBound)
            }
        }
    }
}

extension Double {
    fileprivate func isChoice(of count: Int) -> Bool {
        self >= 0 && self < Double(count) && self == rounded()
    }
}

extension Space: CustomStringConvertible {
    /// As `rl describe` prints it: `discrete(4)`, `box(low -4.8…, shape [4], float32)`.
    public var description: String {
        switch self {
        case .discrete(let count): return "discrete(\(count))"
        case .multiDiscrete(let counts): return "multiDiscrete(\(counts))"
        case .box(let box):
            let frames = box.stackedFrames > 1 ? ", \(box.stackedFrames) frames" : ""
            return "box(shape \(box.shape), \(box.scalarType.rawValue), "
                + "low \(listed(box.low)), high \(listed(box.high))\(frames))"
        }
    }

    private func listed(_ bounds: [Float]) -> String {
        bounds.count == 1 ? "\(bounds[0])" : "[" + bounds.map { "\($0)" }.joined(separator: ", ") + "]"
    }
}
