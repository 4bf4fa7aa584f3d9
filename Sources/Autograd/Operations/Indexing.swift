internal import CKernels

/// y [rows] = x[r, index[r]]
enum GatherColumns: Operation {
    static let name = "gathered"

    fileprivate static func apply(_ x: Tensor, _ indices: IndexTensor) -> Tensor {
        let tape = Tape.current
        let (input, index) = (tape.slot(x), tape.slot(indices))
        let (rows, columns) = (input.shape.rows, input.shape.columns)
        if index.count != rows { failure("gathered: \(input.shape) does not fit \(index.count) indices") }
        tape.check(index, below: columns, name)
        let y = tape.allocate(rows)
        rl_gather_columns(rows, columns, input.value, index.indices, y)
        return tape.result(
            y, .vector(rows), isTracked: input.isTracked,
            Node(operation: GatherColumns.self, first: x.slot, second: indices.slot))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        let shape = tape.slot(at: node.first).shape
        rl_scatter_columns(
            shape.rows, shape.columns, tape.slot(at: node.second).indices, tape.outputGradient(node),
            tape.accumulatedGradient(of: node.first))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        replay.matrix(node.first).gathered(replay.indices(node.second).map(Int32.init)).elements
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let shape = adjoints.shape(node.first)
        let indices = adjoints.indexTensor(node.second)
        adjoints.add(to: node.first, ScatterColumns.apply(gradient, indices, shape))
    }
}

/// Zeros of x's shape but for y[r, index[r]] = x[r]: what the derivative of gathering is.
private enum ScatterColumns: Operation {
    static let name = "scattered"

    static func apply(_ x: Tensor, _ indices: IndexTensor, _ shape: Shape) -> Tensor {
        let tape = Tape.current
        let (input, index) = (tape.slot(x), tape.slot(indices))
        let y = tape.zeros(shape.count)
        rl_scatter_columns(shape.rows, shape.columns, index.indices, input.value, y)
        return tape.result(
            y, shape, isTracked: input.isTracked,
            Node(operation: ScatterColumns.self, first: x.slot, second: indices.slot))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        let shape = tape.slot(at: node.output).shape
        let (dy, dx) = (tape.outputGradient(node), tape.accumulatedGradient(of: node.first))
        let index = tape.slot(at: node.second).indices
        for row in 0..<shape.rows { dx[row] += dy[row * shape.columns + Int(index[row])] }
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let (x, shape, index) = (replay[node.first], replay.shape(node.output), replay.indices(node.second))
        var y = [Double](repeating: 0, count: shape.count)
        for row in 0..<shape.rows { y[row * shape.columns + index[row]] = x[row] }
        return y
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let indices = adjoints.indexTensor(node.second)
        adjoints.add(to: node.first, gradient.gathered(at: indices))
    }
}

/// y [indices, columns] = x[index[i], ·]
enum SelectRows: Operation {
    static let name = "selectingRows"

    fileprivate static func apply(_ x: Tensor, _ indices: IndexTensor) -> Tensor {
        let tape = Tape.current
        let (input, index) = (tape.slot(x), tape.slot(indices))
        let columns = input.shape.columns
        tape.check(index, below: input.shape.rows, name)
        let y = tape.allocate(index.count * columns)
        rl_gather_rows(index.count, columns, input.value, index.indices, y)
        return tape.result(
            y, .matrix(index.count, columns), isTracked: input.isTracked,
            Node(operation: SelectRows.self, first: x.slot, second: indices.slot))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        let index = tape.slot(at: node.second)
        rl_scatter_rows(
            index.count, tape.slot(at: node.first).shape.columns, index.indices, tape.outputGradient(node),
            tape.accumulatedGradient(of: node.first))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let x = replay.matrix(node.first)
        return replay.indices(node.second).flatMap { row in (0..<x.columns).map { x[row, $0] } }
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let (shape, indices) = (adjoints.shape(node.first), adjoints.indexTensor(node.second))
        adjoints.add(
            to: node.first, gradient.scatteringRows(at: indices, count: shape.rows).reshaped(shape))
    }
}

/// y [count, columns] = Σ of the rows of x whose index is the row's.
enum ScatterRows: Operation {
    static let name = "scatteringRows"

    static func propagate(_ node: Node, on tape: Tape) {
        let (index, columns) = (tape.slot(at: node.second), tape.slot(at: node.first).shape.columns)
        let (dy, dx) = (tape.outputGradient(node), tape.accumulatedGradient(of: node.first))
        for row in 0..<index.count {
            tape.kernels.add_scaled(columns, 1, dy + Int(index.indices[row]) * columns, dx + row * columns)
        }
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let x = replay.matrix(node.first)
        var y = [Double](repeating: 0, count: replay.shape(node.output).count)
        for (row, target) in replay.indices(node.second).enumerated() {
            for column in 0..<x.columns { y[target * x.columns + column] += x[row, column] }
        }
        return y
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let (shape, indices) = (adjoints.shape(node.first), adjoints.indexTensor(node.second))
        adjoints.add(to: node.first, gradient.selectingRows(at: indices).reshaped(shape))
    }
}

extension Adjoints {
    /// The handle of an `IndexTensor`'s slot.
    func indexTensor(_ slot: Int32) -> IndexTensor {
        IndexTensor(slot: slot, generation: tape.slot(at: slot).generation)
    }
}

extension Tensor {
    /// One column of each row: element r of the result [rows] is x[r, indices[r]].
    public func gathered(at indices: IndexTensor) -> Tensor { GatherColumns.apply(self, indices) }

    /// One column of each row: element r of the result [rows] is x[r, indices[r]].
    public func gathered(at indices: [Int32]) -> Tensor { gathered(at: IndexTensor(copying: indices)) }

    /// Whole rows: row i of the result [indices, columns] is x[indices[i], ·]. An index may occur several
    /// times.
    public func selectingRows(at indices: IndexTensor) -> Tensor { SelectRows.apply(self, indices) }

    /// Whole rows: row i of the result [indices, columns] is x[indices[i], ·]. An index may occur several
    /// times.
    public func selectingRows(at indices: [Int32]) -> Tensor {
        selectingRows(at: IndexTensor(copying: indices))
    }

    /// Single elements: element i of the result [indices] is element indices[i] of this tensor, counted row by row.
    public func selectingElements(at indices: [Int32]) -> Tensor {
        column.selectingRows(at: indices).reshaped(.vector(indices.count))
    }

    /// Rows added up by their index: row j of the result [count, columns] is the sum of all rows i with
    /// indices[i] = j, zeros where there is none (messages along the edges of a graph, added at its nodes).
    public func scatteringRows(at indices: IndexTensor, count: Int) -> Tensor {
        let tape = Tape.current
        let (input, index) = (tape.slot(self), tape.slot(indices))
        let (rows, columns) = (input.shape.rows, input.shape.columns)
        if index.count != rows {
            failure("scatteringRows: \(input.shape) does not fit \(index.count) indices")
        }
        tape.check(index, below: count, ScatterRows.name)
        let y = tape.zeros(count * columns)
        rl_scatter_rows(rows, columns, index.indices, input.value, y)
        return tape.result(
            y, .matrix(count, columns), isTracked: input.isTracked,
            Node(operation: ScatterRows.self, first: slot, second: indices.slot))
    }
}
