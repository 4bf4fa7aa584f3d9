/// The operations again, as plain as can be and in any precision: scalar loops over a matrix, no derivative,
/// no speed. In Double, with central differences, it is what gradients and the fast kernels are checked
/// against.
package struct Reference<Scalar: BinaryFloatingPoint & Sendable>: Sendable {
    package var rows: Int
    package var columns: Int
    /// Row by row.
    package var elements: [Scalar]

    package init(rows: Int, columns: Int, _ elements: [Scalar]) {
        self.rows = rows
        self.columns = columns
        self.elements = elements
    }

    package init(rows: Int, columns: Int, _ element: (_ row: Int, _ column: Int) -> Scalar) {
        self.init(rows: rows, columns: columns, [])
        for row in 0..<rows {
            for column in 0..<columns { elements.append(element(row, column)) }
        }
    }

    package subscript(row: Int, column: Int) -> Scalar { elements[row * columns + column] }

    /// The only element.
    package var scalar: Scalar { elements[0] }

    // MARK: - Each element

    package func map(_ transform: (Scalar) -> Scalar) -> Reference {
        Reference(rows: rows, columns: columns, elements.map(transform))
    }

    /// A function of the C library in Double, rounded.
    package func mapDouble(_ transform: (Double) -> Double) -> Reference {
        map { Scalar(transform(Double($0))) }
    }

    package func exp() -> Reference { mapDouble { Functions.exp($0) } }
    package func log() -> Reference { mapDouble { Functions.log($0) } }
    package func tanh() -> Reference { mapDouble { Functions.tanh($0) } }
    package func sigmoid() -> Reference { mapDouble { 1 / (1 + Functions.exp(-$0)) } }
    package func relu() -> Reference { map { max($0, 0) } }

    package func clamped(_ low: Scalar, _ high: Scalar) -> Reference { map { min(max($0, low), high) } }

    /// Pairs of elements; rows and columns of size 1 are repeated.
    package func zip(_ other: Reference, _ combine: (Scalar, Scalar) -> Scalar) -> Reference {
        Reference(
            rows: rows == 1 ? other.rows : rows, columns: columns == 1 ? other.columns : columns
        ) { row, column in
            combine(
                self[rows == 1 ? 0 : row, columns == 1 ? 0 : column],
                other[other.rows == 1 ? 0 : row, other.columns == 1 ? 0 : column])
        }
    }

    package static func + (a: Reference, b: Reference) -> Reference { a.zip(b, +) }
    package static func - (a: Reference, b: Reference) -> Reference { a.zip(b, -) }
    package static func * (a: Reference, b: Reference) -> Reference { a.zip(b, *) }
    package static func / (a: Reference, b: Reference) -> Reference { a.zip(b, /) }

    // MARK: - Products

    package var transposed: Reference { Reference(rows: columns, columns: rows) { self[$1, $0] } }

    package func matmul(_ other: Reference) -> Reference {
        Reference(rows: rows, columns: other.columns) { row, column in
            var sum: Scalar = 0
            for k in 0..<columns { sum += self[row, k] * other[k, column] }
            return sum
        }
    }

    package func linear(_ weight: Reference, _ bias: Reference, _ activation: Activation) -> Reference {
        let sums = matmul(weight) + bias
        return switch activation {
        case .identity: sums
        case .relu: sums.relu()
        case .tanh: sums.tanh()
        }
    }

    // MARK: - Reductions

    package func sum() -> Reference { Reference(rows: 1, columns: 1, [elements.reduce(0, +)]) }

    package func mean() -> Reference { sum().map { $0 / Scalar(elements.count) } }

    /// One number a row, as a vector: one row of them, like `Tensor`'s.
    package func eachRow(_ reduce: (ArraySlice<Scalar>) -> Scalar) -> Reference {
        Reference(rows: 1, columns: rows) { _, row in reduce(elements[row * columns..<(row + 1) * columns]) }
    }

    package func rowSum() -> Reference { eachRow { $0.reduce(0, +) } }

    package func rowMax() -> Reference { eachRow { $0.max() ?? -.infinity } }

    package func gathered(_ indices: [Int32]) -> Reference {
        Reference(rows: 1, columns: rows) { _, row in self[row, Int(indices[row])] }
    }

    package func huberMean(_ delta: Scalar) -> Reference {
        map { abs($0) <= delta ? $0 * $0 / 2 : delta * (abs($0) - delta / 2) }.mean()
    }

    // MARK: - Softmax

    package func logSumExp() -> Reference {
        eachRow { row in
            let most = Double(row.max() ?? 0)
            return Scalar(most + Functions.log(row.reduce(0) { $0 + Functions.exp(Double($1) - most) }))
        }
    }

    package func logSoftmax() -> Reference { self - logSumExp().transposed }

    package func softmax() -> Reference { logSoftmax().exp() }

    package func categoricalEntropy() -> Reference {
        let logarithms = logSoftmax()
        return logarithms.zip(logarithms.exp()) { $1 == 0 ? 0 : -$0 * $1 }.rowSum()
    }
}
