internal import CKernels

/// Sums along an axis up to and with each place. `code` is the axis, `start` 1 when they run from the end.
enum CumulativeSum: Operation {
    static let name = "cumulativeSum"

    fileprivate static func apply(_ x: Tensor, _ axis: Int, _ isReversed: Bool) -> Tensor {
        let tape = Tape.current
        let input = tape.slot(x)
        let (outer, size, inner) = input.shape.split(at: axis)
        let y = tape.allocate(input.count)
        tape.kernels.cumulative_sum(outer, size, inner, isReversed, false, input.value, y)
        return tape.result(
            y, input.shape, isTracked: input.isTracked,
            Node(operation: CumulativeSum.self, first: x.slot, code: Int32(axis), start: isReversed ? 1 : 0))
    }

    /// An element is in all sums behind it: the derivative is the sum the other way round.
    static func propagate(_ node: Node, on tape: Tape) {
        let (outer, size, inner) = tape.slot(at: node.first).shape.split(at: Int(node.code))
        let (dx, accumulate) = tape.gradient(of: node.first)
        tape.kernels.cumulative_sum(
            outer, size, inner, node.start == 0, accumulate, tape.outputGradient(node), dx)
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        var y = replay[node.first]
        let (_, size, inner) = replay.shape(node.first).split(at: Int(node.code))
        for position in node.start == 0 ? Array(y.indices) : y.indices.reversed() {
            let place = position / inner % size
            if node.start == 0 && place > 0 { y[position] += y[position - inner] }
            if node.start == 1 && place < size - 1 { y[position] += y[position + inner] }
        }
        return y
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        adjoints.add(to: node.first, apply(gradient, Int(node.code), node.start == 0))
    }
}

extension Tensor {
    /// Along an axis, the sum of the elements up to and with each place; from it to the end when reversed. A negative
    /// axis counts from the last.
    public func cumulativeSum(axis: Int = -1, reversed: Bool = false) -> Tensor {
        CumulativeSum.apply(self, shape.position(of: axis, CumulativeSum.name), reversed)
    }
}
