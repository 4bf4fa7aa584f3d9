/// A setting of an operation, a module or an optimizer.
enum Attribute: Decodable {
    case flag(Bool)
    case number(Double)
    case numbers([Double])
    case text(String)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = .numbers(try container.decode([Double].self))
        }
    }
}

/// Settings by name. One that is asked for and not there is refused, so that no default hides a misspelt name.
struct Attributes: Decodable {
    private let all: [String: Attribute]

    init(from decoder: any Decoder) throws {
        all = try decoder.singleValueContainer().decode([String: Attribute].self)
    }

    init() { all = [:] }

    func has(_ name: String) -> Bool { all[name] != nil }

    func number(_ name: String) throws -> Double {
        guard case .number(let value)? = all[name] else { throw OracleError("no number \(name) in \(all)") }
        return value
    }

    func float(_ name: String) throws -> Float { Float(try number(name)) }

    func integer(_ name: String) throws -> Int {
        guard let value = Int(exactly: try number(name)) else {
            throw OracleError("no whole number \(name) in \(all)")
        }
        return value
    }

    func flag(_ name: String) throws -> Bool {
        guard case .flag(let value)? = all[name] else { throw OracleError("no flag \(name) in \(all)") }
        return value
    }

    func text(_ name: String) throws -> String {
        guard case .text(let value)? = all[name] else { throw OracleError("no text \(name) in \(all)") }
        return value
    }

    func floats(_ name: String) throws -> [Float] {
        guard case .numbers(let values)? = all[name] else {
            throw OracleError("no numbers \(name) in \(all)")
        }
        return values.map { Float($0) }
    }

    func integers(_ name: String) throws -> [Int] { try floats(name).map { Int($0) } }
}
