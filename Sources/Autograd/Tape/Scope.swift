internal import CKernels

/// Where an open scope began.
@usableFromInline
struct Scope {
    let tape: Tape
    let position: Arena.Position
    let slots: Int
    let nodes: Int
    let owners: Int
    let aliases: Int
    let customOperations: Int
    let storages: Int
    let outerGeneration: UInt32
    let wasTracking: Bool

    @usableFromInline
    init() {
        let tape = Tape.current
        let state = tape.state
        self.tape = tape
        position = state.pointee.arena.position
        slots = state.pointee.slots.count
        nodes = state.pointee.nodes.count
        owners = state.pointee.owners.count
        aliases = state.pointee.aliases.count
        customOperations = state.pointee.customOperations.count
        storages = state.pointee.storages.count
        outerGeneration = state.pointee.generation
        wasTracking = state.pointee.isTracking
        state.pointee.generation = tape.takeGeneration()
        if state.pointee.isInspecting { state.pointee.inspector?.didOpen() }
    }

    @usableFromInline
    func close() {
        let state = tape.state
        if state.pointee.aliases.count > aliases { tape.checkAliases(from: aliases) }
        if state.pointee.isInspecting {
            tape.state.pointee.inspector?.willClose(on: tape, nodes: nodes, isOutermost: outerGeneration == 0)
        }
        state.pointee.generation = outerGeneration
        state.pointee.isTracking = wasTracking
        state.pointee.slots.truncate(to: slots)
        state.pointee.nodes.truncate(to: nodes)
        state.pointee.owners.truncate(to: owners)
        state.pointee.aliases.truncate(to: aliases)
        state.pointee.customOperations.truncate(to: customOperations)
        state.pointee.storages.truncate(to: storages)
        state.pointee.arena.reset(to: position)
    }
}

extension Tape {
    /// A number that no other scope of the process has, so that a handle tells its scope and its thread apart
    /// from all others. Taken from the shared counter in blocks: threads that act should not meet there.
    @inline(__always)
    fileprivate func takeGeneration() -> UInt32 {
        let block: UInt32 = 1024
        if state.pointee.generationsLeft == 0 {
            state.pointee.nextGeneration = rl_generation_block(block)
            state.pointee.generationsLeft = block
        }
        let generation = state.pointee.nextGeneration
        state.pointee.nextGeneration &+= 1
        state.pointee.generationsLeft &-= 1
        // 0 stands for "none" and comes round after 2³² scopes.
        return generation == 0 ? UInt32.max : generation
    }
}

/// Opens a scope for tensors: once an update or minibatch, once an act. At its end everything made inside is
/// given back at once, so only what is Sendable (numbers, arrays, parameters) can leave it. Scopes nest.
@inlinable
public func withTape<R: Sendable>(_ body: () throws -> R) rethrows -> R {
    let scope = Scope()
    defer { scope.close() }
    return try body()
}
