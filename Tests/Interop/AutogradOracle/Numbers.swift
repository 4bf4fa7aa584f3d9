import Autograd
import Foundation

/// An array as it travels: its sizes, its element type and its elements, row by row, as base64 of their little-endian
/// bytes. Exact, and fast on both sides.
struct Numbers: Codable {
    enum Element: String, Codable {
        case float32, int32, uint8
    }

    var shape: [Int]
    var type: Element
    var data: Data

    init(shape: [Int], type: Element, data: Data) {
        self.shape = shape
        self.type = type
        self.data = data
    }

    init(_ tensor: Tensor) { self.init(shape: tensor.shape.dimensions, tensor.values) }

    init(shape: [Int], _ values: [Float]) {
        self.init(shape: shape, type: .float32, data: values.withUnsafeBytes { Data($0) })
    }

    init(shape: [Int], _ values: [Int32]) {
        self.init(shape: shape, type: .int32, data: values.withUnsafeBytes { Data($0) })
    }

    func floats() throws -> [Float] { try elements(.float32) }
    func indices() throws -> [Int32] { try elements(.int32) }
    func bytes() throws -> [UInt8] { try elements(.uint8) }

    private func elements<Number>(_ expected: Element) throws -> [Number] {
        let count = shape.reduce(1, *)
        guard type == expected, data.count == count * MemoryLayout<Number>.stride else {
            throw OracleError("\(data.count) bytes of \(type) are no \(expected) of \(shape)")
        }
        return [Number](unsafeUninitializedCapacity: count) { buffer, filled in
            _ = data.copyBytes(to: buffer)
            filled = count
        }
    }
}

/// Why a request was refused: what the other side sees.
struct OracleError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
