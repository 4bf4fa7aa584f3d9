internal import CKernels

extension Gradients {
    /// Moves every element, for good, into ±limit; one that is not a number stays.
    public func clip(toAbsoluteValue limit: Float) {
        let tape = Tape.current
        let slot = tape.slot(flat)
        tape.kernels.unary(Int32(rl_clamped), slot.count, -limit, limit, slot.value, slot.value)
        didChange()
    }

    /// The Euclidean norm √Σ g² over some of the parameters, by their positions in visiting order
    /// (`parameterRange(named:)`), summed in Double.
    public func norm(of parameters: Range<Int>) -> Float {
        let (count, memory) = part(parameters)
        return Float(Tape.current.kernels.sum_squares(count, memory).squareRoot())
    }

    /// Scales the gradients of some of the parameters, for good, so that their norm is at most `limit`, as
    /// `clip(toGlobalNorm:)` does for all. Returns the norm before.
    @discardableResult
    public func clip(toNorm limit: Float, of parameters: Range<Int>) -> Float {
        let before = norm(of: parameters)
        if before.isFinite && before > limit {
            let (count, memory) = part(parameters)
            Tape.current.kernels.scale(count, limit / (before + 1e-6), memory)
            didChange()
        }
        return before
    }

    /// The gradients of these parameters, which lie together.
    private func part(_ parameters: Range<Int>) -> (count: Int, memory: UnsafeMutablePointer<Float>) {
        let tape = Tape.current
        let whole = tape.slot(flat)
        if parameters.lowerBound < 0 || parameters.upperBound > count {
            failure("gradients: \(parameters) is outside 0..<\(count)")
        }
        var (start, elements) = (0, 0)
        for index in 0..<parameters.upperBound {
            let size = tape.state.pointee.slots[firstSlot + index].count
            if index < parameters.lowerBound { start += size } else { elements += size }
        }
        return (elements, whole.value + start)
    }
}
