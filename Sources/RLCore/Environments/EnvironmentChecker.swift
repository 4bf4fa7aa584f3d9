/// Holds an environment to the contract that agents, runs and planners build on:
///
///     let violations = EnvironmentChecker().violations(of: MyEnvironment().timeLimit(200))
///
/// Actions are drawn at random, so what random play does not reach is not checked.
public struct EnvironmentChecker: Sendable {
    /// Seeds played with.
    public var seeds: [UInt64]
    /// Steps played with each seed, through as many episodes as they take.
    public var steps: Int

    /// A checker that plays `steps` steps with each of `seeds`.
    public init(seeds: [UInt64] = [0, 1, 2], steps: Int = 300) {
        self.seeds = seeds
        self.steps = steps
    }

    /// Every rule that `environment` breaks, as a sentence; empty where it keeps the contract.
    public func violations<E: Environment>(of environment: E) -> [String] {
        var found: [String] = []
        if environment.observationSpace.scalarType != E.Scalar.scalarType {
            return [
                "the observation space is of \(environment.observationSpace.scalarType), but "
                    + "\(E.Scalar.scalarType) is written"
            ]
        }
        for seed in seeds {
            let trajectory = RandomPlay(environment, seed: seed).trajectory(steps)
            found += stepViolations(in: trajectory, of: environment)
            // What does not repeat cannot be compared with anything below.
            if trajectory != RandomPlay(environment, seed: seed).trajectory(steps) {
                found.append("the same seed and actions do not give the same trajectory")
                return found
            }
            var elsewhere = RandomPlay(environment, seed: seed)
            elsewhere.filling = 201
            if trajectory != elsewhere.trajectory(steps) {
                found.append("an observation is not written whole, its old memory shows through")
            }
            found += snapshotViolations(of: environment, seed: seed, expected: trajectory)
            found += batchViolations(of: environment, seed: seed)
            if let model = environment as? any TransitionModel {
                found += modelViolations(of: model, in: trajectory)
            }
            // A sentence a rule is enough.
            if !found.isEmpty { return found }
        }
        return []
    }

    private func stepViolations<E: Environment>(in trajectory: [Moment], of environment: E) -> [String] {
        var found: [String] = []
        var isOver = false
        for (index, moment) in trajectory.enumerated() {
            let place = "step \(index)"
            if !environment.observationSpace.contains(moment.observation) {
                found.append("\(place): the observation \(moment.observation) is not in its space")
            }
            if let outcome = moment.outcome {
                if !outcome.reward.isFinite || !outcome.score.isFinite {
                    found.append("\(place): the reward \(outcome.reward) is not finite")
                }
                if outcome.episodeEnded, !outcome.isDone {
                    found.append("\(place): the task's episode ended, but neither flag says so")
                }
                isOver = outcome.isDone
            } else if index > 0, !isOver {
                found.append("\(place): an episode started before the last one ended")
            }
            if !found.isEmpty { return found }
        }
        return found
    }

    private func snapshotViolations<E: Environment>(
        of environment: E, seed: UInt64, expected: [Moment]
    ) -> [String] {
        // At the start, after one step, inside later episodes: a field that only matters there shows itself.
        for pause in [1, 2, expected.count / 3, expected.count / 2] where pause < expected.count {
            var play = RandomPlay(environment, seed: seed)
            for _ in 0..<pause { _ = play.next() }
            let rest = expected.count - pause
            let expected = Array(expected[pause...])
            let copy = play
            var archive = Archive()
            var restored = RandomPlay(environment, seed: seed &+ 1)
            var bytes: [UInt8] = []
            // The copy's twin must not move the copy.
            _ = play.trajectory(rest)
            for _ in 0..<rest { _ = play.next() }
            if copy.trajectory(rest) != expected {
                return [
                    "after \(pause) steps: a copy is not a snapshot, it shares state with what it was copied from"
                ]
            }
            do {
                var saved = copy
                try saved.archive(&archive)
                if saved.trajectory(rest) != expected { return ["saving an archive changes what is saved"] }
                bytes = archive.safetensors()
                // Restored into a value that has lived: what the archive leaves out stays visible.
                for _ in 0..<7 { _ = restored.next() }
                var reading = try Archive(safetensors: bytes)
                try restored.archive(&reading)
                var again = Archive()
                try restored.archive(&again)
                if again.entries != archive.entries {
                    return ["after \(pause) steps: what is restored is not what was saved"]
                }
            } catch {
                return ["after \(pause) steps: its own archive is refused: \(error)"]
            }
            if restored.trajectory(rest) != expected {
                return [
                    "after \(pause) steps: a restored archive does not go on identically; a field is missing"
                ]
            }
        }
        return []
    }

    private func batchViolations<E: Environment>(of environment: E, seed: UInt64) -> [String] {
        guard let alone = try? Vectorized(environment, count: 1),
            let several = try? Vectorized(environment, count: 3, threads: 2)
        else { return ["rows of it cannot be made"] }
        var one = StepBatch(observationSpace: environment.observationSpace, count: 1)
        var many = StepBatch(observationSpace: environment.observationSpace, count: 3)
        var oneAction = ActionBatch(for: environment.actionSpace, count: 1)
        var manyActions = ActionBatch(for: environment.actionSpace, count: 3)
        var mirror = RandomPlay(environment, random: E.Random(SeedSequence(seed, spawnKey: [0])), seed: seed)
        var others = PCG64(seed: seed &+ 17)
        alone.reset(seed: seed, into: &one)
        several.reset(seed: seed, into: &many)
        var (score, length) = (0.0, 0)
        var expected = mirror.next()
        for index in 0..<steps {
            if one.observations.row(0) != expected.observation {
                return ["step \(index): a row of a batch differs from the environment alone"]
            }
            if one.observations.row(0) != many.observations.row(0) || one.starts[0] != many.starts[0] {
                return ["step \(index): row 0 depends on how many rows there are"]
            }
            mirror.drawAction(into: &oneAction)
            for row in 1..<3 { manyActions.draw(row: row, from: environment.actionSpace, using: &others) }
            manyActions.copyRow(0, from: oneAction, row: 0)
            do throws(EnvironmentError) {
                try alone.step(oneAction, into: &one)
                try several.step(manyActions, into: &many)
            } catch {
                return ["step \(index): \(error)"]
            }
            expected = mirror.act(oneAction)
            guard let outcome = expected.outcome else { return ["step \(index): nothing was played"] }
            score += outcome.score
            length += 1
            if one.nextObservations.row(0) != many.nextObservations.row(0)
                || one.rewards[0] != many.rewards[0]
                || one.finished != many.finished.filter({ $0.row == 0 })
            {
                return ["step \(index): row 0 depends on how many rows there are"]
            }
            if one.nextObservations.row(0) != expected.observation {
                return ["step \(index): nextObservations is not the true successor"]
            }
            if one.rewards[0] != Float(outcome.reward) || one.terminated[0] != outcome.terminated
                || one.truncated[0] != outcome.truncated
            {
                return ["step \(index): a batch's reward or flags are not the environment's"]
            }
            let ended = one.finished.map(\.return) == [score] && one.finished.map(\.length) == [length]
            if outcome.episodeEnded ? !ended : !one.finished.isEmpty {
                return ["step \(index): the finished episodes are not what the outcomes add up to"]
            }
            if outcome.episodeEnded { (score, length) = (0, 0) }
            alone.advance(&one)
            several.advance(&many)
            if outcome.isDone { expected = mirror.next() }
        }
        return []
    }

    private func modelViolations(of model: any TransitionModel, in trajectory: [Moment]) -> [String] {
        let start = model.initialStates
        if abs(start.reduce(0) { $0 + $1.probability } - 1) > 1e-9 {
            return ["the model's initial states have probabilities that do not sum to 1"]
        }
        for state in 0..<model.stateCount {
            for action in 0..<model.actionCount {
                let transitions = model.transitions(from: state, action: action)
                if abs(transitions.reduce(0) { $0 + $1.probability } - 1) > 1e-9
                    || transitions.contains(where: { $0.probability < 0 })
                {
                    return ["the model's probabilities for state \(state), action \(action) do not sum to 1"]
                }
                if let wild = transitions.first(where: { !(0..<model.stateCount).contains($0.state) }) {
                    return ["the model leads from state \(state) to \(wild.state), which is no state"]
                }
            }
        }
        var before = -1
        for (index, moment) in trajectory.enumerated() {
            guard let state = moment.state else { return ["the model does not tell its state"] }
            if let outcome = moment.outcome, let action = moment.action.first {
                let isKnown = model.transitions(from: before, action: Int(action)).contains {
                    $0.probability > 0 && $0.state == state && $0.reward == outcome.score
                        && $0.terminated == outcome.terminated
                }
                if !isKnown {
                    return ["step \(index): the model does not know the move from \(before) to \(state)"]
                }
            } else if !start.contains(where: { $0.state == state && $0.probability > 0 }) {
                return ["step \(index): an episode starts in \(state), which the model excludes"]
            }
            before = state
        }
        return []
    }
}

extension EnvironmentChecker {
    /// Every rule that an environment known by name breaks, as a sentence; empty where it keeps the contract.
    public func violations(of made: MadeEnvironment) -> [String] {
        made.check(self)
    }
}
