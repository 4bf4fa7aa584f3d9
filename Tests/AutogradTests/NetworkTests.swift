import Autograd
import Testing

/// Where each parameter's numbers are.
private struct Places: ParameterVisitor {
    var found: [UnsafePointer<Float>?] = []

    mutating func visit(_ name: StaticString, _ parameter: inout Parameter) {
        found.append(parameter.withUnsafeBufferPointer(\.baseAddress))
    }
}

@Suite("Networks")
struct NetworkTests {
    private static let images = NetworkChoice.allCases.filter { $0 != .auto && $0 != .mlp }

    private func network(_ choice: NetworkChoice, _ input: Shape, outputs: Int = 6) throws -> Network {
        var random = SplitMix(state: 1)
        return try Network(choice, input: input, outputs: outputs, hidden: [16, 8], using: &random)
    }

    /// Counted by hand, layer by layer; Nature's with 18 actions is the number everybody knows.
    @Test(
        "Numbers learned",
        arguments: [
            (.mlp, [10, 10, 4], 6, 400 * 16 + 16 + 16 * 8 + 8 + 8 * 6 + 6),
            (.minatar, [10, 10, 4], 6, 9 * 4 * 16 + 16 + 1024 * 128 + 128 + 128 * 6 + 6),
            (
                .nips, [84, 84, 4], 6,
                (16 * 256 + 16) + (32 * 256 + 32) + (9 * 9 * 32 * 256 + 256) + (256 * 6 + 6)
            ),
            (.nature, [84, 84, 4], 18, 1_693_362),
            // Three sections of a convolution and two blocks of two, 11 × 11 × 32 numbers to 256 units, the head.
            (
                .impala, [84, 84, 4], 6,
                (592 + 4 * 2320) + (4640 + 4 * 9248) + 5 * 9248 + (3872 * 256 + 256) + (256 * 6 + 6)
            ),
            (
                .vgg, [32, 32, 3], 10,
                (448 + 2320) + (4640 + 9248) + (18_496 + 36_928) + (1024 * 256 + 256) + 2570
            ),
            (
                .inception, [32, 32, 3], 10,
                448 + (272 + 408 + 24 * 9 * 32 + 32 + 68 + 4 * 25 * 8 + 8 + 136)
                    + (2080 + 2080 + 32 * 9 * 48 + 48 + 520 + 8 * 25 * 24 + 24 + 1040) + 1210
            ),
            (
                .squeezenext, [32, 32, 3], 10,
                2432 + 2 * (528 + 136 + 8 * 3 * 16 + 16 + 16 * 3 * 16 + 16 + 544)
                    + (1056 + 528 + 16 * 3 * 32 + 32 + 32 * 3 * 32 + 32 + 2112 + 2112)
                    + (2080 + 528 + 16 * 3 * 32 + 32 + 32 * 3 * 32 + 32 + 2112) + 4160 + 650
            ),
        ] as [(NetworkChoice, [Int], Int, Int)])
    func parameters(_ choice: NetworkChoice, _ input: [Int], _ outputs: Int, _ count: Int) throws {
        let network = try network(choice, Shape(input), outputs: outputs)
        #expect(network.parameterCount == count)
        #expect(network.summary.reduce(0) { $0 + $1.parameters } == count)
        let x = [Float](repeating: 0.5, count: 2 * Shape(input).count)
        #expect(withTape { network(Tensor(copying: x, Shape([2] + input))).shape } == [2, outputs])
    }

    @Test("Nature's layers, as the paper counts them")
    func summary() throws {
        let summary = try network(.nature, [84, 84, 4]).summary
        #expect(summary.map(\.name) == (0..<5).map { "layers.\($0)" })
        #expect(
            summary.map(\.layer) == [
                "convolution 8×8, stride 4×4", "convolution 4×4, stride 2×2", "convolution 3×3", "linear",
                "linear",
            ])
        #expect(summary.map(\.output) == [[20, 20, 32], [9, 9, 64], [7, 7, 64], [512], [6]])
        #expect(
            summary.map(\.multiplyAdds) == [
                400 * 256 * 32, 81 * 512 * 64, 49 * 576 * 64, 3136 * 512, 512 * 6,
            ])
        let parts = try network(.impala, [12, 12, 3]).summary
        #expect(parts.map(\.name).contains("layers.2.parts.0.layers.1"))
        #expect(parts.first { $0.name == "layers.1" }?.output == [6, 6, 16])
    }

    @Test("What suits the observations")
    func auto() throws {
        let cases: [(Shape, NetworkChoice)] = [
            ([4], .mlp), ([84, 84, 4], .nature), ([36, 40, 1], .nature), ([10, 10, 7], .minatar),
            ([35, 84, 4], .minatar), ([2, 10, 3], .mlp), ([10, 10], .mlp),
        ]
        for (input, choice) in cases {
            #expect(NetworkChoice.auto.resolved(for: input) == choice, "\(input)")
        }
        #expect(try network(.auto, [10, 10, 4]).choice == .minatar)
        #expect(NetworkChoice.impala.resolved(for: [4]) == .impala)
    }

    @Test("What does not fit is said in a sentence")
    func refused() {
        let small = #expect(throws: NetworkError.self) { try network(.nature, [10, 10, 4]) }
        #expect(small?.description == "convolution 4×4, stride 2×2 does not fit into 1×1×32")
        let vector = #expect(throws: NetworkError.self) { try network(.minatar, [4]) }
        #expect(vector?.description == "convolution 3×3 needs images [height, width, channels], not [4]")
    }

    /// Pixels as bytes, flat as an encoder gives them, or as floats: the same. Its gradients are those of the replay in
    /// Double.
    @Test("Every network learns from pixels", arguments: images)
    func pixels(_ choice: NetworkChoice) throws {
        var random = SplitMix(state: 2)
        let input: Shape = [.nips, .nature].contains(choice) ? [36, 36, 1] : [9, 8, 2]
        let network = try network(choice, input, outputs: 3)
        let pixels = (0..<2 * input.count).map { _ in UInt8(random.next() & 255) }
        let (_, inspection) = inspecting(checkingGradients: true) {
            withTape {
                let bytes = ByteTensor(aliasing: pixels, .matrix(2, input.count))
                let floats = bytes.scaled(by: 1 / 255)
                let expected = network(floats).values
                #expect(
                    differences(
                        network(.bytes(bytes, scale: 1 / 255)).values, expected.map(Double.init), 1e-5,
                        "bytes")
                        == [])
                _ = valueAndGradients(at: network) {
                    $0(.bytes(bytes, scale: 1 / 255)).squared().mean()
                }
            }
        }
        #expect(inspection.gradients.count == network.parameterNames.count)
        for check in inspection.gradients { #expect((check.error ?? 1) < 1e-3, "\(check.parameter)") }
        #expect(inspection.firstNonFinite == nil)
    }

    /// A copy of each weight at every update would cost more than the update of a small network.
    @Test("An update changes the weights where they are", arguments: NetworkChoice.allCases)
    func inPlace(_ choice: NetworkChoice) throws {
        let input: Shape = [.nips, .nature].contains(choice) ? [36, 36, 1] : [9, 8, 2]
        var network = try network(choice, input)
        var adam = Adam(learningRate: 1e-2)
        let x = [Float](repeating: 0.5, count: 3 * input.count)
        func update() -> (loss: Float, places: [UnsafePointer<Float>?]) {
            let loss = withTape {
                let images = Tensor(aliasing: x, .matrix(3, input.count))
                let targets = network(images) + 1
                let (loss, gradients) = valueAndGradients(at: network) {
                    ($0(images) - targets).squaredMean()
                }
                adam.update(&network, along: gradients)
                return loss
            }
            var places = Places()
            network.visitParameters(&places)
            return (loss, places.found)
        }
        let first = update()
        let second = update()
        #expect(first.places == second.places)
        #expect(abs(first.loss - 1) < 1e-4 && first.places.count == network.parameterNames.count)
    }
}
