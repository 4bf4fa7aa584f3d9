/// One value on the tape.
struct Slot {
    let memory: UnsafeMutableRawPointer
    /// Set when the first contribution arrives (for parameters, when differentiation starts).
    var gradient: UnsafeMutablePointer<Float>?
    let shape: Shape
    /// Of the scope that made it; 0 when the slot may not be used any more.
    var generation: UInt32
    /// Whether it depends on something at which gradients are asked for.
    var isTracked: Bool
    var hasGradient = false
    /// The memory belongs to a parameter, not to the arena.
    var aliasesParameter = false

    var count: Int { shape.count }

    // The handle's type says which of these it is: `Tensor`, `IndexTensor`, `ByteTensor`.
    var value: UnsafeMutablePointer<Float> {
        @inline(__always) get { memory.assumingMemoryBound(to: Float.self) }
    }
    var indices: UnsafeMutablePointer<Int32> {
        @inline(__always) get { memory.assumingMemoryBound(to: Int32.self) }
    }
    var bytes: UnsafeMutablePointer<UInt8> {
        @inline(__always) get { memory.assumingMemoryBound(to: UInt8.self) }
    }
}

/// One recorded operation: its type, the slots that it read, and what else its derivative needs.
struct Node {
    let operation: any Operation.Type
    var output: Int32 = -1
    var first: Int32 = -1
    var second: Int32 = -1
    var third: Int32 = -1
    /// What the operation needs to remember, by its own convention.
    var code: Int32 = 0
    var start = 0
    var p: Float = 0
    var q: Float = 0
    var memory: UnsafeMutableRawPointer?
    /// Slots beyond the third.
    var others = UnsafeMutableBufferPointer<Int32>(start: nil, count: 0)

    /// Every slot that was read, in the operation's order.
    func forEachInput(_ body: (Int32) -> Void) {
        if first >= 0 { body(first) }
        if second >= 0 { body(second) }
        if third >= 0 { body(third) }
        for slot in others where slot >= 0 { body(slot) }
    }
}
