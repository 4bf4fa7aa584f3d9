import Environments
import RLCore
import Testing

/// The checker passes what keeps the contract and catches one broken environment a rule.
@Suite struct EnvironmentCheckerTests {
    @Test(arguments: standardEnvironments + probeEnvironments)
    func shippedEnvironmentsKeepTheContract(entry: EnvironmentEntry) throws {
        #expect(EnvironmentChecker().violations(of: try entry.make()) == [])
    }

    @Test(arguments: ["open", "four-rooms", "maze", "cliff", "pits"])
    func everyMapKeepsTheContract(map: String) throws {
        let entry = try #require(standardEnvironments.first { $0.name == "gridworld" })
        for slip in ["0", "0.3"] {
            let made = try entry.make(["map": map, "slip": slip, "limit": "30"])
            #expect(EnvironmentChecker().violations(of: made) == [])
        }
    }

    @Test(arguments: [
        (Fault.leavesTheSpace, "is not in its space"), (.isNotANumber, "is not finite"),
        (.drawsElsewhere, "the same seed and actions do not give the same trajectory"),
        (.sharesState, "a copy is not a snapshot"), (.archivesTooLittle, "a field is missing"),
        (.archivesAnother, "what is restored is not what was saved"),
        (.refusesItsArchive, "its own archive is refused"), (.savingMoves, "saving an archive changes"),
        (.writesHalf, "not written whole"), (.endsWithoutAFlag, "neither flag says so"),
        (.modelDoesNotSum, "do not sum to 1"), (.modelIsWrong, "the model does not know the move"),
        (.modelStartsElsewhere, "which the model excludes"),
    ])
    func aBrokenRuleIsCaught(fault: Fault, sentence: String) {
        let violations = EnvironmentChecker(seeds: [1], steps: 100).violations(of: Walk(fault))
        #expect(violations.contains { $0.contains(sentence) }, "\(fault): \(violations)")
    }

    @Test func theUnbrokenWalkKeepsTheContract() {
        #expect(EnvironmentChecker().violations(of: Walk(nil)) == [])
        #expect(EnvironmentChecker().violations(of: Walk(nil).timeLimit(7)) == [])
    }

    @Test func aRowThatDependsOnItsNeighboursIsCaught() {
        let counted = EnvironmentChecker(seeds: [1], steps: 50).violations(of: RowCounter())
        #expect(counted.contains { $0.contains("row 0 depends on how many rows") }, "\(counted)")
    }
}

enum Fault: Sendable {
    case leavesTheSpace, isNotANumber, drawsElsewhere, sharesState, archivesTooLittle, archivesAnother
    case refusesItsArchive, savingMoves, writesHalf, endsWithoutAFlag
    case modelDoesNotSum, modelIsWrong, modelStartsElsewhere
}

/// A walk over ten places, with one rule of the contract broken.
private struct Walk: Environment, TransitionModel {
    final class Shared: @unchecked Sendable {
        var place = 0
    }

    let fault: Fault?
    let shared = Shared()
    var place = 0
    var saves = 0

    init(_ fault: Fault?) { self.fault = fault }

    var observationSpace: Space { .discrete(fault == .leavesTheSpace ? 9 : 10) }
    var actionSpace: Space { .discrete(2) }
    var state: Int { fault == .sharesState ? shared.place : place }
    var stateCount: Int { 10 }
    var actionCount: Int { 2 }
    var initialStates: [(state: Int, probability: Double)] { [(fault == .modelStartsElsewhere ? 5 : 0, 1)] }

    mutating func reset(into observation: inout MutableSpan<Int32>, using random: inout PCG64) {
        place = 0
        shared.place = 0
        observation[0] = 0
    }

    mutating func step(
        _ action: Int, into observation: inout MutableSpan<Int32>, using random: inout PCG64
    ) -> Outcome {
        place = max(0, place + (action == 1 ? 1 : 0) + saves)
        if fault == .drawsElsewhere { place = max(0, place - Int.random(in: 0...1)) }
        if fault == .sharesState { place = shared.place + action }
        place = min(place, 9)
        shared.place = place
        if fault != .writesHalf || place != 3 { observation[0] = Int32(place) }
        var outcome = Outcome(reward: place == 9 ? 1 : 0, terminated: place == 9)
        if fault == .isNotANumber, place == 4 { outcome.reward = .nan }
        if fault == .endsWithoutAFlag, place == 4 { outcome.episodeEnded = true }
        return outcome
    }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        switch fault {
        case .archivesTooLittle: break
        case .archivesAnother:
            var other = archive.isRestoring ? 0 : place + 1
            try archive.field("place", &other)
            place = max(0, other - 1) + (archive.isRestoring ? 1 : 0)
        case .refusesItsArchive:
            try archive.field(archive.isRestoring ? "position" : "place", &place)
        case .savingMoves:
            try archive.field("place", &place)
            saves += 1
        default: try archive.field("place", &place)
        }
    }

    func transitions(from state: Int, action: Int) -> [Transition] {
        let next = fault == .modelIsWrong ? max(0, state - 1) : min(9, state + action)
        let probability = fault == .modelDoesNotSum ? 0.9 : 1
        return [
            Transition(
                probability: probability, state: next, reward: next == 9 ? 1 : 0, terminated: next == 9)
        ]
    }
}

/// Adds up the steps of all its copies, which no environment may know of, since one of them was last reset.
private struct RowCounter: Environment {
    final class Shared: @unchecked Sendable {
        var steps = 0
    }

    let shared = Shared()

    var observationSpace: Space { .box(Box(low: [0], high: [.infinity], shape: [1])) }
    var actionSpace: Space { .discrete(1) }

    mutating func reset(into observation: inout MutableSpan<Float>, using random: inout PCG64) {
        shared.steps = 0
        observation[0] = 0
    }

    mutating func step(
        _ action: Int, into observation: inout MutableSpan<Float>, using random: inout PCG64
    ) -> Outcome {
        shared.steps += 1
        observation[0] = Float(shared.steps)
        return Outcome(reward: 0)
    }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}
}
