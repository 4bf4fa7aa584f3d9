/// In every frame, with some probability, the action of the frame before is done again instead of the one chosen: the
/// console's way of making a game of fixed moves random (Machado et al. 2018, "Revisiting the Arcade Learning
/// Environment"). After a start the action before is the first one, which does nothing.
///
/// Draws `random()` once a frame before anything else, and nothing where the probability is 0.
public struct StickyActions<Base: LazilyObserved>: LazyModifier where Base.Action == Int {
    /// That the action before is done again.
    public let probability: Double
    @usableFromInline var last = 0

    /// A probability from 0 to 1.
    public init(_ probability: Double) {
        if !(0...1).contains(probability) { failure("a probability is from 0 to 1, not \(probability)") }
        self.probability = probability
    }

    /// Starts an episode.
    @inlinable
    public mutating func start(_ base: inout Base, using random: inout Base.Random) {
        last = 0
        base.start(using: &random)
    }

    /// Acts once.
    @inlinable
    public mutating func advance(
        _ base: inout Base, _ action: Int, using random: inout Base.Random
    ) -> Outcome {
        let isRepeated = probability > 0 && random.random() < probability
        if !isRepeated { last = action }
        return base.advance(last, using: &random)
    }

    /// Visits the last action.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("last", &last)
        if last < 0 { throw ArchiveError("field 'last' is \(last), expected an action") }
    }
}

extension LazilyObserved where Action == Int {
    /// The same task with actions that stick (`StickyActions`); 0 is never.
    public func sticky(_ probability: Double) -> Modified<StickyActions<Self>> {
        Modified(self, StickyActions(probability))
    }
}
