/// Adds the steps of the episode so far as a last number to the observation: a value that depends on how much time is
/// left can then be learned (Pardo et al. 2018, "Time Limits in Reinforcement Learning").
///
/// With a limit the number is `steps / limit`, from 0 to 1: Gymnasium's `TimeAwareObservation` with
/// `normalize_time=True`. It stays 1 where an episode goes on. Without a limit it is the count itself, without a bound:
/// `normalize_time=False`, in `Float`, where the count is exact up to 2²⁴. Observations of several dimensions become
/// one row, as there. It cuts nothing: that is `timeLimit(_:)`, which may stand before or after.
public struct TimeAwareObservations<Base: Environment>: Modifier, PreservesDynamics
where Base.Scalar == Float {
    /// Steps that count as 1; 0 where they are counted as they are.
    public let limit: Int
    @usableFromInline let box: Box
    @usableFromInline var steps = 0

    /// Time on a scale of `limit` steps, or in steps where that is 0.
    public init(_ base: Base, limit: Int) {
        if limit < 0 { failure("a time scale is at least 1 step, or 0 for none, not \(limit)") }
        guard case .box(let original) = base.observationSpace else {
            failure("timeAware is for boxes, not for \(base.observationSpace)")
        }
        self.limit = limit
        let bounds = (0..<original.count).map { original.bounds(at: $0) }
        box = Box(
            low: bounds.map(\.lowerBound) + [0],
            high: bounds.map(\.upperBound) + [limit == 0 ? .infinity : 1], shape: [original.count + 1])
    }

    /// The base's as one row, and the time.
    public func observationSpace(of base: Base) -> Space { .box(box) }

    /// Starts an episode at time 0.
    @inlinable
    public mutating func reset(
        _ base: inout Base, into observation: inout MutableSpan<Float>, using random: inout Base.Random
    ) {
        steps = 0
        observation.withoutLast { base.reset(into: &$0, using: &random) }
        observation[observation.count - 1] = 0
    }

    /// Acts once; the observation that follows is a step later.
    @inlinable
    public mutating func step(
        _ base: inout Base, _ action: Base.Action, into observation: inout MutableSpan<Float>,
        using random: inout Base.Random
    ) -> Outcome {
        steps += 1
        let outcome = observation.withoutLast { base.step(action, into: &$0, using: &random) }
        let time = limit == 0 ? Double(steps) : Double(min(steps, limit)) / Double(limit)
        observation[observation.count - 1] = Float(time)
        return outcome
    }

    /// Visits the count.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        var restored = steps
        try archive.field("steps", &restored)
        guard restored >= 0 else { throw ArchiveError("field 'steps' is \(restored), a negative time") }
        steps = restored
    }
}

extension Environment where Scalar == Float {
    /// The same task, with the time as a last number of the observation: a share of `limit` steps, or the steps
    /// themselves where that is 0.
    public func timeAware(limit: Int = 0) -> Modified<TimeAwareObservations<Self>> {
        Modified(self, TimeAwareObservations(self, limit: limit))
    }
}

extension MutableSpan<Float> {
    /// Gives `body` all but the last number. A part of a span cannot be had without a closure yet.
    @inlinable
    mutating func withoutLast<R>(_ body: (inout MutableSpan<Float>) -> R) -> R {
        withUnsafeMutableBufferPointer { whole in
            var part = UnsafeMutableBufferPointer(rebasing: whole.dropLast()).mutableSpan
            return body(&part)
        }
    }
}
