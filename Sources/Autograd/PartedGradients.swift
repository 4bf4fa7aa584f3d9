internal import CKernels

/// The value of a loss that is a sum over parts of a minibatch, and its gradients, within the current `withTape` scope:
/// every part has a tape of its own, and so can have a thread of its own.
///
/// `run` calls what it is handed once for each of 0 ..< `parts`, in any order, on any threads, and returns when all calls
/// have (`WorkerThreads.run`). `body` returns one part's share of the loss and up to eight numbers that are shares of sums
/// as well. Shares are added in the order of the parts: the threads do not change a bit of the result. While an inspection
/// runs, all parts are computed by the thread that is inspected.
@inlinable
public func valueAndGradients<M: Module>(
    at model: M, parts: Int, running run: (_ part: (Int) -> Void) -> Void,
    _ body: (_ model: M, _ part: Int) -> (loss: Tensor, numbers: SIMD8<Float>)
) -> (value: Float, gradients: Gradients, numbers: SIMD8<Float>) {
    if parts == 1 {
        let (value, gradients, numbers) = valueAndGradients(at: model) { model in
            let (loss, numbers) = body(model, 0)
            return (loss, auxiliary: numbers)
        }
        return (value, gradients, numbers)
    }
    let sum = GradientSum(of: model, parts: parts)
    withoutActuallyEscaping(body) { body in
        let compute = { (part: Int) in
            withTape {
                let (value, gradients, numbers) = valueAndGradients(at: model) { model in
                    let (loss, numbers) = body(model, part)
                    return (loss, auxiliary: numbers)
                }
                sum.take(value, gradients, numbers, of: part)
            }
        }
        if sum.isInspecting {
            for part in 0..<parts { compute(part) }
        } else {
            run(compute)
        }
    }
    return sum.finish()
}

/// Room on the caller's tape for what each part computes on its own.
@usableFromInline
struct GradientSum {
    private let tape = Tape.current
    private let parts: Int
    private let firstSlot: Int
    private let parameters: Int
    private let elements: Int
    /// [parts, elements]
    private let gradients: UnsafeMutablePointer<Float>
    private let values: UnsafeMutablePointer<Float>
    private let numbers: UnsafeMutablePointer<SIMD8<Float>>

    @usableFromInline
    init<M: Module>(of model: M, parts: Int) {
        if tape.state.pointee.generation == 0 {
            failure("valueAndGradients was called outside withTape { … }")
        }
        if parts < 1 { failure("valueAndGradients: \(parts) parts") }
        self.parts = parts
        firstSlot = tape.state.pointee.slots.count
        var tracked = model
        var tracker = ParameterTracker()
        tracked.visitParameters(&tracker)
        (parameters, elements) = (tracker.parameters, tracker.elements)
        gradients = tape.allocate(parts * elements)
        values = tape.allocate(parts)
        numbers = tape.allocate(parts, of: SIMD8<Float>.self)
        // Here the parameters are places of gradients only; each part tracks them on its own tape.
        var next = gradients
        for index in firstSlot..<firstSlot + parameters {
            tape.state.pointee.slots[index].gradient = next
            tape.state.pointee.slots[index].isTracked = false
            tape.state.pointee.slots[index].generation = 0
            next += tape.state.pointee.slots[index].count
        }
    }

    @usableFromInline var isInspecting: Bool { tape.state.pointee.isInspecting }

    /// Called on the thread that computed the part.
    @usableFromInline
    func take(_ value: Float, _ gradients: Gradients, _ numbers: SIMD8<Float>, of part: Int) {
        let flat = Tape.current.slot(gradients.flat)
        (self.gradients + part * elements).update(from: flat.value, count: elements)
        values[part] = value
        self.numbers[part] = numbers
    }

    @usableFromInline
    func finish() -> (value: Float, gradients: Gradients, numbers: SIMD8<Float>) {
        for part in 1..<parts {
            tape.kernels.add_scaled(elements, 1, gradients + part * elements, gradients)
            values[0] += values[part]
            numbers[0] += numbers[part]
        }
        let flat = tape.append(gradients, .vector(elements))
        return (
            values[0], Gradients(flat: flat, firstSlot: firstSlot, count: parameters), numbers[0]
        )
    }
}
