internal import CKernels

/// The hyperbolic tangent of independent normal numbers, a row of them at a time: the policy over actions in -1 ... 1 of
/// soft actor-critic (Haarnoja et al. 2018, appendix C).
///
/// Of mean [rows, columns] and the logarithm of the standard deviation, of the same shape or [columns], both before the
/// tangent. Samples are [rows, columns], and numbers about them, summed over the columns, are [rows], in nats.
///
/// Its entropy has no closed form: -log p of a sample is an unbiased estimate of it.
public struct SquashedGaussian {
    /// What the tangent is taken of.
    public let base: DiagonalGaussian

    /// The tangent of normal numbers of a mean [rows, columns] and log σ, [rows, columns] or [columns].
    public init(mean: Tensor, logStandardDeviation: Tensor) {
        base = DiagonalGaussian(mean: mean, logStandardDeviation: logStandardDeviation)
    }

    /// tanh μ: the median, and what an agent does when it does not explore. (The density itself is largest elsewhere
    /// where σ is large.)
    public var mode: Tensor { base.mean.tanh() }

    /// tanh(μ + σ ε) with standard normal ε: gradients flow into both. Takes one word for each number.
    public func sample(using random: inout CounterRandom) -> Tensor {
        sampleWithLogProbability(using: &random).action
    }

    /// A sample [rows, columns] and the log-probability [rows] of itself, in which ε is held: gradients of both flow
    /// into μ and σ.
    ///
    /// With u = μ + σ ε, each column contributes -½ε² - log σ - ½ log 2π - log(1 - tanh² u), the last in the form
    /// 2 (log 2 - u - log(1 + e⁻²ᵘ)), which is exact where tanh u rounds to 1.
    public func sampleWithLogProbability(
        using random: inout CounterRandom
    ) -> (action: Tensor, logProbability: Tensor) {
        SquashedSample.draw(base.mean, base.logStandardDeviation, using: &random)
    }

    /// Σ log p of the actions [rows, columns], of each row. They are taken to be at most 1 - 2⁻²³ in size: from one
    /// that has been rounded to ±1, its u is not to be had.
    public func logProbability(of actions: Tensor) -> Tensor {
        let limit = 1 - Float.ulpOfOne
        let a = actions.clamped(to: -limit...limit)
        let (above, below) = ((1 + a).log(), (1 - a).log())
        return base.logProbability(of: 0.5 * (above - below)) - (above + below).rowSum()
    }

    /// The Kullback-Leibler divergence of each row from another. The tangent can be undone, so it is that of the normal
    /// numbers.
    public func divergence(from other: SquashedGaussian) -> Tensor { base.divergence(from: other.base) }
}

/// Unavailable, like `Tensor`'s.
@available(*, unavailable)
extension SquashedGaussian: Sendable {}

/// What one draw leaves for its two results' derivatives, [rows, columns] each.
private struct SquashedSample {
    let offset, noise, action: UnsafeMutablePointer<Float>

    static func draw(
        _ mean: Tensor, _ logDeviation: Tensor, using random: inout CounterRandom
    ) -> (action: Tensor, logProbability: Tensor) {
        let tape = Tape.current
        let (centre, scale) = (tape.slot(mean), tape.slot(logDeviation))
        let (shape, count) = (centre.shape, centre.count)
        let memory = tape.allocate(3 * count)
        let sample = SquashedSample(memory, count)
        random.fillNormal(count, sample.noise)
        let (terms, y) = (tape.allocate(count), tape.allocate(shape.rows))
        tape.kernels.squashed_sample(
            shape.rows, shape.columns, centre.value, scale.value,
            DiagonalGaussian.stride(scale.shape, shape), sample.noise, sample.offset, sample.action, terms, y)
        let isTracked = centre.isTracked || scale.isTracked
        func node(_ operation: any Operation.Type) -> Node {
            Node(operation: operation, first: mean.slot, second: logDeviation.slot, memory: memory)
        }
        return (
            tape.result(sample.action, shape, isTracked: isTracked, node(SquashedAction.self)),
            tape.result(y, .vector(shape.rows), isTracked: isTracked, node(SquashedLogProbability.self))
        )
    }

    init(_ memory: UnsafeMutablePointer<Float>, _ count: Int) {
        (offset, noise, action) = (memory, memory + count, memory + 2 * count)
    }

    init?(_ node: Node, on tape: Tape) {
        guard let memory = node.memory?.assumingMemoryBound(to: Float.self) else { return nil }
        self.init(memory, tape.slot(at: node.first).count)
    }

    /// In Double, for the recorded noise: u and -½ε² - log σ - ½ log 2π of each number.
    static func evaluate(_ node: Node, in replay: Replay) -> (u: Reference<Double>, base: Reference<Double>) {
        let (mean, scale) = (replay.matrix(node.first), replay.matrix(node.second))
        guard let sample = SquashedSample(node, on: replay.tape) else { return (mean, mean) }
        let noise = Reference<Double>(rows: mean.rows, columns: mean.columns) { row, column in
            Double(sample.noise[row * mean.columns + column])
        }
        let halfLogTwoPi = 0.5 * Functions.log(2 * Double.pi)
        return (
            mean + noise * scale.exp(), noise.zip(scale) { -0.5 * $0 * $0 - $1 - halfLogTwoPi }
        )
    }

    /// Where the gradients of the mean and of log σ go.
    static func gradients(
        _ node: Node, on tape: Tape
    ) -> (mean: UnsafeMutablePointer<Float>?, logDeviation: UnsafeMutablePointer<Float>?) {
        func gradient(_ slot: Int32) -> UnsafeMutablePointer<Float>? {
            tape.isTracked(slot) ? tape.accumulatedGradient(of: slot) : nil
        }
        return (gradient(node.first), gradient(node.second))
    }
}

/// tanh(μ + σ ε). The slots are mean and log deviation.
private enum SquashedAction: Operation {
    static let name = "squashedAction"

    static func propagate(_ node: Node, on tape: Tape) {
        guard let sample = SquashedSample(node, on: tape) else { return }
        let (mean, scale) = (tape.slot(at: node.first).shape, tape.slot(at: node.second).shape)
        let (dmean, dscale) = SquashedSample.gradients(node, on: tape)
        tape.kernels.squashed_action_backward(
            mean.rows, mean.columns, sample.action, sample.offset, tape.outputGradient(node), dmean, dscale,
            DiagonalGaussian.stride(scale, mean))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        SquashedSample.evaluate(node, in: replay).u.tanh().elements
    }
}

/// log p of that. The slots are mean and log deviation.
private enum SquashedLogProbability: Operation {
    static let name = "squashedLogProbability"

    static func propagate(_ node: Node, on tape: Tape) {
        guard let sample = SquashedSample(node, on: tape) else { return }
        let (mean, scale) = (tape.slot(at: node.first).shape, tape.slot(at: node.second).shape)
        let (dmean, dscale) = SquashedSample.gradients(node, on: tape)
        tape.kernels.squashed_log_probability_backward(
            mean.rows, mean.columns, sample.action, sample.offset, tape.outputGradient(node), dmean, dscale,
            DiagonalGaussian.stride(scale, mean))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let (u, base) = SquashedSample.evaluate(node, in: replay)
        return base.zip(u) { base, u in
            base - 2 * (Functions.log(2) - abs(u) - Functions.log(1 + Functions.exp(-2 * abs(u))))
        }.rowSum().elements
    }
}
