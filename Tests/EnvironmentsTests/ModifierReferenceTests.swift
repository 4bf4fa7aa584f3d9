import Environments
import Foundation
import RLCore
import Testing

/// Each modifier against the wrapper of Gymnasium that it corresponds to, on games that
/// `Tests/Interop/make_modifier_fixtures.py` recorded there: observations, rewards and flags to the last bit.
@Suite struct ModifierReferenceTests {
    /// What a recorded game is here, by the name of its file.
    private static func environment(_ title: String) throws -> MadeEnvironment? {
        func made(_ environment: some Environment) -> MadeEnvironment {
            MadeEnvironment(name: title, environment)
        }
        let (pendulum, cartPole) = (Pendulum().timeLimit(200), CartPole().timeLimit(500))
        return switch title {
        case "Pendulum-v1-rescaled": made(pendulum.rescalingActions(to: -1...1))
        case "MountainCarContinuous-v0-rescaled":
            made(MountainCarContinuous().timeLimit(999).rescalingActions(to: -0.3...3))
        case "Pendulum-v1-clipped": made(pendulum.clippingActions())
        case "FrozenLake-v1-one-hot": made(try FrozenLake().timeLimit(100).oneHot())
        case "Blackjack-v1-one-hot": made(Blackjack().oneHot())
        case "MinAtar-Breakout-v1-flattened": made(MinAtar<Breakout>().flattened())
        case "Pendulum-v1-scaled-reward": made(pendulum.scalingReward(by: 0.1))
        case "CartPole-v1-time": made(CartPole().timeLimit(30).timeAware(limit: 30))
        case "CartPole-v1-steps": made(cartPole.timeAware())
        case "CartPole-v1-repeated": made(cartPole.repeatingActions(4))
        case "Pendulum-v1-repeated": made(Pendulum().timeLimit(50).repeatingActions(3))
        case "CartPole-v1-noisy": made(cartPole.noisyObservations(standardDeviation: 0.1))
        default: nil
        }
    }

    @Test func everyModifierIsGymnasiumsWrapper() throws {
        let all = RecordedGames.in("Modifiers")
        #expect(all.count == 12)
        for (title, recorded) in all {
            let made = try #require(try Self.environment(title), "\(title) is not known")
            for (index, game) in recorded.games.enumerated() {
                let kept = index == 0 ? recorded.opening.count : 0
                let played = try PlayedGame(made, seed: game.seed, steps: recorded.steps, keeping: kept)
                if index == 0 { #expect(played.observations == recorded.opening, "\(title)") }
                #expect(played.game == game, "\(title)")
            }
            #expect(EnvironmentChecker().violations(of: made) == [], "\(title)")
        }
    }

    /// Numbers with bounds of their own, one by one as single precision has them.
    @Test func rescalingIsGymnasiumsForEveryNumberOfABox() throws {
        struct Recorded: Decodable {
            let low, high: [Float]
            let bounds: [Double]
            let actions, meanings: [[Float]]
        }
        let url = Bundle.module.bundleURL.appendingPathComponent("Fixtures/RescaledBox.json")
        let recorded = try JSONDecoder().decode(Recorded.self, from: Data(contentsOf: url))
        var task = ActionMirror(low: recorded.low, high: recorded.high).rescalingActions(
            to: recorded.bounds[0]...recorded.bounds[1])
        guard case .box(let box) = task.actionSpace else {
            Issue.record("no box but \(task.actionSpace)")
            return
        }
        #expect(box.shape == [3] && (box.low, box.high) == ([-0.7], [1.3]))
        var random = PCG64(seed: 0)
        for (action, meaning) in zip(recorded.actions, recorded.meanings) {
            var observation: [Float] = [0, 0, 0]
            var span = observation.mutableSpan
            _ = task.step([action[0], action[1], action[2]], into: &span, using: &random)
            #expect(observation == meaning, "\(action)")
        }
        #expect(recorded.actions.count == 50)
    }
}

/// Observes the action it was given, three numbers between bounds of their own.
private struct ActionMirror: Environment {
    let low, high: [Float]

    var observationSpace: Space { .box(Box(low: [-.infinity], high: [.infinity], shape: [3])) }
    var actionSpace: Space { .box(Box(low: low, high: high, shape: [3])) }

    mutating func reset(into observation: inout MutableSpan<Float>, using random: inout PCG64) {
        for index in 0..<3 { observation[index] = 0 }
    }

    mutating func step(
        _ action: InlineArray<3, Float>, into observation: inout MutableSpan<Float>, using random: inout PCG64
    ) -> Outcome {
        for index in 0..<3 { observation[index] = action[index] }
        return Outcome(reward: 0)
    }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}
}
