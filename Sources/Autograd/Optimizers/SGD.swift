internal import CKernels

/// Stochastic gradient descent, in PyTorch's form: with gradient g, weight decay λ, momentum μ and dampening τ,
///
///     g ← g + λ p,  b ← μ b + (1 - τ) g  (b = g at the first step),  p ← p - α b
///
/// or, with Nesterov's momentum (Sutskever et al. 2013), p ← p - α (g + μ b). Without momentum, p ← p - α g.
public struct SGD: Optimizer {
    /// α; may change between updates.
    public var learningRate: Float

    /// μ; 0 is plain descent, which remembers nothing.
    public let momentum: Float

    /// τ
    public let dampening: Float

    /// Whether the step looks ahead along the momentum.
    public let isNesterov: Bool

    private var groups: ParameterGroups
    private var velocities = OptimizerMemory()

    /// An optimizer that has not seen a gradient yet.
    public init(
        learningRate: Float, momentum: Float = 0, dampening: Float = 0, isNesterov: Bool = false,
        weightDecay: Double = 0, groups: [ParameterGroup] = []
    ) {
        self.learningRate = learningRate
        self.momentum = momentum
        self.dampening = dampening
        self.isNesterov = isNesterov
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
        let isFirst = velocities.values.isEmpty
        if momentum != 0 { velocities.prepare(flat.count) }
        velocities.values.withUnsafeMutableBufferPointer { buffer in
            let rule = SGDRule(
                tape: tape, rate: Double(learningRate), momentum: momentum,
                share: isFirst ? 1 : 1 - dampening,
                isNesterov: isNesterov, b: momentum != 0 ? buffer.baseAddress : nil)
            var updater = ParameterUpdater(gradients, groups, rule)
            model.visitParameters(&updater)
            updater.finish(on: runner)
        }
    }

    /// With momentum, "velocities".
    public mutating func visitState<V: OptimizerStateVisitor>(_ visitor: inout V) throws(V.Failure) {
        if momentum != 0 { try visitor.visit("velocities", &velocities.values) }
    }
}

private struct SGDRule: UpdateRule {
    let tape: Tape
    let rate: Double
    let momentum, share: Float
    let isNesterov: Bool
    let b: UnsafeMutablePointer<Float>?

    func apply(
        _ count: Int, at offset: Int, _ gradient: UnsafePointer<Float>,
        _ parameter: UnsafeMutablePointer<Float>, _ settings: ParameterSettings
    ) {
        tape.kernels.sgd(
            count,
            rl_sgd(
                rate: Float(rate * settings.learningRateFactor), momentum: momentum, share: share,
                penalty: Float(settings.weightDecay), is_nesterov: isNesterov),
            gradient, b.map { $0 + offset }, parameter)
    }
}
