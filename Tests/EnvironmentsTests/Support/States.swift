import RLCore
import Testing

extension Environment where Scalar == Float, Random == PCG64 {
    /// The same task in another state: some numbers of its archive replaced.
    func replacingState(_ numbers: [String: Double]) throws -> Self {
        var (saved, restored) = (self, self)
        var archive = Archive()
        try saved.archive(&archive)
        var entries = archive.entries
        for (name, number) in numbers {
            try #require(entries[name]?.type == .float64)
            let bytes = withUnsafeBytes(of: number) { Array($0) }
            entries[name] = Archive.Entry(type: .float64, shape: [], bytes: bytes)
        }
        var reading = Archive(restoring: entries)
        try restored.archive(&reading)
        return restored
    }

    /// Acts once; what is observed, and what came of it.
    mutating func acting(_ action: Action) -> (observation: [Float], outcome: Outcome) {
        var observation = [Float](repeating: .nan, count: observationSpace.count)
        var random = PCG64(seed: 0)
        var span = observation.mutableSpan
        let outcome = step(action, into: &span, using: &random)
        return (observation, outcome)
    }

    /// Expects an archive with any of `numbers`, each alone, to be refused.
    func expectRefusal(of numbers: KeyValuePairs<String, Double>) {
        for (name, number) in numbers {
            #expect(throws: ArchiveError.self, "\(name) = \(number)") { try replacingState([name: number]) }
        }
    }
}
