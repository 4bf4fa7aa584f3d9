import Autograd
import Foundation
import Testing

/// Layers and losses that are given what does not fit stop with the shapes.
@Suite("What does not fit a layer is named", .serialized)
struct LayerFailureTests {
    private func expect(_ sentence: String, _ result: ExitTest.Result?) {
        let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(message.contains(sentence))
    }

    @Test("Inputs, states and starts of recurrent layers")
    func recurrent() async {
        let input = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = SplitMix(state: 1)
            let layer = LSTM(3, 4, using: &random)
            withTape { _ = layer(Tensor(zeros: [5, 2, 4])) }
        }
        expect("lstm: input 5×2×4 is not [steps, rows, 3]", input)
        let steps = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = SplitMix(state: 1)
            let layer = GRU(3, 4, using: &random)
            withTape { _ = layer(Tensor(zeros: [0, 2, 3])) }
        }
        expect("gru: input 0×2×3 has no steps", steps)
        let state = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = SplitMix(state: 1)
            let layer = GRU(3, 4, using: &random)
            withTape { _ = layer(Tensor(zeros: [5, 2, 3]), from: Tensor(zeros: [1, 4])) }
        }
        expect("gru: 1×4 does not fit 2×4", state)
        let starts = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = SplitMix(state: 1)
            let layer = LSTM(3, 4, using: &random)
            withTape { _ = layer(Tensor(zeros: [5, 2, 3]), starts: ByteTensor(aliasing: [0, 1], [1, 2])) }
        }
        expect("lstm: starts 1×2 do not fit input 5×2×3", starts)
    }

    @Test("What is normalized")
    func normalization() async {
        let layer = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            withTape { _ = LayerNormalization([3, 4])(Tensor(zeros: [2, 4, 3])) }
        }
        expect("layerNormalization: input 2×4×3 does not end in 3×4", layer)
        let group = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            withTape { _ = GroupNormalization(groups: 2, channels: 4)(Tensor(zeros: [2, 5, 3])) }
        }
        expect("groupNormalization: input 2×5×3 does not fit 4 channels", group)
        let groups = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = GroupNormalization(groups: 3, channels: 4)
        }
        expect("groupNormalization: 4 channels cannot be in 3 groups of the same size", groups)
        let batch = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var layer = BatchNormalization(4)
            withTape { _ = layer.train(on: Tensor(zeros: [1, 4])) }
        }
        expect("batchNormalization: a batch 1×4 has no variance", batch)
    }

    @Test("Tables, products of two inputs, losses")
    func others() async {
        let embedding = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = SplitMix(state: 1)
            let layer = Embedding(3, 4, using: &random)
            withTape { _ = layer([0, 3]) }
        }
        expect("index 3 at position 1 is outside 0..<3", embedding)
        let bilinear = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = SplitMix(state: 1)
            let layer = Bilinear(3, 4, 2, using: &random)
            withTape { _ = layer(Tensor(zeros: [5, 3]), Tensor(zeros: [6, 4])) }
        }
        expect("bilinear: inputs 5×3 and 6×4 do not fit weight 2×3×4", bilinear)
        let quantiles = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            withTape {
                _ = Tensor(zeros: [2, 5]).quantileHuberLoss(
                    to: Tensor(zeros: [2, 7]), levels: Tensor(quantileMidpoints: 7))
            }
        }
        expect("quantileHuberLoss: levels [7] do not fit quantiles 2×5", quantiles)
    }
}
