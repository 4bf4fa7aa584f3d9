import Autograd
import RLCore
import RLTraining
import Testing

@Suite struct AutogradArchiveTests {
    private func network(_ sizes: [Int], seed: UInt64 = 1) -> MultilayerPerceptron {
        var random = PCG64(seed: seed)
        return MultilayerPerceptron(sizes, activation: .tanh, using: &random)
    }

    private func output(_ network: MultilayerPerceptron, _ input: [Float]) -> [Float] {
        withTape { network(Tensor(copying: input, rows: 1, columns: input.count)).values }
    }

    /// Under PyTorch's names and shapes: a weight is [out, in], whose row is what one output sums.
    @Test func namesAndShapes() throws {
        var model = network([3, 4, 2])
        var archive = Archive()
        try archive.module("network", &model)
        let shapes = archive.entries.mapValues(\.shape)
        #expect(
            shapes == [
                "network.layers.0.weight": [4, 3], "network.layers.0.bias": [4],
                "network.layers.1.weight": [2, 4], "network.layers.1.bias": [2],
            ])
        var linear = network([3, 2])
        var single = Archive()
        try single.module("q", &linear)
        let bytes = try #require(single.entries["q.layers.0.weight"]).bytes
        let bias = try #require(single.entries["q.layers.0.bias"]).bytes
        func float(_ bytes: [UInt8], _ index: Int) -> Float {
            bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 4 * index, as: Float.self) }
        }
        for input in 0..<3 {
            let y = output(linear, (0..<3).map { $0 == input ? 1 : 0 })
            for out in 0..<2 {
                #expect(abs(y[out] - float(bias, out) - float(bytes, out * 3 + input)) < 1e-6)
            }
        }
    }

    /// [height, width, in, out] in memory, [out, in, height, width] in the file; behind it, a linear layer's inputs are
    /// counted channel by channel in the file, as images with channels first are flattened.
    @Test func convolutions() throws {
        var random = PCG64(seed: 1)
        var model = try Network(.minatar, input: [4, 5, 3], outputs: 2, using: &random)
        var archive = Archive()
        try archive.module("network", &model)
        #expect(
            archive.entries.mapValues(\.shape) == [
                "network.layers.0.weight": [16, 3, 3, 3], "network.layers.0.bias": [16],
                "network.layers.1.weight": [128, 16 * 2 * 3], "network.layers.1.bias": [128],
                "network.layers.2.weight": [2, 128], "network.layers.2.bias": [2],
            ])
        func floats(_ name: String) throws -> [Float] {
            let entry = try #require(archive.entries["network.layers.\(name)"])
            return entry.bytes.withUnsafeBytes { bytes in
                (0..<entry.shape.reduce(1, *)).map {
                    bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self)
                }
            }
        }
        // The network from the file's numbers, as PyTorch would compute it, channels first.
        let x = (0..<60).map { Float($0 % 7) - 3 }
        let (w0, b0, w1, b1) = try (
            floats("0.weight"), floats("0.bias"), floats("1.weight"), floats("1.bias")
        )
        let (w2, b2) = try (floats("2.weight"), floats("2.bias"))
        var planes: [Float] = []
        for out in 0..<16 {
            for y in 0..<2 {
                for column in 0..<3 {
                    var sum = b0[out]
                    for channel in 0..<3 {
                        for tap in 0..<9 {
                            let pixel = (y + tap / 3) * 5 + column + tap % 3
                            sum += w0[(out * 3 + channel) * 9 + tap] * x[pixel * 3 + channel]
                        }
                    }
                    planes.append(max(sum, 0))
                }
            }
        }
        let hidden = (0..<128).map { unit in
            max(zip(w1[unit * 96..<(unit + 1) * 96], planes).reduce(b1[unit]) { $0 + $1.0 * $1.1 }, 0)
        }
        let expected = (0..<2).map { unit in
            zip(w2[unit * 128..<(unit + 1) * 128], hidden).reduce(b2[unit]) { $0 + $1.0 * $1.1 }
        }
        let values = withTape { model(Tensor(copying: x, [1, 4, 5, 3])).values }
        #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 1e-4 })

        var other = try Network(.minatar, input: [4, 5, 3], outputs: 2, using: &random)
        var file = try Archive(safetensors: archive.safetensors())
        try file.module("network", &other)
        #expect(withTape { other(Tensor(copying: x, [1, 4, 5, 3])).values } == values)
    }

    /// Running moments are saved beside what is learned, and weights of recurrent layers as [out, in]: PyTorch's names and
    /// shapes.
    @Test func runningMomentsAndRecurrentWeights() throws {
        struct Part: Module {
            var norm = BatchNormalization(3)
            var lstm: LSTM
            mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
                try visitor.visit("norm", &norm)
                try visitor.visit("lstm", &lstm)
            }
        }
        var random = PCG64(seed: 1)
        var model = Part(lstm: LSTM(3, 2, using: &random))
        withTape { _ = model.norm.train(on: Tensor(copying: [1, 2, 3, 4, 6, 9], [2, 3])) }
        var archive = Archive()
        try archive.module("m", &model)
        #expect(
            archive.entries.mapValues(\.shape) == [
                "m.norm.weight": [3], "m.norm.bias": [3], "m.norm.running_mean": [3],
                "m.norm.running_var": [3],
                "m.lstm.weight_ih_l0": [8, 3], "m.lstm.weight_hh_l0": [8, 2], "m.lstm.bias_ih_l0": [8],
                "m.lstm.bias_hh_l0": [8],
            ])
        var other = Part(lstm: LSTM(3, 2, using: &random))
        var file = try Archive(safetensors: archive.safetensors())
        try file.module("m", &other)
        #expect(other.norm.runningMean.values == [0.25, 0.4, 0.6])
        #expect(other.norm.runningVariance.values == model.norm.runningVariance.values)
        #expect(other.lstm.inputWeight.values == model.lstm.inputWeight.values)
        // So does a target network that is copied to.
        var target = Part(lstm: LSTM(3, 2, using: &random))
        target.copy(from: model)
        #expect(target.norm.runningMean.values == [0.25, 0.4, 0.6])
    }

    /// More layers than are kept in place; what is restored shares nothing with where it came from.
    @Test func roundTrip() throws {
        for sizes in [[3, 2], [3, 4, 2], [3, 4, 5, 6, 7, 8, 2]] {
            var model = network(sizes)
            var saved = Archive()
            try saved.module("m", &model)
            var other = network(sizes, seed: 2)
            let copy = other
            let before = output(copy, [1, 2, 3])
            var file = try Archive(safetensors: saved.safetensors())
            try file.module("m", &other)
            #expect(output(other, [1, 2, 3]) == output(model, [1, 2, 3]))
            #expect(output(copy, [1, 2, 3]) == before && before != output(model, [1, 2, 3]))
            var again = Archive()
            try again.module("m", &other)
            #expect(again.entries == saved.entries)
        }
    }

    @Test func wrongShapes() throws {
        var model = network([3, 4, 2])
        var saved = Archive()
        try saved.module("m", &model)
        for sizes in [[3, 5, 2], [4, 3, 2], [3, 4, 2, 2], [2, 4, 2], [3, 4, 3]] {
            var other = network(sizes)
            var file = Archive(restoring: saved.entries)
            #expect(throws: ArchiveError.self, "\(sizes)") { try file.module("m", &other) }
        }
        var file = Archive(restoring: saved.entries)
        #expect(throws: ArchiveError.self) { try file.module("n", &model) }
    }

    /// Adam goes on as if it had never stopped, from before its first update too.
    @Test func optimizer() throws {
        for updates in [0, 3] {
            var (model, adam) = (network([2, 3, 1]), Adam(learningRate: 0.1))
            for _ in 0..<updates { step(&model, &adam) }
            var saved = Archive()
            try saved.optimizer("adam", &adam, parameterCount: model.parameterCount)
            let count = updates == 0 ? 0 : 13
            #expect(
                saved.entries.mapValues(\.shape) == [
                    "adam.step": [], "adam.firstMoments": [count], "adam.secondMoments": [count],
                ])
            // One that has made other updates forgets them.
            var (otherModel, other) = (network([2, 3, 1], seed: 3), Adam(learningRate: 0.1))
            step(&otherModel, &other)
            otherModel = model
            var file = try Archive(safetensors: saved.safetensors())
            try file.optimizer("adam", &other, parameterCount: model.parameterCount)
            for _ in 0..<3 {
                step(&model, &adam)
                step(&otherModel, &other)
            }
            #expect(output(model, [1, 1]) == output(otherModel, [1, 1]))
            #expect(other.step == updates + 3)
        }
    }

    /// Whichever a setting names.
    @Test(arguments: OptimizerChoice.allCases) func everyOptimizer(_ choice: OptimizerChoice) throws {
        var (model, optimizer) = (network([2, 3, 1]), choice.optimizer(learningRate: 0.1))
        for _ in 0..<3 { step(&model, &optimizer) }
        var saved = Archive()
        try saved.optimizer("optimizer", &optimizer, parameterCount: model.parameterCount)
        var (otherModel, other) = (model, choice.optimizer(learningRate: 0.1))
        var file = try Archive(safetensors: saved.safetensors())
        try file.optimizer("optimizer", &other, parameterCount: model.parameterCount)
        step(&model, &optimizer)
        step(&otherModel, &other)
        #expect(output(model, [1, 1]) == output(otherModel, [1, 1]))
    }

    @Test func randomNumbers() throws {
        var random = CounterRandom(key: .max, position: 7)
        var saved = Archive()
        try saved.random("dropout", &random)
        var other = CounterRandom(key: 0)
        var file = try Archive(safetensors: saved.safetensors())
        try file.random("dropout", &other)
        #expect(other == random)
    }

    @Test func wrongOptimizers() throws {
        var (model, adam) = (network([2, 3, 1]), Adam(learningRate: 0.1))
        step(&model, &adam)
        var saved = Archive()
        try saved.optimizer("adam", &adam, parameterCount: 13)
        var fresh = Adam(learningRate: 0.1)
        var file = Archive(restoring: saved.entries)
        #expect(throws: ArchiveError.self) { try file.optimizer("adam", &fresh, parameterCount: 14) }
        for name in ["adam.firstMoments", "adam.secondMoments"] {
            var entries = saved.entries
            entries[name] = Archive.Entry(type: .float32, shape: [0], bytes: [])
            var half = Archive(restoring: entries)
            #expect(throws: ArchiveError.self, "\(name)") {
                try half.optimizer("adam", &fresh, parameterCount: 13)
            }
        }
    }

    private func step(_ model: inout MultilayerPerceptron, _ adam: inout some Optimizer) {
        withTape {
            let x = Tensor(copying: [1, -1, 0.5, 2], rows: 2, columns: 2)
            let (_, gradients) = valueAndGradients(at: model) { $0(x).squaredMean() }
            adam.update(&model, along: gradients)
        }
    }
}
