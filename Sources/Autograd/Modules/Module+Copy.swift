extension Module {
    /// Takes the numbers of another module of the same structure: what `self = other` does, but in place where
    /// nobody shares this module's memory. The next change of either then has nothing to copy, so a target
    /// network that is refreshed so again and again costs no allocation.
    public mutating func copy(from other: Self) {
        var source = other
        var counter = StorageCounter()
        source.visitParameters(&counter)
        let scope = Scope()
        defer { scope.close() }
        let memory = scope.tape.allocate(counter.count, of: Unmanaged<ParameterStorage>.self)
        var collector = StorageCollector(next: memory)
        source.visitParameters(&collector)
        // `source` holds the storages.
        withExtendedLifetime(source) {
            var copier = Copier(next: memory, end: memory + counter.count)
            visitParameters(&copier)
            if copier.next != copier.end { failure("copy(from:): the other module has more parameters") }
        }
    }
}

private struct StorageCounter: ParameterVisitor {
    var count = 0

    mutating func visit(_ name: StaticString, _ parameter: inout Parameter) { count += 1 }
    mutating func visitState(_ name: StaticString, _ state: inout Parameter) { count += 1 }
}

private struct StorageCollector: ParameterVisitor {
    var next: UnsafeMutablePointer<Unmanaged<ParameterStorage>>

    mutating func visit(_ name: StaticString, _ parameter: inout Parameter) {
        next.initialize(to: .passUnretained(parameter.storage))
        next += 1
    }

    mutating func visitState(_ name: StaticString, _ state: inout Parameter) { visit(name, &state) }
}

private struct Copier: ParameterVisitor {
    var next: UnsafeMutablePointer<Unmanaged<ParameterStorage>>
    let end: UnsafeMutablePointer<Unmanaged<ParameterStorage>>

    mutating func visit(_ name: StaticString, _ parameter: inout Parameter) {
        if next == end { failure("copy(from:): the other module has no \(name) \(parameter.shape)") }
        let source = next.pointee.takeUnretainedValue()
        if source.shape != parameter.shape {
            failure("copy(from:): \(source.shape) does not fit \(name) \(parameter.shape)")
        }
        parameter.take(source)
        next += 1
    }

    mutating func visitState(_ name: StaticString, _ state: inout Parameter) { visit(name, &state) }
}
