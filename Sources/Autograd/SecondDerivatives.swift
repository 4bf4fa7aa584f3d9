/// Gradients that are tensors themselves, while they are summed up; see `gradient(of:at:)`.
struct Adjoints {
    let tape: Tape
    private var sums: [Int32: Tensor] = [:]
    /// The slots that lie between what is differentiated and what it is differentiated at.
    fileprivate var wanted: Set<Int32>

    fileprivate init(_ tape: Tape, wanted: Set<Int32>) {
        self.tape = tape
        self.wanted = wanted
    }

    /// Whether a contribution to this slot would be used.
    func wants(_ slot: Int32) -> Bool { wanted.contains(slot) }

    /// The handle of a slot that a recorded operation read or wrote.
    func tensor(_ slot: Int32) -> Tensor {
        Tensor(slot: slot, generation: tape.slot(at: slot).generation)
    }

    /// The shape of a slot.
    func shape(_ slot: Int32) -> Shape { tape.slot(at: slot).shape }

    /// Adds a contribution, which is only computed where it is used.
    mutating func add(to slot: Int32, _ contribution: @autoclosure () -> Tensor) {
        if !wants(slot) { return }
        let contribution = contribution()
        sums[slot] = sums[slot].map { $0 + contribution } ?? contribution
    }

    fileprivate subscript(slot: Int32) -> Tensor? { sums[slot] }
}

/// ∂(Σ y)/∂x as a tensor that can be differentiated again: inside `valueAndGradients`, x is a tracked parameter's
/// tensor or made by `asVariable()`, and y was computed from it. A tensor of zeros where it was not.
///
/// Only through operations that know their derivative in tensor operations; asking beyond them stops with the
/// operation's name.
public func gradient(of y: Tensor, at x: Tensor) -> Tensor { gradients(of: y, at: [x])[0] }

/// As `gradient(of:at:)` at several tensors, in one walk.
public func gradients(of y: Tensor, at xs: [Tensor]) -> [Tensor] {
    let tape = Tape.current
    let count = tape.state.pointee.nodes.count
    let output = tape.slot(y)
    if !tape.state.pointee.isTracking {
        failure("gradient(of:at:) was called outside valueAndGradients, where operations are not recorded")
    }
    // Forward from xs, so that only paths between them and y are walked.
    var wanted = Set(xs.map { x in tape.slot(x).isTracked ? x.slot : -1 })
    wanted.remove(-1)
    for index in 0..<count {
        let node = tape.state.pointee.nodes[index]
        if !tape.isTracked(node.output) { continue }
        node.forEachInput { if wanted.contains($0) { wanted.insert(node.output) } }
    }
    var adjoints = Adjoints(tape, wanted: wanted)
    adjoints.add(to: y.slot, Tensor(1).broadcast(to: output.shape))
    for index in (0..<count).reversed() {
        let node = tape.state.pointee.nodes[index]
        if let gradient = adjoints[node.output] { node.operation.propagate(node, gradient, to: &adjoints) }
    }
    return xs.map { adjoints[$0.slot] ?? Tensor(zeros: $0.shape) }
}

/// The gradient of Σ y at all parameters of a tracked model, one after the other as a vector [parameters] that can
/// be differentiated again. Its product with a constant vector v, differentiated at the model, is the product of the
/// second derivative with v: what TRPO's conjugate gradients ask for (Schulman et al. 2015, appendix C).
public func flatGradient<M: Module>(of y: Tensor, at model: M) -> Tensor {
    var model = model
    var collector = TensorCollector()
    model.visitParameters(&collector)
    let gradients = gradients(of: y, at: collector.tensors)
    return concatenated(gradients.map { $0.flattened() }, axis: 0)
}

private struct TensorCollector: ParameterVisitor {
    var tensors: [Tensor] = []

    mutating func visit(_ name: StaticString, _ parameter: inout Parameter) {
        tensors.append(parameter.tensor)
    }
}

extension Tensor {
    /// The same numbers as a variable: inside `valueAndGradients`, gradients can be asked for at it with
    /// `gradient(of:at:)`. Nothing flows through it to what it was made from.
    public func asVariable() -> Tensor {
        let tape = Tape.current
        let input = tape.slot(self)
        return tape.append(
            input.value, input.shape, isTracked: tape.state.pointee.isTracking,
            aliasesParameter: input.aliasesParameter)
    }
}
