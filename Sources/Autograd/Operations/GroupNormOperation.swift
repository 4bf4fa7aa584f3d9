internal import CKernels

/// (x - mean) / √(variance + ε) · scale + shift with x [samples, positions, channels], moments of groups of channels,
/// scale and shift of each channel. `code` is a `Moments`, `start` the number of groups, p = ε; `memory` holds
/// samples · groups means, then as many variances.
enum GroupNormOperation: Operation {
    static let name = "groupNormalization"

    static func name(of node: Node) -> String { name(Moments(rawValue: node.code)) }

    private static func name(_ moments: Moments?) -> String {
        moments == .ofSample ? name : "batchNormalization"
    }

    /// What the moments are taken over.
    enum Moments: Int32 {
        /// One sample, the first axis counts them.
        case ofSample
        /// All of x, which is a single sample then.
        case ofBatch
        /// Nothing: they are given.
        case given
    }

    /// x as [samples, positions, channels].
    private static func sizes(_ x: Shape, _ groups: Int, _ moments: Moments) -> rl_groups {
        let samples = moments == .ofSample ? x[0] : 1
        return rl_groups(
            samples: samples, positions: samples == 0 ? 0 : x.rows / samples, channels: x.columns,
            groups: groups)
    }

    /// The moments, means first, are returned beside the result.
    static func apply(
        _ x: Tensor, groups: Int, _ scale: Parameter, _ shift: Parameter, _ moments: Moments,
        mean: Parameter? = nil, variance: Parameter? = nil, epsilon: Float
    ) -> (result: Tensor, moments: UnsafeMutablePointer<Float>) {
        let tape = Tape.current
        let input = tape.slot(x)
        let channels = scale.count
        if input.shape.columns != channels || input.shape.rank < (moments == .ofSample ? 2 : 1) {
            failure("\(name(moments)): input \(input.shape) does not fit \(channels) channels")
        }
        let sizes = sizes(input.shape, groups, moments)
        let count = sizes.samples * groups
        let (y, memory) = (tape.allocate(input.count), tape.allocate(2 * count))
        let scratch = tape.allocate(2 * channels)
        if let mean, let variance {
            memory.update(from: mean.storage.pointer, count: count)
            (memory + count).update(from: variance.storage.pointer, count: count)
        } else {
            tape.kernels.group_moments(sizes, input.value, scratch, memory, memory + count)
        }
        withExtendedLifetime((scale.storage, shift.storage, mean?.storage, variance?.storage)) {
            tape.kernels.group_norm(
                sizes, epsilon, input.value, memory, memory + count, scale.storage.pointer,
                shift.storage.pointer,
                scratch, y)
        }
        let result = tape.result(
            y, input.shape, isTracked: input.isTracked || tape.isTracked(scale) || tape.isTracked(shift),
            Node(
                operation: GroupNormOperation.self, first: x.slot, second: scale.tensor.slot,
                third: shift.tensor.slot, code: moments.rawValue, start: groups, p: epsilon, memory: memory))
        return (result, memory)
    }

    static func propagate(_ node: Node, on tape: Tape) {
        guard let memory = node.memory?.assumingMemoryBound(to: Float.self),
            let moments = Moments(rawValue: node.code)
        else { return }
        let (x, scale) = (tape.slot(at: node.first), tape.slot(at: node.second))
        let sizes = sizes(x.shape, node.start, moments)
        func sum(_ slot: Int32) -> UnsafeMutablePointer<Float>? {
            tape.isTracked(slot) ? tape.accumulatedGradient(of: slot) : nil
        }
        tape.kernels.group_norm_backward(
            sizes, node.p, moments == .given, x.value, memory, memory + sizes.samples * sizes.groups,
            scale.value,
            tape.outputGradient(node), tape.allocate(4 * sizes.channels), sum(node.first), sum(node.second),
            sum(node.third))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        guard let memory = node.memory?.assumingMemoryBound(to: Float.self),
            let moments = Moments(rawValue: node.code)
        else { return [] }
        let (x, scale, shift) = (replay.matrix(node.first), replay[node.second], replay[node.third])
        let sizes = sizes(replay.shape(node.first), node.start, moments)
        var normal = x
        if moments == .given {
            for position in x.elements.indices {
                let channel = position % x.columns
                let variance = Double(memory[x.columns + channel])
                normal.elements[position] =
                    (x.elements[position] - Double(memory[channel]))
                    / (variance + Double(node.p)).squareRoot()
            }
        } else {
            normal = x.normalized(samples: sizes.samples, groups: sizes.groups, epsilon: Double(node.p))
        }
        return normal.elements.enumerated().map { $1 * scale[$0 % x.columns] + shift[$0 % x.columns] }
    }

    /// As for a layer, with x as [samples, positions, groups, channels of a group].
    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        guard let memory = node.memory?.assumingMemoryBound(to: Float.self),
            let moments = Moments(rawValue: node.code)
        else { return }
        let (x, scale) = (adjoints.tensor(node.first), adjoints.tensor(node.second))
        let sizes = sizes(x.shape, node.start, moments)
        let shape: Shape = [
            sizes.samples, sizes.positions, sizes.groups, sizes.channels / max(sizes.groups, 1),
        ]
        func mean(_ x: Tensor) -> Tensor {
            x.mean(axis: 3, keepingAxis: true).mean(axis: 1, keepingAxis: true)
        }
        func given(_ start: Int) -> Tensor {
            adjoints.tape.append(memory + start, [sizes.samples, 1, sizes.groups, 1])
        }
        let isGiven = moments == .given
        let (rows, dy) = (x.reshaped(shape), gradient.reshaped(shape))
        let deviation = rows - (isGiven ? given(0) : mean(rows))
        let variance = isGiven ? given(sizes.samples * sizes.groups) : mean(deviation.squared())
        let inverse = 1 / (variance + node.p).squareRoot()
        let normal = deviation * inverse
        let g = dy * scale.reshaped([1, 1, shape[2], shape[3]])
        let slope = isGiven ? g : g - normal * mean(g * normal) - mean(g)
        func ofChannels(_ x: Tensor) -> Tensor {
            x.reshaped(.matrix(sizes.samples * sizes.positions, sizes.channels)).sum(axis: 0)
        }
        adjoints.add(to: node.first, (slope * inverse).reshaped(x.shape))
        adjoints.add(to: node.second, ofChannels(dy * normal).reshaped(scale.shape))
        adjoints.add(to: node.third, ofChannels(dy).reshaped(scale.shape))
    }
}

extension Reference {
    /// Rows of channels, in `samples` blocks: the channels of each group of each block with mean 0 and variance 1.
    package func normalized(samples: Int, groups: Int, epsilon: Scalar) -> Reference {
        var normal = self
        let (positions, size) = (samples == 0 ? 0 : rows / samples, columns / max(groups, 1))
        for group in 0..<samples * groups {
            let places = (0..<positions * size).map { place in
                (group / groups * positions + place / size) * columns + group % groups * size + place % size
            }
            let count = Scalar(places.count)
            let mean = places.reduce(0) { $0 + elements[$1] } / count
            let variance = places.reduce(0) { $0 + (elements[$1] - mean) * (elements[$1] - mean) } / count
            for place in places {
                normal.elements[place] = (elements[place] - mean) / (variance + epsilon).squareRoot()
            }
        }
        return normal
    }
}
