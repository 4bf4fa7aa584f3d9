import Autograd

/// A module made from settings and a seed, called with inputs and differentiated. The parameters it drew come back too,
/// by their names, so that the other side can compute the same.
struct ModuleRun: Decodable {
    let name: String
    let settings: Attributes
    let seed: UInt64
    /// Every parameter is moved by uniform numbers within ± this: zeros and ones, as layers begin, would hide mistakes.
    let noise: Float
    let inputs: [Program.Leaf]
    /// For each output; see `Program.Output`.
    let weights: [Numbers?]
    /// Only the parameters are asked for.
    let describe: Bool

    func run() throws -> ModuleAnswer {
        guard let module = moduleTable[name] else { throw OracleError("there is no module \(name)") }
        return try module(self)
    }

    /// The answer for a module of this run.
    func run<M: Module>(
        _ module: M, _ random: inout SplitMix, _ call: (M, Arguments) throws -> [Value]
    ) throws -> ModuleAnswer {
        var module = module
        var shaker = Shaker(noise: noise, random: random)
        module.visitParameters(&shaker)
        let model = ModuleAndLeaves(
            module: module, leaves: Leaves(all: try inputs.filter(\.gradient).map { try $0.parameter() }))
        var names = NameCollector()
        var copy = model
        copy.visitParameters(&names)
        if describe { return ModuleAnswer(parameters: names.parameters, outputs: [], gradients: []) }
        return try withTape {
            let (_, gradients, outputs) = try valueAndGradients(at: model) { model in
                var wanted = model.leaves.all.makeIterator()
                let values: [Value] = try inputs.map { leaf in
                    if leaf.gradient, let parameter = wanted.next() { return .parameter(parameter) }
                    return try leaf.constant()
                }
                let outputs = try call(model.module, Arguments(values: values, attributes: settings))
                return (try weightedSum(outputs, weights), try outputs.map { try $0.numbers() })
            }
            return ModuleAnswer(
                parameters: names.parameters, outputs: outputs,
                gradients: names.parameters.indices.map { index in
                    Numbers(shape: names.parameters[index].numbers.shape, gradients[index])
                })
        }
    }
}

/// What comes back for a module: its parameters, then the inputs that want gradients ("leaves.0.value", …).
struct ModuleAnswer: Encodable {
    struct Named: Encodable {
        let name: String
        let numbers: Numbers
    }

    var parameters: [Named]
    var outputs: [Numbers]
    /// In the order of `parameters`.
    var gradients: [Numbers]
}

/// A module beside the inputs it is differentiated at.
private struct ModuleAndLeaves<M: Module>: Module {
    var module: M
    var leaves: Leaves

    mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        try module.visitParameters(&visitor)
        try leaves.visitParameters(&visitor)
    }
}

/// Moves every parameter a little.
private struct Shaker: ParameterVisitor {
    let noise: Float
    var random: SplitMix

    mutating func visit(_ name: StaticString, _ parameter: inout Parameter) {
        parameter.withUnsafeMutableBufferPointer { buffer in
            for index in buffer.indices { buffer[index] += noise * (2 * random.unit() - 1) }
        }
    }
}

/// Every parameter under its full name.
private struct NameCollector: ParameterVisitor {
    var path: [String] = []
    var parameters: [ModuleAnswer.Named] = []

    mutating func enter(_ name: StaticString, index: Int?) {
        path.append(index.map { "\(name).\($0)" } ?? "\(name)")
    }

    mutating func leave() { path.removeLast() }

    mutating func visit(_ name: StaticString, _ parameter: inout Parameter) {
        let full = (path + ["\(name)"]).joined(separator: ".")
        parameters.append(
            ModuleAnswer.Named(
                name: full, numbers: Numbers(shape: parameter.shape.dimensions, parameter.values)))
    }
}

/// A fixed generator (Steele, Lea & Flood 2014), so that a failing case can be run again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// In 0 ..< 1.
    mutating func unit() -> Float { Float(next() >> 40) * 0x1p-24 }
}
