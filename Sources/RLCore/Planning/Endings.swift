/// How episodes come to an end, which is what planning without a discount stands on: there a state may go in circles
/// for ever for nothing, and the equation of its value alone does not tell what it is worth.
extension FiniteModel {
    /// The action of every state by which an end most likely comes nearer, counted in steps of the luckiest course; nil
    /// where none of the `actions` that a state may choose from can lead to one, and where `isEnd` says that the
    /// state is as good as one.
    func waysToAnEnd(choosing actions: (Int) -> [Int], treating isEnd: [Bool]? = nil) -> [Int?] {
        var ways = [Int?](repeating: nil, count: stateCount)
        var predecessors = [[Int32]](repeating: [], count: stateCount)
        // 1 where an end is near: the expectation of this is the probability of coming there.
        var isNear = (isEnd ?? [Bool](repeating: false, count: stateCount)).map { $0 ? 1.0 : 0 }
        var frontier = isNear.indices.filter { isNear[$0] == 1 }
        for state in 0..<stateCount where isNear[state] == 0 {
            let choices = actions(state)
            ways[state] = mostLikely(choices) { endProbability(state, $0) }
            if ways[state] != nil { frontier.append(state) }
            for action in choices {
                for next in successors(state, action) { predecessors[Int(next)].append(Int32(state)) }
            }
        }
        for state in frontier { isNear[state] = 1 }
        while !frontier.isEmpty {
            var found: [Int] = []
            for predecessor in frontier.flatMap({ predecessors[$0] }).map(Int.init)
            where isNear[predecessor] == 0 && ways[predecessor] == nil {
                ways[predecessor] = mostLikely(actions(predecessor)) {
                    expectation(predecessor, $0, of: isNear)
                }
                found.append(predecessor)
            }
            for state in found { isNear[state] = 1 }
            frontier = found
        }
        return ways
    }

    /// The first of the actions that has the greatest probability; nil where none has any.
    private func mostLikely(_ actions: [Int], _ probability: (Int) -> Double) -> Int? {
        var (best, greatest) = (Int?.none, 1e-12)
        for action in actions {
            let probability = probability(action)
            if probability > greatest { (best, greatest) = (action, probability) }
        }
        return best
    }

    /// The action by which every state can be part of circles that go on for ever for nothing, or end for nothing, by
    /// the `actions` that it may choose from; nil elsewhere.
    func freeCircles(choosing actions: (Int) -> [Int]) -> [Int?] {
        var circles = (0..<stateCount).map { state in actions(state).first { reward(state, $0) == 0 } }
        var isSettled = false
        // What can only lead out of the circles left belongs to none, until all that are left hold.
        while !isSettled {
            isSettled = true
            for state in 0..<stateCount where circles[state] != nil {
                circles[state] = actions(state).first { action in
                    reward(state, action) == 0
                        && successors(state, action).allSatisfy { circles[Int($0)] != nil }
                }
                if circles[state] == nil { isSettled = false }
            }
        }
        return circles
    }

    /// Where a policy stays for ever for nothing, and how many steps it is expected to take until then or until an
    /// end, from wherever that is longest: at the most twice as many as it does. Nil where it may go on for ever
    /// otherwise.
    func rest(of policy: [Int], limit: Int) -> (isReached: [Bool], steps: Double)? {
        let isResting = freeCircles { [policy[$0]] }.map { $0 != nil }
        let ways = waysToAnEnd(choosing: { [policy[$0]] }, treating: isResting)
        guard zip(ways, isResting).allSatisfy({ $0 != nil || $1 }) else { return nil }
        // The expected steps n = 1 + P n, approached from below. Once a sweep adds no more than 1/2 to any of them,
        // 2 n ≥ 1 + P (2 n): no state takes more than 2 n steps.
        var steps = [Double](repeating: 0, count: stateCount)
        for sweep in 0..<limit {
            var change = 0.0
            for index in 0..<stateCount {
                let state = sweep.isMultiple(of: 2) ? stateCount - 1 - index : index
                if isResting[state] { continue }
                let next = 1 + expectation(state, policy[state], of: steps)
                change = max(change, next - steps[state])
                steps[state] = next
            }
            if change <= 0.5 { return (isResting, 2 * (steps.max() ?? 0)) }
        }
        return nil
    }

    /// Makes what `policy` is worth where it stays for ever for nothing 0, which no sweep would; by how much the error
    /// of its values may exceed the change of the last sweep elsewhere. Nil where its return may not be finite.
    func settle(_ values: inout [Double], following policy: [Int], discount: Double, limit: Int) -> (
        isChanged: Bool, horizon: Double
    )? {
        guard discount == 1 else { return (false, 1 / (1 - discount)) }
        guard let (isResting, steps) = rest(of: policy, limit: limit) else { return nil }
        var isChanged = false
        for state in 0..<stateCount where isResting[state] && values[state] != 0 {
            values[state] = 0
            isChanged = true
        }
        return (isChanged, max(steps, 1))
    }
}
