/// The sizes of a tensor's axes, outermost first; up to eight axes, stored in place.
///
/// Many operations see a tensor as a matrix: the last axis is its columns, all others together are its rows. A
/// vector [n] is one row of n columns, a scalar [] one element.
public struct Shape: Equatable, Sendable {
    /// The most axes that a shape has.
    public static let maximumRank = 8

    /// The number of axes, 0 to 8.
    public var rank: Int { Int(axes) }

    /// The number of elements.
    public var count: Int { rows &* columns }

    /// The product of all sizes but the last; 1 for a vector or scalar.
    public let rows: Int

    /// The size of the last axis; 1 for a scalar.
    public let columns: Int

    private let axes: Int32
    private let sizes: InlineArray<8, Int32>

    /// A shape from its sizes, outermost first.
    public init(_ dimensions: [Int]) { self.init(rank: dimensions.count) { dimensions[$0] } }

    /// A shape from the size of each axis, without an array.
    init(rank: Int, _ size: (Int) -> Int) {
        if rank > Shape.maximumRank { failure("shape: \(rank) axes are more than \(Shape.maximumRank)") }
        var sizes = InlineArray<8, Int32>(repeating: 0)
        var rows = 1
        var columns = 1
        for axis in 0..<rank {
            let size = size(axis)
            guard let small = Int32(exactly: size), size >= 0 else {
                failure("shape: a size of \(size) is negative or above \(Int32.max)")
            }
            sizes[axis] = small
            if axis < rank - 1 { rows *= size } else { columns = size }
        }
        self.init(axes: Int32(rank), sizes: sizes, rows: rows, columns: columns)
    }

    @inline(__always)
    private init(axes: Int32, sizes: InlineArray<8, Int32>, rows: Int, columns: Int) {
        self.axes = axes
        self.sizes = sizes
        self.rows = rows
        self.columns = columns
    }

    /// One element, no axis.
    public static let scalar = Shape(
        axes: 0, sizes: InlineArray(repeating: 0), rows: 1, columns: 1)

    /// [count]
    @inline(__always)
    public static func vector(_ count: Int) -> Shape {
        var sizes = InlineArray<8, Int32>(repeating: 0)
        sizes[0] = Int32(count)
        return Shape(axes: 1, sizes: sizes, rows: 1, columns: count)
    }

    /// [rows, columns]
    @inline(__always)
    public static func matrix(_ rows: Int, _ columns: Int) -> Shape {
        var sizes = InlineArray<8, Int32>(repeating: 0)
        sizes[0] = Int32(rows)
        sizes[1] = Int32(columns)
        return Shape(axes: 2, sizes: sizes, rows: rows, columns: columns)
    }

    /// The size of an axis, counted from the outermost.
    @inline(__always)
    public subscript(axis: Int) -> Int {
        if axis < 0 || axis >= rank { failure("shape: \(self) has no axis \(axis)") }
        return Int(sizes[axis])
    }

    /// The sizes as an array (which allocates: not for inner loops).
    public var dimensions: [Int] { (0..<rank).map { Int(sizes[$0]) } }

    /// This shape with another last axis, the one that a layer replaces.
    public func replacingColumns(with columns: Int) -> Shape {
        if rank == 0 { return .vector(columns) }
        var sizes = sizes
        sizes[rank - 1] = Int32(columns)
        return Shape(axes: axes, sizes: sizes, rows: rows, columns: columns)
    }

    /// Whether the axes and sizes are the same.
    @inline(__always)
    public static func == (left: Shape, right: Shape) -> Bool {
        if left.axes != right.axes || left.columns != right.columns || left.rows != right.rows {
            return false
        }
        if left.axes < 3 { return true }
        for axis in 0..<left.rank where left.sizes[axis] != right.sizes[axis] { return false }
        return true
    }
}

extension Shape: ExpressibleByArrayLiteral {
    /// A shape from its sizes, outermost first.
    public init(arrayLiteral dimensions: Int...) { self.init(dimensions) }
}

extension Shape: CustomStringConvertible {
    /// `4×16`; `[]` for a scalar, `[7]` for a vector.
    public var description: String {
        rank < 2 ? "\(dimensions)" : dimensions.map(String.init).joined(separator: "×")
    }
}

extension Shape {
    /// An axis counted from the outermost, or from the last when negative (-1 is the last), as in NumPy.
    func position(of axis: Int, _ operation: String) -> Int {
        let position = axis < 0 ? axis + rank : axis
        if position < 0 || position >= rank { failure("\(operation): \(self) has no axis \(axis)") }
        return position
    }

    /// The elements as [outer, axis, inner]: all axes before, the one, all behind.
    func split(at axis: Int) -> (outer: Int, size: Int, inner: Int) {
        var outer = 1
        for index in 0..<axis { outer *= self[index] }
        var inner = 1
        for index in axis + 1..<max(rank, axis + 1) { inner *= self[index] }
        return (outer, self[axis], inner)
    }

    /// Without an axis.
    func removing(_ axis: Int) -> Shape { Shape(rank: rank - 1) { self[$0 < axis ? $0 : $0 + 1] } }

    /// With another size of an axis.
    func replacing(_ axis: Int, with size: Int) -> Shape {
        Shape(rank: rank) { $0 == axis ? size : self[$0] }
    }
}
