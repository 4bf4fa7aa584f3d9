import RLCore

extension [Transition] {
    /// The same with outcomes that differ in nothing but their probability made one, and without impossible ones.
    func merged() -> [Transition] {
        var merged: [Transition] = []
        for transition in self where transition.probability > 0 {
            let known = merged.firstIndex {
                $0.state == transition.state && $0.reward == transition.reward
                    && $0.terminated == transition.terminated
            }
            guard let known else {
                merged.append(transition)
                continue
            }
            merged[known] = Transition(
                probability: merged[known].probability + transition.probability, state: transition.state,
                reward: transition.reward, terminated: transition.terminated)
        }
        return merged
    }
}
