/// The optimizers that a setting can name, each with the settings of its field's usual implementation.
public enum OptimizerChoice: String, CaseIterable, Codable, Sendable {
    /// PyTorch's Adam.
    case adam
    /// PyTorch's AdamW: with a decoupled weight decay of 0.01.
    case adamw
    /// PyTorch's RMSProp.
    case rmsprop
    /// Dopamine's for DQN: centred, ρ = 0.95, ε = 10⁻⁵ inside the root.
    case rmspropCentred
    /// Plain gradient descent.
    case sgd

    /// An optimizer of this kind that has not seen a gradient yet; `epsilon` in place of its own, where it has one.
    public func optimizer(
        learningRate: Float, epsilon: Double? = nil, groups: [ParameterGroup] = []
    ) -> AnyOptimizer {
        switch self {
        case .adam:
            AnyOptimizer(Adam(learningRate: learningRate, epsilon: epsilon ?? 1e-8, groups: groups))
        case .adamw:
            AnyOptimizer(
                Adam(
                    learningRate: learningRate, epsilon: epsilon ?? 1e-8, weightDecay: 0.01,
                    decay: .decoupled, groups: groups))
        case .rmsprop:
            AnyOptimizer(RMSProp(learningRate: learningRate, epsilon: epsilon ?? 1e-8, groups: groups))
        case .rmspropCentred:
            AnyOptimizer(
                RMSProp(
                    learningRate: learningRate, smoothing: 0.95, epsilon: epsilon ?? 1e-5,
                    epsilonPlace: .insideRoot, isCentred: true, groups: groups))
        case .sgd: AnyOptimizer(SGD(learningRate: learningRate, groups: groups))
        }
    }
}

/// One of the optimizers, chosen while the program runs.
public struct AnyOptimizer: Optimizer {
    // Side by side, not cases of an enum: taking a payload out, changing it and putting it back copies its memory.
    private var adam: Adam?
    private var rmsprop: RMSProp?
    private var sgd: SGD?

    /// Adam or AdamW.
    public init(_ adam: Adam) { self.adam = adam }

    /// RMSProp.
    public init(_ rmsprop: RMSProp) { self.rmsprop = rmsprop }

    /// Gradient descent.
    public init(_ sgd: SGD) { self.sgd = sgd }

    /// α; may change between updates.
    public var learningRate: Float {
        get { adam?.learningRate ?? rmsprop?.learningRate ?? sgd?.learningRate ?? 0 }
        set {
            adam?.learningRate = newValue
            rmsprop?.learningRate = newValue
            sgd?.learningRate = newValue
        }
    }

    /// One step of every parameter along its gradient.
    public mutating func update<M: Module>(
        _ model: inout M, along gradients: Gradients, on runner: some PieceRunner
    ) {
        adam?.update(&model, along: gradients, on: runner)
        rmsprop?.update(&model, along: gradients, on: runner)
        sgd?.update(&model, along: gradients, on: runner)
    }

    /// What the chosen one shows.
    public mutating func visitState<V: OptimizerStateVisitor>(_ visitor: inout V) throws(V.Failure) {
        try adam?.visitState(&visitor)
        try rmsprop?.visitState(&visitor)
        try sgd?.visitState(&visitor)
    }
}
