internal import CKernels

/// Independent normal numbers, a row of them at a time: the policy over continuous actions.
///
/// Of mean [rows, columns] and the logarithm of the standard deviation, of the same shape or [columns] where every row
/// has the same. Samples are [rows, columns], and numbers about them, summed over the columns, are [rows], in nats.
public struct DiagonalGaussian {
    /// μ, [rows, columns]
    public let mean: Tensor

    /// log σ, [rows, columns] or [columns]
    public let logStandardDeviation: Tensor

    /// Of a mean [rows, columns] and log σ, [rows, columns] or [columns] (or what else repeats to the mean's shape).
    public init(mean: Tensor, logStandardDeviation: Tensor) {
        self.mean = mean
        let (shape, other) = (mean.shape, logStandardDeviation.shape)
        let isShared = other.rank == 1 && other.columns == shape.columns
        self.logStandardDeviation =
            isShared ? logStandardDeviation : logStandardDeviation.broadcast(to: shape)
    }

    /// The most probable numbers: μ.
    public var mode: Tensor { mean }

    /// μ + σ ε with standard normal ε: gradients flow into both. Takes one word for each number.
    public func sample(using random: inout CounterRandom) -> Tensor {
        mean + logStandardDeviation.exp() * Tensor(normal: mean.shape, using: &random)
    }

    /// Σ log p of the numbers [rows, columns], of each row. Gradients flow into them as well.
    public func logProbability(of x: Tensor) -> Tensor {
        NormalLogProbability.apply(x, mean, logStandardDeviation)
    }

    /// Σ (log σ + ½ log 2πe), of each row.
    public func entropy() -> Tensor {
        let constant = Float(mean.columns) * 1.4189385332046727
        if logStandardDeviation.shape.rank == mean.shape.rank {
            return logStandardDeviation.rowSum() + constant
        }
        return (logStandardDeviation.sum() + constant).broadcast(to: .vector(mean.rows))
    }

    /// The Kullback-Leibler divergence Σ log(σ′/σ) + (σ² + (μ - μ′)²) / 2σ′² - ½ of each row from another's μ′ and σ′.
    public func divergence(from other: DiagonalGaussian) -> Tensor {
        if mean.shape != other.mean.shape { shapeFailure("divergence", mean.shape, other.mean.shape) }
        let logRatio = logStandardDeviation - other.logStandardDeviation
        let distance = (mean - other.mean) * (-other.logStandardDeviation).exp()
        return (0.5 * ((2 * logRatio).exp() + distance.squared() - 1) - logRatio).rowSum()
    }
}

/// Unavailable, like `Tensor`'s.
@available(*, unavailable)
extension DiagonalGaussian: Sendable {}

extension DiagonalGaussian {
    /// How far apart the rows of log σ are: 0 where all have the same.
    static func stride(_ logStandardDeviation: Shape, _ mean: Shape) -> Int {
        logStandardDeviation.count == mean.count ? mean.columns : 0
    }
}

/// Σ over columns of log p(x), row by row. The slots are x, mean and log deviation.
private enum NormalLogProbability: Operation {
    static let name = "normalLogProbability"

    static func apply(_ x: Tensor, _ mean: Tensor, _ logDeviation: Tensor) -> Tensor {
        let tape = Tape.current
        let (input, centre, scale) = (tape.slot(x), tape.slot(mean), tape.slot(logDeviation))
        if input.shape != centre.shape { shapeFailure(name, input.shape, centre.shape) }
        let rows = centre.shape.rows
        let y = tape.allocate(rows)
        tape.kernels.normal_log_probability(
            rows, centre.shape.columns, input.value, centre.value, scale.value,
            DiagonalGaussian.stride(scale.shape, centre.shape), y)
        return tape.result(
            y, .vector(rows), isTracked: input.isTracked || centre.isTracked || scale.isTracked,
            Node(
                operation: NormalLogProbability.self, first: x.slot, second: mean.slot,
                third: logDeviation.slot))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        let (x, mean, scale) = (
            tape.slot(at: node.first), tape.slot(at: node.second), tape.slot(at: node.third)
        )
        func gradient(_ slot: Int32) -> UnsafeMutablePointer<Float>? {
            tape.isTracked(slot) ? tape.accumulatedGradient(of: slot) : nil
        }
        tape.kernels.normal_log_probability_backward(
            x.shape.rows, x.shape.columns, x.value, mean.value, scale.value,
            DiagonalGaussian.stride(scale.shape, mean.shape), tape.outputGradient(node), gradient(node.first),
            gradient(node.second), gradient(node.third))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let (x, mean, scale) = (
            replay.matrix(node.first), replay.matrix(node.second), replay.matrix(node.third)
        )
        let halfLogTwoPi = 0.5 * Functions.log(2 * Double.pi)
        let z = (x - mean) / scale.exp()
        return z.zip(scale) { z, s in -0.5 * z * z - s - halfLogTwoPi }.rowSum().elements
    }

    /// With z = (x - μ) / σ: ∂/∂μ = z / σ = -∂/∂x, ∂/∂log σ = z² - 1
    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let (x, mean) = (adjoints.tensor(node.first), adjoints.tensor(node.second))
        let scale = adjoints.tensor(node.third)
        let inverse = (-scale).exp()
        let z = (x - mean) * inverse
        let each = gradient.perRow(of: mean.shape)
        adjoints.add(to: node.first, -each * z * inverse)
        adjoints.add(to: node.second, each * z * inverse)
        adjoints.add(to: node.third, (each * (z.squared() - 1)).summed(to: scale.shape))
    }
}
