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
        /// Multiplications with an addition on the way forward, of products and convolutions, those by zeros included.
        public let multiplyAdds: Int
        /// Time since the operation before, on the way forward.
        public var forward: Duration
        /// Time of its derivative rule; nil where nothing was differentiated.
        public var backward: Duration?
        /// √Σ y² of its output.
        public let norm: Double
        /// The same of the gradient that arrived at its output; nil where nothing was differentiated.
        public var gradientNorm: Double?
    }

    /// What a loss asked of a parameter.
    public struct ParameterGradient: Sendable {
        /// Its full name.
        public let parameter: String
        /// Its shape.
        public let shape: Shape
        /// √Σ g² of its gradient.
        public let norm: Double
        /// Where gradients were checked: how far it is from central differences of the same loss in Double, at most.
        /// Each is the difference of the two slopes along a vector of random signs, divided by the gradient's norm.
        public let error: Double?
    }

    /// In the order in which they ran.
    public fileprivate(set) var operations: [Operation] = []
    /// What one `withTape` did: its part of `operations` and of `gradients`.
    public struct Scope: Sendable, Equatable {
        /// Positions in `operations`.
        public let operations: Range<Int>
        /// Positions in `gradients`.
        public let gradients: Range<Int>
    }

    /// One for each `withTape` that is not inside another, in the order in which they ended.
    public fileprivate(set) var scopes: [Scope] = []
    /// One for each parameter of each loss; the parts of one are added up.
    public fileprivate(set) var gradients: [ParameterGradient] = []
    /// The first value that was infinite or not a number, then the first such gradient: what and where, in words.
    public fileprivate(set) var firstNonFinite: String?
}

/// Runs `body` with every operation recorded, also those that are not differentiated, and returns what happened
/// beside its result. Only the current thread is watched. With `checkingGradients`, the loss of `valueAndGradients` is
/// computed again in Double and its gradient compared with central differences, once for each sequence of operations
/// that occurs; this takes seconds for large networks.
public func inspecting<R>(
    checkingGradients: Bool = false, _ body: () throws -> R
) rethrows -> (result: R, inspection: Inspection) {
    let state = Tape.current.state
    // An inspection inside another takes its place for as long as it lasts.
    let (outer, wasInspecting) = (state.pointee.inspector, state.pointee.isInspecting)
    let inspector = Inspector(checksGradients: checkingGradients)
    state.pointee.inspector = inspector
    state.pointee.isInspecting = true
    defer {
        state.pointee.inspector = outer
        state.pointee.isInspecting = wasInspecting
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
    /// The losses that were checked, by the names of their operations.
    private var checked: Set<[String]> = []

    init(checksGradients: Bool) { self.checksGradients = checksGradients }

    func name(_ slot: Int32, _ name: String) { names[slot] = name }

    /// A scope begins: what happened before is not the first operation's.
    func didOpen() { last = .now }

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
    func willClose(on tape: Tape, nodes: Int, isOutermost: Bool) {
        captured = Swift.min(captured, nodes)
        if !isOutermost { return }
        let last = inspection.scopes.last
        inspection.scopes.append(
            Inspection.Scope(
                operations: (last?.operations.upperBound ?? 0)..<inspection.operations.count,
                gradients: (last?.gradients.upperBound ?? 0)..<inspection.gradients.count))
    }

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
                    name: name, inputs: inputs, output: output.shape,
                    multiplyAdds: node.operation.multiplyAdds(node, on: tape), forward: forward[index],
                    norm: norm))
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

    /// The gradients of a loss are complete: notes them, and compares them with central differences of its replay.
    func didDifferentiate(on tape: Tape, loss: Int32, firstNode: Int, parameters: Range<Int>) {
        let names = (firstNode..<tape.state.pointee.nodes.count).map { index in
            let node = tape.state.pointee.nodes[index]
            return "\(node.operation.name(of: node)) \(tape.slot(at: node.output).shape)"
        }
        let isChecked = checksGradients && checked.insert(names).inserted
        for index in parameters {
            let slot = tape.slot(at: Int32(index))
            let gradient = UnsafeBufferPointer(start: slot.gradient, count: slot.count).map(Double.init)
            let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
            var error: Double?
            if isChecked {
                error = self.error(of: gradient, norm, on: tape, Int32(index)) { replay in
                    replay.run(from: firstNode, to: loss)[0]
                }
            }
            inspection.gradients.append(
                Inspection.ParameterGradient(
                    parameter: self.names[Int32(index)] ?? "input \(index - parameters.lowerBound)",
                    shape: slot.shape, norm: norm, error: error))
        }
    }

    /// The parts of a loss are added up: what was noted of each becomes one note a parameter.
    func didAdd(parts: Int, of gradients: Gradients) {
        let noted = Array(inspection.gradients.suffix(parts * gradients.count))
        inspection.gradients.removeLast(noted.count)
        for index in 0..<gradients.count {
            inspection.gradients.append(
                Inspection.ParameterGradient(
                    parameter: noted[index].parameter, shape: noted[index].shape,
                    norm: Double(gradients.norm(of: index..<index + 1)),
                    error: (0..<parts).compactMap { noted[$0 * gradients.count + index].error }.max()))
        }
    }

    /// How far a gradient is from central differences along two vectors of random signs, relative to its norm.
    private func error(
        of gradient: [Double], _ norm: Double, on tape: Tape, _ slot: Int32, _ loss: (inout Replay) -> Double
    ) -> Double {
        var state: UInt64 = 0x2545_F491_4F6C_DD1D &+ UInt64(slot)
        return (0..<2).map { _ in
            let signs = gradient.map { _ in
                // xorshift64 (Marsaglia 2003): any signs will do.
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                return state & 1 == 0 ? 1.0 : -1.0
            }
            let slope = zip(gradient, signs).reduce(0) { $0 + $1.0 * $1.1 }
            func error(_ step: Double) -> Double {
                func value(_ step: Double) -> Double {
                    var replay = Replay(tape)
                    replay[slot] = zip(replay[slot], signs).map { $0 + step * $1 }
                    return loss(&replay)
                }
                let difference = abs((value(step) - value(-step)) / (2 * step) - slope)
                // A gradient that is zero everywhere is compared as it is.
                return difference.isNaN ? .infinity : difference / (norm == 0 ? 1 : norm)
            }
            let first = error(1e-6)
            // Where a kink lay between the two points, it seldom does so between nearer ones.
            return first < 1e-4 ? first : min(first, error(1e-8))
        }.max() ?? 0
    }
}

extension Tape {
    /// √Σ x², in Double.
    func norm(_ x: UnsafePointer<Float>, _ count: Int) -> Double {
        kernels.sum_squares(count, x).squareRoot()
    }
}
