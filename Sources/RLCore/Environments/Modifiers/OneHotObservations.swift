/// Shows the number of a discrete state as a row of zeros with a one, and several numbers as such rows one after
/// another: Gymnasium's `FlattenObservation` of a discrete or multi-discrete space, in `Float`.
///
/// Agents here need it not, since their encoders do the same; it is for policies and tools that take nothing but floats.
public struct OneHotObservations<Base: Environment>: Modifier, PreservesDynamics where Base.Scalar == Int32 {
    /// What is written.
    public typealias Scalar = Float

    /// Values that each number can take.
    @usableFromInline let counts: [Int]
    /// What the base writes into; of no meaning between calls.
    @usableFromInline var numbers: [Int32]

    /// Rows for what `base` observes, which is discrete or multi-discrete.
    public init(_ base: Base) {
        switch base.observationSpace {
        case .discrete(let count): counts = [count]
        case .multiDiscrete(let several): counts = several
        case .box: failure("oneHot is for discrete observations, not for \(base.observationSpace)")
        }
        numbers = [Int32](repeating: 0, count: counts.count)
    }

    /// As many zeros and ones as there are values.
    public func observationSpace(of base: Base) -> Space {
        .box(Box(low: [0], high: [1], shape: [counts.reduce(0, +)]))
    }

    /// Starts an episode.
    @inlinable
    public mutating func reset(
        _ base: inout Base, into observation: inout MutableSpan<Float>, using random: inout Base.Random
    ) {
        var span = numbers.mutableSpan
        base.reset(into: &span, using: &random)
        write(into: &observation)
    }

    /// Acts once.
    @inlinable
    public mutating func step(
        _ base: inout Base, _ action: Base.Action, into observation: inout MutableSpan<Float>,
        using random: inout Base.Random
    ) -> Outcome {
        var span = numbers.mutableSpan
        let outcome = base.step(action, into: &span, using: &random)
        write(into: &observation)
        return outcome
    }

    /// Nothing: it has no state.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}

    @usableFromInline
    func write(into observation: inout MutableSpan<Float>) {
        observation.update(repeating: 0)
        var start = 0
        for (index, count) in counts.enumerated() {
            observation[start + Int(numbers[index])] = 1
            start += count
        }
    }
}

extension Environment where Scalar == Int32 {
    /// The same task, with discrete observations as zeros and ones.
    public func oneHot() -> Modified<OneHotObservations<Self>> {
        Modified(self, OneHotObservations(self))
    }
}
