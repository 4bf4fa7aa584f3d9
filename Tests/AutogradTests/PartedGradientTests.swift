import Foundation
import Testing

import Autograd

@Suite struct PartedGradientTests {
    private let network: MultilayerPerceptron
    private let inputs: [Float] = (0..<24).map { Float(($0 * 37) % 11) / 5 - 1 }

    init() {
        var random = CounterRandom(key: 3)
        network = MultilayerPerceptron([3, 8, 1], activation: .tanh, using: &random)
    }

    /// Σ over the rows of a part of (f(x) - 1)² / 8.
    private func loss(_ network: MultilayerPerceptron, rows: Range<Int>) -> (Tensor, SIMD8<Float>) {
        let x = Tensor(
            copying: inputs[3 * rows.lowerBound..<3 * rows.upperBound], rows: rows.count, columns: 3)
        let error = network(x) - 1
        var numbers = SIMD8<Float>()
        numbers[0] = Float(rows.count)
        numbers[7] = 2
        return ((error * error).sum() * 0.125, numbers)
    }

    private func gradients(parts: Int, on runner: some PieceRunner) -> [Float] {
        withTape {
            let (value, gradients, numbers) = valueAndGradients(at: network, parts: parts, on: runner) {
                loss($0, rows: 8 * $1 / parts..<8 * ($1 + 1) / parts)
            }
            #expect(numbers[0] == 8)
            #expect(numbers[7] == Float(2 * parts))
            return [value, gradients.norm] + (0..<gradients.count).flatMap { gradients[$0] }
        }
    }

    private struct Backward: PieceRunner {
        func run(pieces: Int, _ body: (Int) -> Void) { for piece in (0..<pieces).reversed() { body(piece) } }
    }

    private struct OnThreads: PieceRunner {
        func run(pieces: Int, _ body: (Int) -> Void) {
            withoutActuallyEscaping(body) { body in
                nonisolated(unsafe) let body = body
                DispatchQueue.concurrentPerform(iterations: pieces) { body($0) }
            }
        }
    }

    private struct Never: PieceRunner {
        func run(pieces: Int, _ body: (Int) -> Void) { Issue.record("not on threads") }
    }

    @Test(arguments: [2, 3, 4, 8]) func partsSumToTheWhole(_ parts: Int) {
        let whole = gradients(parts: 1, on: InTurn())
        let sum = gradients(parts: parts, on: InTurn())
        #expect(whole.count == sum.count)
        for (a, b) in zip(whole, sum) { #expect(abs(a - b) < 1e-5 * max(1, abs(a))) }
    }

    @Test(arguments: [2, 4]) func theOrderAndThreadsChangeNoBit(_ parts: Int) {
        let inOrder = gradients(parts: parts, on: InTurn())
        let backward = gradients(parts: parts, on: Backward())
        let onThreads = gradients(parts: parts, on: OnThreads())
        #expect(inOrder == backward)
        #expect(inOrder == onThreads)
    }

    @Test func anOptimizerTakesThem() {
        var (one, two) = (network, network)
        func update(_ model: inout MultilayerPerceptron, parts: Int) {
            var optimizer = SGD(learningRate: 0.1)
            withTape {
                let (_, gradients, _) = valueAndGradients(at: model, parts: parts, on: InTurn()) {
                    loss($0, rows: 8 * $1 / parts..<8 * ($1 + 1) / parts)
                }
                gradients.clip(toGlobalNorm: 0.5)
                optimizer.update(&model, along: gradients)
            }
        }
        update(&one, parts: 1)
        update(&two, parts: 2)
        let (a, b) = (
            withTape { one(Tensor(aliasing: inputs, rows: 8, columns: 3)).values },
            withTape { two(Tensor(aliasing: inputs, rows: 8, columns: 3)).values }
        )
        #expect(a != withTape { network(Tensor(aliasing: inputs, rows: 8, columns: 3)).values })
        for (x, y) in zip(a, b) { #expect(abs(x - y) < 1e-5) }
    }

    @Test func anInspectionSeesAllParts() {
        let (_, inspection) = inspecting { gradients(parts: 2, on: Never()) }
        #expect(inspection.operations.count { $0.name == "linear" } == 4)
    }

    /// Two networks that share nothing, and a parameter that nothing depends on.
    private struct Pair: Module {
        var first: MultilayerPerceptron
        var unused: Linear
        var second: MultilayerPerceptron

        init() {
            var random = CounterRandom(key: 4)
            first = MultilayerPerceptron([3, 70, 1], activation: .tanh, using: &random)
            unused = Linear(2, 2, using: &random)
            second = MultilayerPerceptron([3, 5, 1], activation: .tanh, using: &random)
        }

        mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
            try visitor.visit("first", &first)
            try visitor.visit("unused", &unused)
            try visitor.visit("second", &second)
        }

        var values: [Float] {
            var copy = self
            var numbers = Numbers()
            copy.visitParameters(&numbers)
            return numbers.all
        }
    }

    private struct Numbers: ParameterVisitor {
        var all: [Float] = []
        mutating func visit(_ name: StaticString, _ parameter: inout Parameter) { all += parameter.values }
    }

    /// One update by terms, each of one network, or by both at once.
    private func updated(
        by optimizer: OptimizerChoice, parts: Int, limit: Float = 0.1, on runner: some PieceRunner = InTurn()
    ) -> (numbers: [Float], model: [Float]) {
        var (pair, optimizer) = (Pair(), optimizer.optimizer(learningRate: 0.1))
        var numbers: [Float] = []
        for _ in 0..<3 {
            withTape {
                let (value, gradients, _) = valueAndGradients(at: pair, parts: parts, on: runner) {
                    pair, part in
                    let first = { self.loss(pair.first, rows: 0..<8).0 }
                    let second = { self.loss(pair.second, rows: 0..<8).0 }
                    return (parts == 1 ? first() + second() : part == 0 ? first() : second(), SIMD8())
                }
                numbers.append(value)
                let before = gradients.norm
                numbers.append(gradients.clip(toGlobalNorm: limit, on: runner))
                #expect(before == numbers.last)
                #expect(gradients.norm <= max(limit, 0) * 1.0001 || before <= limit)
                numbers += (0..<gradients.count).flatMap { gradients[$0] }
                optimizer.update(&pair, along: gradients, on: runner)
            }
        }
        return (numbers, pair.values)
    }

    @Test(arguments: OptimizerChoice.allCases)
    func termsOfDifferentParametersAreTheWhole(_ optimizer: OptimizerChoice) {
        let whole = updated(by: optimizer, parts: 1)
        let terms = updated(by: optimizer, parts: 2)
        for (a, b) in zip(whole.numbers + whole.model, terms.numbers + terms.model) {
            #expect(abs(a - b) < 1e-4 * max(1, abs(a)))
        }
        #expect(whole.model != Pair().values)
    }

    @Test(arguments: OptimizerChoice.allCases)
    func threadsThatClipAndUpdateChangeNoBit(_ optimizer: OptimizerChoice) {
        for parts in [2, 3] {
            let inOrder = updated(by: optimizer, parts: parts)
            #expect(inOrder == updated(by: optimizer, parts: parts, on: Backward()))
            #expect(inOrder == updated(by: optimizer, parts: parts, on: OnThreads()))
        }
    }

    @Test func whatHasChangedIsMeasuredAnew() {
        withTape {
            let (_, gradients, _) = valueAndGradients(at: network, parts: 2, on: InTurn()) {
                loss($0, rows: 4 * $1..<4 * $1 + 4)
            }
            let before = gradients.norm
            gradients.clip(toNorm: before / 4, of: 0..<gradients.count)
            #expect(abs(gradients.norm - before / 4) < 1e-4 * before)
            gradients.clip(toAbsoluteValue: 0)
            #expect(gradients.norm == 0)
        }
    }
}
