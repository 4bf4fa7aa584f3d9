import RLCore

extension Archive {
    /// One number of the state, which is never outside `range`.
    mutating func field(
        _ name: String, _ value: inout Double, within range: ClosedRange<Double>
    ) throws(ArchiveError) {
        var restored = value
        try field(name, &restored)
        // A NaN is in no range.
        guard range.contains(restored) else {
            throw ArchiveError(
                "field '\(name)' is \(restored), expected from \(range.lowerBound) to \(range.upperBound)")
        }
        value = restored
    }
}
