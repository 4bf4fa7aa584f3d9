internal import CKernels

/// Who shares out the pieces of a loop: threads, or one after the other (`InTurn`).
public protocol PieceRunner {
    /// Calls `body` once for each of 0 ..< `pieces`, in any order, on any threads, and returns when all calls have. It is
    /// faster where a piece is on the same thread every time.
    func run(pieces: Int, _ body: (_ piece: Int) -> Void)
}

/// Needs no threads.
public struct InTurn: PieceRunner {
    /// There is nothing to it.
    public init() {}

    /// Calls `body` with 0, 1, 2, …
    public func run(pieces: Int, _ body: (_ piece: Int) -> Void) {
        for piece in 0..<pieces { body(piece) }
    }
}

/// The value of a loss that is a sum of parts, and its gradients, within the current `withTape` scope: every part has a
/// tape of its own, and so can have a thread of its own. Parts may be rows of a minibatch, or terms that depend on different
/// parameters.
///
/// `body` returns one part of the loss and up to eight numbers that are parts of sums as well. Parts are added in their
/// order: the threads do not change a bit of the result. While an inspection runs, all parts are computed by the thread
/// that is inspected.
@inlinable
public func valueAndGradients<M: Module>(
    at model: M, parts: Int, on runner: some PieceRunner,
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
    sum.run(on: runner) { part in
        withTape {
            let (value, gradients, numbers) = valueAndGradients(at: model) { model in
                let (loss, numbers) = body(model, part)
                return (loss, auxiliary: numbers)
            }
            sum.take(value, gradients, numbers, of: part)
        }
    }
    sum.share()
    sum.run(on: runner) { part in sum.add(piece: part) }
    return sum.finish()
}

/// How the work on gradients, element by element, is shared: best by the threads that computed them.
struct GradientPieces {
    /// Elements of one parameter.
    struct Span {
        let piece: Int32
        let parameter: Int32
        /// Within the parameter.
        let start: Int32
        let count: Int32
        /// Of the first element within the row of all parameters.
        let offset: Int
    }

    let count: Int
    let spans: UnsafeMutableBufferPointer<Span>
    /// Σ g²; nil once a gradient has changed.
    var squareSum: Double?

    /// Calls `body` with every span, those of a piece on one thread.
    func forEachSpan(on runner: some PieceRunner, _ body: (Span) -> Void) {
        runner.run(pieces: count) { piece in
            for span in spans where span.piece == piece { body(span) }
        }
    }
}

/// Room on the caller's tape for what each part computes on its own.
@usableFromInline
struct GradientSum {
    private let tape = Tape.current
    private let parts: Int
    private let firstSlot: Int
    private let parameters: Int
    private let elements: Int
    /// [parts, elements]; the first row becomes the sum.
    private let gradients: UnsafeMutablePointer<Float>
    /// [parts, parameters]: whether a part depends on a parameter.
    private let isReached: UnsafeMutablePointer<Bool>
    private let values: UnsafeMutablePointer<Float>
    private let numbers: UnsafeMutablePointer<SIMD8<Float>>
    private let squares: UnsafeMutablePointer<Double>
    private let pieces: UnsafeMutablePointer<GradientPieces>

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
        isReached = tape.allocate(parts * parameters, of: Bool.self)
        values = tape.allocate(parts)
        numbers = tape.allocate(parts, of: SIMD8<Float>.self)
        squares = tape.allocate(parts, of: Double.self)
        pieces = tape.allocate(1, of: GradientPieces.self)
        // Here the parameters are places of gradients only; each part tracks them on its own tape.
        var next = gradients
        for index in firstSlot..<firstSlot + parameters {
            tape.state.pointee.slots[index].gradient = next
            tape.state.pointee.slots[index].isTracked = false
            tape.state.pointee.slots[index].generation = 0
            next += tape.state.pointee.slots[index].count
        }
    }

    /// Calls `body` for every part.
    @usableFromInline
    func run(on runner: some PieceRunner, _ body: (Int) -> Void) {
        if tape.state.pointee.isInspecting {
            InTurn().run(pieces: parts, body)
        } else {
            runner.run(pieces: parts, body)
        }
    }

    /// Called on the thread that computed the part.
    @usableFromInline
    func take(_ value: Float, _ gradients: Gradients, _ numbers: SIMD8<Float>, of part: Int) {
        values[part] = value
        self.numbers[part] = numbers
        let slots = Tape.current.state.pointee.slots
        var row = self.gradients + part * elements
        for index in 0..<parameters {
            let slot = slots[gradients.firstSlot + index]
            isReached[part * parameters + index] = slot.hasGradient
            if slot.hasGradient, let gradient = slot.gradient {
                row.update(from: gradient, count: slot.count)
            }
            row += slot.count
        }
    }

    /// Each parameter's gradient is added up where it was computed; what several parts computed they share.
    @usableFromInline
    func share() {
        let spans = tape.allocate(parts * parameters, of: GradientPieces.Span.self)
        var (count, offset) = (0, 0)
        for index in 0..<parameters {
            let size = tape.state.pointee.slots[firstSlot + index].count
            let owner = onlyPart(reaching: index)
            for piece in 0..<parts {
                let share = owner == nil ? share(piece, of: size) : piece == owner ? 0..<size : 0..<0
                if share.isEmpty { continue }
                (spans + count).initialize(
                    to: GradientPieces.Span(
                        piece: Int32(piece), parameter: Int32(index), start: Int32(share.lowerBound),
                        count: Int32(share.count), offset: offset + share.lowerBound))
                count += 1
            }
            offset += size
        }
        pieces.initialize(
            to: GradientPieces(
                count: parts, spans: UnsafeMutableBufferPointer(start: spans, count: count), squareSum: nil))
    }

    /// The part that depends on a parameter, where it is one alone.
    private func onlyPart(reaching parameter: Int) -> Int? {
        var only: Int?
        for part in 0..<parts where isReached[part * parameters + parameter] {
            if only != nil { return nil }
            only = part
        }
        return only
    }

    /// Elements of a piece, in whole vectors.
    private func share(_ piece: Int, of size: Int) -> Range<Int> {
        let end = piece == parts - 1 ? size : size * (piece + 1) / parts / 16 * 16
        return size * piece / parts / 16 * 16..<end
    }

    /// Best called on the thread that computed the part of this number.
    @usableFromInline
    func add(piece: Int) {
        var sum = 0.0
        for span in pieces.pointee.spans where span.piece == piece {
            let (count, total) = (Int(span.count), gradients + span.offset)
            var isEmpty = true
            for part in 0..<parts where isReached[part * parameters + Int(span.parameter)] {
                let share = total + part * elements
                if !isEmpty {
                    tape.kernels.add_scaled(count, 1, share, total)
                } else if part > 0 {
                    total.update(from: share, count: count)
                }
                isEmpty = false
            }
            if isEmpty { total.update(repeating: 0, count: count) }
            sum += tape.kernels.sum_squares(count, total)
        }
        squares[piece] = sum
    }

    @usableFromInline
    func finish() -> (value: Float, gradients: Gradients, numbers: SIMD8<Float>) {
        for part in 1..<parts {
            values[0] += values[part]
            numbers[0] += numbers[part]
            squares[0] += squares[part]
        }
        pieces.pointee.squareSum = squares[0]
        let flat = tape.append(gradients, .vector(elements))
        let sum = Gradients(flat: flat, firstSlot: firstSlot, count: parameters, pieces: pieces)
        if tape.state.pointee.isInspecting {
            tape.state.pointee.inspector?.didAdd(parts: parts, of: sum)
        }
        return (values[0], sum, numbers[0])
    }
}
