import Autograd
import RLCore

/// How observations enter a network, chosen from their space: numbers as they are, bytes divided by their upper
/// bound (255 for pixels, 1 for binary planes), a discrete state as a one-hot row, several choices as one such row beside
/// the other.
public struct ObservationEncoder: Sendable {
    /// What a network receives for one observation: [numbers], or [height, width, channels] of an image.
    public let shape: Autograd.Shape
    private let kind: Kind

    private enum Kind: Sendable {
        case floats
        case bytes(scale: Float)
        case oneHot
        case oneHots([Int])
    }

    /// The encoder for `space`.
    public init(for space: Space) throws(ConfigurationError) {
        switch space {
        case .discrete(let count):
            shape = .vector(count)
            kind = .oneHot
        case .box(let box):
            shape = box.shape.count == 3 ? Autograd.Shape(box.shape) : .vector(box.count)
            switch box.scalarType {
            case .float32: kind = .floats
            // What a byte can be: a bound of 0 or beyond 255 would make every input infinite or too small.
            case .uint8: kind = .bytes(scale: 1 / min(max(box.high.max() ?? 255, 1), 255))
            case .int32: throw ConfigurationError("observations in \(space) have no encoder; use float32")
            }
        case .multiDiscrete(let counts):
            shape = .vector(counts.reduce(0, +))
            kind = .oneHots(counts)
        }
    }

    /// The observation of every row, `[count, numbers]`, within the current tape's scope. Neither floats nor bytes are
    /// copied.
    public func callAsFunction(_ observations: borrowing ObservationBatch) -> NetworkInput {
        self(observations, rows: 0..<observations.count)
    }

    /// The observations of some of the rows.
    public func callAsFunction(
        _ observations: borrowing ObservationBatch, rows: Range<Int>
    ) -> NetworkInput {
        let start = rows.lowerBound * observations.width
        let input = Autograd.Shape.matrix(rows.count, observations.width)
        return switch kind {
        case .floats: .numbers(Tensor(aliasing: observations.floats, from: start, input))
        case .bytes(let scale):
            .bytes(ByteTensor(aliasing: observations.bytes, from: start, input), scale: scale)
        case .oneHot:
            .numbers(
                IndexTensor(aliasing: observations.indices, from: start, .vector(rows.count))
                    .oneHot(depth: shape.count))
        case .oneHots(let counts):
            .numbers(
                IndexTensor(aliasing: observations.indices, from: start, input).oneHot(depths: counts))
        }
    }
}
