internal import CKernels

/// Adam (Kingma & Ba 2014, algorithm 1), in PyTorch's form: with gradient g at step t,
///
///     m ← β₁ m + (1 - β₁) g,  v ← β₂ v + (1 - β₂) g²
///     p ← p - α / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε)
///
/// A weight decay λ is added to the gradient first, g ← g + λ p, or, decoupled, taken off the parameter first,
/// p ← p - α λ p: that is AdamW (Loshchilov & Hutter 2019, "Decoupled weight decay regularization").
public struct Adam: Optimizer {
    /// How a weight decay acts.
    public enum Decay: Sendable {
        /// As the gradient of a penalty λ/2 · p².
        case penalty
        /// Beside the gradient, and so not scaled by it: AdamW.
        case decoupled
    }

    /// α; may change between updates.
    public var learningRate: Float

    /// Decay of the mean of gradients, β₁.
    public let beta1: Double

    /// Decay of the mean of squared gradients, β₂.
    public let beta2: Double

    /// ε, outside the square root.
    public let epsilon: Double

    /// How λ acts.
    public let decay: Decay

    /// The number of updates so far.
    public private(set) var step = 0

    private var groups: ParameterGroups
    private var firstMoments = OptimizerMemory()
    private var secondMoments = OptimizerMemory()

    /// An optimizer that has not seen a gradient yet. PyTorch's AdamW has a weight decay of 0.01.
    public init(
        learningRate: Float, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0, decay: Decay = .penalty, groups: [ParameterGroup] = []
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.decay = decay
        self.groups = ParameterGroups(groups, weightDecay: weightDecay)
    }

    /// λ, where no group says otherwise.
    public var weightDecay: Double { groups.common.weightDecay }

    /// One step of every parameter along its gradient.
    public mutating func update<M: Module>(
        _ model: inout M, along gradients: Gradients, on runner: some PieceRunner
    ) {
        let tape = Tape.current
        let flat = tape.slot(gradients.flat)
        groups.resolve(for: model)
        firstMoments.prepare(flat.count)
        secondMoments.prepare(flat.count)
        step += 1
        let correction1 = 1 - power(beta1, step)
        let correction2 = 1 - power(beta2, step)
        firstMoments.values.withUnsafeMutableBufferPointer { first in
            secondMoments.values.withUnsafeMutableBufferPointer { second in
                guard let m = first.baseAddress, let v = second.baseAddress else { return }
                let rule = AdamRule(
                    tape: tape, beta1: beta1, beta2: beta2, epsilon: epsilon, rate: Double(learningRate),
                    correction1: correction1, rootCorrection: correction2.squareRoot(), decay: decay, m: m,
                    v: v)
                var updater = ParameterUpdater(gradients, groups, rule)
                model.visitParameters(&updater)
                updater.finish(on: runner)
            }
        }
    }

    /// "step", "firstMoments", "secondMoments"
    public mutating func visitState<V: OptimizerStateVisitor>(_ visitor: inout V) throws(V.Failure) {
        try visitor.visit("step", &step)
        try visitor.visit("firstMoments", &firstMoments.values)
        try visitor.visit("secondMoments", &secondMoments.values)
    }
}

private struct AdamRule: UpdateRule {
    let tape: Tape
    let beta1, beta2, epsilon, rate, correction1, rootCorrection: Double
    let decay: Adam.Decay
    let m, v: UnsafeMutablePointer<Float>

    func apply(
        _ count: Int, at offset: Int, _ gradient: UnsafePointer<Float>,
        _ parameter: UnsafeMutablePointer<Float>, _ settings: ParameterSettings
    ) {
        let rate = rate * settings.learningRateFactor
        let isDecoupled = decay == .decoupled
        tape.kernels.adam(
            count,
            rl_adam(
                one_minus_beta1: Float(1 - beta1), beta2: Float(beta2), one_minus_beta2: Float(1 - beta2),
                step: Float(rate / correction1), root_correction: Float(rootCorrection),
                epsilon: Float(epsilon), penalty: isDecoupled ? 0 : Float(settings.weightDecay),
                keep: isDecoupled ? Float(1 - rate * settings.weightDecay) : 1),
            gradient, m + offset, v + offset, parameter)
    }
}

/// baseⁿ by repeated squaring: the same bits on every platform, where `pow` is the C library's.
private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, n) = (1.0, base, exponent)
    while n > 0 {
        if n & 1 == 1 { result *= square }
        square *= square
        n >>= 1
    }
    return result
}
