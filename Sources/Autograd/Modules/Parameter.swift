/// How a parameter's axes lie in memory, for writers that follow another convention.
public enum ParameterLayout: Equatable, Sendable {
    /// As it is read.
    case plain
    /// The weight of a linear layer, [in, out]; PyTorch writes [out, in].
    case inputOutput
    /// The weight of a convolution, [height, width, in, out]; PyTorch writes [out, in, height, width].
    case convolution
    /// The weight of a linear layer behind images with channels last, [height · width · channels, out]; PyTorch, whose
    /// images have channels first, writes [out, channels · height · width].
    case flattenedImages(height: Int, width: Int)
}

/// A parameter's memory. Changed only while a single `Parameter` holds it.
final class ParameterStorage: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Float>
    let shape: Shape
    let layout: ParameterLayout

    /// Not initialised.
    init(_ shape: Shape, _ layout: ParameterLayout) {
        self.shape = shape
        self.layout = layout
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: max(shape.count, 1) * MemoryLayout<Float>.stride, alignment: 64)
        pointer = memory.bindMemory(to: Float.self, capacity: shape.count)
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }
}

/// Numbers that are learned: a value that outlives scopes and steps. Copies share memory until one of them is
/// changed, so `target = network` costs nothing now and one copy at the next change.
public struct Parameter: Sendable {
    private(set) var storage: ParameterStorage
    /// Its place on the tape while gradients are asked for at it.
    var slot: Int32 = -1
    var generation: UInt32 = 0

    /// A parameter from its elements, row by row; stops the program when their number does not fit the shape.
    public init(shape: Shape, layout: ParameterLayout = .plain, _ values: [Float]) {
        if shape.count != values.count { failure("parameter: \(values.count) values do not fit \(shape)") }
        storage = ParameterStorage(shape, layout)
        values.withUnsafeBufferPointer { buffer in
            if let base = buffer.baseAddress { storage.pointer.initialize(from: base, count: buffer.count) }
        }
    }

    /// A parameter from its elements, row by row; stops the program when their number does not fit the shape.
    public init(shape: [Int], _ values: [Float]) { self.init(shape: Shape(shape), values) }

    /// The sizes of its axes.
    public var shape: Shape { storage.shape }

    /// How its axes lie in memory.
    public var layout: ParameterLayout { storage.layout }

    /// The number of elements.
    public var count: Int { storage.shape.count }

    /// A copy of the elements, row by row.
    public var values: [Float] { withUnsafeBufferPointer(Array.init) }

    /// Reads the elements in place, row by row.
    public func withUnsafeBufferPointer<R, E: Error>(
        _ body: (UnsafeBufferPointer<Float>) throws(E) -> R
    ) throws(E) -> R {
        let storage = storage
        return try body(UnsafeBufferPointer(start: storage.pointer, count: storage.shape.count))
    }

    /// Changes the elements in place, row by row; copies them first when another parameter shares them.
    public mutating func withUnsafeMutableBufferPointer<R, E: Error>(
        _ body: (UnsafeMutableBufferPointer<Float>) throws(E) -> R
    ) throws(E) -> R {
        makeUnique()
        return try body(UnsafeMutableBufferPointer(start: storage.pointer, count: storage.shape.count))
    }

    /// After this, nobody else sees a change of the elements, and the tape no longer takes them for what
    /// gradients were asked at.
    mutating func makeUnique() {
        slot = -1
        if isKnownUniquelyReferenced(&storage) { return }
        let copy = ParameterStorage(storage.shape, storage.layout)
        copy.pointer.initialize(from: storage.pointer, count: storage.shape.count)
        storage = copy
    }

    /// Takes the numbers of another memory of the same shape: in place where nobody else sees this one, otherwise
    /// by sharing the other.
    mutating func take(_ other: ParameterStorage) {
        slot = -1
        if storage === other { return }
        if isKnownUniquelyReferenced(&storage) {
            storage.pointer.update(from: other.pointer, count: other.shape.count)
        } else {
            storage = other
        }
    }

    /// Its value in the current scope. Inside `valueAndGradients`, a parameter of the model it is asked at is
    /// tracked; any other is a constant. A constant is held until the scope ends, so that changing the
    /// parameter meanwhile makes a copy of its memory.
    public var tensor: Tensor {
        let tape = Tape.current
        if tape.isTracked(self) { return Tensor(slot: slot, generation: generation) }
        tape.state.pointee.storages.append(storage)
        return tape.append(storage.pointer, storage.shape, aliasesParameter: true)
    }
}

extension Tape {
    /// Whether gradients are being asked for at this parameter, here and now.
    @inline(__always)
    func isTracked(_ parameter: Parameter) -> Bool {
        let index = Int(parameter.slot)
        if index < 0 || index >= state.pointee.slots.count { return false }
        let slot = state.pointee.slots[index]
        return slot.generation == parameter.generation && slot.isTracked
    }
}
