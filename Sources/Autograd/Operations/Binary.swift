internal import CKernels

/// An operation on pairs of elements: `code` chooses it. The operands are laid over each other by NumPy's rules.
enum Binary: Operation {
    static let name = "binary"

    static func name(_ code: Int) -> String { ["+", "-", "*", "/", "minimum", "maximum"][code] }

    static func name(of node: Node) -> String { name(Int(node.code)) }

    @inline(__always)
    static func apply(_ code: Int, _ a: Tensor, _ b: Tensor) -> Tensor {
        let tape = Tape.current
        let (first, second) = (tape.slot(a), tape.slot(b))
        guard let grid = BroadcastGrid(first.shape, second.shape) else {
            shapeFailure(name(code), first.shape, second.shape)
        }
        let y = tape.allocate(grid.shape.count)
        grid.forEachBlock { firstOffset, secondOffset, result in
            tape.kernels.binary(
                Int32(code), grid.rows, grid.columns, grid.operand(0, first.value, firstOffset),
                grid.operand(1, second.value, secondOffset), y + result)
        }
        return tape.result(
            y, grid.shape, isTracked: first.isTracked || second.isTracked,
            Node(operation: Binary.self, first: a.slot, second: b.slot, code: Int32(code)))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        let (first, second) = (tape.slot(at: node.first), tape.slot(at: node.second))
        guard let grid = BroadcastGrid(first.shape, second.shape) else { return }
        if tape.isTracked(node.first) { propagate(node, on: tape, grid, side: 0, node.first, first, second) }
        if tape.isTracked(node.second) {
            propagate(node, on: tape, grid, side: 1, node.second, first, second)
        }
    }

    private static func propagate(
        _ node: Node, on tape: Tape, _ grid: BroadcastGrid, side: Int, _ input: Int32, _ first: Slot,
        _ second: Slot
    ) {
        let (dy, gradient) = (tape.outputGradient(node), tape.accumulatedGradient(of: input))
        let isRepeated = grid.isRepeated(side)
        let block = grid.rows * grid.columns
        let sum = isRepeated ? tape.allocate(block) : gradient
        grid.forEachBlock { firstOffset, secondOffset, result in
            let offset = side == 0 ? firstOffset : secondOffset
            let target = isRepeated ? sum : gradient + offset
            if isRepeated { target.update(repeating: 0, count: block) }
            tape.kernels.binary_backward(
                node.code, Int32(side), grid.rows, grid.columns, grid.operand(0, first.value, firstOffset),
                grid.operand(1, second.value, secondOffset), dy + result, target)
            if isRepeated { grid.reduce(target, side: side, into: gradient + offset, on: tape) }
        }
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let shape = replay.shape(node.output)
        let (a, b) = (replay[node.first], replay[node.second])
        let places = zip(
            shape.positions(of: replay.shape(node.first)), shape.positions(of: replay.shape(node.second)))
        let combine: (Double, Double) -> Double =
            switch Int(node.code) {
            case rl_add: { $0 + $1 }
            case rl_subtract: { $0 - $1 }
            case rl_multiply: { $0 * $1 }
            case rl_divide: { $0 / $1 }
            case rl_minimum: { min($0, $1) }
            default: { max($0, $1) }
            }
        return places.map { combine(a[$0], b[$1]) }
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let (a, b) = (adjoints.tensor(node.first), adjoints.tensor(node.second))
        let y = adjoints.tensor(node.output)
        switch Int(node.code) {
        case rl_add:
            adjoints.add(to: node.first, gradient.summed(to: a.shape))
            adjoints.add(to: node.second, gradient.summed(to: b.shape))
        case rl_subtract:
            adjoints.add(to: node.first, gradient.summed(to: a.shape))
            adjoints.add(to: node.second, (-gradient).summed(to: b.shape))
        case rl_multiply:
            adjoints.add(to: node.first, (gradient * b).summed(to: a.shape))
            adjoints.add(to: node.second, (gradient * a).summed(to: b.shape))
        case rl_divide:
            adjoints.add(to: node.first, (gradient / b).summed(to: a.shape))
            adjoints.add(to: node.second, (-gradient * y / b).summed(to: b.shape))
        default:
            for (side, operand) in [a, b].enumerated() {
                adjoints.add(
                    to: operand.slot, (gradient * share(node, a, b, side)).summed(to: operand.shape))
            }
        }
    }

    /// What part of a minimum's or maximum's gradient goes to one side: 0, ½ or 1, a constant.
    private static func share(_ node: Node, _ a: Tensor, _ b: Tensor, _ side: Int) -> Tensor {
        let tape = Tape.current
        let shape = tape.slot(at: node.output).shape
        let (first, second) = (a.broadcast(to: shape).stopGradient(), b.broadcast(to: shape).stopGradient())
        let shares = tape.zeros(shape.count)
        let ones = Tensor(1).broadcast(to: shape)
        func operand(_ tensor: Tensor) -> rl_operand {
            rl_operand(data: tape.slot(tensor).value, row_stride: 0, column_stride: 1)
        }
        tape.kernels.binary_backward(
            node.code, Int32(side), 1, shape.count, operand(first), operand(second), tape.slot(ones).value,
            shares)
        return tape.append(shares, shape)
    }
}

extension Tensor {
    /// Element by element, with the shapes laid over each other by NumPy's rules.
    public static func + (a: Tensor, b: Tensor) -> Tensor { Binary.apply(rl_add, a, b) }

    /// Element by element, with the shapes laid over each other by NumPy's rules.
    public static func - (a: Tensor, b: Tensor) -> Tensor { Binary.apply(rl_subtract, a, b) }

    /// Element by element, with the shapes laid over each other by NumPy's rules.
    public static func * (a: Tensor, b: Tensor) -> Tensor { Binary.apply(rl_multiply, a, b) }

    /// Element by element, with the shapes laid over each other by NumPy's rules.
    public static func / (a: Tensor, b: Tensor) -> Tensor { Binary.apply(rl_divide, a, b) }

    /// self · factor + addend, element by element: rewards + discounts · values.
    public func multiplied(by factor: Tensor, adding addend: Tensor) -> Tensor { self * factor + addend }

    /// self · factor + addend, element by element, with arrays of this tensor's count.
    public func multiplied(by factor: [Float], adding addend: [Float]) -> Tensor {
        let shape = shape
        return self * Tensor(aliasing: factor, shape) + Tensor(aliasing: addend, shape)
    }
}

/// The smaller of each pair; where both are equal, each receives half of the gradient.
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor { Binary.apply(rl_minimum, a, b) }

/// The larger of each pair; where both are equal, each receives half of the gradient.
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor { Binary.apply(rl_maximum, a, b) }
