internal import CKernels

/// The gradients of a loss at every parameter of a model, in visiting order. A handle like `Tensor`: valid
/// until the `withTape` scope ends, in which they were asked for.
public struct Gradients {
    let flat: Tensor
    let firstSlot: Int

    /// The number of parameters.
    public let count: Int

    /// Which part computed what; nil where there was one.
    let pieces: UnsafeMutablePointer<GradientPieces>?

    init(
        flat: Tensor, firstSlot: Int, count: Int, pieces: UnsafeMutablePointer<GradientPieces>? = nil
    ) {
        self.flat = flat
        self.firstSlot = firstSlot
        self.count = count
        self.pieces = pieces
    }

    /// The Euclidean norm √Σ g² over all parameters together, summed in Double.
    public var norm: Float {
        let tape = Tape.current
        let slot = tape.slot(flat)
        let sum = pieces?.pointee.squareSum ?? tape.kernels.sum_squares(slot.count, slot.value)
        return Float(sum.squareRoot())
    }

    /// Scales all gradients, for good, so that their global norm is at most `limit` (Pascanu et al. 2013;
    /// PyTorch's factor limit / (norm + 10⁻⁶)). Returns the norm before. When that is not finite, nothing is
    /// scaled: the caller decides. What threads computed, they can scale.
    @discardableResult
    public func clip(toGlobalNorm limit: Float, on runner: some PieceRunner = InTurn()) -> Float {
        let before = norm
        if before.isFinite && before > limit {
            let tape = Tape.current
            let slot = tape.slot(flat)
            let factor = limit / (before + 1e-6)
            if let pieces {
                pieces.pointee.forEachSpan(on: runner) { span in
                    tape.kernels.scale(Int(span.count), factor, slot.value + span.offset)
                }
            } else {
                tape.kernels.scale(slot.count, factor, slot.value)
            }
            didChange()
        }
        return before
    }

    /// What was known of the gradients no longer holds.
    func didChange() { pieces?.pointee.squareSum = nil }

    /// A copy of the gradient at the parameter visited as number `index`, row by row.
    public subscript(index: Int) -> [Float] {
        let tape = Tape.current
        _ = tape.slot(flat)
        if index < 0 || index >= count { failure("gradients: \(index) is outside 0..<\(count)") }
        let slot = tape.state.pointee.slots[firstSlot + index]
        return Array(UnsafeBufferPointer(start: slot.gradient, count: slot.count))
    }
}

/// Unavailable, like `Tensor`'s.
@available(*, unavailable)
extension Gradients: Sendable {}
