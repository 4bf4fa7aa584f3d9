import Autograd

/// An expression graph: leaves, operations in order, and which of their values are the outputs. A value's number is its
/// position in leaves, then results.
struct Program: Decodable {
    struct Leaf: Decodable {
        let numbers: Numbers
        /// Whether the gradient is wanted here.
        let gradient: Bool
    }

    struct Step: Decodable {
        let operation: String
        let inputs: [Int]
        let attributes: Attributes
    }

    struct Output: Decodable {
        let value: Int
        /// The loss is the sum of all outputs, each times its weights; an output without is not in it.
        let weights: Numbers?
    }

    let leaves: [Leaf]
    let steps: [Step]
    let outputs: [Output]
    /// For each leaf that wants a gradient; see `ProgramAnswer.secondDerivatives`.
    let directions: [Numbers]?
    /// See `ProgramAnswer.doubleErrors`.
    let compareWithDouble: Bool?
}

/// What is computed with: one value of a program.
enum Value {
    case tensor(Tensor)
    /// A leaf of floats, tracked where its gradient is wanted.
    case parameter(Parameter)
    case indices(IndexTensor)
    case bytes(ByteTensor)

    func numbers() throws -> Numbers {
        switch self {
        case .tensor(let tensor): Numbers(tensor)
        case .parameter(let parameter): Numbers(parameter.tensor)
        case .indices(let indices): Numbers(shape: indices.shape.dimensions, indices.values)
        case .bytes: throw OracleError("bytes are no output")
        }
    }
}

/// The leaves at which gradients are wanted.
struct Leaves: Module {
    var all: [Parameter]

    mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        for index in all.indices {
            visitor.enter("leaves", index: index)
            try visitor.visit("value", &all[index])
            visitor.leave()
        }
    }
}

extension Leaves {
    func numbers(of gradients: Gradients) -> [Numbers] {
        all.indices.map { Numbers(shape: all[$0].shape.dimensions, gradients[$0]) }
    }
}

/// What comes back for a program.
struct ProgramAnswer: Encodable {
    var outputs: [Numbers]
    /// At each leaf where it is wanted, in their order.
    var gradients: [Numbers] = []
    /// The gradients of Σ direction · gradient, where directions are given.
    var secondDerivatives: [Numbers] = []
    /// How far each gradient is, relative to its norm, from central differences of the same program in Double,
    /// where that was asked for.
    var doubleErrors: [Double] = []
}

extension Program {
    /// The outputs and gradients. Without weights nothing is differentiated, so that the same operations are
    /// also seen when they do not record.
    func run() throws -> ProgramAnswer {
        guard compareWithDouble == true else { return try runPlainly() }
        let (answer, inspection) = try inspecting(checkingGradients: true) { try runPlainly() }
        return ProgramAnswer(
            outputs: answer.outputs, gradients: answer.gradients,
            // A gradient whose parts cancel is as far off as its parts are.
            doubleErrors: inspection.gradients.compactMap { gradient in
                gradient.error.map { gradient.norm == 0 ? $0 : $0 * gradient.norm / max(gradient.norm, 0.1) }
            })
    }

    private func runPlainly() throws -> ProgramAnswer {
        let model = Leaves(all: try leaves.filter(\.gradient).map { try $0.parameter() })
        return try withTape {
            if outputs.allSatisfy({ $0.weights == nil }) {
                return ProgramAnswer(
                    outputs: try values(at: model.all.map { .parameter($0) }).map { try $0.numbers() })
            }
            if let directions { return try secondDerivatives(of: model, along: directions) }
            if model.all.count == 1 { return try gradient(at: model.all[0]) }
            let (_, gradients, outputs) = try valueAndGradients(at: model) { model in
                try lossAndOutputs(at: model.all.map { .parameter($0) })
            }
            return ProgramAnswer(outputs: outputs, gradients: model.numbers(of: gradients))
        }
    }

    private func lossAndOutputs(at wanted: [Value]) throws -> (loss: Tensor, auxiliary: [Numbers]) {
        let values = try values(at: wanted)
        return (try weightedSum(values, outputs.map(\.weights)), try values.map { try $0.numbers() })
    }

    /// By the function of a single tensor.
    private func gradient(at leaf: Parameter) throws -> ProgramAnswer {
        var outputs: [Numbers] = []
        let (_, gradient) = try valueAndGradient(at: Tensor(copying: leaf.values, leaf.shape)) { x in
            let (loss, numbers) = try lossAndOutputs(at: [.tensor(x)])
            outputs = numbers
            return loss
        }
        return ProgramAnswer(outputs: outputs, gradients: [Numbers(gradient)])
    }

    private func secondDerivatives(of model: Leaves, along directions: [Numbers]) throws -> ProgramAnswer {
        let direction = try directions.map { try $0.floats() }.joined()
        let (_, second, (outputs, first)) = try valueAndGradients(at: model) { model in
            let (loss, outputs) = try lossAndOutputs(at: model.all.map { .parameter($0) })
            let first = gradients(of: loss, at: model.all.map(\.tensor)).map { Numbers($0) }
            let slope = flatGradient(of: loss, at: model) * Tensor(copying: Array(direction))
            return (slope.sum(), (outputs, first))
        }
        return ProgramAnswer(outputs: outputs, gradients: first, secondDerivatives: model.numbers(of: second))
    }

    /// The outputs' values, with the given ones at the leaves that want gradients.
    private func values(at wanted: [Value]) throws -> [Value] {
        var wanted = wanted.makeIterator()
        var values: [Value] = try leaves.map { leaf in
            if leaf.gradient, let value = wanted.next() { return value }
            return try leaf.constant()
        }
        for step in steps {
            guard let operation = operationTable[step.operation] else {
                throw OracleError("there is no operation \(step.operation)")
            }
            let inputs = try step.inputs.map { number in
                guard values.indices.contains(number) else {
                    throw OracleError("there is no value \(number)")
                }
                return values[number]
            }
            values += try operation(Arguments(values: inputs, attributes: step.attributes))
        }
        return try outputs.map { output in
            guard values.indices.contains(output.value) else {
                throw OracleError("there is no value \(output.value)")
            }
            return values[output.value]
        }
    }
}

extension Program.Leaf {
    func parameter() throws -> Parameter { Parameter(shape: Shape(numbers.shape), try numbers.floats()) }

    func constant() throws -> Value {
        switch numbers.type {
        case .float32: .parameter(try parameter())
        case .int32: .indices(IndexTensor(copying: try numbers.indices(), Shape(numbers.shape)))
        case .uint8: .bytes(ByteTensor(aliasing: try numbers.bytes(), Shape(numbers.shape)))
        }
    }
}

/// Σ weights · output, over the outputs that have weights.
func weightedSum(_ outputs: [Value], _ weights: [Numbers?]) throws -> Tensor {
    if outputs.count != weights.count {
        throw OracleError("\(outputs.count) outputs, \(weights.count) weights")
    }
    var sum: Tensor?
    for (output, weights) in zip(outputs, weights) {
        guard let weights else { continue }
        let tensor = try Arguments(values: [output], attributes: Attributes()).tensor(0)
        if tensor.shape.dimensions != weights.shape {
            throw OracleError("the output is \(tensor.shape.dimensions), its weights are \(weights.shape)")
        }
        let term = (tensor * Tensor(copying: try weights.floats(), Shape(weights.shape))).sum()
        sum = sum.map { $0 + term } ?? term
    }
    return sum ?? Tensor(0)
}
