import RLCore

/// A cell of the board of 10 by 10: column `x` from the left, row `y` from the top.
struct Cell: Sendable, Equatable {
    var x: Int8
    var y: Int8

    /// Whether it lies on the board.
    var isOnBoard: Bool { x >= 0 && x < 10 && y >= 0 && y < 10 }
}

extension MutableSpan where Element == UInt8 {
    /// Marks a cell of the board in one of the planes of `[10, 10, channels]`.
    @inline(__always)
    mutating func mark(_ cell: Cell, _ channel: Int, of channels: Int) {
        self[(10 &* Int(cell.y) &+ Int(cell.x)) &* channels &+ channel] = 1
    }
}

extension Archive {
    /// A number within bounds: restoring another one is an error.
    mutating func field<T: FixedWidthInteger>(
        _ name: String, _ value: inout T, in range: ClosedRange<T>
    ) throws(ArchiveError) {
        var number = Int(value)
        try field(name, &number)
        guard let restored = T(exactly: number), range.contains(restored) else {
            throw ArchiveError(
                "field '\(name)' is \(number), expected \(range.lowerBound) to \(range.upperBound)")
        }
        value = restored
    }

    /// A cell whose column and row are within bounds.
    mutating func field(
        _ name: String, _ cell: inout Cell, x: ClosedRange<Int8> = 0...9, y: ClosedRange<Int8> = 0...9
    ) throws(ArchiveError) {
        try scope(name) { archive throws(ArchiveError) in
            try archive.field("x", &cell.x, in: x)
            try archive.field("y", &cell.y, in: y)
        }
    }
}
