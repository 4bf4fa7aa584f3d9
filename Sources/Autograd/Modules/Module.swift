internal import CKernels

/// Walks the parameters of a module in their order, by name.
///
/// A visitor that cannot fail leaves `Failure` alone and visiting it needs no `try`. One that can (reading a
/// checkpoint) says `typealias Failure = any Error`, or a type of its own.
public protocol ParameterVisitor {
    /// What `visit` throws.
    associatedtype Failure: Error = Never

    /// One parameter, by its name within the module entered last.
    mutating func visit(_ name: StaticString, _ parameter: inout Parameter) throws(Failure)

    /// Numbers that belong to a module and are saved with it, but not learned: running statistics. Most visitors pass
    /// over them.
    mutating func visitState(_ name: StaticString, _ state: inout Parameter) throws(Failure)

    /// The parameters that follow, until `leave`, belong to a part of this name: "layers", with an index when
    /// it is one of several. A full name joins these with dots: "layers.0.weight".
    mutating func enter(_ name: StaticString, index: Int?)

    /// The part entered last is complete.
    mutating func leave()
}

extension ParameterVisitor {
    /// Only what is learned matters to most visitors.
    public mutating func visitState(_ name: StaticString, _ state: inout Parameter) throws(Failure) {}

    /// Names do not matter to most visitors.
    public mutating func enter(_ name: StaticString, index: Int?) {}

    /// Names do not matter to most visitors.
    public mutating func leave() {}

    /// Visits a module that is a part of another.
    @inlinable
    public mutating func visit<M: Module>(_ name: StaticString, index: Int? = nil, _ part: inout M)
        throws(Failure)
    {
        enter(name, index: index)
        defer { leave() }
        try part.visitParameters(&self)
    }
}

/// Something with parameters: a layer, a network, several networks learned together. A value: copies do not
/// influence each other.
public protocol Module: Sendable {
    /// Shows every parameter to the visitor, always in the same order.
    mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure)
}

extension Module {
    /// The number of learned numbers.
    public var parameterCount: Int {
        var copy = self
        var counter = ParameterCounter()
        copy.visitParameters(&counter)
        return counter.elements
    }

    /// self += rate · (other - self), in place: the target update of DDPG (Lillicrap et al. 2015, algorithm
    /// 1). Both are of the same structure. Running statistics move along.
    public mutating func move(toward other: Self, by rate: Float) {
        var source = other
        var counter = ParameterCounter()
        source.visitParameters(&counter)
        let scope = Scope()
        defer { scope.close() }
        let count = counter.parameters + counter.states
        let memory = scope.tape.allocate(count, of: UnsafeBufferPointer<Float>.self)
        var collector = PointerCollector(next: memory)
        source.visitParameters(&collector)
        // `source` holds what the pointers point to, and self, sharing memory with it, is copied before it
        // changes.
        withExtendedLifetime(source) {
            var mixer = Mixer(next: memory, end: memory + count, rate: rate)
            visitParameters(&mixer)
            if mixer.next != mixer.end { failure("move(toward:): the other module has more parameters") }
        }
    }
}

private struct ParameterCounter: ParameterVisitor {
    var parameters = 0
    var elements = 0
    var states = 0

    mutating func visit(_ name: StaticString, _ parameter: inout Parameter) {
        parameters += 1
        elements += parameter.count
    }

    mutating func visitState(_ name: StaticString, _ state: inout Parameter) { states += 1 }
}

private struct PointerCollector: ParameterVisitor {
    var next: UnsafeMutablePointer<UnsafeBufferPointer<Float>>

    mutating func visit(_ name: StaticString, _ parameter: inout Parameter) {
        next.initialize(
            to: UnsafeBufferPointer(start: parameter.storage.pointer, count: parameter.count))
        next += 1
    }

    mutating func visitState(_ name: StaticString, _ state: inout Parameter) { visit(name, &state) }
}

private struct Mixer: ParameterVisitor {
    var next: UnsafeMutablePointer<UnsafeBufferPointer<Float>>
    let end: UnsafeMutablePointer<UnsafeBufferPointer<Float>>
    let rate: Float

    mutating func visit(_ name: StaticString, _ parameter: inout Parameter) {
        if next == end || next.pointee.count != parameter.count {
            failure("move(toward:): the two modules have different parameters at \(name) \(parameter.shape)")
        }
        parameter.withUnsafeMutableBufferPointer { buffer in
            if let from = next.pointee.baseAddress, let to = buffer.baseAddress {
                Tape.current.kernels.mix(buffer.count, rate, from, to)
            }
        }
        next += 1
    }

    mutating func visitState(_ name: StaticString, _ state: inout Parameter) { visit(name, &state) }
}
