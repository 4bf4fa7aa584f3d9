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
}

/// What is computed with: one value of a program.
enum Value {
    case tensor(Tensor)
    case parameter(Parameter)
    case indices([Int32], shape: [Int])
    case bytes([UInt8], shape: [Int])

    func numbers() throws -> Numbers {
        switch self {
        case .tensor(let tensor): Numbers(tensor)
        case .parameter(let parameter): Numbers(parameter.tensor)
        case .indices(let values, let shape): Numbers(shape: shape, values)
        case .bytes: throw OracleError("bytes are no output")
        }
    }
}

/// What an operation is called with.
struct Arguments {
    let values: [Value]
    let attributes: Attributes

    private func value(_ index: Int) throws -> Value {
        guard values.indices.contains(index) else { throw OracleError("there is no input \(index)") }
        return values[index]
    }

    func tensor(_ index: Int) throws -> Tensor {
        switch try value(index) {
        case .tensor(let tensor): return tensor
        case .parameter(let parameter): return parameter.tensor
        default: throw OracleError("input \(index) is no tensor")
        }
    }

    func parameter(_ index: Int) throws -> Parameter {
        guard case .parameter(let parameter) = try value(index) else {
            throw OracleError("input \(index) is no leaf of floats")
        }
        return parameter
    }

    func indices(_ index: Int) throws -> [Int32] {
        guard case .indices(let indices, _) = try value(index) else {
            throw OracleError("input \(index) is no int32")
        }
        return indices
    }

    func bytes(_ index: Int) throws -> [UInt8] {
        guard case .bytes(let bytes, _) = try value(index) else {
            throw OracleError("input \(index) is no uint8")
        }
        return bytes
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

/// What comes back for a program.
struct ProgramAnswer: Encodable {
    var outputs: [Numbers]
    /// At each leaf where it is wanted, in their order.
    var gradients: [Numbers]
}

extension Program {
    /// The outputs and gradients. Without weights nothing is differentiated, so that the same operations are also seen
    /// when they do not record.
    func run() throws -> ProgramAnswer {
        let model = Leaves(all: try leaves.filter(\.gradient).map { try $0.parameter() })
        return try withTape {
            if outputs.allSatisfy({ $0.weights == nil }) {
                return ProgramAnswer(outputs: try values(of: model).map { try $0.numbers() }, gradients: [])
            }
            let (_, gradients, outputs) = try valueAndGradients(at: model) { model in
                let values = try self.values(of: model)
                return (
                    try loss(of: values, self.outputs.map(\Output.weights)),
                    try values.map { try $0.numbers() }
                )
            }
            return ProgramAnswer(
                outputs: outputs,
                gradients: model.all.indices.map { index in
                    Numbers(shape: model.all[index].shape.dimensions, gradients[index])
                })
        }
    }

    /// The outputs' values, with the given parameters at the leaves that want gradients.
    private func values(of model: Leaves) throws -> [Value] {
        var wanted = model.all.makeIterator()
        var values: [Value] = try leaves.map { leaf in
            if leaf.gradient, let parameter = wanted.next() { return .parameter(parameter) }
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
        case .int32: .indices(try numbers.indices(), shape: numbers.shape)
        case .uint8: .bytes(try numbers.bytes(), shape: numbers.shape)
        }
    }
}

/// Σ weights · output, over the outputs that have weights.
func loss(of outputs: [Value], _ weights: [Numbers?]) throws -> Tensor {
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
