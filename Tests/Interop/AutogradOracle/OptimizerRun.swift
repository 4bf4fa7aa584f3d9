import Autograd

/// Several steps of an optimizer along given gradients.
struct OptimizerRun: Decodable {
    struct Group: Decodable {
        let prefix: String
        let suffix: String
        let learningRateFactor: Double?
        let weightDecay: Double?
    }

    /// The norm of some of the parameters' gradients is cut.
    struct PartLimit: Decodable {
        let limit: Float
        /// The part's name.
        let part: String
    }

    let name: String
    let settings: Attributes
    let groups: [Group]
    /// "layers.0.weight", "layers.1.weight", …, and the last is "bias".
    let parameters: [Numbers]
    /// For each step, at each parameter.
    let gradients: [[Numbers]]
    /// What is cut before each step, where it is given.
    let globalNorm: Float?
    let partNorm: PartLimit?
    let absoluteValue: Float?

    var parameterGroups: [ParameterGroup] {
        groups.map {
            ParameterGroup(
                prefix: $0.prefix, suffix: $0.suffix, learningRateFactor: $0.learningRateFactor,
                weightDecay: $0.weightDecay)
        }
    }

    func run() throws -> OptimizerAnswer {
        guard let make = optimizerTable[name] else { throw OracleError("there is no optimizer \(name)") }
        var optimizer = try make(self)
        var model = try Layers(parameters)
        var answer = OptimizerAnswer(parameters: [], norms: [])
        for step in gradients {
            try withTape {
                // Σ gradient · parameter, whose gradient is the given one.
                let (_, gradients) = try valueAndGradients(at: model) { model in
                    try weightedSum(model.all.map { .parameter($0) }, step)
                }
                answer.norms.append(clip(gradients, of: model))
                optimizer.update(&model, along: gradients)
            }
            answer.parameters.append(model.all.map { Numbers(shape: $0.shape.dimensions, $0.values) })
        }
        return answer
    }

    /// Returns the norm before, of all or of the part that is cut.
    private func clip(_ gradients: Gradients, of model: Layers) -> Float {
        var norm = gradients.norm
        if let globalNorm { norm = gradients.clip(toGlobalNorm: globalNorm) }
        if let partNorm {
            norm = gradients.clip(toNorm: partNorm.limit, of: model.parameterRange(named: partNorm.part))
        }
        if let absoluteValue { gradients.clip(toAbsoluteValue: absoluteValue) }
        return norm
    }
}

/// What comes back for an optimizer.
struct OptimizerAnswer: Encodable {
    /// After each step.
    var parameters: [[Numbers]]
    /// The gradients' norm before each step, uncut.
    var norms: [Float]
}

/// Parameters with the names that layers have.
private struct Layers: Module {
    var weights: [Parameter]
    var bias: Parameter

    init(_ numbers: [Numbers]) throws {
        let all = try numbers.map { Parameter(shape: Shape($0.shape), try $0.floats()) }
        guard let last = all.last else { throw OracleError("an optimizer needs a parameter") }
        (weights, bias) = (Array(all.dropLast()), last)
    }

    var all: [Parameter] { weights + [bias] }

    mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        for index in weights.indices {
            visitor.enter("layers", index: index)
            try visitor.visit("weight", &weights[index])
            visitor.leave()
        }
        try visitor.visit("bias", &bias)
    }
}

/// Every optimizer that can be asked for: each by itself, and the choices that a setting can name.
let optimizerTable: [String: @Sendable (OptimizerRun) throws -> any Optimizer] = {
    var table: [String: @Sendable (OptimizerRun) throws -> any Optimizer] = [
        "SGD": { run in
            SGD(
                learningRate: try run.settings.float("learningRate"),
                momentum: try run.settings.float("momentum"), dampening: try run.settings.float("dampening"),
                isNesterov: try run.settings.flag("nesterov"),
                weightDecay: try run.settings.number("weightDecay"), groups: run.parameterGroups)
        },
        "RMSProp": { run in
            RMSProp(
                learningRate: try run.settings.float("learningRate"),
                smoothing: try run.settings.number("smoothing"), epsilon: try run.settings.number("epsilon"),
                epsilonPlace: try run.settings.flag("epsilonInside") ? .insideRoot : .outsideRoot,
                isCentred: try run.settings.flag("centred"), momentum: try run.settings.number("momentum"),
                initialSquare: try run.settings.float("initialSquare"),
                weightDecay: try run.settings.number("weightDecay"), groups: run.parameterGroups)
        },
        "Adam": { run in
            Adam(
                learningRate: try run.settings.float("learningRate"), beta1: try run.settings.number("beta1"),
                beta2: try run.settings.number("beta2"), epsilon: try run.settings.number("epsilon"),
                weightDecay: try run.settings.number("weightDecay"),
                decay: try run.settings.flag("decoupled") ? .decoupled : .penalty, groups: run.parameterGroups
            )
        },
    ]
    for choice in OptimizerChoice.allCases {
        table[choice.rawValue] = { run in
            choice.optimizer(
                learningRate: try run.settings.float("learningRate"), groups: run.parameterGroups)
        }
    }
    return table
}()
