/// What an environment cannot do with what it was given while it ran, or what it should not have given back: one line
/// that names the environment, the row and the value.
public struct EnvironmentError: Error, CustomStringConvertible, Equatable {
    /// The line.
    public let description: String

    /// An error that says `description`.
    public init(_ description: String) {
        self.description = description
    }
}

extension ActionBatch {
    /// The first row whose action cannot be taken in `space`, with that action: a choice outside it, or a number that
    /// is not finite. Numbers beyond the bounds of a box are the environment's to clip.
    func violation(of space: Space) -> (row: Int, action: [Double])? {
        let isSound =
            switch space {
            case .discrete(let choices):
                indices.withUnsafeBufferPointer { $0.areBelow(choices) }
            case .multiDiscrete(let counts):
                indices.indices.allSatisfy { (0..<counts[$0 % width]).contains(Int(indices[$0])) }
            case .box:
                values.withUnsafeBufferPointer { $0.areFinite }
            }
        if isSound { return nil }
        for row in 0..<count where !space.takes(self.row(row)) { return (row, self.row(row)) }
        return nil
    }
}

extension UnsafeBufferPointer<Int32> {
    /// Whether all are in 0 ..< `bound`. Without a branch an element, so that it compiles to vectors.
    func areBelow(_ bound: Int) -> Bool {
        let bound = UInt32(clamping: bound)
        var isOutside: UInt32 = 0
        for value in self { isOutside |= UInt32(bitPattern: value) >= bound ? 1 : 0 }
        return isOutside == 0
    }
}

extension UnsafeBufferPointer<Float> {
    /// Whether none is infinite or not a number.
    var areFinite: Bool {
        var isWild: UInt32 = 0
        for value in self { isWild |= value.bitPattern & 0x7f80_0000 == 0x7f80_0000 ? 1 : 0 }
        return isWild == 0
    }
}
