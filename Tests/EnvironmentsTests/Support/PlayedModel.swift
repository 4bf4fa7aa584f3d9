import RLCore
import Testing

/// Holds the exact model of a finite task against what random play brings: nothing may happen that the model does not
/// know, and everything as often as it says.
func expectPlayFollowsModel<E: Environment & TransitionModel>(
    _ environment: E, steps: Int, seed: UInt64 = 1, sourceLocation: SourceLocation = #_sourceLocation
) where E.Scalar == Int32, E.Action == Int, E.Random == PCG64 {
    var play = environment
    var (random, choices) = (PCG64(seed: seed), PCG64(seed: seed &+ 1_000))
    var observation = [Int32](repeating: 0, count: environment.observationSpace.count)
    var span = observation.mutableSpan
    var visits = [Int](repeating: 0, count: environment.stateCount * environment.actionCount)
    var counts = [[Event: Int]](repeating: [:], count: visits.count)
    var starts: [Int: Int] = [:]
    var isOver = true
    for _ in 0..<steps {
        if isOver {
            play.reset(into: &span, using: &random)
            starts[play.state, default: 0] += 1
        }
        let action = choices.integers(environment.actionCount)
        let place = play.state * environment.actionCount + action
        let outcome = play.step(action, into: &span, using: &random)
        visits[place] += 1
        let event = Event(state: play.state, reward: outcome.reward, terminated: outcome.terminated)
        counts[place][event, default: 0] += 1
        isOver = outcome.isDone
    }
    for (place, counts) in counts.enumerated() where visits[place] > 0 {
        let (state, action) = (place / environment.actionCount, place % environment.actionCount)
        let model = environment.transitions(from: state, action: action)
        let known = Set(model.map { Event(state: $0.state, reward: $0.reward, terminated: $0.terminated) })
        #expect(known.count == model.count, "an outcome is listed twice", sourceLocation: sourceLocation)
        #expect(
            known.isSuperset(of: counts.keys), "state \(state), action \(action)",
            sourceLocation: sourceLocation)
        for outcome in model {
            let event = Event(state: outcome.state, reward: outcome.reward, terminated: outcome.terminated)
            #expect(
                isLikely(counts[event] ?? 0, of: visits[place], outcome.probability),
                "\(event) from state \(state) by action \(action): \(counts[event] ?? 0) of \(visits[place])",
                sourceLocation: sourceLocation)
        }
    }
    let episodes = starts.values.reduce(0, +)
    for (state, probability) in environment.initialStates {
        #expect(
            isLikely(starts.removeValue(forKey: state) ?? 0, of: episodes, probability),
            "episodes that start in state \(state)", sourceLocation: sourceLocation)
    }
    #expect(starts.isEmpty, "episodes start where the model does not", sourceLocation: sourceLocation)
}

private struct Event: Hashable {
    let state: Int
    let reward: Double
    let terminated: Bool
}

/// Whether a count is within five and a half standard deviations and a few of what is expected.
private func isLikely(_ count: Int, of total: Int, _ probability: Double) -> Bool {
    let expected = Double(total) * probability
    let deviation = max(0, expected * (1 - probability)).squareRoot()
    return abs(Double(count) - expected) <= 5.5 * deviation + 4 * (deviation > 0 ? 1 : 0) + 1e-6
}

extension TransitionModel {
    /// What an action is worth where `values` are those of the states.
    func backup(_ state: Int, _ action: Int, _ values: [Double], discount: Double) -> Double {
        transitions(from: state, action: action).reduce(0) {
            $0 + $1.probability * ($1.reward + ($1.terminated ? 0 : discount * values[$1.state]))
        }
    }

    /// The best values there are, by value iteration; with few sweeps, the best within as many steps.
    func bestValues(discount: Double, sweeps: Int = 10_000) -> [Double] {
        var values = [Double](repeating: 0, count: stateCount)
        for _ in 0..<sweeps {
            let next = values.indices.map { state in
                (0..<actionCount).map { backup(state, $0, values, discount: discount) }.max() ?? 0
            }
            let change = zip(next, values).map { abs($0 - $1) }.max() ?? 0
            values = next
            if change < 1e-13 { break }
        }
        return values
    }
}
