import Autograd

/// Several steps of an optimizer along given gradients.
struct OptimizerRun: Decodable {
    let name: String
    let settings: Attributes
    let parameters: [Numbers]
    /// For each step, at each parameter.
    let gradients: [[Numbers]]
    /// The gradients' global norm is cut to this, where it is given.
    let globalNorm: Float?

    func run() throws -> OptimizerAnswer {
        guard let make = optimizerTable[name] else { throw OracleError("there is no optimizer \(name)") }
        let update = try make(settings)
        var model = Leaves(all: try parameters.map { Parameter(shape: Shape($0.shape), try $0.floats()) })
        var answer = OptimizerAnswer(parameters: [], norms: [])
        for step in gradients {
            try withTape {
                // Σ gradient · parameter, whose gradient is the given one.
                let (_, gradients) = try valueAndGradients(at: model) { model in
                    var sum = Tensor(0)
                    for (parameter, gradient) in zip(model.all, step) {
                        let constant = Tensor(copying: try gradient.floats(), Shape(gradient.shape))
                        sum = sum + (parameter.tensor * constant).sum()
                    }
                    return sum
                }
                answer.norms.append(globalNorm.map { gradients.clip(toGlobalNorm: $0) } ?? gradients.norm)
                update(&model, gradients)
            }
            answer.parameters.append(model.all.map { Numbers(shape: $0.shape.dimensions, $0.values) })
        }
        return answer
    }
}

/// What comes back for an optimizer.
struct OptimizerAnswer: Encodable {
    /// After each step.
    var parameters: [[Numbers]]
    /// The gradients' norm before each step, uncut.
    var norms: [Float]
}

typealias Update = (inout Leaves, Gradients) -> Void

/// Every optimizer that can be asked for.
let optimizerTable: [String: @Sendable (Attributes) throws -> Update] = [
    "SGD": { settings in
        var optimizer = SGD(
            learningRate: try settings.float("learningRate"), momentum: try settings.float("momentum"))
        return { optimizer.update(&$0, along: $1) }
    },
    "Adam": { settings in
        var optimizer = Adam(
            learningRate: try settings.float("learningRate"), beta1: try settings.number("beta1"),
            beta2: try settings.number("beta2"), epsilon: try settings.number("epsilon"))
        return { optimizer.update(&$0, along: $1) }
    },
]
