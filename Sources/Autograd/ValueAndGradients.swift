/// The value of a loss and its gradients at every parameter of a model, within the current `withTape` scope.
///
/// `body` receives the model with tracked parameters and returns a scalar. Everything else, also other copies
/// of the same model, is constant in it. What it made stays usable until the scope ends, but is no longer
/// tracked.
@inlinable
public func valueAndGradients<M: Module>(
    at model: M, _ body: (M) throws -> Tensor
) rethrows -> (value: Float, gradients: Gradients) {
    let differentiation = Differentiation()
    defer { differentiation.end() }
    var tracked = model
    var tracker = ParameterTracker()
    tracked.visitParameters(&tracker)
    let loss = try body(tracked)
    return differentiation.run(loss, tracker)
}

/// As `valueAndGradients(at:_:)`, for a body that returns something beside its loss: numbers, or tensors,
/// which are of the enclosing scope and no longer tracked afterwards.
@inlinable
public func valueAndGradients<M: Module, R>(
    at model: M, _ body: (M) throws -> (loss: Tensor, auxiliary: R)
) rethrows -> (value: Float, gradients: Gradients, auxiliary: R) {
    let differentiation = Differentiation()
    defer { differentiation.end() }
    var tracked = model
    var tracker = ParameterTracker()
    tracked.visitParameters(&tracker)
    let (loss, auxiliary) = try body(tracked)
    let (value, gradients) = differentiation.run(loss, tracker)
    return (value, gradients, auxiliary)
}

/// As `valueAndGradients(at:_:)`, for a body that also changes what the model does not learn by gradients (the running
/// statistics of batch normalization): the model afterwards is as the body left it.
@inlinable
public func valueAndGradients<M: Module>(
    at model: inout M, _ body: (inout M) throws -> Tensor
) rethrows -> (value: Float, gradients: Gradients) {
    let differentiation = Differentiation()
    defer { differentiation.end() }
    var tracked = model
    var tracker = ParameterTracker()
    tracked.visitParameters(&tracker)
    let loss = try body(&tracked)
    model = tracked
    return differentiation.run(loss, tracker)
}

/// As `valueAndGradients(at:_:)`, for a body that changes the model's running statistics and returns something beside
/// its loss.
@inlinable
public func valueAndGradients<M: Module, R>(
    at model: inout M, _ body: (inout M) throws -> (loss: Tensor, auxiliary: R)
) rethrows -> (value: Float, gradients: Gradients, auxiliary: R) {
    let differentiation = Differentiation()
    defer { differentiation.end() }
    var tracked = model
    var tracker = ParameterTracker()
    tracked.visitParameters(&tracker)
    let (loss, auxiliary) = try body(&tracked)
    model = tracked
    let (value, gradients) = differentiation.run(loss, tracker)
    return (value, gradients, auxiliary)
}

/// The value of a scalar function of a tensor, and its gradient there, of the tensor's shape: what of an observation
/// a choice depends on, for example. Both stay usable until the scope ends.
public func valueAndGradient(
    at x: Tensor, _ body: (Tensor) throws -> Tensor
) rethrows -> (value: Float, gradient: Tensor) {
    let differentiation = Differentiation()
    defer { differentiation.end() }
    var tracker = ParameterTracker()
    let loss = try body(tracker.variable(x))
    let (value, gradients) = differentiation.run(loss, tracker)
    return (value, gradients.flat.reshaped(x.shape))
}

/// Gives each parameter of a copied model a place on the tape.
@usableFromInline
struct ParameterTracker: ParameterVisitor {
    let tape = Tape.current
    var parameters = 0
    var elements = 0
    /// Names of the parts around the parameter; filled for an inspection only.
    private var path: [String] = []

    @usableFromInline
    init() {}

    @usableFromInline
    mutating func visit(_ name: StaticString, _ parameter: inout Parameter) {
        let tensor = tape.append(
            parameter.storage.pointer, parameter.shape, isTracked: true, aliasesParameter: true)
        parameter.slot = tensor.slot
        parameter.generation = tensor.generation
        parameters += 1
        elements += parameter.count
        if tape.state.pointee.isInspecting {
            tape.state.pointee.inspector?.name(tensor.slot, (path + ["\(name)"]).joined(separator: "."))
        }
    }

    @usableFromInline
    mutating func enter(_ name: StaticString, index: Int?) {
        if tape.state.pointee.isInspecting { path.append(index.map { "\(name).\($0)" } ?? "\(name)") }
    }

    @usableFromInline
    mutating func leave() {
        if tape.state.pointee.isInspecting { path.removeLast() }
    }

    /// A tensor in the place of a parameter.
    mutating func variable(_ x: Tensor) -> Tensor {
        let input = tape.slot(x)
        parameters += 1
        elements += input.count
        return tape.append(input.value, input.shape, isTracked: true)
    }
}

/// The stretch of the tape that one `valueAndGradients` records. The first slots of it are the parameters.
@usableFromInline
struct Differentiation {
    let tape: Tape
    let firstSlot: Int
    let firstNode: Int
    let storages: Int

    @usableFromInline
    init() {
        tape = Tape.current
        let state = tape.state
        if state.pointee.generation == 0 { failure("valueAndGradients was called outside withTape { … }") }
        if state.pointee.isTracking {
            failure(
                "valueAndGradients inside valueAndGradients: second derivatives are not available this way, but with gradient(of:at:)"
            )
        }
        state.pointee.isTracking = true
        firstSlot = state.pointee.slots.count
        firstNode = state.pointee.nodes.count
        storages = state.pointee.storages.count
    }

    /// Walks what was recorded from its end to its beginning.
    @usableFromInline
    func run(_ loss: Tensor, _ tracker: ParameterTracker) -> (value: Float, gradients: Gradients) {
        let output = tape.slot(loss)
        if output.count != 1 { failure("valueAndGradients: a loss \(output.shape) is not one element") }
        // The gradients of all parameters lie together, for one pass of the norm and the optimizer.
        let block = tape.allocate(tracker.elements)
        var next = block
        for index in firstSlot..<firstSlot + tracker.parameters {
            tape.state.pointee.slots[index].gradient = next
            next += tape.state.pointee.slots[index].count
        }
        if output.isTracked {
            tape.gradient(of: loss.slot).memory[0] = 1
            var index = tape.state.pointee.nodes.count
            while index > firstNode {
                index -= 1
                let node = tape.state.pointee.nodes[index]
                if !tape.slot(at: node.output).hasGradient { continue }
                if tape.state.pointee.isInspecting {
                    propagateInspected(node, index)
                } else {
                    node.operation.propagate(node, on: tape)
                }
            }
        }
        for index in firstSlot..<firstSlot + tracker.parameters {
            let slot = tape.state.pointee.slots[index]
            if !slot.hasGradient { slot.gradient?.update(repeating: 0, count: slot.count) }
        }
        if tape.state.pointee.isInspecting, output.isTracked {
            tape.state.pointee.inspector?.didDifferentiate(
                on: tape, loss: loss.slot, firstNode: firstNode,
                parameters: firstSlot..<firstSlot + tracker.parameters)
        }
        let flat = tape.append(block, .vector(tracker.elements))
        return (output.value[0], Gradients(flat: flat, firstSlot: firstSlot, count: tracker.parameters))
    }

    @inline(never)
    private func propagateInspected(_ node: Node, _ index: Int) {
        guard let inspector = tape.state.pointee.inspector else { return }
        let gradientNorm = tape.norm(tape.outputGradient(node), tape.slot(at: node.output).count)
        let start = ContinuousClock.now
        node.operation.propagate(node, on: tape)
        inspector.didPropagate(on: tape, index, since: start, gradientNorm: gradientNorm)
    }

    /// What was made is constant from here on. Handles to parameters end: their memory may now change.
    @usableFromInline
    func end() {
        let state = tape.state
        state.pointee.isTracking = false
        state.pointee.nodes.truncate(to: firstNode)
        for index in firstSlot..<state.pointee.slots.count {
            state.pointee.slots[index].isTracked = false
            if state.pointee.slots[index].aliasesParameter { state.pointee.slots[index].generation = 0 }
        }
        state.pointee.storages.truncate(to: storages)
    }
}
