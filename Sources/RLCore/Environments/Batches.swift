/// Observations of `count` rows, `[count, width]` row-major, in the scalar type of their space: one of the three
/// arrays is used and the others stay empty.
public struct ObservationBatch: Sendable, Equatable {
    /// Rows held.
    public private(set) var count: Int
    /// Scalars in a row.
    public let width: Int
    /// Which array is used.
    public let scalarType: ScalarType
    /// Used for `.float32`.
    public var floats: [Float]
    /// Used for `.uint8`.
    public var bytes: [UInt8]
    /// Used for `.int32`.
    public var indices: [Int32]

    /// Zeros for `count` observations of `space`.
    public init(for space: Space, count: Int) {
        self.count = count
        width = space.count
        scalarType = space.scalarType
        let size = count * width
        floats = scalarType == .float32 ? [Float](repeating: 0, count: size) : []
        bytes = scalarType == .uint8 ? [UInt8](repeating: 0, count: size) : []
        indices = scalarType == .int32 ? [Int32](repeating: 0, count: size) : []
    }

    /// A batch of one row: a copy of row `row` of `other`.
    public init(copyingRow row: Int, of other: borrowing ObservationBatch) {
        if row < 0 || row >= other.count { failure("row \(row) of \(other.count) rows") }
        let range = row * other.width..<(row + 1) * other.width
        count = 1
        width = other.width
        scalarType = other.scalarType
        floats = scalarType == .float32 ? Array(other.floats[range]) : []
        bytes = scalarType == .uint8 ? Array(other.bytes[range]) : []
        indices = scalarType == .int32 ? Array(other.indices[range]) : []
    }

    /// The numbers of one row, whatever their type; for printing and checks, not for hot loops.
    public func row(_ row: Int) -> [Double] {
        let range = row * width..<(row + 1) * width
        return switch scalarType {
        case .float32: floats[range].map(Double.init)
        case .uint8: bytes[range].map(Double.init)
        case .int32: indices[range].map(Double.init)
        }
    }

    /// Adds a copy of row `row` of another batch of the same space as a last row.
    public mutating func append(row: Int, of other: borrowing ObservationBatch) {
        if width != other.width || scalarType != other.scalarType || !(0..<other.count).contains(row) {
            failure("row \(row) of \(other.count) rows of another space cannot be added")
        }
        let range = row * width..<(row + 1) * width
        switch scalarType {
        case .float32: floats += other.floats[range]
        case .uint8: bytes += other.bytes[range]
        case .int32: indices += other.indices[range]
        }
        count += 1
    }

    /// Copies row `source` of another batch of the same space over row `row`.
    @inlinable
    public mutating func copyRow(_ row: Int, from other: borrowing ObservationBatch, row source: Int) {
        switch scalarType {
        case .float32: floats.copyRow(row, from: other.floats, row: source, width: width)
        case .uint8: bytes.copyRow(row, from: other.bytes, row: source, width: width)
        case .int32: indices.copyRow(row, from: other.indices, row: source, width: width)
        }
    }

    /// Copies all rows of another batch of the same space over as many here: those from `block * other.count` on.
    @inlinable
    public mutating func copyRows(block: Int, from other: borrowing ObservationBatch) {
        let size = other.count * width
        switch scalarType {
        case .float32: floats.copyRow(block, from: other.floats, row: 0, width: size)
        case .uint8: bytes.copyRow(block, from: other.bytes, row: 0, width: size)
        case .int32: indices.copyRow(block, from: other.indices, row: 0, width: size)
        }
    }

    /// Visits the values by name.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        switch scalarType {
        case .float32: try archive.field("floats", &floats)
        case .uint8: try archive.field("bytes", &bytes)
        case .int32: try archive.field("indices", &indices)
        }
    }
}

/// A scalar type that observations can have.
public protocol ObservationScalar: Sendable, BitwiseCopyable, Equatable {
    /// The case that names it.
    static var scalarType: ScalarType { get }
    /// Gives `body` the array of a batch that holds this type.
    static func withStorage<R>(
        of batch: inout ObservationBatch, _ body: (UnsafeMutableBufferPointer<Self>) -> R
    ) -> R
}

extension Float: ObservationScalar {
    /// `.float32`
    @inlinable public static var scalarType: ScalarType { .float32 }
    /// The batch's floats.
    @inlinable public static func withStorage<R>(
        of batch: inout ObservationBatch, _ body: (UnsafeMutableBufferPointer<Float>) -> R
    ) -> R {
        batch.floats.withUnsafeMutableBufferPointer { body($0) }
    }
}

extension UInt8: ObservationScalar {
    /// `.uint8`
    @inlinable public static var scalarType: ScalarType { .uint8 }
    /// The batch's bytes.
    @inlinable public static func withStorage<R>(
        of batch: inout ObservationBatch, _ body: (UnsafeMutableBufferPointer<UInt8>) -> R
    ) -> R {
        batch.bytes.withUnsafeMutableBufferPointer { body($0) }
    }
}

extension Int32: ObservationScalar {
    /// `.int32`
    @inlinable public static var scalarType: ScalarType { .int32 }
    /// The batch's indices.
    @inlinable public static func withStorage<R>(
        of batch: inout ObservationBatch, _ body: (UnsafeMutableBufferPointer<Int32>) -> R
    ) -> R {
        batch.indices.withUnsafeMutableBufferPointer { body($0) }
    }
}

/// Actions of `count` rows, `[count, width]` row-major: `indices` for discrete spaces, `values` for boxes.
public struct ActionBatch: Sendable, Equatable {
    /// Rows held.
    public private(set) var count: Int
    /// Scalars in a row.
    public let width: Int
    /// Used for discrete and multi-discrete spaces.
    public var indices: [Int32]
    /// Used for boxes.
    public var values: [Float]

    /// Zeros for `count` actions of `space`.
    public init(for space: Space, count: Int) {
        self.count = count
        width = space.count
        let isBox = if case .box = space { true } else { false }
        indices = isBox ? [] : [Int32](repeating: 0, count: count * width)
        values = isBox ? [Float](repeating: 0, count: count * width) : []
    }

    /// Where the scalars of some rows lie.
    public func elements(of rows: Range<Int>) -> Range<Int> {
        rows.lowerBound * width..<rows.upperBound * width
    }

    /// The numbers of one row, whatever their type; for printing and checks.
    public func row(_ row: Int) -> [Double] {
        let range = row * width..<(row + 1) * width
        return indices.isEmpty ? values[range].map(Double.init) : indices[range].map(Double.init)
    }

    /// Adds a copy of row `row` of another batch of the same space as a last row.
    public mutating func append(row: Int, of other: borrowing ActionBatch) {
        if width != other.width || !(0..<other.count).contains(row) {
            failure("row \(row) of \(other.count) rows of another space cannot be added")
        }
        let range = row * width..<(row + 1) * width
        if other.indices.isEmpty { values += other.values[range] } else { indices += other.indices[range] }
        count += 1
    }

    /// Draws an action of `space` for one row, uniformly; between -10 and 10 where a box has no bound of its own.
    public mutating func draw(row: Int, from space: Space, using random: inout PCG64) {
        switch space {
        case .discrete(let count): indices[row] = Int32(random.integers(count))
        case .multiDiscrete(let counts):
            for (index, count) in counts.enumerated() {
                indices[row * width + index] = Int32(random.integers(count))
            }
        case .box(let box):
            for index in 0..<box.count {
                let bounds = box.bounds(at: index)
                let (low, high) = (max(bounds.lowerBound, -10), min(bounds.upperBound, 10))
                values[row * width + index] = Float(random.uniform(Double(low), Double(high)))
            }
        }
    }

    /// Copies row `source` of another batch of the same space over row `row`.
    @inlinable
    public mutating func copyRow(_ row: Int, from other: borrowing ActionBatch, row source: Int) {
        if indices.isEmpty {
            values.copyRow(row, from: other.values, row: source, width: width)
        } else {
            indices.copyRow(row, from: other.indices, row: source, width: width)
        }
    }

    /// Copies all rows of another batch of the same space over as many here: those from `block * other.count` on.
    @inlinable
    public mutating func copyRows(block: Int, from other: borrowing ActionBatch) {
        if indices.isEmpty {
            values.copyRow(block, from: other.values, row: 0, width: other.count * width)
        } else {
            indices.copyRow(block, from: other.indices, row: 0, width: other.count * width)
        }
    }

    /// Visits the values by name.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("indices", &indices)
        try archive.field("values", &values)
    }
}

/// A type that one row of an action batch can be read as.
public protocol ActionValue: Sendable {
    /// Reads row `row`.
    init(row: Int, of actions: borrowing ActionBatch)
}

extension Int: ActionValue {
    /// The choice made in a discrete space.
    @inlinable public init(row: Int, of actions: borrowing ActionBatch) {
        self = Int(actions.indices[row])
    }
}

extension Float: ActionValue {
    /// The one number of a box of one element.
    @inlinable public init(row: Int, of actions: borrowing ActionBatch) {
        self = actions.values[row]
    }
}

extension InlineArray: ActionValue where Element == Float {
    /// The numbers of a box of `count` elements.
    @inlinable public init(row: Int, of actions: borrowing ActionBatch) {
        self.init(repeating: 0)
        for i in 0..<count { self[i] = actions.values[row &* count &+ i] }
    }
}

extension Array where Element: BitwiseCopyable {
    /// Copies `width` elements of one row-major matrix over a row of another, in bounds of both.
    @inlinable
    mutating func copyRow(_ row: Int, from other: borrowing [Element], row source: Int, width: Int) {
        if row < 0 || source < 0 || (row + 1) * width > count || (source + 1) * width > other.count {
            failure("copying row \(source) of \(other.count / width) to row \(row) of \(count / width)")
        }
        withUnsafeMutableBufferPointer { target in
            other.withUnsafeBufferPointer { origin in
                guard let target = target.baseAddress, let origin = origin.baseAddress else { return }
                (target + row * width).update(from: origin + source * width, count: width)
            }
        }
    }
}
