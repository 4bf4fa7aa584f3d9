internal import CKernels

/// RMSProp (Tieleman & Hinton 2012, lecture 6.5): with gradient g,
///
///     v ← ρ v + (1 - ρ) g²,  d = g / (√v + ε)  or  g / √(v + ε),  p ← p - α d
///
/// Centred (Graves 2013, "Generating sequences with recurrent neural networks", equations 38 to 45) it divides by the
/// standard deviation of the gradient instead: m ← ρ m + (1 - ρ) g, and v - m² in place of v. With momentum μ,
/// b ← μ b + d, p ← p - α b. A weight decay λ is added to the gradient first: g ← g + λ p.
public struct RMSProp: Optimizer {
    /// Where ε is added.
    public enum EpsilonPlace: Sendable {
        /// √v + ε: PyTorch.
        case outsideRoot
        /// √(v + ε): TensorFlow, and so Dopamine's and most published DQN results.
        case insideRoot
    }

    /// α; may change between updates.
    public var learningRate: Float

    /// ρ; PyTorch's alpha, TensorFlow's decay.
    public let smoothing: Double

    /// ε
    public let epsilon: Double

    /// Where ε is added.
    public let epsilonPlace: EpsilonPlace

    /// Whether the mean of the gradients is taken off.
    public let isCentred: Bool

    /// μ
    public let momentum: Double

    /// v before the first update; TensorFlow 1 began with 1.
    public let initialSquare: Float

    private var groups: ParameterGroups
    private var squares = OptimizerMemory()
    private var means = OptimizerMemory()
    private var velocities = OptimizerMemory()

    /// An optimizer that has not seen a gradient yet, with PyTorch's defaults.
    public init(
        learningRate: Float, smoothing: Double = 0.99, epsilon: Double = 1e-8,
        epsilonPlace: EpsilonPlace = .outsideRoot, isCentred: Bool = false, momentum: Double = 0,
        initialSquare: Float = 0, weightDecay: Double = 0, groups: [ParameterGroup] = []
    ) {
        self.learningRate = learningRate
        self.smoothing = smoothing
        self.epsilon = epsilon
        self.epsilonPlace = epsilonPlace
        self.isCentred = isCentred
        self.momentum = momentum
        self.initialSquare = initialSquare
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
        squares.prepare(flat.count, filledWith: initialSquare)
        if isCentred { means.prepare(flat.count) }
        if momentum != 0 { velocities.prepare(flat.count) }
        squares.values.withUnsafeMutableBufferPointer { square in
            means.values.withUnsafeMutableBufferPointer { mean in
                velocities.values.withUnsafeMutableBufferPointer { velocity in
                    guard let v = square.baseAddress else { return }
                    let rule = RMSPropRule(
                        tape: tape, rate: Double(learningRate), smoothing: smoothing, epsilon: epsilon,
                        momentum: momentum, isEpsilonInside: epsilonPlace == .insideRoot, v: v,
                        m: isCentred ? mean.baseAddress : nil, b: momentum != 0 ? velocity.baseAddress : nil)
                    var updater = ParameterUpdater(gradients, groups, rule)
                    model.visitParameters(&updater)
                    updater.finish(on: runner)
                }
            }
        }
    }

    /// "squares"; centred, "means"; with momentum, "velocities".
    public mutating func visitState<V: OptimizerStateVisitor>(_ visitor: inout V) throws(V.Failure) {
        try visitor.visit("squares", &squares.values)
        if isCentred { try visitor.visit("means", &means.values) }
        if momentum != 0 { try visitor.visit("velocities", &velocities.values) }
    }
}

private struct RMSPropRule: UpdateRule {
    let tape: Tape
    let rate, smoothing, epsilon, momentum: Double
    let isEpsilonInside: Bool
    let v: UnsafeMutablePointer<Float>
    let m, b: UnsafeMutablePointer<Float>?

    func apply(
        _ count: Int, at offset: Int, _ gradient: UnsafePointer<Float>,
        _ parameter: UnsafeMutablePointer<Float>, _ settings: ParameterSettings
    ) {
        tape.kernels.rmsprop(
            count,
            rl_rmsprop(
                rate: Float(rate * settings.learningRateFactor), decay: Float(smoothing),
                one_minus_decay: Float(1 - smoothing), epsilon: Float(epsilon), momentum: Float(momentum),
                penalty: Float(settings.weightDecay), is_epsilon_inside: isEpsilonInside),
            gradient, v + offset, m.map { $0 + offset }, b.map { $0 + offset }, parameter)
    }
}
