/// Probabilities to draw from as Gymnasium's tabular tasks do: the outcome is the first whose running sum lies above a
/// uniform draw.
struct RunningSums: Sendable {
    private let sums: [Double]

    init(_ probabilities: [Double]) {
        var sum = 0.0
        sums = probabilities.map { probability in
            // One after another: another order of adding rounds differently.
            sum += probability
            return sum
        }
    }

    /// The number of one of few outcomes; 0 where rounding has left the last sum at or below the draw.
    func outcome(for draw: Double) -> Int {
        // Counted, not searched: no processor can predict where a search would turn.
        var passed = 0
        for sum in sums { passed += sum <= draw ? 1 : 0 }
        return passed < sums.count ? passed : 0
    }

    /// The number of one of many outcomes; nil where rounding has left the last sum at or below the draw.
    func indexAbove(_ draw: Double) -> Int? {
        var (low, high) = (0, sums.count)
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] > draw { high = middle } else { low = middle + 1 }
        }
        return low < sums.count ? low : nil
    }
}
