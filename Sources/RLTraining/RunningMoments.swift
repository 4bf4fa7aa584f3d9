import RLCore

/// Mean and variance of all that has been seen so far, of each of `width` numbers on its own, merged batch by batch (Chan
/// et al. 1979, "Updating formulae and a pairwise algorithm for computing sample variances").
///
/// They begin as 0 and 1 with the weight of 10⁻⁴ of an observation, as in OpenAI's and later implementations.
public struct RunningMoments: Sendable, Equatable {
    /// `[width]`
    public private(set) var mean: [Double]
    /// `[width]`, over the count.
    public private(set) var variance: [Double]
    /// Observations seen.
    public private(set) var count = 1e-4

    /// Of `width` numbers, none of them seen yet.
    public init(width: Int) {
        mean = Array(repeating: 0, count: width)
        variance = Array(repeating: 1, count: width)
    }

    /// Merges the rows of a matrix `[rows, width]`, where there are any.
    public mutating func update<T: BinaryFloatingPoint>(with values: borrowing [T]) {
        let width = mean.count
        let rows = values.count / max(width, 1)
        if rows * width != values.count { failure("\(values.count) numbers are not rows of \(width)") }
        if rows == 0 { return }
        let (weight, total) = (Double(rows), count + Double(rows))
        for column in 0..<width {
            var (sum, squares) = (0.0, 0.0)
            for row in 0..<rows { sum += Double(values[row * width + column]) }
            let batchMean = sum / weight
            for row in 0..<rows {
                let distance = Double(values[row * width + column]) - batchMean
                squares += distance * distance
            }
            let shift = batchMean - mean[column]
            mean[column] += shift * weight / total
            variance[column] =
                (variance[column] * count + squares + shift * shift * count * weight / total) / total
        }
        count = total
    }

    /// Visits "mean", "variance", "count".
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("mean", &mean)
        try archive.field("variance", &variance)
        try archive.field("count", &count)
    }
}
