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

    private func gradients(parts: Int, running run: ((Int) -> Void) -> Void) -> [Float] {
        withTape {
            let (value, gradients, numbers) = valueAndGradients(at: network, parts: parts, running: run) {
                loss($0, rows: 8 * $1 / parts..<8 * ($1 + 1) / parts)
            }
            #expect(numbers[0] == 8)
            #expect(numbers[7] == Float(2 * parts))
            return [value, gradients.norm] + (0..<gradients.count).flatMap { gradients[$0] }
        }
    }

    private func inTurn(_ parts: Int) -> ((Int) -> Void) -> Void {
        { body in for part in 0..<parts { body(part) } }
    }

    @Test(arguments: [2, 3, 4, 8]) func partsSumToTheWhole(_ parts: Int) {
        let whole = gradients(parts: 1, running: inTurn(1))
        let sum = gradients(parts: parts, running: inTurn(parts))
        #expect(whole.count == sum.count)
        for (a, b) in zip(whole, sum) { #expect(abs(a - b) < 1e-5 * max(1, abs(a))) }
    }

    @Test(arguments: [2, 4]) func theOrderAndThreadsChangeNoBit(_ parts: Int) {
        let inOrder = gradients(parts: parts, running: inTurn(parts))
        let backward = gradients(parts: parts) { body in
            for part in (0..<parts).reversed() { body(part) }
        }
        let onThreads = gradients(parts: parts) { body in
            withoutActuallyEscaping(body) { body in
                nonisolated(unsafe) let body = body
                DispatchQueue.concurrentPerform(iterations: parts) { body($0) }
            }
        }
        #expect(inOrder == backward)
        #expect(inOrder == onThreads)
    }

    @Test func anOptimizerTakesThem() {
        var (one, two) = (network, network)
        func update(_ model: inout MultilayerPerceptron, parts: Int) {
            var optimizer = SGD(learningRate: 0.1)
            withTape {
                let (_, gradients, _) = valueAndGradients(at: model, parts: parts, running: inTurn(parts)) {
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
        let (_, inspection) = inspecting { gradients(parts: 2) { _ in Issue.record("not on threads") } }
        #expect(inspection.operations.count { $0.name == "linear" } == 4)
    }
}
