import RLCore

/// Transitions of a rollout, gathered to be learned from together; overwritten by every `gather`.
public struct Minibatch: Sendable {
    /// Transitions.
    public let count: Int
    /// What was acted on, `[count, width]`.
    public private(set) var observations: ObservationBatch
    /// What was done, `[count, width]`.
    public private(set) var actions: ActionBatch
    /// log π(a | s) of it then, `[count]`.
    public private(set) var logProbabilities: [Float]
    /// V(s) then, `[count]`.
    public private(set) var values: [Float]
    /// `[count]`
    public private(set) var advantages: [Float]
    /// `[count]`
    public private(set) var returns: [Float]

    /// Room for `count` transitions.
    public init(count: Int, observationSpace: Space, actionSpace: Space) {
        self.count = count
        observations = ObservationBatch(for: observationSpace, count: count)
        actions = ActionBatch(for: actionSpace, count: count)
        logProbabilities = Array(repeating: 0, count: count)
        values = Array(repeating: 0, count: count)
        advantages = Array(repeating: 0, count: count)
        returns = Array(repeating: 0, count: count)
    }

    /// Takes the transitions at `places` of the rollout, of which there are `count`.
    public mutating func gather(_ places: ArraySlice<Int32>, of rollout: borrowing Rollout) {
        if places.count != count { failure("\(places.count) places for a minibatch of \(count)") }
        for place in places where !(0..<rollout.count).contains(Int(place)) {
            failure("place \(place) of a rollout of \(rollout.count) transitions")
        }
        let width = observations.width
        switch observations.scalarType {
        case .float32: observations.floats.gather(places, of: rollout.observations.floats, width: width)
        case .uint8: observations.bytes.gather(places, of: rollout.observations.bytes, width: width)
        case .int32: observations.indices.gather(places, of: rollout.observations.indices, width: width)
        }
        actions.indices.gather(places, of: rollout.actions.indices, width: actions.width)
        actions.values.gather(places, of: rollout.actions.values, width: actions.width)
        logProbabilities.gather(places, of: rollout.logProbabilities, width: 1)
        values.gather(places, of: rollout.values, width: 1)
        advantages.gather(places, of: rollout.advantages, width: 1)
        returns.gather(places, of: rollout.returns, width: 1)
    }

    /// The rows of one of `parts` parts, all about equally long.
    public func rows(ofPart part: Int, of parts: Int) -> Range<Int> {
        count * part / parts..<count * (part + 1) / parts
    }

    /// Whether the gradients of this many transitions of a model of so many parameters take long enough, some tens of
    /// microseconds, for half of them to be worth a thread.
    public func isWorthThreads(parameters: Int) -> Bool { count >= 64 && count * parameters >= 500_000 }

    /// `Returns.normalize` over these.
    public mutating func normalizeAdvantages() { Returns.normalize(&advantages) }
}

extension Array where Element: BitwiseCopyable {
    /// Fills these rows with those at `places` of another matrix, which must be in its bounds; an array that is not used is
    /// empty and stays so.
    fileprivate mutating func gather(_ places: ArraySlice<Int32>, of other: borrowing [Element], width: Int) {
        if isEmpty { return }
        if count != places.count * width { failure("\(places.count) rows of \(width) into \(count) numbers") }
        withUnsafeMutableBufferPointer { rows in
            other.withUnsafeBufferPointer { source in
                guard var row = rows.baseAddress, let source = source.baseAddress else { return }
                for place in places {
                    row.update(from: source + Int(place) * width, count: width)
                    row += width
                }
            }
        }
    }
}
