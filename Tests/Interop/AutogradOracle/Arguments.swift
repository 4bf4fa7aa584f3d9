import Autograd

/// What an operation is called with.
struct Arguments {
    let values: [Value]
    let attributes: Attributes

    func tensor(_ index: Int) throws -> Tensor {
        switch try value(index) {
        case .tensor(let tensor): return tensor
        case .parameter(let parameter): return parameter.tensor
        default: throw OracleError("input \(index) is no tensor")
        }
    }

    func tensors() throws -> [Tensor] { try values.indices.map(tensor) }

    func parameter(_ index: Int) throws -> Parameter {
        guard case .parameter(let parameter) = try value(index) else {
            throw OracleError("input \(index) is no leaf of floats")
        }
        return parameter
    }

    func indices(_ index: Int) throws -> IndexTensor {
        guard case .indices(let indices) = try value(index) else {
            throw OracleError("input \(index) is no int32")
        }
        return indices
    }

    func bytes(_ index: Int) throws -> ByteTensor {
        guard case .bytes(let bytes) = try value(index) else {
            throw OracleError("input \(index) is no uint8")
        }
        return bytes
    }

    private func value(_ index: Int) throws -> Value {
        guard values.indices.contains(index) else { throw OracleError("there is no input \(index)") }
        return values[index]
    }

    // MARK: - Attributes

    func float(_ name: String) throws -> Float { try attributes.float(name) }
    func number(_ name: String) throws -> Double { try attributes.number(name) }
    func integer(_ name: String) throws -> Int { try attributes.integer(name) }
    func integers(_ name: String) throws -> [Int] { try attributes.integers(name) }
    func flag(_ name: String) throws -> Bool { try attributes.flag(name) }
    func shape(_ name: String) throws -> Shape { Shape(try attributes.integers(name)) }

    /// [first, end]
    func range(_ name: String) throws -> Range<Int> {
        let ends = try attributes.integers(name)
        guard ends.count == 2, ends[0] <= ends[1] else { throw OracleError("no range: \(ends)") }
        return ends[0]..<ends[1]
    }

    /// [low, high]
    func floatRange(_ name: String) throws -> ClosedRange<Float> {
        let ends = try attributes.floats(name)
        guard ends.count == 2, ends[0] <= ends[1] else { throw OracleError("no range: \(ends)") }
        return ends[0]...ends[1]
    }
}
