internal import CKernels

/// (x - mean) / √(variance + ε) · scale + shift of each row, or x / √(mean of squares + ε) · scale where `code` is 0.
/// p = ε; `memory` holds the rows' means, then what is multiplied by. Scale and shift are `second` and `third`.
enum LayerNormOperation: Operation {
    static let name = "layerNormalization"

    static func name(of node: Node) -> String { node.code == 0 ? "rmsNormalization" : name }

    /// The last axes of x that scale covers are one row.
    static func apply(
        _ x: Tensor, _ scale: Parameter, _ shift: Parameter?, isCentered: Bool, epsilon: Float
    ) -> Tensor {
        let tape = Tape.current
        let input = tape.slot(x)
        let columns = scale.count
        if !input.shape.ends(with: scale.shape) {
            failure(
                "\(isCentered ? name : "rmsNormalization"): input \(input.shape) does not end in \(scale.shape)"
            )
        }
        let rows = columns == 0 ? 0 : input.count / columns
        let (y, moments) = (tape.allocate(input.count), tape.allocate(2 * rows))
        withExtendedLifetime((scale.storage, shift?.storage)) {
            tape.kernels.layer_norm(
                rows, columns, epsilon, input.value, scale.storage.pointer, shift?.storage.pointer,
                isCentered ? moments : nil, moments + rows, y)
        }
        return tape.result(
            y, input.shape,
            isTracked: input.isTracked || tape.isTracked(scale) || shift.map(tape.isTracked) == true,
            Node(
                operation: LayerNormOperation.self, first: x.slot, second: scale.tensor.slot,
                third: shift?.tensor.slot ?? -1, code: isCentered ? 1 : 0, p: epsilon, memory: moments))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        guard let moments = node.memory?.assumingMemoryBound(to: Float.self) else { return }
        let (x, scale) = (tape.slot(at: node.first), tape.slot(at: node.second))
        let rows = scale.count == 0 ? 0 : x.count / scale.count
        func sum(_ slot: Int32) -> UnsafeMutablePointer<Float>? {
            tape.isTracked(slot) ? tape.accumulatedGradient(of: slot) : nil
        }
        tape.kernels.layer_norm_backward(
            rows, scale.count, x.value, scale.value, node.code == 0 ? nil : moments, moments + rows,
            tape.outputGradient(node), sum(node.first), sum(node.second), sum(node.third))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let (x, scale) = (replay[node.first], replay[node.second])
        let shift = node.third < 0 ? nil : replay[node.third]
        let rows = Reference(rows: scale.isEmpty ? 0 : x.count / scale.count, columns: scale.count, x)
        let normal = rows.normalized(isCentered: node.code != 0, epsilon: Double(node.p))
        return normal.elements.enumerated().map { position, value in
            value * scale[position % scale.count] + (shift?[position % scale.count] ?? 0)
        }
    }

    /// With n = (x - mean) / σ and g = dy · scale: dx = (g - mean(g) - n mean(g n)) / σ
    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let (x, scale) = (adjoints.tensor(node.first), adjoints.tensor(node.second))
        let shape = Shape.matrix(scale.count == 0 ? 0 : x.count / scale.count, scale.count)
        func mean(_ x: Tensor) -> Tensor { x.mean(axis: 1, keepingAxis: true) }
        let (rows, dy) = (x.reshaped(shape), gradient.reshaped(shape))
        let deviation = node.code == 0 ? rows : rows - mean(rows)
        let inverse = 1 / (mean(deviation.squared()) + node.p).squareRoot()
        let normal = deviation * inverse
        let g = dy * scale.reshaped(.matrix(1, scale.count))
        let slope = g - normal * mean(g * normal)
        let dx = node.code == 0 ? slope : slope - mean(g)
        adjoints.add(to: node.first, (dx * inverse).reshaped(x.shape))
        adjoints.add(to: node.second, (dy * normal).sum(axis: 0).reshaped(scale.shape))
        if node.third >= 0 {
            let shift = adjoints.shape(node.third)
            adjoints.add(to: node.third, dy.sum(axis: 0).reshaped(shift))
        }
    }
}

extension Shape {
    /// Whether the last axes are those of another shape.
    func ends(with other: Shape) -> Bool {
        other.rank <= rank && (0..<other.rank).allSatisfy { self[rank - other.rank + $0] == other[$0] }
    }
}

extension Reference {
    /// Each row with mean 0 and variance 1, or with a mean square of 1 where it is not centered.
    package func normalized(isCentered: Bool, epsilon: Scalar) -> Reference {
        let count = Scalar(columns)
        let centered = isCentered ? self - eachRow { $0.reduce(0, +) / count }.transposed : self
        let squares = centered.eachRow { $0.reduce(0) { $0 + $1 * $1 } / count }
        return centered / squares.map { ($0 + epsilon).squareRoot() }.transposed
    }
}
