import Environments
import RLCore
import Testing

/// What modifiers declare, leave alone and pass on. That they do what Gymnasium's wrappers do is compared in
/// `ModifierReferenceTests`.
@Suite struct ModifierTests {
    @Test func spacesAreDeclared() throws {
        let pendulum = Pendulum()
        #expect(pendulum.actionSpace == .box(Box(low: [-2], high: [2], shape: [1])))
        #expect(
            pendulum.rescalingActions(to: -1...1).actionSpace == .box(Box(low: [-1], high: [1], shape: [1])))
        let unbounded = Box(low: [-.infinity], high: [.infinity], shape: [1])
        #expect(pendulum.clippingActions().actionSpace == .box(unbounded))
        #expect(
            try FrozenLake().oneHot().observationSpace == .box(Box(low: [0], high: [1], shape: [16])))
        #expect(Blackjack().oneHot().observationSpace == .box(Box(low: [0], high: [1], shape: [45])))
        #expect(
            MinAtar<Breakout>().flattened().observationSpace
                == .box(Box(low: [0], high: [1], shape: [400], scalarType: .uint8)))
        guard case .box(let timed) = CartPole().timeAware(limit: 10).observationSpace,
            case .box(let counted) = CartPole().timeAware().observationSpace,
            case .box(let noisy) = CartPole().noisyObservations(standardDeviation: 1).observationSpace
        else {
            Issue.record("no boxes")
            return
        }
        #expect(timed.shape == [5] && timed.bounds(at: 4) == 0...1)
        #expect(timed.bounds(at: 0) == -4.8...4.8)
        #expect(counted.bounds(at: 4) == 0...Float.infinity)
        #expect(noisy.shape == [4] && noisy.bounds(at: 2) == -Float.infinity...Float.infinity)
    }

    /// Many around one another, twice the same among them: snapshots and archives still hold.
    @Test func aChainKeepsTheContract() throws {
        let checker = EnvironmentChecker()
        let numbers = CartPole().timeLimit(40).timeAware(limit: 30).repeatingActions(2).timeAware()
            .noisyObservations(standardDeviation: 0.5).flattened().scalingReward(by: -3).timeLimit(7)
        #expect(numbers.observationSpace.shape == [6])
        #expect(checker.violations(of: numbers) == [])
        let rows = try FrozenLake().timeLimit(30).oneHot().noisyObservations(standardDeviation: 0.1)
        #expect(checker.violations(of: rows) == [])
        let actions = Pendulum().clippingActions().timeLimit(20).flattened()
        #expect(checker.violations(of: actions) == [])
        #expect(checker.violations(of: Pendulum().rescalingActions(to: 0...1).clippingActions()) == [])
        let pixels = MinAtar<Breakout>().repeatingActions(3).flattened().scalingReward(by: 0.5).timeLimit(50)
        #expect(checker.violations(of: pixels) == [])
        // The other generator.
        let twister = Script<MT19937>().noisyObservations(standardDeviation: 2).timeAware(limit: 4)
        #expect(checker.violations(of: twister) == [])
    }

    @Test func theScoreStaysWhereTheRewardIsScaled() {
        let trace = play(Script<PCG64>().scalingReward(by: -0.5), actions: [1, 1, 1, 1, 1])
        #expect(trace.map(\.outcome.reward) == [-0.5, -1, -1.5, -2, -2.5])
        #expect(trace.map(\.outcome.score) == [10, 20, 30, 40, 50])
        #expect(trace.map(\.outcome.terminated) == [false, false, false, false, true])
    }

    @Test func repeatedActionsAddUpAndStopAtAnEnd() {
        let trace = play(Script<PCG64>().repeatingActions(2), actions: [1, 1, 1])
        #expect(trace.map(\.observation) == [[2], [4], [5]])
        #expect(trace.map(\.outcome.reward) == [3, 7, 5])
        #expect(trace.map(\.outcome.score) == [30, 70, 50])
        #expect(trace.map(\.outcome.terminated) == [false, false, true])
        #expect(trace.map(\.outcome.episodeEnded) == [false, false, true])
        // A limit inside is one of the task's steps, and cuts a repetition short.
        let cut = play(Script<PCG64>().timeLimit(3).repeatingActions(2), actions: [1, 1])
        #expect(cut.map(\.observation) == [[2], [3]])
        #expect(cut.map(\.outcome.truncated) == [false, true])
        #expect(cut.map(\.outcome.episodeEnded) == [false, true])
        // One outside is of the learner's.
        let counted = play(Script<PCG64>().repeatingActions(2).timeLimit(2), actions: [1, 1])
        #expect(counted.map(\.outcome.truncated) == [false, true])
        #expect(counted.last?.observation == [4])
        #expect(play(Script<PCG64>().repeatingActions(1), actions: [1, 1]).last?.observation == [2])
    }

    /// The learner's end alone stops a repetition too, and is told as such.
    @Test func aLostLifeStopsARepetition() {
        let trace = play(Script<PCG64>(lostLifeAt: 3).repeatingActions(4), actions: [1])
        #expect(trace.map(\.observation) == [[3]])
        #expect(trace.map(\.outcome.terminated) == [true])
        #expect(trace.map(\.outcome.episodeEnded) == [false])
    }

    @Test func timeIsTheLastNumber() {
        #expect(
            play(Script<PCG64>().timeAware(limit: 4), actions: [1, 0, 1, 1, 0]).map(\.observation)
                == [[1, 0.25], [1, 0.5], [2, 0.75], [3, 1], [3, 1]])
        #expect(
            play(Script<PCG64>().timeAware(), actions: [1, 0, 1]).map(\.observation)
                == [[1, 1], [1, 2], [2, 3]])
    }

    @Test func noiseHasItsDeviationAndNone() {
        let silent = play(Script<PCG64>().noisyObservations(standardDeviation: 0), actions: [1, 1, 1])
        #expect(silent.map(\.observation) == [[1], [2], [3]])
        var (sum, squares) = (0.0, 0.0)
        let count = 20_000
        let noisy = play(
            Script<PCG64>().noisyObservations(standardDeviation: 3),
            actions: [Int](repeating: 0, count: count))
        for moment in noisy {
            let noise = Double(moment.observation[0])
            sum += noise
            squares += noise * noise
        }
        // Five standard errors.
        #expect(abs(sum / Double(count)) < 5 * 3 / Double(count).squareRoot())
        #expect(abs(squares / Double(count) - 9) < 5 * 9 * (2 / Double(count)).squareRoot())
    }

    /// What a planner, a faster loop or a person is offered is what the changed task still is.
    @Test func capabilitiesArePassedOnWhereTheyHold() throws {
        func model(_ environment: some Environment) -> (any TransitionModel)? {
            MadeEnvironment(name: "", environment).transitionModel
        }
        let lake = try FrozenLake()
        #expect(model(lake.oneHot())?.stateCount == 16)
        #expect(model(lake.oneHot().timeAware().noisyObservations(standardDeviation: 1)) != nil)
        #expect(model(lake.repeatingActions(2)) == nil)
        #expect(model(lake.scalingReward(by: 2)) == nil)
        #expect((CartPole().timeLimit(5).timeLimit(3) as Any) is any RowStepping)
        #expect(!((CartPole().scalingReward(by: 2).timeLimit(5) as Any) is any RowStepping))
        #expect(!((CartPole().repeatingActions(2) as Any) is any RowStepping))

        var canvas = Canvas()
        CartPole().draw(on: &canvas)
        let pace = canvas.stepsPerSecond
        CartPole().repeatingActions(4).timeLimit(9).draw(on: &canvas)
        #expect(canvas.stepsPerSecond == pace / 4)
        #expect(CartPole().timeLimit(9).keyboard == CartPole().keyboard)
        #expect(CartPole().repeatingActions(3).keyboard.stepsPerSecond == 5)
        let keyboard = Steered().rescalingActions(to: -1...1).keyboard
        #expect(keyboard.bindings.map(\.action) == [[-1], [1]])
        #expect(keyboard.idle == .acts([-0.5]))
        #expect(keyboard.bindings.map(\.name) == ["brake", "go"])
    }

    @Test func whatDoesNotFitIsNamed() async throws {
        let bounds = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Pendulum().clippingActions().rescalingActions(to: -1...1)
        }
        let text = String(decoding: try #require(bounds).standardErrorContent, as: UTF8.self)
        #expect(text.contains("rescalingActions maps bounds that are finite and differ, not box(shape [1]"))
        let row = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Blackjack().flattened()
        }
        let other = String(decoding: try #require(row).standardErrorContent, as: UTF8.self)
        #expect(other.contains("flattened is for boxes, not for multiDiscrete([32, 11, 2])"))
        #expect(other.contains("oneHot"))
    }

    private struct Played {
        let observation: [Float]
        let outcome: Outcome
    }

    private func play<E: Environment>(_ environment: E, actions: [Int]) -> [Played]
    where E.Scalar == Float, E.Action == Int {
        var (environment, random) = (environment, E.Random(seed: 0))
        var observation = [Float](repeating: 0, count: environment.observationSpace.count)
        var first = observation.mutableSpan
        environment.reset(into: &first, using: &random)
        return actions.map { action in
            var span = observation.mutableSpan
            let outcome = environment.step(action, into: &span, using: &random)
            return Played(observation: observation, outcome: outcome)
        }
    }
}

/// Counts the ones it is given up to five; the reward is the count, the score ten times that.
private struct Script<Random: RandomStream>: Environment {
    var lostLifeAt = 0
    var count = 0

    var observationSpace: Space { .box(Box(low: [0], high: [5], shape: [1])) }
    var actionSpace: Space { .discrete(2) }

    mutating func reset(into observation: inout MutableSpan<Float>, using random: inout Random) {
        count = 0
        observation[0] = 0
    }

    mutating func step(
        _ action: Int, into observation: inout MutableSpan<Float>, using random: inout Random
    ) -> Outcome {
        count += action
        observation[0] = Float(count)
        var outcome = Outcome(reward: Double(count), terminated: count == 5)
        outcome.score *= 10
        if count == lostLifeAt { outcome.terminated = true }
        return outcome
    }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("count", &count)
    }
}

/// Does nothing by keys whose numbers go from 2 to 6.
private struct Steered: Environment, Playable {
    var observationSpace: Space { .box(Box(low: [0], high: [0], shape: [1])) }
    var actionSpace: Space { .box(Box(low: [2], high: [6], shape: [1])) }
    var keyboard: KeyboardMap {
        KeyboardMap(
            [.init([.left], action: [2], name: "brake"), .init([.right], action: [6], name: "go")],
            idle: .acts([3]))
    }

    mutating func reset(into observation: inout MutableSpan<Float>, using random: inout PCG64) {
        observation[0] = 0
    }

    mutating func step(
        _ action: Float, into observation: inout MutableSpan<Float>, using random: inout PCG64
    ) -> Outcome {
        observation[0] = 0
        return Outcome(reward: 0)
    }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}
}
