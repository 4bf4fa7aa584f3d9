/// Takes any numbers as an action and clips them to the task's bounds: Gymnasium's `ClipAction`.
///
/// The space says so: it has no bounds. A policy that goes by the bounds of a box (one that squashes or rescales) needs
/// the task without this.
public struct ClippedActions<Base: Environment>: Modifier where Base.Action: NumericAction {
    @usableFromInline let box: Box

    /// Clips to the bounds of `base`.
    public init(_ base: Base) {
        box = base.actionBox(for: "clippingActions")
    }

    /// The base's without bounds.
    public func actionSpace(of base: Base) -> Space {
        .box(Box(low: [-.infinity], high: [.infinity], shape: box.shape))
    }

    /// Acts once, within the bounds.
    @inlinable
    public mutating func step(
        _ base: inout Base, _ action: Base.Action, into observation: inout MutableSpan<Base.Scalar>,
        using random: inout Base.Random
    ) -> Outcome {
        let clipped = action.mapped { index, number in
            let bounds = box.bounds(at: index)
            return min(max(number, bounds.lowerBound), bounds.upperBound)
        }
        return base.step(clipped, into: &observation, using: &random)
    }

    /// Nothing: it has no state.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}
}

extension Environment where Action: NumericAction {
    /// The same task, which takes any numbers as actions and clips them to its bounds.
    public func clippingActions() -> Modified<ClippedActions<Self>> {
        Modified(self, ClippedActions(self))
    }
}
