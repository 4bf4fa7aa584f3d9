/// Recorded operations once more, in Double: what the tape holds is taken as it is where nothing was recorded
/// (inputs, parameters), and everything behind is computed by each operation's own plain rule.
struct Replay {
    let tape: Tape
    private var values: [Int32: [Double]] = [:]

    init(_ tape: Tape) { self.tape = tape }

    /// The shape of a value.
    func shape(_ slot: Int32) -> Shape { tape.slot(at: slot).shape }

    /// The elements of a value, row by row.
    subscript(slot: Int32) -> [Double] {
        get {
            if let known = values[slot] { return known }
            let slot = tape.slot(at: slot)
            return UnsafeBufferPointer(start: slot.value, count: slot.count).map(Double.init)
        }
        set { values[slot] = newValue }
    }

    /// The elements of a value as a matrix: the last axis is its columns.
    func matrix(_ slot: Int32) -> Reference<Double> {
        let shape = shape(slot)
        return Reference(rows: shape.rows, columns: shape.columns, self[slot])
    }

    /// The elements of an `IndexTensor`.
    func indices(_ slot: Int32) -> [Int] {
        let slot = tape.slot(at: slot)
        return UnsafeBufferPointer(start: slot.indices, count: slot.count).map(Int.init)
    }

    /// The elements of a `ByteTensor`.
    func bytes(_ slot: Int32) -> [Double] {
        let slot = tape.slot(at: slot)
        return UnsafeBufferPointer(start: slot.bytes, count: slot.count).map(Double.init)
    }

    /// Computes the tracked operations from position `first` to the one that made `output`.
    mutating func run(from first: Int, to output: Int32) -> [Double] {
        for index in first..<tape.state.pointee.nodes.count {
            let node = tape.state.pointee.nodes[index]
            if tape.isTracked(node.output) { self[node.output] = node.operation.evaluate(node, in: self) }
            if node.output == output { break }
        }
        return self[output]
    }
}
