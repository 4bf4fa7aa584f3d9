import ArgumentParser
import RLCore
import RLRuns

/// Which episodes of an evaluation are worth being kept.
enum EpisodeChoice: String, CaseIterable, ExpressibleByArgument {
    /// As they come.
    case first
    /// Those of the highest return.
    case best
    /// Those of the lowest return.
    case worst
    /// Those in the middle.
    case median

    /// The numbers of `count` episodes, counted from 0, given the return of each.
    func choose(_ count: Int, among returns: [Double]) -> [Int] {
        // Of equal ones, the earlier first.
        let falling = returns.indices.sorted { (returns[$0], $1) > (returns[$1], $0) }
        return switch self {
        case .first: Array(returns.indices.prefix(count))
        case .best: Array(falling.prefix(count))
        case .worst: Array(returns.indices.sorted { (returns[$0], $0) < (returns[$1], $1) }.prefix(count))
        case .median: Array(falling.dropFirst((returns.count - count) / 2).prefix(count))
        }
    }
}
