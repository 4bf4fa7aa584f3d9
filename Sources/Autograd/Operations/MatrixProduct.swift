internal import CKernels

/// c = a · b for each matrix of a batch. `code` is a `ProductLayout`: which of the two is read transposed.
enum MatrixProduct: Operation {
    static let name = "matmul"

    /// c [m, n] = a · b with k terms in each sum, `count` times.
    private struct Sizes {
        let count, m, n, k: Int
        let shape: Shape

        init?(_ a: Shape, _ b: Shape, _ layout: ProductLayout) {
            // A second operand without batch axes serves all rows of the first, as one matrix.
            let isBatched = b.rank > 2
            if isBatched {
                if a.rank != b.rank { return nil }
                for axis in 0..<b.rank - 2 where a[axis] != b[axis] { return nil }
            }
            count = isBatched ? (0..<b.rank - 2).reduce(1) { $0 * b[$1] } : 1
            let aRows = isBatched ? a[a.rank - 2] : a.rows
            let bRows = isBatched ? b[b.rank - 2] : b.rows
            let (aSizes, bSizes) = (
                layout == .firstTransposed ? (a.columns, aRows) : (aRows, a.columns),
                layout == .secondTransposed ? (b.columns, bRows) : (bRows, b.columns)
            )
            if aSizes.1 != bSizes.0 { return nil }
            (m, k, n) = (aSizes.0, aSizes.1, bSizes.1)
            let (rows, columns) = (m, n)
            if isBatched {
                shape = Shape(rank: b.rank) {
                    $0 < b.rank - 2 ? b[$0] : $0 == b.rank - 2 ? rows : columns
                }
            } else {
                shape = a.rank > 2 && layout != .firstTransposed ? a.replacingColumns(with: n) : .matrix(m, n)
            }
        }
    }

    static func apply(_ a: Tensor, _ b: Tensor, _ layout: ProductLayout) -> Tensor {
        let tape = Tape.current
        let (first, second) = (tape.slot(a), tape.slot(b))
        guard let sizes = Sizes(first.shape, second.shape, layout) else {
            shapeFailure(name, first.shape, second.shape)
        }
        let (m, n, k) = (sizes.m, sizes.n, sizes.k)
        let c = tape.allocate(sizes.shape.count)
        for index in 0..<sizes.count {
            tape.multiply(
                layout, m, n, k, first.value + index * m * k, second.value + index * k * n,
                into: c + index * m * n,
                accumulate: false)
        }
        return tape.result(
            c, sizes.shape, isTracked: first.isTracked || second.isTracked,
            Node(operation: MatrixProduct.self, first: a.slot, second: b.slot, code: layout.rawValue))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        let (a, b) = (tape.slot(at: node.first), tape.slot(at: node.second))
        guard let layout = ProductLayout(rawValue: node.code), let sizes = Sizes(a.shape, b.shape, layout)
        else { return }
        let (m, n, k) = (sizes.m, sizes.n, sizes.k)
        let dc = tape.outputGradient(node)
        if tape.isTracked(node.first) {
            let (da, accumulate) = tape.gradient(of: node.first)
            for index in 0..<sizes.count {
                let (dc, b, da) = (dc + index * m * n, b.value + index * k * n, da + index * m * k)
                switch layout {
                case .normal:
                    tape.multiply(.secondTransposed, m, k, n, dc, b, into: da, accumulate: accumulate)
                case .secondTransposed:
                    tape.multiply(.normal, m, k, n, dc, b, into: da, accumulate: accumulate)
                case .firstTransposed:
                    tape.multiply(.secondTransposed, k, m, n, b, dc, into: da, accumulate: accumulate)
                }
            }
        }
        if tape.isTracked(node.second) {
            let (db, accumulate) = tape.gradient(of: node.second)
            for index in 0..<sizes.count {
                let (dc, a, db) = (dc + index * m * n, a.value + index * m * k, db + index * k * n)
                switch layout {
                case .normal:
                    tape.multiply(.firstTransposed, k, n, m, a, dc, into: db, accumulate: accumulate)
                case .secondTransposed:
                    tape.multiply(.firstTransposed, n, k, m, dc, a, into: db, accumulate: accumulate)
                case .firstTransposed:
                    tape.multiply(.normal, k, n, m, a, dc, into: db, accumulate: accumulate)
                }
            }
        }
    }

    static func multiplyAdds(_ node: Node, on tape: Tape) -> Int {
        let (a, b) = (tape.slot(at: node.first).shape, tape.slot(at: node.second).shape)
        return ProductLayout(rawValue: node.code).flatMap { Sizes(a, b, $0) }.map {
            $0.count * $0.m * $0.n * $0.k
        } ?? 0
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        guard let layout = ProductLayout(rawValue: node.code),
            let sizes = Sizes(replay.shape(node.first), replay.shape(node.second), layout)
        else { return [] }
        let (m, n, k) = (sizes.m, sizes.n, sizes.k)
        let (a, b) = (replay[node.first], replay[node.second])
        return (0..<sizes.count).flatMap { index in
            let first = Array(a[index * m * k..<(index + 1) * m * k])
            let second = Array(b[index * k * n..<(index + 1) * k * n])
            let left =
                layout == .firstTransposed
                ? Reference(rows: k, columns: m, first).transposed : Reference(rows: m, columns: k, first)
            let right =
                layout == .secondTransposed
                ? Reference(rows: n, columns: k, second).transposed : Reference(rows: k, columns: n, second)
            return left.matmul(right).elements
        }
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let (a, b) = (adjoints.tensor(node.first), adjoints.tensor(node.second))
        // A first operand with batch axes and a second without: all its rows are one matrix.
        let dc = b.shape.rank > 2 ? gradient : gradient.reshaped(.matrix(gradient.rows, gradient.columns))
        let left = b.shape.rank > 2 ? a : a.reshaped(.matrix(a.rows, a.columns))
        switch ProductLayout(rawValue: node.code) {
        case .secondTransposed:
            adjoints.add(to: a.slot, apply(dc, b, .normal).reshaped(a.shape))
            adjoints.add(to: b.slot, apply(dc, left, .firstTransposed).reshaped(b.shape))
        case .firstTransposed:
            adjoints.add(to: a.slot, apply(b, dc, .secondTransposed).reshaped(a.shape))
            adjoints.add(to: b.slot, apply(left, dc, .normal).reshaped(b.shape))
        default:
            adjoints.add(to: a.slot, apply(dc, b, .secondTransposed).reshaped(a.shape))
            adjoints.add(to: b.slot, apply(left, dc, .firstTransposed).reshaped(b.shape))
        }
    }
}

/// The matrix product: [m, k] with [k, n] gives [m, n]. A vector [k] on the left is a row; more axes on the left are
/// rows too ([…, k] with [k, n] gives […, n]). With equal leading axes on both sides, one product for each of their
/// places: [b, m, k] with [b, k, n] gives [b, m, n].
public func matmul(_ a: Tensor, _ b: Tensor) -> Tensor { MatrixProduct.apply(a, b, .normal) }

extension Tensor {
    /// The matrix product: self [m, k] with other [k, n] gives [m, n]; see the function of this name.
    public func matmul(_ other: Tensor) -> Tensor { Autograd.matmul(self, other) }

    /// a · bᵀ: self [m, k] with other [n, k] gives [m, n], without a transposed copy.
    public func matmul(transposed other: Tensor) -> Tensor {
        MatrixProduct.apply(self, other, .secondTransposed)
    }

    /// aᵀ · b: self [k, m] with other [k, n] gives [m, n], without a transposed copy.
    public func transposedMatmul(_ other: Tensor) -> Tensor {
        MatrixProduct.apply(self, other, .firstTransposed)
    }
}
