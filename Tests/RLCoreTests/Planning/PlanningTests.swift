import Environments
import RLCore
import Testing

@Suite struct PlanningTests {
    /// Three steps to an end that is worth 8: 8 γ³ from the far end, or 1 at once from anywhere.
    @Test(arguments: Method.allCases) func aChainByHand(method: Method) throws {
        let chain = Table([
            [[step(1)], [end(1)]], [[step(2)], [end(1)]], [[step(3)], [end(1)]], [[end(8)], [end(1)]],
        ])
        let half = try method.solve(chain, discount: 0.5)
        #expect(half.values == [1, 2, 4, 8] && half.actions == [0, 0, 0, 0])
        // In the first state both ways are worth 1.
        let model = try FiniteModel(chain)
        #expect(half.bestActions(in: model, state: 0) == [0, 1])
        #expect(half.bestActions(in: model, state: 1) == [0])
        let short = try method.solve(chain, discount: 0.25)
        #expect(short.values == [1, 1, 2, 8] && short.actions == [1, 1, 0, 0])
        let all = try method.solve(chain, discount: 1)
        #expect(all.values == [8, 8, 8, 8] && all.actions == [0, 0, 0, 0])
        let none = try method.solve(chain, discount: 0)
        #expect(none.values == [1, 1, 1, 8] && none.actions == [1, 1, 1, 0])
        #expect(model.expectedReturn(of: all.values) == 8)
    }

    /// A coin is tossed until it shows heads: 1/p tosses on average. Discounted, v = −1 / (1 − γ (1 − p)).
    @Test(arguments: Method.allCases, [1, 0.9, 0.5]) func waitingForACoin(method: Method, discount: Double)
        throws
    {
        let coin = Table([
            [[end(-1, probability: 0.2), step(0, -1, probability: 0.8)], [step(0, -1)]]
        ])
        let plan = try method.solve(coin, discount: discount)
        let exact = -1 / (1 - discount * 0.8)
        #expect(abs(plan.values[0] - exact) <= plan.errorBound + 1e-15 && plan.errorBound <= 1e-9)
        #expect(plan.actions == [0])
    }

    /// Example 4.1 of Sutton and Barto (2018): the equiprobable policy is worth what figure 4.1 shows; the best one
    /// takes the fewest steps.
    @Test(arguments: Method.allCases) func theSmallGridworldOfTheBook(method: Method) throws {
        let world = try grid("G.../..../..../...G") { ($0.goalReward, $0.stepCost) = (0, 1) }
        let model = try FiniteModel(world)
        let best = try method.solve(world, discount: 1)
        #expect(best.values == [0, -1, -2, -3, -1, -2, -3, -2, -2, -3, -2, -1, -3, -2, -1, 0])
        // Figure 4.1, bottom right: 1, right of the goal, only goes left; in the corner both ways are as good.
        let (up, right, down, left) = (0, 1, 2, 3)
        #expect(best.bestActions(in: model, state: 1) == [left])
        #expect(best.bestActions(in: model, state: 3) == [down, left])
        #expect(best.bestActions(in: model, state: 6) == [up, right, down, left])
        #expect(best.bestActions(in: model, state: 14) == [right])
        let random = Equiprobable(world)
        let values = try method.solve(random, discount: 1).values.map { $0.rounded() }
        #expect(
            values == [
                0, -14, -20, -22, -14, -18, -20, -20, -20, -20, -18, -14, -22, -20, -14, 0,
            ])
    }

    /// Example 6.6 of the book, the shortest way along the cliff: 13 steps, 12 before the one onto the goal.
    @Test(arguments: Method.allCases) func theCliffOfTheBook(method: Method) throws {
        let world = try grid("............/............/............/SXXXXXXXXXXG") {
            ($0.goalReward, $0.pitReward, $0.stepCost) = (0, -100, 1)
        }
        let plan = try method.solve(world, discount: 1)
        #expect(try FiniteModel(world).expectedReturn(of: plan.values) == -13)
        let path = walk(world, plan)
        #expect(path.count == 13 && path.dropFirst().dropLast().allSatisfy { (24..<36).contains($0) })
    }

    /// Nothing is lost by going in circles for nothing, but nothing is gained either: with discount 1 the policy leads
    /// to the goal all the same.
    @Test(arguments: Method.allCases) func withoutDiscountThePolicyStillGetsThere(method: Method) throws {
        let world = try grid("....../...#../......G/".replacingOccurrences(of: "......G", with: ".....G")) {
            $0.stepCost = 0
        }
        let plan = try method.solve(world, discount: 1)
        for state in 0..<world.stateCount where !world.transitions(from: state, action: 0)[0].isEndOfItself {
            #expect(plan.values[state] == 1)
            #expect(walk(world, plan, from: state).count < 20)
        }
    }

    @Test(arguments: [0.5, 0.9, 0.99, 1]) func bothMethodsAgreeOnRandomTasks(discount: Double) throws {
        for seed in 0..<40 {
            let table = Table.random(states: 1 + seed, actions: 1 + seed % 4, seed: UInt64(seed))
            let model = try FiniteModel(table)
            let (first, second) = (
                try model.valueIteration(discount: discount), try model.policyIteration(discount: discount)
            )
            for state in 0..<table.stateCount {
                #expect(abs(first.values[state] - second.values[state]) <= 2e-9, "seed \(seed)")
            }
            for plan in [first, second] {
                let exact = try #require(table.values(following: plan.actions, discount: discount))
                for state in 0..<table.stateCount {
                    #expect(abs(plan.values[state] - exact[state]) <= 1e-9, "seed \(seed), state \(state)")
                    // No other action is better by the exact values of the policy.
                    for value in model.actionValues(state, values: exact, discount: discount) {
                        #expect(value <= exact[state] + 4e-9)
                    }
                }
                #expect(plan.errorBound <= 1e-9)
            }
        }
    }

    /// On tasks so small that every policy can be tried, by solving its linear equations.
    @Test(arguments: [0.3, 0.95, 1]) func isTheBestOfAllPolicies(discount: Double) throws {
        for seed in 100..<140 {
            let table = Table.random(states: 5, actions: 3, seed: UInt64(seed))
            let policies = (0..<243).map { number in [1, 3, 9, 27, 81].map { number / $0 % 3 } }
            let all = policies.compactMap { table.values(following: $0, discount: discount) }
            for method in Method.allCases {
                let plan = try method.solve(table, discount: discount)
                for state in 0..<5 {
                    let best = try #require(all.map { $0[state] }.max())
                    #expect(abs(plan.values[state] - best) <= 1.1e-9, "seed \(seed), state \(state)")
                }
            }
        }
    }

    @Test(arguments: Method.allCases) func theAnswerIsAsPreciseAsAskedFor(method: Method) throws {
        let table = Table.random(states: 30, actions: 3, seed: 7)
        let model = try FiniteModel(table)
        let exact = try #require(
            table.values(following: try method.solve(table, discount: 0.98).actions, discount: 0.98))
        var sweeps: [Int] = []
        for tolerance in [1, 0.01, 1e-4, 1e-8] {
            let limits = PlanningLimits(tolerance: tolerance)
            let plan = try method.solve(model, discount: 0.98, limits)
            for state in 0..<30 { #expect(abs(plan.values[state] - exact[state]) <= plan.errorBound + 1e-12) }
            #expect(plan.errorBound <= tolerance)
            sweeps.append(plan.sweeps)
        }
        #expect(sweeps == sweeps.sorted() && sweeps[0] < sweeps[2] && sweeps[2] < sweeps[3], "\(sweeps)")
    }

    /// A wall of sand: with discount 1 a trap costs more and more; nothing is computed for ever.
    @Test(arguments: Method.allCases) func whatNeverSettlesIsAnError(method: Method) throws {
        let trap = Table([[[end(1)], [step(1, -1)]], [[step(1, -1)], [step(1, -1)]]])
        let limits = PlanningLimits(sweeps: 500)
        let error = #expect(throws: PlanningError.self) {
            try method.solve(FiniteModel(trap), discount: 1, limits)
        }
        let text = "\(error.map { "\($0)" } ?? "")"
        #expect(text.contains("with discount 1") && text.contains("take a discount below 1"), "\(text)")
        let discounted = try method.solve(trap, discount: 0.5)
        #expect(discounted.values[0] == 1 && abs(discounted.values[1] + 2) <= 1e-9)
        // A reward that can be fetched again and again.
        let mine = Table([[[step(0, 1)], [end(0)]]])
        let endless = #expect(throws: PlanningError.self) {
            try method.solve(FiniteModel(mine), discount: 1, limits)
        }
        #expect(endless?.description.contains("take a discount below 1") == true)
        // A trap that costs nothing is none.
        let idle = Table([[[end(1)], [step(1)]], [[step(1)], [step(1)]]])
        #expect(try method.solve(idle, discount: 1).values == [1, 0])
        let slow = #expect(throws: PlanningError.self) {
            try method.solve(FiniteModel(trap), discount: 0.9999, PlanningLimits(sweeps: 20))
        }
        #expect(slow?.description.contains("after 20 sweeps") == true)
    }

    /// The equation v = max r + v′ of discount 1 has more than one solution where a circle costs nothing: sweeps alone
    /// stay at whichever they come to first.
    @Test(arguments: Method.allCases) func goingInCirclesForNothingIsWorthNothing(method: Method) throws {
        // To the end it costs 2 and 1; waiting in the first state is free.
        let rest = Table([[[step(1, -1)], [step(0)]], [[end(-1)], [step(0)]]])
        #expect(try method.solve(rest, discount: 1).values == [0, 0])
        // A lure: 1 at once, and then 2 to pay.
        let lure = Table([[[step(1, 1)], [step(0)]], [[end(-2)], [end(-2)]]])
        #expect(try method.solve(lure, discount: 1).values == [0, -2])
        // Two states that lead to each other, and no end but a dear one.
        let pair = Table([[[step(1)], [end(-1)]], [[step(0)], [end(-5)]], [[step(0, 3)], [end(2)]]])
        #expect(try method.solve(pair, discount: 1).values == [0, 0, 3])
        // Better than a circle is what pays.
        let paid = Table([[[step(1)], [step(0)]], [[step(0)], [step(2, -1)]], [[step(0)], [end(4)]]])
        #expect(try method.solve(paid, discount: 1).values == [3, 3, 4])
    }

    @Test func aBrokenModelIsRefused() throws {
        let broken: [(Table, String)] = [
            (Table([[[step(0, probability: 0.5)]]]), "state 0, action 0: its probabilities do not sum to 1"),
            (Table([[[step(0, probability: .nan)]]]), "do not sum to 1"),
            (Table([[[step(0, probability: 1.5), step(0, probability: -0.5)]]]), "do not sum to 1"),
            (Table([[[step(1)]]]), "leads out of the 1 states"), (Table([[[step(-1)]]]), "leads out"),
            (Table([[[step(0, .infinity)]]]), "its reward is inf"),
            (Table([]), "a task of 0 states and 1 actions"),
        ]
        for (table, sentence) in broken {
            let error = #expect(throws: PlanningError.self) { try FiniteModel(table) }
            #expect(error?.description.contains(sentence) == true, "\(error.map { "\($0)" } ?? "")")
        }
        let model = try FiniteModel(Table([[[end(0)]]]))
        for discount in [-0.1, 1.1, .nan] {
            for method in Method.allCases {
                #expect(throws: PlanningError.self) {
                    try method.solve(model, discount: discount, PlanningLimits())
                }
            }
        }
        for limits in [
            PlanningLimits(tolerance: 0), PlanningLimits(tolerance: .nan), PlanningLimits(sweeps: 0),
        ] {
            #expect(throws: PlanningError.self) { try model.valueIteration(discount: 0.9, limits: limits) }
        }
    }

    private func grid(_ map: String, _ change: (inout GridWorld.Options) -> Void) throws -> GridWorld {
        var options = GridWorld.Options()
        options.map = map
        change(&options)
        return try GridWorld(options)
    }

    /// The states that a plan goes through from the first start, the end included.
    private func walk(_ world: GridWorld, _ plan: Plan, from start: Int? = nil) -> [Int] {
        var (state, path) = (start ?? world.initialStates[0].state, [Int]())
        for _ in 0..<world.stateCount {
            let transition = world.transitions(from: state, action: plan.actions[state])[0]
            state = transition.state
            path.append(state)
            if transition.terminated { break }
        }
        return path
    }
}

extension Transition {
    fileprivate var isEndOfItself: Bool { terminated && reward == 0 }
}

enum Method: CaseIterable {
    case value, policy

    func solve(_ model: some TransitionModel, discount: Double) throws -> Plan {
        try solve(FiniteModel(model), discount: discount, PlanningLimits())
    }

    func solve(_ model: FiniteModel, discount: Double, _ limits: PlanningLimits) throws -> Plan {
        switch self {
        case .value: try model.valueIteration(discount: discount, limits: limits)
        case .policy: try model.policyIteration(discount: discount, limits: limits)
        }
    }
}

private func step(_ state: Int, _ reward: Double = 0, probability: Double = 1) -> Transition {
    Transition(probability: probability, state: state, reward: reward, terminated: false)
}

private func end(_ reward: Double, probability: Double = 1) -> Transition {
    Transition(probability: probability, state: 0, reward: reward, terminated: true)
}

/// A task written down, `[states][actions]`.
private struct Table: TransitionModel {
    let rows: [[[Transition]]]
    var state: Int { 0 }
    var stateCount: Int { rows.count }
    var actionCount: Int { rows.first?.count ?? 1 }
    var initialStates: [(state: Int, probability: Double)] { [(0, 1)] }

    init(_ rows: [[[Transition]]]) { self.rows = rows }

    func transitions(from state: Int, action: Int) -> [Transition] { rows[state][action] }

    /// Ends within reach from everywhere and every step costs something, so that discount 1 is allowed, too.
    static func random(states: Int, actions: Int, seed: UInt64) -> Table {
        var random = PCG64(seed: seed)
        return Table(
            (0..<states).map { _ in
                (0..<actions).map { action in
                    let weights = (0..<3).map { _ in random.random() }
                    let total = weights.reduce(0, +)
                    let isSure = action == 0
                    return weights.enumerated().map { index, weight in
                        Transition(
                            probability: weight / total, state: random.integers(states),
                            reward: random.uniform(-2, -0.1),
                            terminated: index == 0 && isSure || random.random() < 0.05)
                    }
                }
            })
    }

    /// The exact values of a policy by Gaussian elimination of (I − γ P) v = r; nil where there are none.
    func values(following policy: [Int], discount: Double) -> [Double]? {
        let count = rows.count
        var matrix = [[Double]](repeating: [Double](repeating: 0, count: count + 1), count: count)
        for state in 0..<count {
            matrix[state][state] = 1
            for transition in rows[state][policy[state]] {
                matrix[state][count] += transition.probability * transition.reward
                if !transition.terminated {
                    matrix[state][transition.state] -= discount * transition.probability
                }
            }
        }
        for column in 0..<count {
            guard let pivot = (column..<count).max(by: { abs(matrix[$0][column]) < abs(matrix[$1][column]) }),
                abs(matrix[pivot][column]) > 1e-12
            else { return nil }
            matrix.swapAt(column, pivot)
            for row in 0..<count where row != column {
                let factor = matrix[row][column] / matrix[column][column]
                if factor != 0 {
                    for index in column...count { matrix[row][index] -= factor * matrix[column][index] }
                }
            }
        }
        return (0..<count).map { matrix[$0][count] / matrix[$0][$0] }
    }
}

/// A task whose only action is a throw of the dice among all actions of another.
private struct Equiprobable<Model: TransitionModel>: TransitionModel {
    let model: Model
    init(_ model: Model) { self.model = model }
    var state: Int { model.state }
    var stateCount: Int { model.stateCount }
    var actionCount: Int { 1 }
    var initialStates: [(state: Int, probability: Double)] { model.initialStates }

    func transitions(from state: Int, action: Int) -> [Transition] {
        (0..<model.actionCount).flatMap { model.transitions(from: state, action: $0) }.map {
            Transition(
                probability: $0.probability / Double(model.actionCount), state: $0.state, reward: $0.reward,
                terminated: $0.terminated)
        }
    }
}
