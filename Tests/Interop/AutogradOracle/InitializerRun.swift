import Autograd

/// Numbers as an initializer draws them.
struct InitializerRun: Decodable {
    let name: String
    let settings: Attributes
    let count: Int
    let fanIn: Int
    let fanOut: Int
    let seed: UInt64

    func run() throws -> InitializerAnswer {
        var random = SplitMix(state: seed)
        let initializer = try settings.initializer(name)
        return InitializerAnswer(
            numbers: Numbers(
                shape: [count], initializer.values(count, fanIn: fanIn, fanOut: fanOut, using: &random)))
    }
}

/// What comes back for an initializer.
struct InitializerAnswer: Encodable {
    var numbers: Numbers
}

/// Every initializer that can be asked for.
let initializerTable: [String: @Sendable (Attributes) throws -> Initializer] = [
    "constant": { .constant(try $0.float("value")) },
    "uniform": { .uniform(bound: try $0.float("bound")) },
    "uniformFanIn": { _ in .uniformFanIn },
    "normal": { .normal(standardDeviation: try $0.float("deviation")) },
    "truncatedNormal": { .truncatedNormal(standardDeviation: try $0.float("deviation")) },
    "kaimingUniform": { .kaimingUniform(gain: try $0.float("gain"), fan: try $0.fan()) },
    "kaimingNormal": { .kaimingNormal(gain: try $0.float("gain"), fan: try $0.fan()) },
    "xavierUniform": { .xavierUniform(gain: try $0.float("gain")) },
    "xavierNormal": { .xavierNormal(gain: try $0.float("gain")) },
    "orthogonal": { .orthogonal(gain: try $0.float("gain")) },
]

extension Attributes {
    func initializer(_ name: String) throws -> Initializer {
        guard let make = initializerTable[name] else { throw OracleError("there is no initializer \(name)") }
        return try make(self)
    }

    fileprivate func fan() throws -> Initializer.Fan { try flag("output") ? .output : .input }
}
