internal import CKernels

/// Two shapes laid over each other by NumPy's rules: aligned at the last axis, and where one has size 1 (or no
/// such axis) it is repeated. Neighbouring axes that behave alike are one, so that most pairs are a single row.
struct BroadcastGrid {
    /// The result's.
    let shape: Shape
    /// Innermost first.
    private var axes = 0
    private var sizes = InlineArray<8, Int>(repeating: 1)
    private var firstSteps = InlineArray<8, Int>(repeating: 0)
    private var secondSteps = InlineArray<8, Int>(repeating: 0)

    /// The innermost two axes, over which one call of a kernel runs.
    var rows: Int { sizes[1] }
    var columns: Int { sizes[0] }

    @inline(__always)
    init?(_ first: Shape, _ second: Shape) {
        if first == second {
            self.init(row: first)
        } else {
            self.init(unequal: first, second)
        }
    }

    /// Twice the same shape: a single row.
    @inline(__always)
    private init(row shape: Shape) {
        self.shape = shape
        (axes, sizes[0], firstSteps[0], secondSteps[0]) = (1, shape.count, 1, 1)
    }

    @inline(never)
    private init?(unequal first: Shape, _ second: Shape) {
        let rank = max(first.rank, second.rank)
        func size(_ shape: Shape, _ axis: Int) -> Int {
            let own = axis - (rank - shape.rank)
            return own < 0 ? 1 : shape[own]
        }
        for axis in 0..<rank {
            let (a, b) = (size(first, axis), size(second, axis))
            if a != b && a != 1 && b != 1 { return nil }
        }
        shape = Shape(rank: rank) { axis in
            let (a, b) = (size(first, axis), size(second, axis))
            return a == 1 ? b : a
        }
        var (firstStep, secondStep) = (1, 1)
        for axis in (0..<rank).reversed() {
            let (a, b) = (size(first, axis), size(second, axis))
            let steps = (a == 1 ? 0 : firstStep, b == 1 ? 0 : secondStep)
            firstStep *= a
            secondStep *= b
            let result = a == 1 ? b : a
            if result == 1 { continue }
            let last = axes - 1
            if last >= 0 && steps.0 == firstSteps[last] * sizes[last]
                && steps.1 == secondSteps[last] * sizes[last]
            {
                sizes[last] *= result
            } else {
                (sizes[axes], firstSteps[axes], secondSteps[axes]) = (result, steps.0, steps.1)
                axes += 1
            }
        }
    }

    /// Where the innermost two axes of an operand are, `side` 0 or 1, from `offset` on.
    @inline(__always)
    func operand(_ side: Int, _ data: UnsafePointer<Float>, _ offset: Int = 0) -> rl_operand {
        let (row, column) = side == 0 ? (firstSteps[1], firstSteps[0]) : (secondSteps[1], secondSteps[0])
        return rl_operand(data: data + offset, row_stride: row, column_stride: column)
    }

    /// Whether the operand is smaller than the result.
    @inline(__always)
    func isRepeated(_ side: Int) -> Bool {
        for axis in 0..<axes where (side == 0 ? firstSteps[axis] : secondSteps[axis]) == 0 { return true }
        return false
    }

    /// Calls `body` for every block of the innermost two axes with the places of its first element in the first
    /// operand, the second, and the result.
    @inline(__always)
    func forEachBlock(_ body: (_ first: Int, _ second: Int, _ result: Int) -> Void) {
        if shape.count == 0 { return }
        if axes <= 2 { return body(0, 0, 0) }
        var position = InlineArray<8, Int>(repeating: 0)
        var (first, second, result) = (0, 0, 0)
        while true {
            body(first, second, result)
            result += rows * columns
            var axis = 2
            while axis < axes {
                position[axis] += 1
                first += firstSteps[axis]
                second += secondSteps[axis]
                if position[axis] < sizes[axis] { break }
                first -= firstSteps[axis] * sizes[axis]
                second -= secondSteps[axis] * sizes[axis]
                position[axis] = 0
                axis += 1
            }
            if axis == axes { return }
        }
    }

    /// Adds a block of the result's shape to an operand's gradient: what was repeated receives the sum over its
    /// repetitions.
    func reduce(
        _ block: UnsafePointer<Float>, side: Int, into gradient: UnsafeMutablePointer<Float>, on tape: Tape
    ) {
        let (row, column) = side == 0 ? (firstSteps[1], firstSteps[0]) : (secondSteps[1], secondSteps[0])
        switch (row == 0, column == 0) {
        case (true, true): gradient[0] += tape.kernels.sum(rows * columns, block)
        case (true, false): tape.kernels.column_sums(rows, columns, block, gradient, true)
        case (false, true):
            let sums = tape.allocate(rows)
            tape.kernels.row_sums(rows, columns, block, sums)
            for index in 0..<rows { gradient[index * row] += sums[index] }
        case (false, false):
            for index in 0..<rows {
                tape.kernels.add_scaled(columns, 1, block + index * columns, gradient + index * row)
            }
        }
    }
}

/// A tensor repeated to a larger shape.
enum BroadcastTo: Operation {
    static let name = "broadcast"

    static func propagate(_ node: Node, on tape: Tape) {
        SumTo.add(
            tape.outputGradient(node), tape.slot(at: node.output).shape,
            to: tape.accumulatedGradient(of: node.first),
            tape.slot(at: node.first).shape, on: tape)
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let (x, shape) = (replay[node.first], replay.shape(node.output))
        return shape.positions(of: replay.shape(node.first)).map { x[$0] }
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let shape = adjoints.shape(node.first)
        adjoints.add(to: node.first, gradient.summed(to: shape))
    }
}

/// The sum over what a smaller shape would repeat.
enum SumTo: Operation {
    static let name = "summed(to:)"

    /// Adds `large` to `small`.
    fileprivate static func add(
        _ large: UnsafePointer<Float>, _ shape: Shape, to small: UnsafeMutablePointer<Float>,
        _ smallShape: Shape,
        on tape: Tape
    ) {
        guard let grid = BroadcastGrid(shape, smallShape) else { return }
        grid.forEachBlock { _, second, result in
            grid.reduce(large + result, side: 1, into: small + second, on: tape)
        }
    }

    fileprivate static func apply(_ x: Tensor, _ shape: Shape) -> Tensor {
        let tape = Tape.current
        let input = tape.slot(x)
        if input.shape == shape { return x }
        guard let grid = BroadcastGrid(input.shape, shape), grid.shape == input.shape else {
            shapeFailure(name, input.shape, shape)
        }
        let y = tape.zeros(shape.count)
        add(input.value, input.shape, to: y, shape, on: tape)
        return tape.result(
            y, shape, isTracked: input.isTracked, Node(operation: SumTo.self, first: x.slot))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        let (large, small) = (tape.slot(at: node.first).shape, tape.slot(at: node.output).shape)
        guard let grid = BroadcastGrid(large, small) else { return }
        let (dx, dy) = (tape.accumulatedGradient(of: node.first), tape.outputGradient(node))
        grid.forEachBlock { first, second, _ in
            tape.kernels.binary(
                Int32(rl_add), grid.rows, grid.columns, grid.operand(0, dx, first),
                grid.operand(1, dy, second),
                dx + first)
        }
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let x = replay[node.first]
        let shape = replay.shape(node.output)
        var sums = [Double](repeating: 0, count: shape.count)
        for (position, small) in replay.shape(node.first).positions(of: shape).enumerated() {
            sums[small] += x[position]
        }
        return sums
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let shape = adjoints.shape(node.first)
        adjoints.add(to: node.first, gradient.broadcast(to: shape))
    }
}

extension Shape {
    /// For each element of this shape, row by row, the place in a smaller one that is repeated to it.
    func positions(of small: Shape) -> [Int] {
        var positions = [0]
        var step = 1
        for axis in (0..<rank).reversed() {
            let own = axis - (rank - small.rank)
            let smallSize = own < 0 ? 1 : small[own]
            let places = (0..<self[axis]).map { smallSize == 1 ? 0 : $0 * step }
            step *= smallSize
            positions = places.flatMap { place in positions.map { place + $0 } }
        }
        return positions
    }
}

extension Tensor {
    /// Repeated to a larger shape by NumPy's rules.
    public func broadcast(to shape: Shape) -> Tensor {
        let tape = Tape.current
        let input = tape.slot(self)
        if input.shape == shape { return self }
        guard let grid = BroadcastGrid(shape, input.shape), grid.shape == shape else {
            shapeFailure(BroadcastTo.name, input.shape, shape)
        }
        let y = tape.zeros(shape.count)
        grid.forEachBlock { first, second, _ in
            tape.kernels.binary(
                Int32(rl_add), grid.rows, grid.columns, grid.operand(0, y, first),
                grid.operand(1, input.value, second),
                y + first)
        }
        return tape.result(
            y, shape, isTracked: input.isTracked, Node(operation: BroadcastTo.self, first: slot))
    }

    /// The sum over all axes along which `shape` would have to be repeated to this one.
    public func summed(to shape: Shape) -> Tensor { SumTo.apply(self, shape) }
}
