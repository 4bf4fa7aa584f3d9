import Autograd
import Testing

private let epsilon = Double(Float(1e-5))

private struct Replacing: ParameterVisitor {
    var parameters: ArraySlice<Parameter>

    mutating func visit(_ name: StaticString, _ parameter: inout Parameter) {
        if let next = parameters.popFirst() { parameter = next }
    }
}

/// A module with other parameters, in order.
private func with<M: Module>(_ module: M, _ parameters: [Parameter]) -> M {
    var module = module
    var visitor = Replacing(parameters: parameters[...])
    module.visitParameters(&visitor)
    return module
}

private func scaled(_ normal: Reference<Double>, _ x: [Reference<Double>]) -> Reference<Double> {
    x.count > 2 ? normal * x[1] + x[2] : normal * x[1]
}

/// Samples, positions, channels, groups.
private let groupSizes = [
    (1, 1, 4, 2), (3, 5, 8, 2), (2, 9, 6, 3), (2, 7, 17, 17), (4, 3, 32, 4), (1, 70, 20, 1),
]

@Suite("Normalization")
struct NormalizationTests {
    private static let shapes: [[(Int, Int)]] = [
        [(3, 5), (1, 5), (1, 5)], [(2, 17), (1, 17), (1, 17)], [(7, 33), (1, 33), (1, 33)],
        [(4, 64), (1, 64), (1, 64)],
        [(0, 4), (1, 4), (1, 4)],
    ]

    private func check(_ pair: Pair, _ shapes: [(Int, Int)], offset: Double = 0, _ comment: Comment) {
        var random = SplitMix(state: 21)
        let inputs = shapes.map { rows, columns in
            Reference(rows: rows, columns: columns, random.floats(rows * columns).map { Double($0) })
        }
        let moved = [inputs[0].map { $0 + offset }] + inputs.dropFirst()
        for set in availableSets {
            set.run { #expect(disagreements(pair, at: moved, tolerance: 3e-5) == [], "\(set) \(comment)") }
        }
    }

    @Test("Layer normalization", arguments: shapes)
    func layer(_ shapes: [(Int, Int)]) {
        let pair = Pair(parameters: { parameters in
            let features = parameters[1].shape
            return with(LayerNormalization(features), Array(parameters[1...]))(
                parameters[0].tensor.reshaped([parameters[0].shape[0], 1, features[1]]))
        }) { scaled($0[0].normalized(isCentered: true, epsilon: epsilon), $0) }
        check(pair, shapes, "\(shapes)")
        check(pair, shapes, offset: 10, "\(shapes), far from 0")
    }

    @Test("Root mean square normalization", arguments: shapes)
    func rootMeanSquare(_ shapes: [(Int, Int)]) {
        let pair = Pair(parameters: { parameters in
            with(RMSNormalization([1, parameters[1].shape[1]], epsilon: 1e-5), Array(parameters[1...]))(
                parameters[0].tensor.reshaped([parameters[0].shape[0], 1, parameters[1].shape[1]]))
        }) { scaled($0[0].normalized(isCentered: false, epsilon: epsilon), $0) }
        check(pair, Array(shapes[0..<2]), "\(shapes)")
    }

    @Test("Group normalization", arguments: groupSizes)
    func group(samples: Int, positions: Int, channels: Int, groups: Int) {
        let pair = Pair(parameters: { parameters in
            with(GroupNormalization(groups: groups, channels: channels), Array(parameters[1...]))(
                parameters[0].tensor.reshaped([samples, positions, channels]))
        }) { scaled($0[0].normalized(samples: samples, groups: groups, epsilon: epsilon), $0) }
        let shapes = [(samples * positions, channels), (1, channels), (1, channels)]
        check(pair, shapes, "\(shapes)")
        if positions > 1 { check(pair, shapes, offset: 10, "\(shapes), far from 0") }
    }

    @Test("Batch normalization while learning", arguments: [(2, 1), (9, 17), (130, 5), (64, 32)])
    func batch(rows: Int, channels: Int) {
        let pair = Pair(parameters: { parameters in
            var layer = with(BatchNormalization(channels), Array(parameters[1...]))
            return layer.train(on: parameters[0].tensor)
        }) { scaled($0[0].normalized(samples: 1, groups: channels, epsilon: epsilon), $0) }
        check(pair, [(rows, channels), (1, channels), (1, channels)], "\(rows)×\(channels)")
    }

    @Test("Batch normalization by running moments")
    func runningMoments() {
        var random = SplitMix(state: 3)
        let (mean, variance) = (random.floats(6), random.floats(6, in: 0.2...2))
        let pair = Pair(parameters: { parameters in
            var layer = with(BatchNormalization(6), Array(parameters[1...]))
            layer.runningMean = Parameter(shape: [6], mean)
            layer.runningVariance = Parameter(shape: [6], variance)
            return layer(parameters[0].tensor)
        }) { x in
            let normal = Reference(rows: x[0].rows, columns: 6) { row, channel in
                (x[0][row, channel] - Double(mean[channel]))
                    / (Double(variance[channel]) + epsilon).squareRoot()
            }
            return scaled(normal, x)
        }
        check(pair, [(5, 6), (1, 6), (1, 6)], "5×6")
    }

    @Test("Running moments move as PyTorch's and reach the model through valueAndGradients")
    func runningMomentsMove() {
        struct Network: Module {
            var layer = BatchNormalization(2)
            mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
                try visitor.visit("layer", &layer)
            }
        }
        var network = Network()
        let before = network
        let x: [Float] = [1, 10, 2, 20, 6, 60]
        let gradient = withTape {
            let (_, gradients) = valueAndGradients(at: &network) { network in
                (network.layer.train(on: Tensor(copying: x, [3, 2])) * Tensor(copying: x, [3, 2])).sum()
            }
            return gradients[0]
        }
        // Mean 3 and 30, variance (2² + 1² + 3²) / 2 = 7 and 700, a tenth of the way from 0 and 1.
        #expect(differences(network.layer.runningMean.values, [0.3, 3], 1e-6, "mean") == [])
        #expect(
            differences(network.layer.runningVariance.values, [0.9 + 0.7, 0.9 + 70], 1e-6, "variance") == [])
        #expect(before.layer.runningMean.values == [0, 0], "a copy is not touched")
        #expect(gradient.contains { abs($0) > 0.1 })
        // A target network's moments move with its parameters.
        var target = before
        target.move(toward: network, by: 0.5)
        #expect(differences(target.layer.runningMean.values, [0.15, 1.5], 1e-6, "target") == [])
        #expect(network.parameterCount == 4)
    }

    @Test("Second derivatives")
    func secondDerivatives() {
        var random = SplitMix(state: 17)
        func inputs(_ rows: Int, _ columns: Int, _ parameters: Int = 2) -> [Reference<Double>] {
            (0...parameters).map { index in
                let rows = index == 0 ? rows : 1
                return Reference(
                    rows: rows, columns: columns, random.floats(rows * columns).map { Double($0) })
            }
        }
        let problems = [
            secondDerivativeDisagreements(
                { with(LayerNormalization([1, 5]), Array($0[1...]))($0[0].tensor.reshaped([3, 1, 5])) },
                at: inputs(3, 5)),
            secondDerivativeDisagreements(
                { with(RMSNormalization([1, 5]), Array($0[1...]))($0[0].tensor.reshaped([3, 1, 5])) },
                at: inputs(3, 5, 1)),
            secondDerivativeDisagreements(
                {
                    with(GroupNormalization(groups: 2, channels: 6), Array($0[1...]))(
                        $0[0].tensor.reshaped([2, 4, 6]))
                }, at: inputs(8, 6)),
            secondDerivativeDisagreements(
                {
                    var layer = with(BatchNormalization(3), Array($0[1...]))
                    return layer.train(on: $0[0].tensor)
                }, at: inputs(8, 3)),
            secondDerivativeDisagreements(
                { with(BatchNormalization(3), Array($0[1...]))($0[0].tensor.squared()) }, at: inputs(8, 3)),
        ]
        #expect(problems.flatMap { $0 } == [])
    }
}
