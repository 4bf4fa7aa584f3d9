import Autograd
import Foundation
import Testing

/// Runs an optimizer on Σ (c x² + x) for some steps and says where it leaves the path of a rule in Double,
/// which is given the step's number, the parameters and their gradients.
private func deviations(
    _ optimizer: some Optimizer, steps: Int = 30, tolerance: Double = 2e-6,
    rule: (_ step: Int, _ x: inout [Double], _ g: [Double]) -> Void
) -> [String] {
    let start = [0.5, -1.25, 2, 0.03125, -0.75], curvature: [Float] = [1, 0.5, 3, -2, 0.1]
    var optimizer = optimizer
    var model = Parameters([
        Reference(rows: 1, columns: 3, Array(start[..<3])),
        Reference(rows: 2, columns: 1, Array(start[3...])),
    ])
    var x = start
    var problems: [String] = []
    for step in 1...steps {
        withTape {
            let (_, gradients) = valueAndGradients(at: model) { model in
                let (a, b) = (model.all[0].tensor, model.all[1].tensor)
                let first = (a * a * Tensor(copying: curvature[..<3]) + a).sum()
                return first + (b * b * Tensor(copying: curvature[3...], rows: 2, columns: 1) + b).sum()
            }
            optimizer.update(&model, along: gradients)
        }
        rule(step, &x, zip(x, curvature).map { 2 * $0 * Double($1) + 1 })
        problems += differences(model.all.flatMap(\.values), x, tolerance, "step \(step)")
    }
    return problems
}

private typealias Rule = (Int, inout [Double], [Double]) -> Void

/// Kingma & Ba's algorithm 1 in PyTorch's form, from the formulas; with `penalty` Adam's weight decay, with `decay`
/// AdamW's.
private func adamRule(
    _ rate: Double, _ beta1: Double = 0.9, _ beta2: Double = 0.999, _ epsilon: Double = 1e-8,
    penalty: Double = 0, decay: Double = 0
) -> Rule {
    var m = [Double](repeating: 0, count: 5)
    var v = m
    return { step, x, g in
        for i in x.indices {
            let g = g[i] + penalty * x[i]
            m[i] = beta1 * m[i] + (1 - beta1) * g
            v[i] = beta2 * v[i] + (1 - beta2) * g * g
            let mean = m[i] / (1 - pow(beta1, Double(step)))
            let square = v[i] / (1 - pow(beta2, Double(step)))
            x[i] -= rate * decay * x[i] + rate * mean / (square.squareRoot() + epsilon)
        }
    }
}

/// PyTorch's SGD; `dampening` spares the first step.
private func sgdRule(
    _ rate: Double, _ momentum: Double, dampening: Double = 0, isNesterov: Bool = false, penalty: Double = 0
) -> Rule {
    var b = [Double](repeating: 0, count: 5)
    return { step, x, g in
        for i in x.indices {
            let g = g[i] + penalty * x[i]
            b[i] = step == 1 ? g : momentum * b[i] + (1 - dampening) * g
            x[i] -= rate * (isNesterov ? g + momentum * b[i] : b[i])
        }
    }
}

/// PyTorch's RMSProp, and TensorFlow's with ε inside the root and squares that begin with 1.
private func rmspropRule(
    _ rate: Double, _ smoothing: Double, _ epsilon: Double, inside: Bool = false, isCentred: Bool = false,
    momentum: Double = 0, initialSquare: Double = 0, penalty: Double = 0
) -> Rule {
    var v = [Double](repeating: initialSquare, count: 5)
    var m = [Double](repeating: 0, count: 5)
    var b = m
    return { _, x, g in
        for i in x.indices {
            let g = g[i] + penalty * x[i]
            v[i] = smoothing * v[i] + (1 - smoothing) * g * g
            m[i] = smoothing * m[i] + (1 - smoothing) * g
            let square = isCentred ? v[i] - m[i] * m[i] : v[i]
            b[i] =
                momentum * b[i] + g
                / (inside ? (square + epsilon).squareRoot() : square.squareRoot() + epsilon)
            x[i] -= rate * b[i]
        }
    }
}

@Suite("Optimizers against their formulas in Double")
struct OptimizerTests {
    @Test("Adam, with a penalty and with decoupled decay", arguments: availableSets)
    func adam(set: InstructionSet) {
        set.run {
            #expect(deviations(Adam(learningRate: 0.0625), rule: adamRule(0.0625)) == [])
            let other = Adam(learningRate: 0.0625, beta1: 0.5, beta2: 0.9, epsilon: 0.01)
            #expect(deviations(other, rule: adamRule(0.0625, 0.5, 0.9, 0.01)) == [])
            let penalized = Adam(learningRate: 0.0625, weightDecay: 0.5)
            #expect(deviations(penalized, rule: adamRule(0.0625, penalty: 0.5)) == [])
            let decoupled = Adam(learningRate: 0.0625, weightDecay: 0.5, decay: .decoupled)
            #expect(deviations(decoupled, rule: adamRule(0.0625, decay: 0.5)) == [])
        }
    }

    @Test("SGD: plain, with momentum, dampening, Nesterov's momentum, a penalty", arguments: availableSets)
    func sgd(set: InstructionSet) {
        let rate: Float = 0.03125
        func check(_ sgd: SGD, _ rule: Rule) { #expect(deviations(sgd, steps: 10, rule: rule) == []) }
        set.run {
            check(SGD(learningRate: rate), sgdRule(0.03125, 0))
            check(SGD(learningRate: rate, weightDecay: 0.25), sgdRule(0.03125, 0, penalty: 0.25))
            check(SGD(learningRate: rate, momentum: 0.5), sgdRule(0.03125, 0.5))
            check(
                SGD(learningRate: rate, momentum: 0.5, dampening: 0.25),
                sgdRule(0.03125, 0.5, dampening: 0.25))
            check(
                SGD(learningRate: rate, momentum: 0.5, isNesterov: true, weightDecay: 0.25),
                sgdRule(0.03125, 0.5, isNesterov: true, penalty: 0.25))
        }
    }

    @Test("RMSProp: PyTorch's and TensorFlow's, centred, with momentum, a penalty", arguments: availableSets)
    func rmsprop(set: InstructionSet) {
        let rate: Float = 0.0078125
        func check(_ rmsprop: RMSProp, _ rule: Rule) { #expect(deviations(rmsprop, rule: rule) == []) }
        set.run {
            check(RMSProp(learningRate: rate), rmspropRule(0.0078125, 0.99, 1e-8))
            check(
                RMSProp(learningRate: rate, smoothing: 0.875, epsilon: 0.125, weightDecay: 0.5),
                rmspropRule(0.0078125, 0.875, 0.125, penalty: 0.5))
            check(
                RMSProp(learningRate: rate, smoothing: 0.875, epsilon: 0.125, epsilonPlace: .insideRoot),
                rmspropRule(0.0078125, 0.875, 0.125, inside: true))
            check(
                RMSProp(learningRate: rate, smoothing: 0.875, epsilon: 0.01, isCentred: true),
                rmspropRule(0.0078125, 0.875, 0.01, isCentred: true))
            check(
                RMSProp(
                    learningRate: rate, smoothing: 0.875, epsilon: 0.01, epsilonPlace: .insideRoot,
                    isCentred: true, momentum: 0.5, initialSquare: 1),
                rmspropRule(
                    0.0078125, 0.875, 0.01, inside: true, isCentred: true, momentum: 0.5, initialSquare: 1))
        }
    }

    @Test("The choices by name are these optimizers")
    func choices() {
        let rules: [(OptimizerChoice, Rule)] = [
            (.adam, adamRule(0.0625)), (.rmsprop, rmspropRule(0.0625, 0.99, 1e-8)),
            (.sgd, sgdRule(0.0625, 0)),
            (.rmspropCentred, rmspropRule(0.0625, 0.95, 1e-5, inside: true, isCentred: true)),
            (.adamw, adamRule(0.0625, decay: 0.01)),
        ]
        for (choice, rule) in rules {
            #expect(
                deviations(choice.optimizer(learningRate: 0.0625), steps: 5, tolerance: 1e-5, rule: rule)
                    == [],
                "\(choice)")
        }
        let coarse = OptimizerChoice.rmsprop.optimizer(learningRate: 0.0625, epsilon: 0.1)
        #expect(deviations(coarse, steps: 5, tolerance: 1e-5, rule: rmspropRule(0.0625, 0.99, 0.1)) == [])
        var optimizer = OptimizerChoice.sgd.optimizer(learningRate: 1)
        optimizer.learningRate = 0.0625
        #expect(optimizer.learningRate == 0.0625)
        #expect(deviations(optimizer, steps: 5, rule: sgdRule(0.0625, 0)) == [])
        #expect(
            OptimizerChoice.allCases.map(\.rawValue) == ["adam", "adamw", "rmsprop", "rmspropCentred", "sgd"])
    }

    private func oneLayer() -> Linear {
        var random = SplitMix(state: 4)
        return Linear(3, 2, using: &random)
    }

    private func step(_ model: inout Linear, _ optimizer: inout some Optimizer) {
        withTape {
            let x = Tensor(copying: [1, 2, 3, -1, 0.5, 2] as [Float], rows: 2, columns: 3)
            let gradients = valueAndGradients(at: model) { $0(x).squaredMean() }.gradients
            optimizer.update(&model, along: gradients)
        }
    }

    @Test("A wrong optimizer is noticed")
    func wrongOptimizers() {
        func isWrong(_ optimizer: some Optimizer, _ rule: Rule) {
            #expect(!deviations(optimizer, rule: rule).isEmpty)
        }
        isWrong(SGD(learningRate: 0.0625), adamRule(0.0625))
        isWrong(Adam(learningRate: 0.0625, beta2: 0.99), adamRule(0.0625))
        isWrong(Adam(learningRate: 0.0625, epsilon: 1e-3), adamRule(0.0625))
        isWrong(Adam(learningRate: 0.0625, weightDecay: 0.01), adamRule(0.0625, decay: 0.01))
        isWrong(Forgetful(), adamRule(0.0625))
        isWrong(RMSProp(learningRate: 0.0625, epsilon: 0.01), rmspropRule(0.0625, 0.99, 0.01, inside: true))
        isWrong(RMSProp(learningRate: 0.0625, initialSquare: 1), rmspropRule(0.0625, 0.99, 1e-8))
        isWrong(SGD(learningRate: 0.0625, momentum: 0.5), sgdRule(0.0625, 0.5, isNesterov: true))
        isWrong(SGD(learningRate: 0.0625, momentum: 0.5, dampening: 0.5), sgdRule(0.0625, 0.5))
    }

    private struct Forgetful: Optimizer {
        var learningRate: Float = 0.0625

        mutating func update<M: Module>(
            _ model: inout M, along gradients: Gradients, on runner: some PieceRunner
        ) {
            var adam = Adam(learningRate: learningRate)
            adam.update(&model, along: gradients, on: runner)
        }

        mutating func visitState<V: OptimizerStateVisitor>(_ visitor: inout V) throws(V.Failure) {}
    }

    private struct Copying: OptimizerStateVisitor {
        var count = 0
        var rows: [[Float]] = []
        var isRestoring = false

        mutating func visit(_ name: StaticString, _ value: inout Int) {
            if isRestoring { value = count } else { count = value }
        }

        mutating func visit(_ name: StaticString, _ values: inout [Float]) {
            if isRestoring { values = rows.removeFirst() } else { rows.append(values) }
        }
    }

    @Test("State that is saved and restored goes on to the bit")
    func state() {
        func check(_ optimizer: some Optimizer, _ memories: Int) {
            var (model, optimizer, fresh) = (oneLayer(), optimizer, optimizer)
            for _ in 0..<3 { step(&model, &optimizer) }
            var visitor = Copying()
            optimizer.visitState(&visitor)
            #expect(visitor.rows.map(\.count) == [Int](repeating: 8, count: memories))
            var other = model
            visitor.isRestoring = true
            fresh.visitState(&visitor)
            for _ in 0..<3 {
                step(&model, &optimizer)
                step(&other, &fresh)
            }
            #expect(model.weight.values == other.weight.values && model.bias.values == other.bias.values)
        }
        check(Adam(learningRate: 0.01), 2)
        check(Adam(learningRate: 0.01, weightDecay: 0.1, decay: .decoupled), 2)
        check(RMSProp(learningRate: 0.01), 1)
        check(RMSProp(learningRate: 0.01, isCentred: true, momentum: 0.5), 3)
        check(SGD(learningRate: 0.01), 0)
        check(SGD(learningRate: 0.01, momentum: 0.5, dampening: 0.5), 1)
        for choice in OptimizerChoice.allCases {
            let memories: [OptimizerChoice: Int] = [.rmsprop: 1, .sgd: 0]
            check(choice.optimizer(learningRate: 0.01), memories[choice] ?? 2)
        }
    }

    @Test("Moments end at zero, not among the subnormal numbers", arguments: availableSets)
    func tracesOfGradients(set: InstructionSet) {
        var model = Parameters([Reference(rows: 1, columns: 3, [1, -2, 3])])
        var adam = Adam(learningRate: 0.01, beta2: 0.9)
        set.run {
            for step in 0..<1500 {
                withTape {
                    let (_, gradients) = valueAndGradients(at: model) { model in
                        let x = model.all[0].tensor
                        return (step < 3 ? x : x.stopGradient()).squared().sum()
                    }
                    adam.update(&model, along: gradients)
                }
            }
        }
        var visitor = Copying()
        adam.visitState(&visitor)
        #expect(visitor.rows == [[0, 0, 0], [0, 0, 0]])
    }

    @Test("So do the means, squares and velocities of the others", arguments: availableSets)
    func otherTraces(set: InstructionSet) {
        func check(_ optimizer: some Optimizer, memories: Int) {
            var model = Parameters([Reference(rows: 1, columns: 3, [1, -2, 3])])
            var optimizer = optimizer
            set.run {
                for step in 0..<1500 {
                    withTape {
                        let (_, gradients) = valueAndGradients(at: model) { model in
                            let x = model.all[0].tensor
                            return (step < 3 ? x : x.stopGradient()).squared().sum()
                        }
                        optimizer.update(&model, along: gradients)
                    }
                }
            }
            var visitor = Copying()
            optimizer.visitState(&visitor)
            #expect(visitor.rows == [[Float]](repeating: [0, 0, 0], count: memories))
        }
        check(SGD(learningRate: 0.01, momentum: 0.9), memories: 1)
        check(RMSProp(learningRate: 0.01, smoothing: 0.9, isCentred: true, momentum: 0.9), memories: 3)
    }

    @Test("A unit without a gradient does not move, and what is not a number stays visible")
    func edges() {
        for choice in OptimizerChoice.allCases where choice != .adamw {
            var optimizer = choice.optimizer(learningRate: 0.1)
            var model = Parameters([Reference(rows: 1, columns: 3, [1, -2, 3])])
            for _ in 0..<3 {
                withTape {
                    let gradients = valueAndGradients(at: model) {
                        ($0.all[0].tensor * Tensor(copying: [0, 1, .nan] as [Float])).sum()
                    }.gradients
                    optimizer.update(&model, along: gradients)
                }
            }
            let values = model.all[0].values
            #expect(values[0] == 1 && values[1] < -2 && values[2].isNaN, "\(choice): \(values)")
        }
    }

    @Test("A model without parameters, and parameters without elements")
    func empty() {
        for choice in OptimizerChoice.allCases {
            var optimizer = choice.optimizer(learningRate: 0.1)
            var nothing = Parameters([])
            var hollow = Parameters([Reference(rows: 0, columns: 3, []), Reference(rows: 1, columns: 1, [2])])
            withTape {
                let none = valueAndGradients(at: nothing) { _ in Tensor(1) }.gradients
                optimizer.update(&nothing, along: none)
                optimizer = choice.optimizer(learningRate: 0.1)
                let gradients = valueAndGradients(at: hollow) { $0.all[1].tensor.sum() }.gradients
                optimizer.update(&hollow, along: gradients)
            }
            #expect(hollow.all[1].values[0] < 2)
        }
    }

    @Test("Clipping scales by the norm over all parameters")
    func clipping() {
        let model = Parameters([Reference(rows: 1, columns: 1, [3]), Reference(rows: 1, columns: 2, [0, 4])])
        withTape {
            func gradients(_ factor: Float) -> Gradients {
                valueAndGradients(at: model) { model in
                    factor * (model.all[0].tensor.squared().sum() + model.all[1].tensor.squared().sum())
                }.gradients
            }
            let long = gradients(1)  // 6, 0, 8
            #expect(long.norm == 10)
            #expect(long.clip(toGlobalNorm: 1) == 10)
            #expect(differences(long[0] + long[1], [0.6, 0, 0.8], 1e-6, "clipped") == [])
            let short = gradients(0.5)
            #expect(short.clip(toGlobalNorm: 6) == 5)
            #expect(short[0] + short[1] == [3, 0, 4])
            let broken = gradients(.infinity)
            #expect(!broken.clip(toGlobalNorm: 1).isFinite)
        }
    }

    @Test("Clipping by value, and by the norm of some of the parameters")
    func otherClipping() {
        let model = Parameters([
            Reference(rows: 1, columns: 1, [3]), Reference(rows: 1, columns: 2, [0, 4]),
            Reference(rows: 2, columns: 1, [1.5, 2]),
        ])
        func gradients(_ factor: Float = 2) -> Gradients {
            valueAndGradients(at: model) { model in
                0.5 * factor * model.all.reduce(Tensor(0)) { $0 + $1.tensor.squared().sum() }
            }.gradients
        }
        func all(_ gradients: Gradients) -> [Float] { (0..<3).flatMap { gradients[$0] } }
        withTape {
            let byValue = gradients()  // 6, 0, 8, 3, 4
            byValue.clip(toAbsoluteValue: 3.5)
            #expect(all(byValue) == [3.5, 0, 3.5, 3, 3.5])
            let negative = gradients(-2)
            negative.clip(toAbsoluteValue: 3.5)
            #expect(all(negative) == [-3.5, 0, -3.5, -3, -3.5])
            let parts = gradients()
            #expect(parts.norm(of: 2..<3) == 5 && parts.norm(of: 0..<2) == 10 && parts.norm(of: 1..<1) == 0)
            #expect(parts.clip(toNorm: 1, of: 2..<3) == 5)
            #expect(parts.clip(toNorm: 8, of: 1..<2) == 8)
            #expect(differences(all(parts), [6, 0, 8, 0.6, 0.8], 1e-6, "clipped") == [])
            #expect(parts.clip(toNorm: 1, of: 0..<2) == 10)
            #expect(differences(all(parts), [0.6, 0, 0.8, 0.6, 0.8], 1e-6, "clipped") == [])
            let broken = gradients(.nan)
            broken.clip(toAbsoluteValue: 1)
            #expect(all(broken).allSatisfy { $0.isNaN })
        }
    }
}
