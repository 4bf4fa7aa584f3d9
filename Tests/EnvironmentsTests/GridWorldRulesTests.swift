import Environments
import RLCore
import Testing

/// The tables of a gridworld against the rules read once more from the map's text, and against what is played.
@Suite struct GridWorldRulesTests {
    @Test(arguments: [
        Rules(), Rules(slip: 0.25), Rules(isGusty: true), Rules(slip: 0.25, isGusty: true),
        Rules(isTurning: true), Rules(slip: 0.5, isGusty: true, isTurning: true), Rules(slip: 1),
    ])
    func everyTransitionIsTheRules(rules: Rules) throws {
        var (random, maps, transitions) = (PCG64(seed: 11), 0, 0)
        while maps < 60 {
            let text = randomMap(using: &random)
            guard let world = try? GridWorld(rules.options(map: text)) else { continue }
            maps += 1
            let naive = NaiveGrid(text)
            for state in 0..<world.stateCount {
                for action in 0..<world.actionCount {
                    let situation = try #require(Situation(of: state, in: world))
                    let expected = naive.outcomes(of: action, in: situation, rules)
                    var found: [Situation: Double] = [:]
                    for transition in world.transitions(from: state, action: action) {
                        let next = try #require(Situation(of: transition.state, in: world))
                        #expect(found[next] == nil && transition.probability > 0)
                        found[next] = transition.probability
                        let cell = naive.cell(situation)
                        if cell == "G" || cell == "X" || cell.isNumber {
                            #expect(transition.reward == 0 && transition.terminated && next == situation)
                        } else {
                            #expect(transition.reward == naive.reward(next))
                            #expect(transition.terminated == "GX123456789".contains(naive.cell(next)))
                        }
                        transitions += 1
                    }
                    #expect(
                        isEqual(found, expected),
                        "\(text), \(situation), action \(action): \(found), \(expected)")
                }
            }
        }
        #expect(transitions > 1_000)
    }

    /// What happens is what the model says, as often as it says.
    @Test(arguments: [
        ("windy", Rules(slip: 0.3, isGusty: true)), ("three-keys", Rules(slip: 0.2)),
        ("one-way", Rules(slip: 0.4, isTurning: true)),
        ("S.u#G/.r.../..a.A/..l<^/~01020", Rules(slip: 0.3, isGusty: true)),
    ])
    func whatIsPlayedIsTheModel(map: String, rules: Rules) throws {
        let world = try GridWorld(rules.options(map: map))
        var random = PCG64(seed: 9)
        let plays = 3_000
        for _ in 0..<40 {
            let state = random.integers(world.stateCount)
            let action = random.integers(world.actionCount)
            let snapshot = try world.placed(in: state)
            let model = world.transitions(from: state, action: action)
            if model[0].state == state, model[0].terminated { continue }
            var counts: [Int: Int] = [:]
            for _ in 0..<plays {
                var played = snapshot
                let outcome = played.move(action, using: &random)
                let transition = try #require(model.first { $0.state == played.state })
                #expect(outcome.reward == transition.reward && outcome.terminated == transition.terminated)
                counts[played.state, default: 0] += 1
            }
            for transition in model {
                let expected = transition.probability * Double(plays)
                let deviation = (expected * max(0, 1 - transition.probability)).squareRoot()
                #expect(abs(Double(counts[transition.state] ?? 0) - expected) <= 5 * deviation + 1e-9)
            }
        }
    }

    @Test func noMoreIsDrawnThanDocumented() throws {
        for (rules, map, slips, gusts) in [
            (Rules(slip: 0.5), "windy", true, false), (Rules(isGusty: true), "windy", false, true),
            (Rules(isGusty: true), "open", false, false), (Rules(isTurning: true), "courtyard", false, false),
            (Rules(slip: 0.5, isGusty: true, isTurning: true), "windy", true, true),
        ] {
            var world = try GridWorld(rules.options(map: map))
            var (random, expected) = (PCG64(seed: 3), PCG64(seed: 3))
            var observation: [Int32] = [0]
            var span = observation.mutableSpan
            world.reset(into: &span, using: &random)
            _ = expected.integers(world.initialStates.count)
            for step in 0..<20 {
                _ = world.step(step % world.actionCount, into: &span, using: &random)
                if slips { _ = expected.random() }
                if gusts { _ = expected.integers(3) }
            }
            #expect(random == expected, "\(map), \(rules)")
        }
    }

    /// Whatever a map says: it is refused in a line, or can be played, seen and drawn.
    @Test func randomTextsNeverTrap() throws {
        let entry = try #require(gridWorldEnvironments.first { $0.name == "gridworld" })
        let characters = Array("..SS#GX19abcABC^>v<urdl/~0012/\n x?é🙂")
        let forms = ["index", "planes", "pixels"]
        var random = PCG64(seed: 31)
        var (refused, played) = (0, 0)
        for _ in 0..<4_000 {
            let length = random.integers(24)
            let map = String((0..<length).map { _ in characters[random.integers(characters.count)] }) + "\nSG"
            var settings = [
                "map": random.integers(2) == 0 ? map : String(map.filter { !"?éx🙂~0".contains($0) })
            ]
            settings["observation"] = forms[random.integers(3)]
            settings["actions"] = random.integers(2) == 0 ? "compass" : "turning"
            settings["slip"] = random.integers(2) == 0 ? "0" : "0.3"
            settings["stochasticWind"] = random.integers(2) == 0 ? "false" : "true"
            if settings["observation"] != "index" { settings["view"] = "\(random.integers(4))" }
            settings["tile"] = "\(1 + random.integers(3))"
            do {
                let made = try entry.make(settings)
                let environment = made.stepped()
                environment.reset(seed: 1)
                var actions = ActionBatch(for: made.actionSpace, count: 1)
                for _ in 0..<20 {
                    actions.draw(row: 0, from: made.actionSpace, using: &random)
                    if try environment.step(actions).isDone { environment.reset(seed: nil) }
                }
                var canvas = Canvas()
                #expect(environment.draw(on: &canvas))
                played += 1
            } catch let error as ConfigurationError {
                #expect(!error.description.contains("\n") && !error.description.isEmpty)
                refused += 1
            }
        }
        #expect(refused > 500 && played > 100, "\(refused) refused, \(played) played")
    }

    private func isEqual(_ a: [Situation: Double], _ b: [Situation: Double]) -> Bool {
        a.count == b.count && a.allSatisfy { abs(($1) - (b[$0] ?? -1)) < 1e-12 }
    }

    /// A map of up to 5 × 5 cells with everything on it; half of them tell the winds of columns.
    private func randomMap(using random: inout PCG64) -> String {
        let cells = Array("........SS##GX15aabAB^>v<urdl")
        let (rows, columns) = (1 + random.integers(5), 1 + random.integers(5))
        var lines = (0..<rows).map { _ in
            String((0..<columns).map { _ in cells[random.integers(cells.count)] })
        }
        if random.integers(2) == 0 {
            lines.append("~" + (0..<columns).map { _ in "\(random.integers(3))" }.joined())
        }
        return lines.joined(separator: "/")
    }
}

/// What is set about moving.
struct Rules: Sendable, CustomTestStringConvertible {
    var slip = 0.0
    var isGusty = false
    var isTurning = false

    var testDescription: String {
        "slip \(slip)" + (isGusty ? ", gusty" : "") + (isTurning ? ", turning" : "")
    }

    func options(map: String) -> GridWorld.Options {
        var options = GridWorld.Options()
        (options.map, options.slip, options.stochasticWind) = (map, slip, isGusty)
        options.actions = isTurning ? .turning : .compass
        (options.stepCost, options.goalReward, options.pitReward) = (0.125, 2, -4)
        return options
    }
}

/// A state as a person says it.
struct Situation: Hashable {
    var row: Int
    var column: Int
    var keys: Set<Character> = []
    var heading = 0

    init?(of state: Int, in world: GridWorld) {
        guard let place = world.place(of: state) else { return nil }
        (row, column) = (place.row, place.column)
        for part in place.layer.split(separator: ", ") {
            if part.hasPrefix("holding ") || part.count == 1 { keys.insert(part.last ?? " ") }
            if part.hasPrefix("facing ") {
                heading = ["up", "right", "down", "left"].firstIndex(of: part.dropFirst(7)) ?? -1
            }
        }
    }
}

/// The rules in the plainest words, on the map's text.
struct NaiveGrid {
    let lines: [[Character]]
    var winds: [Int]

    init(_ text: String) {
        var rows = text.split(separator: "/").map(Array.init)
        winds = rows.last?.first == "~" ? rows.removeLast().dropFirst().map { $0.wholeNumberValue ?? 0 } : []
        lines = rows
        if winds.isEmpty { winds = lines[0].map { _ in 0 } }
    }

    func cell(_ situation: Situation) -> Character { lines[situation.row][situation.column] }

    func reward(_ situation: Situation) -> Double {
        switch cell(situation) {
        case "G": 2 - 0.125
        case "X": -4 - 0.125
        case let digit where digit.isNumber: Double(digit.wholeNumberValue ?? 0) / 10 * 2 - 0.125
        default: -0.125
        }
    }

    func outcomes(of action: Int, in start: Situation, _ rules: Rules) -> [Situation: Double] {
        if "GX123456789".contains(cell(start)) { return [start: 1] }
        var found: [Situation: Double] = [:]
        for (turn, share) in [(0, 1 - rules.slip), (3, rules.slip / 2), (1, rules.slip / 2)] where share > 0 {
            for gust in rules.isGusty ? [-1, 0, 1] : [0] {
                var next = start
                if rules.isTurning, action < 2 {
                    next.heading = (start.heading + [3, 1][action]) % 4
                } else {
                    let direction = ((rules.isTurning ? start.heading : action) + turn) % 4
                    next = moved(start, direction)
                    let blown = wind(start)
                    if blown.strength > 0 {
                        for _ in 0..<blown.strength + gust { next = moved(next, blown.direction) }
                    }
                    let there = cell(next)
                    if "abc".contains(there) { next.keys.insert(there) }
                }
                found[next, default: 0] += share / (rules.isGusty ? 3 : 1)
            }
        }
        return found
    }

    private func wind(_ situation: Situation) -> (direction: Int, strength: Int) {
        switch cell(situation) {
        case "u": (0, 1)
        case "r": (1, 1)
        case "d": (2, 1)
        case "l": (3, 1)
        default: (0, winds[situation.column])
        }
    }

    private func moved(_ from: Situation, _ direction: Int) -> Situation {
        let arrows: [Character] = ["^", ">", "v", "<"]
        if let way = arrows.firstIndex(of: cell(from)), way != direction { return from }
        var to = from
        to.row += [-1, 0, 1, 0][direction]
        to.column += [0, 1, 0, -1][direction]
        guard lines.indices.contains(to.row), lines[0].indices.contains(to.column) else { return from }
        let there = cell(to)
        if there == "#" { return from }
        if let way = arrows.firstIndex(of: there), (way + 2) % 4 == direction { return from }
        if "ABC".contains(there), !from.keys.contains(Character(there.lowercased())) { return from }
        return to
    }
}

extension GridWorld {
    /// The same task in another state.
    func placed(in state: Int) throws -> GridWorld {
        var saved = Archive()
        var number = state
        try saved.field("state", &number)
        var (archive, world) = (Archive(restoring: saved.entries), self)
        try world.archive(&archive)
        return world
    }

    /// A step of which only the outcome is looked at.
    mutating func move(_ action: Int, using random: inout PCG64) -> Outcome {
        var observation: [Int32] = [0]
        var span = observation.mutableSpan
        return step(action, into: &span, using: &random)
    }
}
