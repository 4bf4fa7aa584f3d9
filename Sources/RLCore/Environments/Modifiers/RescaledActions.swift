/// Takes actions between bounds of one's own and maps them onto the task's, each number for itself: Gymnasium's
/// `RescaleAction`, in its single precision and to its last bit.
///
/// As there, nothing is clipped: what lies beyond the new bounds lies as far beyond the task's, which clips it.
public struct RescaledActions<Base: Environment>: Modifier where Base.Action: NumericAction {
    @usableFromInline let box: Box
    // An action `a` of the task is `gradient * a + intercept` here.
    @usableFromInline let gradient: [Float]
    @usableFromInline let intercept: [Float]

    /// Actions of `base` within `bounds`; the task's own bounds are finite.
    public init(_ base: Base, to bounds: ClosedRange<Double>) {
        let original = base.actionBox(for: "rescalingActions")
        let old = (0..<original.count).map { original.bounds(at: $0) }
        let spans = old.map { Double($0.upperBound) - Double($0.lowerBound) }
        let span = bounds.upperBound - bounds.lowerBound
        guard (spans + [span]).allSatisfy({ $0.isFinite && $0 > 0 }) else {
            failure(
                "rescalingActions maps bounds that are finite and differ, not \(base.actionSpace) to \(bounds)"
            )
        }
        let gradient = spans.map { Float(span / $0) }
        self.gradient = gradient
        intercept = zip(gradient, old).map { gradient, old in
            Float(Double(gradient * -old.lowerBound) + bounds.lowerBound)
        }
        box = Box(
            low: [Float(bounds.lowerBound)], high: [Float(bounds.upperBound)], shape: original.shape)
    }

    /// The new bounds.
    public func actionSpace(of base: Base) -> Space { .box(box) }

    /// The base's keys, with the actions in the new bounds.
    public func keyboard(_ base: KeyboardMap) -> KeyboardMap {
        base.mapActions { action in
            action.enumerated().map { Double(gradient[$0] * Float($1) + intercept[$0]) }
        }
    }

    /// Acts once, with what `action` means in the task's bounds.
    @inlinable
    public mutating func step(
        _ base: inout Base, _ action: Base.Action, into observation: inout MutableSpan<Base.Scalar>,
        using random: inout Base.Random
    ) -> Outcome {
        base.step(
            action.mapped { ($1 - intercept[$0]) / gradient[$0] }, into: &observation, using: &random)
    }

    /// Nothing: it has no state.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}
}

extension Environment where Action: NumericAction {
    /// The same task, with actions between `bounds`, mapped affinely onto the task's own: most algorithms for continuous
    /// actions act between -1 and 1.
    public func rescalingActions(to bounds: ClosedRange<Double>) -> Modified<RescaledActions<Self>> {
        Modified(self, RescaledActions(self, to: bounds))
    }
}
