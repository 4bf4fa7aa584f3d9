import Autograd

/// Of images [batch, height, width, channels].
let imageFunctions: [String: Function] = [
    "convolved": tensor {
        try $0.tensor(0).convolved(
            by: $0.tensor(1), bias: $0.has("hasBias") ? $0.tensor(2) : nil, stride: $0.extent("stride"),
            padding: $0.padding(), dilation: $0.extent("dilation"), activation: $0.activation("activation"))
    },
    "convolvedBytes": tensor {
        try $0.bytes(0).convolved(
            by: $0.tensor(1), bias: $0.has("hasBias") ? $0.tensor(2) : nil, stride: $0.extent("stride"),
            padding: $0.padding(), dilation: $0.extent("dilation"), activation: $0.activation("activation"),
            scale: $0.float("scale"))
    },
    "maxPooled": tensor {
        try $0.tensor(0).maxPooled(
            $0.extent("kernel"), stride: $0.has("stride") ? $0.extent("stride") : nil, padding: $0.padding())
    },
    "averagePooled": tensor {
        try $0.tensor(0).averagePooled(
            $0.extent("kernel"), stride: $0.has("stride") ? $0.extent("stride") : nil, padding: $0.padding(),
            countingPadding: $0.flag("counting"))
    },
    "averagePooledTo": tensor { try $0.tensor(0).averagePooled(to: $0.extent("size")) },
    "globalAveragePooled": unary { $0.globalAveragePooled() },
    "resized": tensor { try $0.tensor(0).resized(to: $0.extent("size"), $0.interpolation()) },
]

extension Arguments {
    fileprivate func has(_ name: String) -> Bool { attributes.has(name) }
    fileprivate func extent(_ name: String) throws -> Extent { try attributes.extent(name) }
    fileprivate func padding() throws -> Padding { try attributes.padding() }
    fileprivate func activation(_ name: String) throws -> Activation { try attributes.activation(name) }

    fileprivate func interpolation() throws -> Interpolation {
        switch try attributes.text("interpolation") {
        case "nearest": return .nearest
        case "bilinear": return .bilinear
        case "bilinearWithCorners": return .bilinearWithCorners
        case let other: throw OracleError("no interpolation \(other)")
        }
    }
}

extension Attributes {
    /// [height, width]
    func extent(_ name: String) throws -> Extent {
        let sizes = try integers(name)
        guard sizes.count == 2 else { throw OracleError("no extent: \(sizes)") }
        return Extent(sizes[0], sizes[1])
    }

    /// Nothing, "same", or the pixels on each side: [rows, columns], or [top, bottom, left, right].
    func padding() throws -> Padding {
        if !has("padding") { return .none }
        if let word = try? text("padding") {
            guard word == "same" else { throw OracleError("no padding \(word)") }
            return .same
        }
        let sizes = try integers("padding")
        switch sizes.count {
        case 2: return .each(Extent(sizes[0], sizes[1]))
        case 4: return .sides(top: sizes[0], bottom: sizes[1], left: sizes[2], right: sizes[3])
        default: throw OracleError("no padding: \(sizes)")
        }
    }

    func activation(_ name: String) throws -> Activation {
        let word = try text(name)
        guard let activation = Activation(rawValue: word) else { throw OracleError("no activation \(word)") }
        return activation
    }
}
