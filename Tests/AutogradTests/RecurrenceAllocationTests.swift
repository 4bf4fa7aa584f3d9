import Autograd
import CAllocationCounter
import Testing

/// A recurrent policy with normalized inputs, as PPO learns it.
private struct Policy: Module {
    var norm = LayerNormalization(5)
    var lstm: LSTM
    var gru: GRU
    var head: Linear

    init() {
        var random = SplitMix(state: 1)
        lstm = LSTM(5, 9, using: &random)
        gru = GRU(9, 7, using: &random)
        head = Linear(7, 3, using: &random)
    }

    func callAsFunction(_ x: Tensor, starts: ByteTensor) -> Tensor {
        let (outputs, state) = lstm(norm(x), starts: starts)
        return head(gru(outputs.silu(), starts: starts).outputs) + state.cell.sum()
    }

    mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        try visitor.visit("norm", &norm)
        try visitor.visit("lstm", &lstm)
        try visitor.visit("gru", &gru)
        try visitor.visit("head", &head)
    }
}

@Suite("Recurrent updates allocate nothing", .enabled(if: allocations_are_counted() != 0))
struct RecurrenceAllocationTests {
    @Test("Neither learning nor acting, after the third call")
    func updates() {
        var (policy, adam) = (Policy(), Adam(learningRate: 0.01))
        let (x, starts) = ([Float](repeating: 0.5, count: 6 * 2 * 5), [UInt8](repeating: 1, count: 6 * 2))
        let observation = [Float](repeating: 0.5, count: 2 * 5)
        var (hidden, cell) = ([Float](repeating: 0, count: 2 * 9), [Float](repeating: 0, count: 2 * 9))
        var next = (hidden: hidden, cell: cell)
        func step() {
            withTape {
                let gradients = valueAndGradients(at: policy) { policy in
                    policy(Tensor(aliasing: x, [6, 2, 5]), starts: ByteTensor(aliasing: starts, [6, 2]))
                        .squaredMean()
                }.gradients
                adam.update(&policy, along: gradients)
            }
            withTape {
                let before = LSTM.State(
                    hidden: Tensor(aliasing: hidden, [2, 9]), cell: Tensor(aliasing: cell, [2, 9]))
                let state = policy.lstm.step(
                    policy.norm(Tensor(aliasing: observation, [2, 5])), from: before)
                // The arrays are read until the scope ends.
                state.hidden.copy(into: &next.hidden)
                state.cell.copy(into: &next.cell)
            }
            swap(&hidden, &next.hidden)
            swap(&cell, &next.cell)
        }
        for _ in 0..<3 { step() }
        let before = allocation_count()
        for _ in 0..<20 { step() }
        #expect(allocation_count() - before == 0)
    }
}
