internal import CKernels

/// Logits whose rows hold several categorical distributions side by side: group g over sizes[g] columns. The sizes are
/// on the tape as well, so that recorded operations remember them by their slot.
struct GroupedLogits {
    let logits: Tensor
    let sizes: IndexTensor

    /// One distribution a row.
    init(_ logits: Tensor) {
        let memory = Tape.current.allocate(1, of: Int32.self)
        memory[0] = Int32(logits.columns)
        if memory[0] == 0 { failure("categorical: logits \(logits.shape) offer no choice") }
        self.init(logits, IndexTensor(memory, .vector(1)))
    }

    /// Groups of these numbers of columns, which together are all columns.
    init(_ logits: Tensor, sizes: [Int]) {
        let memory = Tape.current.allocate(sizes.count, of: Int32.self)
        var columns = 0
        for (index, size) in sizes.enumerated() {
            if size < 1 { failure("categorical: a group of \(size) columns offers no choice") }
            memory[index] = Int32(size)
            columns += size
        }
        if columns != logits.columns {
            failure("categorical: logits \(logits.shape) do not fit groups of \(sizes) columns")
        }
        self.init(logits, IndexTensor(memory, .vector(sizes.count)))
    }

    init(_ logits: Tensor, _ sizes: IndexTensor) {
        self.logits = logits
        self.sizes = sizes
    }

    /// One index a row and group.
    private func indices(_ shape: Shape, _ fill: (Slot, Slot, UnsafeMutablePointer<Int32>) -> Void)
        -> IndexTensor
    {
        let tape = Tape.current
        let (x, groups) = (tape.slot(logits), tape.slot(sizes))
        let memory = tape.allocate(x.shape.rows * groups.count, of: Int32.self)
        fill(x, groups, memory)
        return IndexTensor(memory, shape)
    }

    /// [rows] or [rows, groups], as `shape` says.
    func sample(_ shape: Shape, using random: inout CounterRandom) -> IndexTensor {
        let tape = Tape.current
        let count = logits.rows * sizes.count
        let uniform = tape.allocate(count)
        random.fillUniform(count, uniform)
        return indices(shape) { x, groups, memory in
            tape.kernels.categorical_sample(
                x.shape.rows, groups.count, groups.indices, x.value, uniform, memory)
        }
    }

    /// [rows] or [rows, groups], as `shape` says.
    func mode(_ shape: Shape) -> IndexTensor {
        indices(shape) { x, groups, memory in
            Tape.current.kernels.categorical_mode(x.shape.rows, groups.count, groups.indices, x.value, memory)
        }
    }

    /// softmax of each group's columns.
    func probabilities() -> Tensor {
        sizes.count == 1 ? logits.softmax() : mapGroups { logits, _ in logits.softmax() }
    }

    /// [rows]
    func logProbability(of indices: IndexTensor) -> Tensor {
        CategoricalLogProbability.apply(logits, indices, sizes)
    }

    /// [rows]
    func entropy() -> Tensor { CategoricalEntropy.apply(logits, sizes) }

    /// [rows]
    func divergence(from other: GroupedLogits) -> Tensor {
        CategoricalDivergence.apply(logits, other.logits, sizes, other.sizes)
    }

    /// What `body` makes of each group's columns, side by side.
    fileprivate func mapGroups(_ body: (Tensor, _ start: Int) -> Tensor) -> Tensor {
        var (parts, start): ([Tensor], Int) = ([], 0)
        for size in sizes.values {
            parts.append(body(logits.columns(start..<start + Int(size)), start))
            start += Int(size)
        }
        return parts.count == 1 ? parts[0] : concatenated(parts, axis: -1)
    }
}

extension Node {
    /// The logits at one of the node's slots, with the sizes at its third.
    fileprivate func groups(_ slot: Int32, _ adjoints: Adjoints) -> GroupedLogits {
        GroupedLogits(adjoints.tensor(slot), adjoints.indexTensor(third))
    }

    /// The logits of each group of columns, with the sizes at the node's third slot.
    fileprivate func groups(_ slot: Int32, _ replay: Replay) -> [Reference<Double>] {
        let x = replay.matrix(slot)
        var start = 0
        return replay.indices(third).map { size in
            defer { start += size }
            return Reference(rows: x.rows, columns: size) { x[$0, start + $1] }
        }
    }

    /// Memory that the operation has kept.
    fileprivate var numbers: UnsafeMutablePointer<Float>? { memory?.assumingMemoryBound(to: Float.self) }
}

/// Σ over groups of log p(index), row by row. The slots are logits, indices and sizes; `memory` holds the normalisers.
enum CategoricalLogProbability: Operation {
    static let name = "categoricalLogProbability"

    fileprivate static func apply(_ x: Tensor, _ indices: IndexTensor, _ sizes: IndexTensor) -> Tensor {
        let tape = Tape.current
        let (input, index, groups) = (tape.slot(x), tape.slot(indices), tape.slot(sizes))
        let rows = input.shape.rows
        if index.count != rows * groups.count {
            failure("\(name): \(input.shape) does not fit \(index.count) indices of \(groups.count) groups")
        }
        if groups.count == 1 {
            tape.check(index, below: Int(groups.indices[0]), name)
        } else {
            check(index, groups)
        }
        let (y, normalizer) = (tape.allocate(rows), tape.allocate(2 * index.count))
        tape.kernels.categorical_log_probability(
            rows, groups.count, groups.indices, input.value, index.indices, normalizer, y)
        return tape.result(
            y, .vector(rows), isTracked: input.isTracked,
            Node(
                operation: CategoricalLogProbability.self, first: x.slot, second: indices.slot,
                third: sizes.slot, memory: normalizer))
    }

    private static func check(_ index: Slot, _ groups: Slot) {
        for position in 0..<index.count {
            let (choice, size) = (index.indices[position], groups.indices[position % groups.count])
            if choice < 0 || choice >= size {
                failure("\(name): index \(choice) at position \(position) is outside 0..<\(size)")
            }
        }
    }

    static func propagate(_ node: Node, on tape: Tape) {
        guard let normalizer = node.numbers else { return }
        let (x, groups) = (tape.slot(at: node.first), tape.slot(at: node.third))
        tape.kernels.categorical_log_probability_backward(
            x.shape.rows, groups.count, groups.indices, x.value, tape.slot(at: node.second).indices,
            normalizer,
            tape.outputGradient(node), tape.accumulatedGradient(of: node.first))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let (groups, indices) = (node.groups(node.first, replay), replay.indices(node.second))
        let sums = groups.indices.map { group in
            let logarithms = groups[group].logSoftmax()
            return (0..<logarithms.rows).map { logarithms[$0, indices[$0 * groups.count + group]] }
        }
        return sum(sums)
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let (x, indices) = (node.groups(node.first, adjoints), adjoints.indexTensor(node.second))
        let softmax = x.mapGroups { logits, _ in logits.softmax() }
        let shape = x.logits.shape
        adjoints.add(
            to: node.first, gradient.perRow(of: shape) * (chosen(indices.values, x, shape) - softmax))
    }

    /// 1 at the chosen columns, 0 elsewhere.
    private static func chosen(_ indices: [Int32], _ x: GroupedLogits, _ shape: Shape) -> Tensor {
        let tape = Tape.current
        let memory = tape.zeros(shape.count)
        let sizes = x.sizes.values
        for row in 0..<shape.rows {
            var start = row * shape.columns
            for (group, size) in sizes.enumerated() {
                memory[start + Int(indices[row * sizes.count + group])] = 1
                start += Int(size)
            }
        }
        return tape.append(memory, shape)
    }
}

/// Numbers of each row, summed over groups.
private func sum(_ groups: [[Double]]) -> [Double] {
    groups.dropFirst().reduce(groups.first ?? []) { zip($0, $1).map(+) }
}

/// Σ over groups of the entropy -Σ p log p, row by row. The slots are logits, none and sizes; `memory` holds the
/// normalisers and then each group's entropy.
enum CategoricalEntropy: Operation {
    static let name = "categoricalEntropy"

    fileprivate static func apply(_ x: Tensor, _ sizes: IndexTensor) -> Tensor {
        let tape = Tape.current
        let (input, groups) = (tape.slot(x), tape.slot(sizes))
        let (rows, count) = (input.shape.rows, input.shape.rows * groups.count)
        let (y, memory) = (tape.allocate(rows), tape.allocate(3 * count))
        tape.kernels.categorical_entropy(
            rows, groups.count, groups.indices, input.value, memory, memory + 2 * count, y)
        return tape.result(
            y, .vector(rows), isTracked: input.isTracked,
            Node(operation: CategoricalEntropy.self, first: x.slot, third: sizes.slot, memory: memory))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        guard let normalizer = node.numbers else { return }
        let (x, groups) = (tape.slot(at: node.first), tape.slot(at: node.third))
        tape.kernels.categorical_entropy_backward(
            x.shape.rows, groups.count, groups.indices, x.value, normalizer,
            normalizer + 2 * x.shape.rows * groups.count, tape.outputGradient(node),
            tape.accumulatedGradient(of: node.first))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        sum(node.groups(node.first, replay).map { $0.categoricalEntropy().elements })
    }

    /// ∂H/∂xᵢ = -pᵢ (log pᵢ + H)
    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let x = node.groups(node.first, adjoints)
        adjoints.add(
            to: node.first,
            x.mapGroups { logits, _ in
                let logarithms = logits.possibleLogarithms()
                let weighted = logits.softmax() * logarithms
                let entropy = -weighted.rowSum().perRow(of: logits.shape)
                return -gradient.perRow(of: logits.shape) * (weighted + logits.softmax() * entropy)
            })
    }
}

extension Tensor {
    /// log p of each choice of logits; 0, and without a gradient, where p is 0.
    fileprivate func possibleLogarithms() -> Tensor {
        let logarithms = logSoftmax()
        return select(logarithms.isGreater(than: -.infinity), logarithms, Tensor(0))
    }
}

/// Σ over groups of Σ p (log p - log q), row by row. The slots are the logits of p, those of q, and sizes; `memory`
/// holds the normalisers of both and then each group's divergence.
enum CategoricalDivergence: Operation {
    static let name = "categoricalDivergence"

    fileprivate static func apply(
        _ x: Tensor, _ z: Tensor, _ sizes: IndexTensor, _ otherSizes: IndexTensor
    ) -> Tensor {
        let tape = Tape.current
        let (first, second, groups) = (tape.slot(x), tape.slot(z), tape.slot(sizes))
        let others = tape.slot(otherSizes)
        let isGroupedAlike =
            groups.count == others.count
            && (0..<groups.count).allSatisfy { groups.indices[$0] == others.indices[$0] }
        if first.shape.rows != second.shape.rows || !isGroupedAlike {
            shapeFailure(name, first.shape, second.shape)
        }
        let (rows, count) = (first.shape.rows, first.shape.rows * groups.count)
        let (y, memory) = (tape.allocate(rows), tape.allocate(5 * count))
        tape.kernels.categorical_divergence(
            rows, groups.count, groups.indices, first.value, second.value, memory, memory + 2 * count,
            memory + 4 * count, y)
        return tape.result(
            y, .vector(rows), isTracked: first.isTracked || second.isTracked,
            Node(
                operation: CategoricalDivergence.self, first: x.slot, second: z.slot, third: sizes.slot,
                memory: memory))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        guard let memory = node.numbers else { return }
        let (x, groups) = (tape.slot(at: node.first), tape.slot(at: node.third))
        let count = x.shape.rows * groups.count
        let dx = tape.isTracked(node.first) ? tape.accumulatedGradient(of: node.first) : nil
        let dz = tape.isTracked(node.second) ? tape.accumulatedGradient(of: node.second) : nil
        tape.kernels.categorical_divergence_backward(
            x.shape.rows, groups.count, groups.indices, x.value, tape.slot(at: node.second).value, memory,
            memory + 2 * count, memory + 4 * count, tape.outputGradient(node), dx, dz)
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let pairs = zip(node.groups(node.first, replay), node.groups(node.second, replay))
        return sum(
            pairs.map { x, z in
                let (first, second) = (x.logSoftmax(), z.logSoftmax())
                let terms = first.zip(second) { p, q in p == -.infinity ? 0 : Functions.exp(p) * (p - q) }
                return terms.rowSum().elements
            })
    }

    /// ∂D/∂xᵢ = pᵢ (log pᵢ - log qᵢ - D), ∂D/∂zᵢ = qᵢ - pᵢ
    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let (x, z) = (node.groups(node.first, adjoints), node.groups(node.second, adjoints))
        func p(_ logits: Tensor) -> Tensor { logits.softmax() }
        adjoints.add(
            to: node.first,
            x.mapGroups { logits, start in
                let other = z.logits.columns(start..<start + logits.columns)
                let difference = logits.possibleLogarithms() - other.possibleLogarithms()
                let weighted = p(logits) * difference
                let divergence = weighted.rowSum().perRow(of: logits.shape)
                return gradient.perRow(of: logits.shape) * (weighted - p(logits) * divergence)
            })
        adjoints.add(
            to: node.second,
            x.mapGroups { logits, start in
                let other = z.logits.columns(start..<start + logits.columns)
                return gradient.perRow(of: logits.shape) * (p(other) - p(logits))
            })
    }
}

/// Logits with -∞ in place of what is not allowed. The slots are logits and bytes.
enum MaskedLogits: Operation {
    static let name = "masked"

    static func apply(_ x: Tensor, _ allowed: ByteTensor) -> Tensor {
        let tape = Tape.current
        let (input, mask) = (tape.slot(x), tape.slot(allowed))
        if mask.count != input.count { shapeFailure(name, input.shape, mask.shape) }
        let y = tape.allocate(input.count)
        tape.kernels.mask_logits(input.count, mask.bytes, input.value, y)
        return tape.result(
            y, input.shape, isTracked: input.isTracked,
            Node(operation: MaskedLogits.self, first: x.slot, second: allowed.slot))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        let mask = tape.slot(at: node.second)
        tape.kernels.mask_logits_backward(
            mask.count, mask.bytes, tape.outputGradient(node), tape.accumulatedGradient(of: node.first))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        zip(replay[node.first], replay.bytes(node.second)).map { $1 != 0 ? $0 : -.infinity }
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let mask = ByteTensor(
            slot: node.second, generation: adjoints.tape.slot(at: node.second).generation)
        adjoints.add(
            to: node.first, select(mask.scaled().reshaped(gradient.shape), gradient, Tensor(0)))
    }
}
