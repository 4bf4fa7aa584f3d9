/// What one step did, operation by operation; see `inspecting(checkingGradients:_:)`.
public struct Inspection: Sendable {
    /// One operation as it ran.
    public struct Operation: Sendable {
        /// `linear`, `huberMean`, …
        public let name: String
        /// The inputs' shapes, with the name where one is a parameter: `64×4`, `layers.0.weight 4×64`.
        public let inputs: [String]
        /// The output's shape.
        public let output: Shape
        /// Time since the operation before, on the way forward.
        public let forward: Duration
        /// Time of its derivative rule; nil where nothing was differentiated.
        public var backward: Duration?
        /// √Σ y² of its output.
        public let norm: Double
        /// The same of the gradient that arrived at its output; nil where nothing was differentiated.
        public var gradientNorm: Double?
    }

    /// A parameter's gradient beside central differences of the same loss in Double.
    public struct GradientCheck: Sendable {
        /// Its full name.
        public let parameter: String
        /// Its shape.
        public let shape: Shape
        /// √Σ g² of its gradient.
        public let norm: Double
        /// The largest difference over the directions tried, each the difference of the two slopes along a vector of
        /// random signs, divided by the gradient's norm.
        public let error: Double
    }

    /// In the order in which they ran.
    public fileprivate(set) var operations: [Operation] = []
    /// One for each parameter of each loss, where asked for.
    public fileprivate(set) var checks: [GradientCheck] = []
    /// The first value that was infinite or not a number, then the first such gradient: what and where, in words.
    public fileprivate(set) var firstNonFinite: String?
}

/// Runs `body` with every operation recorded, also those that are not differentiated, and returns what happened
/// beside its result. Only the current thread is watched. With `checkingGradients`, the loss of every
/// `valueAndGradients` inside is computed again in Double and its gradient compared with central differences, which
/// takes seconds for large networks.
public func inspecting<R>(
    checkingGradients: Bool = false, _ body: () throws -> R
) rethrows -> (result: R, inspection: Inspection) {
    let state = Tape.current.state
    if state.pointee.isInspecting { failure("inspecting inside inspecting") }
    let inspector = Inspector(checksGradients: checkingGradients)
    state.pointee.inspector = inspector
    state.pointee.isInspecting = true
    defer {
        state.pointee.inspector = nil
        state.pointee.isInspecting = false
    }
    let result = try body()
    return (result, inspector.inspection)
}

/// Watches the tape of its thread.
final class Inspector {
    fileprivate(set) var inspection = Inspection()
    let checksGradients: Bool
    /// Full names of parameters, by slot.
    private var names: [Int32: String] = [:]
    /// Of each recorded operation.
    private var forward: [Duration] = []
    private var last = ContinuousClock.now
    /// The operations before this position are in the inspection already.
    private var captured = 0

    init(checksGradients: Bool) { self.checksGradients = checksGradients }

    func name(_ slot: Int32, _ name: String) { names[slot] = name }

    /// An operation has just run.
    func didRecord(on tape: Tape) {
        let now = ContinuousClock.now
        let count = tape.state.pointee.nodes.count
        forward.removeSubrange(Swift.min(count - 1, forward.count)...)
        captured = Swift.min(captured, count - 1)
        forward.append(now - last)
        capture(on: tape, to: count)
        last = ContinuousClock.now
    }

    /// A scope ends, and with it the operations from a position on.
    func willClose(on tape: Tape, nodes: Int) { captured = Swift.min(captured, nodes) }

    private func capture(on tape: Tape, to end: Int) {
        for index in captured..<end {
            let node = tape.state.pointee.nodes[index]
            let output = tape.slot(at: node.output)
            var inputs: [String] = []
            node.forEachInput { slot in
                let shape = "\(tape.slot(at: slot).shape)"
                inputs.append(names[slot].map { "\($0) \(shape)" } ?? shape)
            }
            let norm = tape.norm(output.value, output.count)
            let name = node.operation.name(of: node)
            if !norm.isFinite && inspection.firstNonFinite == nil {
                let place = UnsafeBufferPointer(start: output.value, count: output.count).firstIndex {
                    !$0.isFinite
                }
                inspection.firstNonFinite =
                    "\(name) \(inputs.joined(separator: ", ")) gave "
                    + (place.map { "\(output.value[$0]) at element \($0) of \(output.shape)" }
                        ?? "infinite sums")
            }
            inspection.operations.append(
                Inspection.Operation(
                    name: name, inputs: inputs, output: output.shape, forward: forward[index], norm: norm))
        }
        captured = end
    }

    /// The derivative rule of the operation at `index` has just run.
    func didPropagate(on tape: Tape, _ index: Int, since start: ContinuousClock.Instant, gradientNorm: Double)
    {
        let node = tape.state.pointee.nodes[index]
        let count = tape.state.pointee.nodes.count
        let position = inspection.operations.count - count + index
        inspection.operations[position].backward = ContinuousClock.now - start
        inspection.operations[position].gradientNorm = gradientNorm
        if inspection.firstNonFinite != nil { return }
        node.forEachInput { input in
            let slot = tape.slot(at: input)
            guard slot.isTracked, slot.hasGradient, let gradient = slot.gradient,
                !tape.norm(gradient, slot.count).isFinite
            else { return }
            inspection.firstNonFinite =
                "the gradient of \(names[input].map { "\($0) " } ?? "")\(slot.shape) is not finite after "
                + node.operation.name(of: node)
        }
    }

    /// Compares the gradients of a loss with central differences of its replay.
    func check(
        on tape: Tape, loss: Int32, firstNode: Int, parameters: Range<Int>
    ) {
        if !checksGradients { return }
        for index in parameters {
            let slot = tape.slot(at: Int32(index))
            let gradient = UnsafeBufferPointer(start: slot.gradient, count: slot.count).map(Double.init)
            let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
            var error = 0.0
            var state: UInt64 = 0x2545_F491_4F6C_DD1D &+ UInt64(index)
            for _ in 0..<2 {
                let signs = gradient.map { _ in
                    // xorshift64 (Marsaglia 2003): any signs will do.
                    state ^= state << 13
                    state ^= state >> 7
                    state ^= state << 17
                    return state & 1 == 0 ? 1.0 : -1.0
                }
                let step = 1e-6
                func value(_ step: Double) -> Double {
                    var replay = Replay(tape)
                    replay[Int32(index)] = zip(replay[Int32(index)], signs).map { $0 + step * $1 }
                    return replay.run(from: firstNode, to: loss)[0]
                }
                let numeric = (value(step) - value(-step)) / (2 * step)
                let slope = zip(gradient, signs).reduce(0) { $0 + $1.0 * $1.1 }
                let difference = abs(numeric - slope)
                // A gradient that is zero everywhere is compared as it is.
                error = max(error, difference.isNaN ? .infinity : difference / (norm == 0 ? 1 : norm))
            }
            inspection.checks.append(
                Inspection.GradientCheck(
                    parameter: names[Int32(index)] ?? "input \(index - parameters.lowerBound)",
                    shape: slot.shape,
                    norm: norm, error: error))
        }
    }
}

extension Tape {
    /// √Σ x², in Double.
    func norm(_ x: UnsafePointer<Float>, _ count: Int) -> Double {
        kernels.sum_squares(count, x).squareRoot()
    }
}
