internal import CKernels

/// p · Σ x over all elements
enum ScaledSum: Operation {
    static let name = "sum"

    static func apply(_ x: Tensor, _ scale: Float) -> Tensor {
        let tape = Tape.current
        let input = tape.slot(x)
        let y = tape.allocate(1)
        y[0] = tape.kernels.sum(input.count, input.value) * scale
        return tape.result(
            y, .scalar, isTracked: input.isTracked,
            Node(operation: ScaledSum.self, first: x.slot, p: scale))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        let g = tape.outputGradient(node)
        g[0] *= node.p
        let count = tape.slot(at: node.first).count
        let dx = tape.accumulatedGradient(of: node.first)
        tape.kernels.binary(
            Int32(rl_add), 1, count, rl_operand(data: dx, row_stride: 0, column_stride: 1),
            rl_operand(data: g, row_stride: 0, column_stride: 0), dx)
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        [replay[node.first].reduce(0, +) * Double(node.p)]
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let shape = adjoints.shape(node.first)
        adjoints.add(to: node.first, (gradient * node.p).broadcast(to: shape))
    }
}

/// y = p · Σ x over one axis: the last with y [rows] when `code` is -1, else the axis `code`, which then is gone.
enum ScaledAxisSum: Operation {
    static let name = "sum(axis:)"

    static func apply(_ x: Tensor, _ axis: Int, _ shape: Shape, _ scale: Float) -> Tensor {
        let tape = Tape.current
        let input = tape.slot(x)
        let (outer, size, inner) = input.shape.split(code: Int32(axis))
        let y = tape.allocate(shape.count)
        if inner == 1 {
            tape.kernels.row_sums(outer, size, input.value, y)
        } else {
            for index in 0..<outer {
                tape.kernels.column_sums(
                    size, inner, input.value + index * size * inner, y + index * inner, false)
            }
        }
        if scale != 1 { tape.kernels.scale(shape.count, scale, y) }
        return tape.result(
            y, shape, isTracked: input.isTracked,
            Node(operation: ScaledAxisSum.self, first: x.slot, code: Int32(axis), p: scale))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        let (outer, size, inner) = tape.slot(at: node.first).shape.split(code: node.code)
        let g = tape.outputGradient(node)
        if node.p != 1 { tape.kernels.scale(outer * inner, node.p, g) }
        let dx = tape.accumulatedGradient(of: node.first)
        if inner == 1 {
            tape.kernels.binary(
                Int32(rl_add), outer, size, rl_operand(data: dx, row_stride: size, column_stride: 1),
                rl_operand(data: g, row_stride: 1, column_stride: 0), dx)
            return
        }
        for index in 0..<outer {
            let block = dx + index * size * inner
            tape.kernels.binary(
                Int32(rl_add), size, inner, rl_operand(data: block, row_stride: inner, column_stride: 1),
                rl_operand(data: g + index * inner, row_stride: 0, column_stride: 1), block)
        }
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let x = replay[node.first]
        let (outer, size, inner) = replay.shape(node.first).split(code: node.code)
        return (0..<outer * inner).map { position in
            let start = position / inner * size * inner + position % inner
            return (0..<size).reduce(0) { $0 + x[start + $1 * inner] } * Double(node.p)
        }
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let shape = adjoints.shape(node.first)
        let kept = shape.keeping(gradient, code: node.code)
        adjoints.add(to: node.first, (kept * node.p).broadcast(to: shape))
    }
}

/// The largest (p = 1) or smallest (p = -1) element along an axis; `memory` holds where in x it was. `code` as in
/// `ScaledAxisSum`.
enum AxisExtremum: Operation {
    static let name = "max(axis:)"

    static func name(of node: Node) -> String { node.p > 0 ? name : "min(axis:)" }

    /// The values, where each is in x, and its place along the axis.
    static func find(
        _ x: Slot, _ axis: Int, _ sign: Float, _ name: String, on tape: Tape
    ) -> (values: UnsafeMutablePointer<Float>, places: UnsafeMutablePointer<Int32>) {
        let (outer, size, inner) = x.shape.split(code: Int32(axis))
        if size == 0 && outer * inner > 0 { failure("\(name): the axis of \(x.shape) is empty") }
        let values = tape.allocate(outer * inner)
        let places = tape.allocate(outer * inner, of: Int32.self)
        if inner == 1 && sign > 0 {
            tape.kernels.row_max(outer, size, x.value, values, places)
            return (values, places)
        }
        for position in 0..<outer * inner {
            let start = x.value + position / inner * size * inner + position % inner
            var best = sign * start[0]
            var place = 0
            for index in 1..<max(size, 1) {
                let element = sign * start[index * inner]
                // The first of equals wins; a NaN wins over everything.
                if element > best || (element.isNaN && !best.isNaN) { (best, place) = (element, index) }
            }
            (values[position], places[position]) = (sign * best, Int32(place))
        }
        return (values, places)
    }

    static func apply(_ x: Tensor, _ axis: Int, _ shape: Shape, _ sign: Float, _ name: String) -> Tensor {
        let tape = Tape.current
        let input = tape.slot(x)
        let (values, places) = find(input, axis, sign, name, on: tape)
        return tape.result(
            values, shape, isTracked: input.isTracked,
            Node(operation: AxisExtremum.self, first: x.slot, code: Int32(axis), p: sign, memory: places))
    }

    /// For each result, where its element is in x.
    private static func sources(_ node: Node, _ shape: Shape, _ body: (_ result: Int, _ source: Int) -> Void)
    {
        guard let places = node.memory?.assumingMemoryBound(to: Int32.self) else { return }
        let (outer, size, inner) = shape.split(code: node.code)
        for position in 0..<outer * inner {
            body(position, position / inner * size * inner + Int(places[position]) * inner + position % inner)
        }
    }

    static func propagate(_ node: Node, on tape: Tape) {
        let (dy, dx) = (tape.outputGradient(node), tape.accumulatedGradient(of: node.first))
        sources(node, tape.slot(at: node.first).shape) { dx[$1] += dy[$0] }
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let x = replay[node.first]
        let (outer, size, inner) = replay.shape(node.first).split(code: node.code)
        return (0..<outer * inner).map { position in
            let start = position / inner * size * inner + position % inner
            let elements = (0..<size).map { x[start + $0 * inner] }
            return (node.p > 0 ? elements.max() : elements.min()) ?? 0
        }
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let tape = adjoints.tape
        let shape = adjoints.shape(node.first)
        let mask = tape.zeros(shape.count)
        sources(node, shape) { mask[$1] = 1 }
        let kept = shape.keeping(gradient, code: node.code)
        adjoints.add(to: node.first, kept.broadcast(to: shape) * tape.append(mask, shape))
    }
}

extension Shape {
    /// As [outer, size, inner] around an axis, or around the columns of the rows where the code is -1.
    fileprivate func split(code: Int32) -> (outer: Int, size: Int, inner: Int) {
        code < 0 ? (rows, columns, 1) : split(at: Int(code))
    }

    /// A reduction's gradient with the reduced axis again, of size 1, so that it repeats along this shape.
    fileprivate func keeping(_ gradient: Tensor, code: Int32) -> Tensor {
        code < 0 ? gradient.perRow(of: self) : gradient.reshaped(replacing(Int(code), with: 1))
    }
}

extension Tensor {
    /// The sum of all elements: a scalar.
    public func sum() -> Tensor { ScaledSum.apply(self, 1) }

    /// The mean of all elements: a scalar.
    public func mean() -> Tensor { ScaledSum.apply(self, 1 / Float(count)) }

    /// The sum of each row: [rows].
    public func rowSum() -> Tensor { ScaledAxisSum.apply(self, -1, .vector(rows), 1) }

    /// The mean of each row: [rows].
    public func rowMean() -> Tensor { ScaledAxisSum.apply(self, -1, .vector(rows), 1 / Float(columns)) }

    /// The largest element of each row: [rows]. The gradient goes to the first of equal ones.
    public func rowMax() -> Tensor { AxisExtremum.apply(self, -1, .vector(rows), 1, "rowMax") }

    /// The sum along an axis, which is gone afterwards, or of size 1 when it is kept; a negative axis counts from
    /// the last.
    public func sum(axis: Int, keepingAxis: Bool = false) -> Tensor {
        let axis = shape.position(of: axis, "sum")
        let sum = ScaledAxisSum.apply(self, axis, shape.removing(axis), 1)
        return keepingAxis ? sum.reshaped(shape.replacing(axis, with: 1)) : sum
    }

    /// The mean along an axis; see `sum(axis:keepingAxis:)`.
    public func mean(axis: Int, keepingAxis: Bool = false) -> Tensor {
        let axis = shape.position(of: axis, "mean")
        let mean = ScaledAxisSum.apply(self, axis, shape.removing(axis), 1 / Float(shape[axis]))
        return keepingAxis ? mean.reshaped(shape.replacing(axis, with: 1)) : mean
    }

    /// The largest element along an axis; see `sum(axis:keepingAxis:)`. The gradient goes to the first of equal
    /// ones; a NaN wins over everything.
    public func max(axis: Int, keepingAxis: Bool = false) -> Tensor {
        extremum(axis: axis, keepingAxis, 1, "max")
    }

    /// The smallest element along an axis; see `max(axis:keepingAxis:)`.
    public func min(axis: Int, keepingAxis: Bool = false) -> Tensor {
        extremum(axis: axis, keepingAxis, -1, "min")
    }

    private func extremum(axis: Int, _ keepingAxis: Bool, _ sign: Float, _ name: String) -> Tensor {
        let axis = shape.position(of: axis, name)
        let result = AxisExtremum.apply(self, axis, shape.removing(axis), sign, name)
        return keepingAxis ? result.reshaped(shape.replacing(axis, with: 1)) : result
    }

    /// The place along an axis of its largest element, the first of equal ones; the axis is gone.
    public func argmax(axis: Int = -1) -> IndexTensor {
        let tape = Tape.current
        let axis = shape.position(of: axis, "argmax")
        let (_, places) = AxisExtremum.find(tape.slot(self), axis, 1, "argmax", on: tape)
        return IndexTensor(places, shape.removing(axis))
    }

    /// The column of the largest element of each row, the first of equal ones, into an array of `rows`
    /// elements.
    public func rowArgmax(into indices: inout [Int32]) {
        let tape = Tape.current
        let input = tape.slot(self)
        let (rows, columns) = (input.shape.rows, input.shape.columns)
        if columns == 0 || indices.count != rows {
            failure("rowArgmax: \(input.shape) does not fit an array of \(indices.count)")
        }
        // The maxima themselves go to memory that the scope gives back.
        let maxima = tape.allocate(rows)
        indices.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress {
                tape.kernels.row_max(rows, columns, input.value, maxima, base)
            }
        }
    }

    /// The column of the largest element of each row, the first of equal ones: a new array.
    public func rowArgmax() -> [Int32] {
        var indices = [Int32](repeating: 0, count: rows)
        rowArgmax(into: &indices)
        return indices
    }
}
