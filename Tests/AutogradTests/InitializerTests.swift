import Autograd
import Foundation
import Testing

@Suite("Initialisers")
struct InitializerTests {
    private func layer(_ inputs: Int, _ outputs: Int, _ initializer: Initializer, seed: UInt64 = 1) -> Linear
    {
        var random = SplitMix(state: seed)
        return Linear(inputs, outputs, initializer: initializer, using: &random)
    }

    /// A convolution kernel [3, 3, 8, 64].
    private func kernel(_ initializer: Initializer) -> [Float] {
        var random = SplitMix(state: 1)
        return initializer.values(3 * 3 * 8 * 64, fanIn: 3 * 3 * 8, fanOut: 3 * 3 * 64, using: &random)
    }

    private func deviation(_ values: [Float]) -> Double {
        (values.reduce(0) { $0 + Double($1) * Double($1) } / Double(values.count)).squareRoot()
    }

    /// That numbers are uniform in ±bound.
    private func expectUniform(_ values: [Float], _ bound: Double, _ name: String) {
        let count = Double(values.count).squareRoot()
        #expect(values.allSatisfy { Double(abs($0)) <= bound * (1 + 1e-6) }, "\(name)")
        #expect(Double(values.max() ?? 0) > bound * (1 - 10 / (count * count)), "\(name)")
        #expect(abs(Double(values.reduce(0, +)) / Double(values.count)) < 3 * bound / count, "\(name)")
        // A uniform number in ±b has the variance b²/3.
        #expect(abs(deviation(values) / (bound / 3.0.squareRoot()) - 1) < 2 / count, "\(name)")
    }

    /// That numbers are normal with mean 0.
    private func expectNormal(_ values: [Float], _ standardDeviation: Double, _ name: String) {
        let count = Double(values.count).squareRoot()
        #expect(
            abs(Double(values.reduce(0, +)) / Double(values.count)) < 3.5 * standardDeviation / count,
            "\(name)")
        #expect(abs(deviation(values) / standardDeviation - 1) < 3 / count, "\(name)")
        let beyond = values.reduce(0.0) { $0 + (Double(abs($1)) > 2 * standardDeviation ? 1 : 0) }
        #expect(abs(beyond / Double(values.count) - 0.0455) < 0.8 / count, "\(name)")
    }

    @Test("Uniform by fan-in fills ±1/√in, weight and bias")
    func uniformFanIn() {
        let layer = layer(16, 400, .uniformFanIn)
        expectUniform(layer.weight.values, 0.25, "weight")
        expectUniform(layer.bias.values, 0.25, "bias")
        expectUniform(kernel(.uniformFanIn), 1 / 72.0.squareRoot(), "kernel")
    }

    @Test("Bounds and variances by fan, gain and kind")
    func variances() {
        let (fanIn, fanOut) = (72.0, 576.0)
        expectUniform(kernel(.uniform(bound: 0.3)), Double(Float(0.3)), "uniform")
        expectNormal(kernel(.normal(standardDeviation: 0.02)), 0.02, "normal")
        expectUniform(kernel(.kaimingUniform()), (6 / fanIn).squareRoot(), "Kaiming uniform")
        expectUniform(
            kernel(.kaimingUniform(gain: 1, fan: .output)), (3 / fanOut).squareRoot(), "Kaiming uniform, out")
        expectNormal(kernel(.kaimingNormal()), (2 / fanIn).squareRoot(), "Kaiming normal")
        expectNormal(
            kernel(.kaimingNormal(gain: 1, fan: .output)), (1 / fanOut).squareRoot(), "Kaiming normal, out")
        expectUniform(kernel(.xavierUniform()), (6 / (fanIn + fanOut)).squareRoot(), "Xavier uniform")
        expectUniform(
            kernel(.xavierUniform(gain: 2)), (24 / (fanIn + fanOut)).squareRoot(), "Xavier uniform, 2")
        expectNormal(kernel(.xavierNormal()), (2 / (fanIn + fanOut)).squareRoot(), "Xavier normal")
        expectNormal(kernel(.xavierNormal(gain: 2)), (8 / (fanIn + fanOut)).squareRoot(), "Xavier normal, 2")
        var random = SplitMix(state: 1)
        let truncated = Initializer.truncatedNormal(standardDeviation: 0.5)
            .values(100_000, fanIn: 1, fanOut: 1, using: &random)
        #expect(truncated.allSatisfy { abs($0) <= 1 } && truncated.contains { abs($0) > 0.98 })
        // A standard normal number within ±2 has the variance 1 - 4 φ(2) / (Φ(2) - Φ(-2)).
        #expect(abs(deviation(truncated) / 0.5 - 0.879626) < 0.004)
        #expect(kernel(.constant(0.125)).allSatisfy { $0 == 0.125 })
    }

    @Test("Biases begin as is usual beside the weight, or as they are told to")
    func biases() {
        for initializer in [
            Initializer.kaimingUniform(), .xavierNormal(), .orthogonal(gain: 1),
            .normal(standardDeviation: 1),
        ] {
            let layer = layer(6, 5, initializer)
            #expect(layer.bias.values == [0, 0, 0, 0, 0] && layer.weight.values.contains { $0 != 0 })
        }
        var random = SplitMix(state: 2)
        let told = Linear(
            4, 3, initializer: .orthogonal(gain: 1), biasInitializer: .constant(0.5), using: &random)
        #expect(told.bias.values == [0.5, 0.5, 0.5])
    }

    private func expectOrthogonal(_ values: [Float], _ rows: Int, _ columns: Int, gain: Double) {
        let weight = Reference<Double>(rows: rows, columns: columns, values.map(Double.init))
        let product = rows <= columns ? weight.matmul(weight.transposed) : weight.transposed.matmul(weight)
        let identity = Reference<Double>(rows: product.rows, columns: product.rows) {
            $0 == $1 ? gain * gain : 0
        }
        #expect(differences(product.elements.map(Float.init), identity.elements, 1e-6, "product") == [])
    }

    @Test(
        "Orthogonal: the shorter side is orthonormal times the gain",
        arguments: [(4, 9), (9, 4), (6, 6), (1, 5), (5, 1), (40, 24)])
    func orthogonal(inputs: Int, outputs: Int) {
        let layer = layer(inputs, outputs, .orthogonal(gain: 1.5))
        expectOrthogonal(layer.weight.values, inputs, outputs, gain: 1.5)
        #expect(layer.bias.values.allSatisfy { $0 == 0 })
    }

    @Test("An orthogonal convolution kernel is orthogonal as the matrix [height · width · in, out]")
    func orthogonalKernel() { expectOrthogonal(kernel(.orthogonal(gain: 1)), 72, 64, gain: 1) }

    @Test("Constants draw nothing")
    func zeros() {
        var random = SplitMix(state: 8)
        let layer = Linear(3, 2, initializer: .zeros, using: &random)
        #expect(random.state == 8 && (layer.weight.values + layer.bias.values).allSatisfy { $0 == 0 })
    }

    @Test("Layers without inputs or outputs")
    func empty() {
        for initializer in [
            Initializer.uniformFanIn, .kaimingNormal(), .xavierUniform(), .normal(standardDeviation: 1),
        ] {
            #expect(layer(0, 3, initializer).weight.values.isEmpty)
            #expect(layer(3, 0, initializer).bias.values.isEmpty)
            #expect(layer(0, 3, initializer).bias.values.allSatisfy { $0.isFinite })
        }
    }

    @Test("A generator's words determine the numbers, for good")
    func determinism() {
        for initializer in [
            Initializer.uniformFanIn, .orthogonal(gain: 1), .truncatedNormal(standardDeviation: 1),
            .kaimingNormal(),
        ] {
            #expect(layer(3, 4, initializer).weight.values == layer(3, 4, initializer).weight.values)
            #expect(layer(3, 4, initializer).weight.values != layer(3, 4, initializer, seed: 2).weight.values)
        }
        // (2 u - 1) / √4 with u from the upper 53 bits of the first word.
        var random = SplitMix(state: 1)
        let unit = Double(random.next() >> 11) / 9007199254740992
        #expect(layer(4, 1, .uniformFanIn).weight.values[0] == Float((2 * unit - 1) / 2))
    }
}
