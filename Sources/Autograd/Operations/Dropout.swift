internal import CKernels

/// x with some elements taken out and the others scaled: p is the scale, `code` the bits of the bound below which a word
/// takes its element out, `start` the position of the first word; `memory` holds the key. The derivative draws the same
/// words again: nothing is kept.
enum Dropout: Operation {
    static let name = "dropout"

    fileprivate static func apply(_ x: Tensor, _ bound: UInt32, _ scale: Float, _ words: CounterRandom)
        -> Tensor
    {
        let tape = Tape.current
        let input = tape.slot(x)
        let y = tape.allocate(input.count)
        tape.kernels.dropout(input.count, words.key, words.position, bound, scale, input.value, y, false)
        let key = tape.allocate(1, of: UInt64.self)
        key[0] = words.key
        return tape.result(
            y, input.shape, isTracked: input.isTracked,
            Node(
                operation: Dropout.self, first: x.slot, code: Int32(bitPattern: bound),
                start: Int(bitPattern: UInt(words.position)), p: scale, memory: key))
    }

    private static func words(_ node: Node) -> CounterRandom {
        let key = node.memory?.assumingMemoryBound(to: UInt64.self).pointee ?? 0
        return CounterRandom(key: key, position: UInt64(UInt(bitPattern: node.start)))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        let words = words(node)
        tape.kernels.dropout(
            tape.slot(at: node.first).count, words.key, words.position, UInt32(bitPattern: node.code), node.p,
            tape.outputGradient(node), tape.accumulatedGradient(of: node.first), true)
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let (x, words) = (replay[node.first], words(node))
        var mask = [UInt8](repeating: 0, count: x.count)
        mask.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            replay.tape.kernels.random_mask(
                x.count, words.key, words.position, UInt32(bitPattern: node.code), base)
        }
        return zip(x, mask).map { $0 * Double(node.p) * Double($1) }
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        adjoints.add(
            to: node.first, apply(gradient, UInt32(bitPattern: node.code), node.p, words(node)))
    }
}

extension Tensor {
    /// Each element 0 with the given probability, otherwise divided by what remains, 1 - probability, so that the mean
    /// stays (Srivastava et al. 2014, "Dropout", in PyTorch's form). Takes one word for each element; for training
    /// only, since acting uses the tensor as it is.
    public func dropout(probability: Double, using random: inout CounterRandom) -> Tensor {
        if !(0...1 ~= probability) { failure("dropout: \(probability) is not a probability") }
        var words = random
        words.position = random.advance(count)
        guard let bound = CounterRandom.bound(1 - probability) else {
            return Dropout.apply(self, 0, 0, words)
        }
        return bound == 0 ? self : Dropout.apply(self, bound, Float(1 / (1 - probability)), words)
    }
}
