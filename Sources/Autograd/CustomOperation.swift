/// A differentiable operation that another package brings along: it computes its value and adds to the gradients of
/// its inputs. Used by `Tensor.applying(_:to:)`.
public protocol CustomOperation: Sendable {
    /// How it is called in messages.
    static var name: String { get }

    /// The shape of the result for inputs of these shapes; stops the program where they do not fit.
    func outputShape(for inputs: [Shape]) -> Shape

    /// Fills the output.
    func evaluate(_ inputs: CustomInputs, into output: UnsafeMutableBufferPointer<Float>)

    /// Adds to the gradient of each input what follows from the gradient of the output. `gradients(i)` is nil where
    /// input i is a constant.
    func propagate(
        _ outputGradient: UnsafeBufferPointer<Float>, output: UnsafeBufferPointer<Float>,
        inputs: CustomInputs,
        to gradients: CustomGradients)

    /// The same in Double, for `rl inspect`'s gradient check; nil where there is none.
    func evaluate(_ inputs: [[Double]], shapes: [Shape]) -> [Double]?
}

extension CustomOperation {
    /// None.
    public func evaluate(_ inputs: [[Double]], shapes: [Shape]) -> [Double]? { nil }
}

/// What a custom operation reads.
public struct CustomInputs {
    let tape: Tape
    let node: Node

    /// The number of inputs.
    public var count: Int { node.others.count }

    /// The shape of input `index`.
    public func shape(_ index: Int) -> Shape { tape.slot(at: node.others[index]).shape }

    /// The elements of input `index`, row by row.
    public func values(_ index: Int) -> UnsafeBufferPointer<Float> {
        let slot = tape.slot(at: node.others[index])
        return UnsafeBufferPointer(start: slot.value, count: slot.count)
    }
}

/// Where a custom operation adds gradients.
public struct CustomGradients {
    let tape: Tape
    let node: Node

    /// The gradient of input `index`, to be added to; nil where nobody asks for it.
    public func callAsFunction(_ index: Int) -> UnsafeMutableBufferPointer<Float>? {
        let input = node.others[index]
        if !tape.isTracked(input) { return nil }
        return UnsafeMutableBufferPointer(
            start: tape.accumulatedGradient(of: input), count: tape.slot(at: input).count)
    }
}

extension Tensor {
    /// The result of an operation that is defined elsewhere.
    public static func applying(_ operation: some CustomOperation, to inputs: [Tensor]) -> Tensor {
        let tape = Tape.current
        var isTracked = false
        let slots = tape.allocate(inputs.count, of: Int32.self)
        for (index, input) in inputs.enumerated() {
            isTracked = tape.slot(input).isTracked || isTracked
            slots[index] = input.slot
        }
        let shape = operation.outputShape(for: inputs.map(\.shape))
        let position = tape.state.pointee.customOperations.count
        tape.state.pointee.customOperations.append(operation)
        let node = Node(
            operation: AppliedCustomOperation.self, code: Int32(position),
            others: UnsafeMutableBufferPointer(start: slots, count: inputs.count))
        let y = tape.zeros(shape.count)
        operation.evaluate(
            CustomInputs(tape: tape, node: node),
            into: UnsafeMutableBufferPointer(start: y, count: shape.count))
        return tape.result(y, shape, isTracked: isTracked, node)
    }
}

/// An operation of somebody else's; `code` is its place on the tape.
private enum AppliedCustomOperation: Operation {
    static let name = "custom"

    static func name(of node: Node) -> String {
        func name<C: CustomOperation>(_ operation: C) -> String { C.name }
        return name(Tape.current.state.pointee.customOperations[Int(node.code)])
    }

    static func propagate(_ node: Node, on tape: Tape) {
        let output = tape.slot(at: node.output)
        tape.state.pointee.customOperations[Int(node.code)].propagate(
            UnsafeBufferPointer(start: tape.outputGradient(node), count: output.count),
            output: UnsafeBufferPointer(start: output.value, count: output.count),
            inputs: CustomInputs(tape: tape, node: node), to: CustomGradients(tape: tape, node: node))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let inputs = node.others.map { replay[$0] }
        let shapes = node.others.map(replay.shape)
        let known = replay.tape.state.pointee.customOperations[Int(node.code)].evaluate(
            inputs, shapes: shapes)
        guard let known else {
            failure(
                "\(name(of: node)): its gradient cannot be checked, because it has no evaluation in Double")
        }
        return known
    }
}
