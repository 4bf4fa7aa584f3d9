internal import CKernels

/// What a thread's tape holds. Never moved, reached by pointer only: a class's stored properties would pay
/// for an exclusivity check on each access.
struct TapeState {
    var arena = Arena()
    var slots = Stack<Slot>(capacity: 1024)
    var nodes = Stack<Node>(capacity: 1024)
    /// Keep aliased memory alive until the scope ends.
    var owners = Stack<any Sendable>(capacity: 16)
    var aliases = Stack<Alias>(capacity: 16)
    var customOperations = Stack<any CustomOperation>(capacity: 4)
    var storages = Stack<ParameterStorage>(capacity: 16)
    /// Of the innermost open scope; 0 when none is open.
    var generation: UInt32 = 0
    var nextGeneration: UInt32 = 0
    var generationsLeft: UInt32 = 0
    var isTracking = false
    /// Set while `inspecting` runs: then every operation is recorded, and tells the time.
    var isInspecting = false
    var checksAliases = AliasChecking.isDefault
    var inspector: Inspector?
    var kernels = rl_kernels_default()
}

/// The tape of the current thread: where tensors live, and what was done with the tracked ones.
struct Tape {
    let state: UnsafeMutablePointer<TapeState>

    static var current: Tape {
        @inline(__always) get {
            if let pointer = rl_thread_local_get() {
                return Tape(state: pointer.assumingMemoryBound(to: TapeState.self))
            }
            return create()
        }
    }

    @inline(never)
    private static func create() -> Tape {
        let state = UnsafeMutablePointer<TapeState>.allocate(capacity: 1)
        state.initialize(to: TapeState())
        rl_thread_local_set(state) { pointer in
            let state = pointer.assumingMemoryBound(to: TapeState.self)
            state.pointee.nodes.deallocate()
            state.pointee.slots.deallocate()
            state.pointee.owners.deallocate()
            state.pointee.aliases.deallocate()
            state.pointee.customOperations.deallocate()
            state.pointee.storages.deallocate()
            state.pointee.arena.deallocate()
            state.deinitialize(count: 1)
            state.deallocate()
        }
        return Tape(state: state)
    }

    /// The loops of the chosen instruction set.
    var kernels: rl_kernels {
        @inline(__always) get { state.pointee.kernels.pointee }
    }

    // MARK: - Values

    /// Memory until the scope ends, not cleared.
    @inline(__always)
    func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
        allocate(count, of: Float.self)
    }

    @inline(__always)
    func allocate<Element>(_ count: Int, of type: Element.Type) -> UnsafeMutablePointer<Element> {
        state.pointee.arena.allocate(byteCount: count &* MemoryLayout<Element>.stride)
            .bindMemory(to: type, capacity: count)
    }

    /// A new value of the innermost scope: its place on the tape.
    @inline(__always)
    func appendSlot(
        _ memory: UnsafeMutableRawPointer, _ shape: Shape, isTracked: Bool = false,
        aliasesParameter: Bool = false
    ) -> (slot: Int32, generation: UInt32) {
        let generation = state.pointee.generation
        if generation == 0 { failure("a tensor was made outside withTape { … }") }
        let index = Int32(truncatingIfNeeded: state.pointee.slots.count)
        state.pointee.slots.append(
            Slot(
                memory: memory, gradient: nil, shape: shape, generation: generation, isTracked: isTracked,
                aliasesParameter: aliasesParameter))
        return (index, generation)
    }

    /// A new tensor of the innermost scope.
    @inline(__always)
    func append(
        _ value: UnsafeMutablePointer<Float>, _ shape: Shape, isTracked: Bool = false,
        aliasesParameter: Bool = false
    ) -> Tensor {
        let (slot, generation) = appendSlot(
            value, shape, isTracked: isTracked, aliasesParameter: aliasesParameter)
        return Tensor(slot: slot, generation: generation)
    }

    /// The slot of a handle; stops the program when the handle is not of an open scope of this thread.
    @inline(__always)
    func slot(_ tensor: Tensor) -> Slot { slot(tensor.slot, tensor.generation) }

    @inline(__always)
    func slot(_ slot: Int32, _ generation: UInt32) -> Slot {
        let index = Int(slot)
        if index >= state.pointee.slots.count || state.pointee.slots[index].generation != generation {
            staleHandle()
        }
        return state.pointee.slots[index]
    }

    @inline(never)
    private func staleHandle() -> Never {
        failure(
            "a tensor was used after the end of its scope, or on another thread than the one that made it")
    }

    // MARK: - Recording

    /// Whether an operation with tracked inputs, or without, has to keep what its derivative needs.
    @inline(__always)
    func isRecording(_ isTracked: Bool) -> Bool { isTracked || state.pointee.isInspecting }

    /// The result of an operation: a new tensor, and the recorded operation where somebody will ask for it. The
    /// one way in which operations leave a trace.
    @inline(__always)
    func result(
        _ value: UnsafeMutablePointer<Float>, _ shape: Shape, isTracked: Bool, aliasesParameter: Bool = false,
        _ node: @autoclosure () -> Node
    ) -> Tensor {
        let output = append(value, shape, isTracked: isTracked, aliasesParameter: aliasesParameter)
        if isRecording(isTracked) {
            var recorded = node()
            recorded.output = output.slot
            state.pointee.nodes.append(recorded)
            if state.pointee.isInspecting { stamp() }
        }
        return output
    }

    @inline(never)
    private func stamp() { state.pointee.inspector?.didRecord(on: self) }

    /// The slot at a position that a recorded operation remembers.
    @inline(__always)
    func slot(at index: Int32) -> Slot { state.pointee.slots[Int(index)] }

    @inline(__always)
    func isTracked(_ index: Int32) -> Bool { index >= 0 && state.pointee.slots[Int(index)].isTracked }

    /// Where the gradient of a slot goes, and whether something is there already to be added to. The caller
    /// fills it.
    func gradient(of index: Int32) -> (memory: UnsafeMutablePointer<Float>, accumulate: Bool) {
        let slots = state.pointee.slots
        let had = slots[Int(index)].hasGradient
        let memory = slots[Int(index)].gradient ?? allocate(slots[Int(index)].count)
        slots[Int(index)].gradient = memory
        slots[Int(index)].hasGradient = true
        return (memory, had)
    }

    /// Where the gradient of a slot is added up: cleared when nothing has arrived yet.
    func accumulatedGradient(of index: Int32) -> UnsafeMutablePointer<Float> {
        let (memory, accumulate) = gradient(of: index)
        if !accumulate { memory.update(repeating: 0, count: slot(at: index).count) }
        return memory
    }

    /// The gradient that has arrived at a recorded operation's result.
    func outputGradient(_ node: Node) -> UnsafeMutablePointer<Float> {
        gradient(of: node.output).memory
    }

    /// Memory until the scope ends, all zeros.
    func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
        let memory = allocate(count)
        memory.update(repeating: 0, count: count)
        return memory
    }
}
