/// Memory of somebody else that tensors of a scope read, and what was in it when they began to.
struct Alias {
    let memory: UnsafeRawBufferPointer
    let checksum: UInt64

    init(_ memory: UnsafeRawBufferPointer) {
        self.memory = memory
        checksum = Alias.checksum(memory)
    }

    /// FNV-1a over the bytes: for a check in debug builds, where speed is no matter.
    static func checksum(_ memory: UnsafeRawBufferPointer) -> UInt64 {
        memory.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}

/// Whether memory that tensors alias is compared at the end of their scope with what it held: true in debug builds.
package enum AliasChecking {
    /// Runs `body` with the check on, whatever the build, on the current thread.
    package static func enabled<R>(_ body: () throws -> R) rethrows -> R {
        let state = Tape.current.state
        let before = state.pointee.checksAliases
        state.pointee.checksAliases = true
        defer { state.pointee.checksAliases = before }
        return try body()
    }

    static let isDefault: Bool = {
        var isDebug = false
        assert({ isDebug = true }() == ())
        return isDebug
    }()
}

extension Tape {
    /// Keeps an array until the scope ends and returns its elements. They stay where they are as long as somebody
    /// holds the array unchanged, and the tape does. Nobody writes through this pointer: only gradients and results
    /// are written, never an input.
    func hold<Element: Sendable>(_ array: [Element]) -> UnsafeMutablePointer<Element> {
        state.pointee.owners.append(array)
        let base = array.withUnsafeBufferPointer { $0.baseAddress }
        return base.map { UnsafeMutablePointer(mutating: $0) } ?? allocate(0, of: Element.self)
    }

    /// Keeps an array until the scope ends and returns its elements from `start` on, as many as `shape` has.
    func hold<Element: Sendable>(
        _ array: [Element], from start: Int, _ shape: Shape
    ) -> UnsafeMutablePointer<Element> {
        if start < 0 || start > array.count - shape.count {
            failure("aliasing: \(shape) from element \(start) on does not fit an array of \(array.count)")
        }
        return hold(array) + start
    }

    /// Keeps the owner of some memory until the scope ends and returns the memory.
    func hold(_ memory: UnsafeRawBufferPointer, of owner: any Sendable) -> UnsafeMutableRawPointer {
        state.pointee.owners.append(owner)
        if state.pointee.checksAliases { state.pointee.aliases.append(Alias(memory)) }
        return memory.baseAddress.map { UnsafeMutableRawPointer(mutating: $0) }
            ?? UnsafeMutableRawPointer(allocate(0))
    }

    /// Stops when memory that was aliased since position `first` holds something else now.
    @inline(never)
    func checkAliases(from first: Int) {
        for index in first..<state.pointee.aliases.count {
            let alias = state.pointee.aliases[index]
            if Alias.checksum(alias.memory) != alias.checksum {
                failure(
                    "aliasing: memory of \(alias.memory.count) bytes was overwritten while the scope that reads it "
                        + "was open")
            }
        }
    }
}
