internal import CKernels

/// Of each row the quantile Huber loss. `first` predicted quantiles, `second` samples, `third` levels; p = κ.
enum QuantileHuberLoss: Operation {
    static let name = "quantileHuberLoss"

    /// Levels of a row are as far apart as this: 0 where all rows share them.
    private static func step(_ levels: Shape) -> Int { levels.rows == 1 ? 0 : levels.columns }

    fileprivate static func apply(_ prediction: Tensor, _ samples: Tensor, _ levels: Tensor, _ kappa: Float)
        -> Tensor
    {
        let tape = Tape.current
        let levels = levels.stopGradient()
        let (first, second, third) = (tape.slot(prediction), tape.slot(samples), tape.slot(levels))
        let rows = first.shape.rows
        if second.shape.rows != rows || second.shape.columns == 0 {
            shapeFailure(name, second.shape, first.shape)
        }
        if third.shape.columns != first.shape.columns || third.shape.rows != 1 && third.shape.rows != rows {
            failure("\(name): levels \(third.shape) do not fit quantiles \(first.shape)")
        }
        let y = tape.allocate(rows)
        tape.kernels.quantile_huber(
            rows, first.shape.columns, second.shape.columns, kappa, third.value, step(third.shape),
            first.value,
            second.value, y)
        return tape.result(
            y, .vector(rows), isTracked: first.isTracked || second.isTracked,
            Node(
                operation: QuantileHuberLoss.self, first: prediction.slot, second: samples.slot,
                third: levels.slot, p: kappa))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        let (prediction, samples, levels) = (
            tape.slot(at: node.first), tape.slot(at: node.second), tape.slot(at: node.third)
        )
        tape.kernels.quantile_huber_backward(
            prediction.shape.rows, prediction.shape.columns, samples.shape.columns, node.p, levels.value,
            step(levels.shape), prediction.value, samples.value, tape.outputGradient(node),
            tape.isTracked(node.first) ? tape.accumulatedGradient(of: node.first) : nil,
            tape.isTracked(node.second) ? tape.accumulatedGradient(of: node.second) : nil)
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        replay.matrix(node.first).quantileHuberLoss(
            replay.matrix(node.second), levels: replay.matrix(node.third), Double(node.p)
        ).elements
    }
}

extension Reference {
    /// As `Tensor`'s.
    package func quantileHuberLoss(_ samples: Reference, levels: Reference, _ kappa: Scalar) -> Reference {
        Reference(rows: 1, columns: rows) { _, row in
            var sum: Scalar = 0
            for i in 0..<columns {
                let level = levels[levels.rows == 1 ? 0 : row, i]
                for j in 0..<samples.columns {
                    let u = samples[row, j] - self[row, i]
                    let size = abs(u)
                    let loss = kappa == 0 ? size : size <= kappa ? u * u / 2 : kappa * (size - kappa / 2)
                    sum += abs(level - (u < 0 ? 1 : 0)) * loss
                }
            }
            return sum / Scalar(samples.columns)
        }
    }
}

extension Tensor {
    /// With predicted quantiles [rows, N] as self and samples [rows, M] of what they describe: the loss of each row,
    /// [rows], Σᵢ meanⱼ |τᵢ - 1{u < 0}| L(u) with u = samples[r, j] - self[r, i] and L the Huber function with a
    /// threshold κ (Dabney et al. 2018, "Distributional reinforcement learning with quantile regression",
    /// equation 10). With κ = 0, L(u) is |u|: plain quantile regression.
    ///
    /// The levels τ are [N], or [rows, N] where every row has its own (implicit quantile networks); no gradient
    /// reaches them.
    public func quantileHuberLoss(to samples: Tensor, levels: Tensor, threshold: Float = 1) -> Tensor {
        QuantileHuberLoss.apply(self, samples, levels, threshold)
    }

    /// The middles (2i + 1) / 2N of N equal parts of 0 ... 1, a vector [N]: the levels whose quantiles stand for a
    /// distribution best (Dabney et al. 2018, lemma 2).
    public init(quantileMidpoints count: Int) {
        let tape = Tape.current
        let levels = tape.allocate(count)
        for index in 0..<count { levels[index] = (2 * Float(index) + 1) / (2 * Float(count)) }
        self = tape.append(levels, .vector(count))
    }
}
