/// Declares an observation of several dimensions as one row of the same numbers in the same order: Gymnasium's
/// `FlattenObservation` of a box. Discrete observations are for `oneHot()`.
public struct FlattenedObservations<Base: Environment>: Modifier, PreservesDynamics {
    @usableFromInline let box: Box

    /// A row of what `base` observes, which is a box.
    public init(_ base: Base) {
        guard case .box(let box) = base.observationSpace else {
            failure("flattened is for boxes, not for \(base.observationSpace), which oneHot is for")
        }
        self.box = box
    }

    /// One dimension with the bounds of all.
    public func observationSpace(of base: Base) -> Space {
        .box(Box(low: box.low, high: box.high, shape: [box.count], scalarType: box.scalarType))
    }

    /// Acts once.
    @inlinable
    public mutating func step(
        _ base: inout Base, _ action: Base.Action, into observation: inout MutableSpan<Base.Scalar>,
        using random: inout Base.Random
    ) -> Outcome {
        base.step(action, into: &observation, using: &random)
    }

    /// Nothing: it has no state.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}
}

extension Environment {
    /// The same task, with the observation's box as one row of numbers: pixels for a network without convolutions.
    public func flattened() -> Modified<FlattenedObservations<Self>> {
        Modified(self, FlattenedObservations(self))
    }
}
