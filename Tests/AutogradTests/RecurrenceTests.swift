import Autograd
import Testing

/// Sizes of one case; `starts` are the places (step, row) where an episode begins.
struct RecurrenceCase: CustomTestStringConvertible, Sendable {
    var steps: Int
    var rows: Int
    var inputs: Int
    var units: Int
    var starts: [[Int]] = []
    var hasState = true

    var testDescription: String {
        "\(steps)×\(rows)×\(inputs) to \(units), starts \(starts), state \(hasState)"
    }

    var bytes: [UInt8] {
        (0..<steps * rows).map { starts.contains([$0 / rows, $0 % rows]) ? UInt8($0 % 250 + 1) : 0 }
    }
}

private let recurrenceCases = [
    RecurrenceCase(steps: 1, rows: 1, inputs: 1, units: 1),
    RecurrenceCase(steps: 1, rows: 1, inputs: 3, units: 17, hasState: false),
    RecurrenceCase(steps: 1, rows: 4, inputs: 2, units: 5, starts: [[0, 2]]),
    RecurrenceCase(steps: 5, rows: 1, inputs: 4, units: 8, starts: [[2, 0]]),
    RecurrenceCase(steps: 4, rows: 3, inputs: 5, units: 20, starts: [[0, 1], [1, 1], [3, 0], [3, 2]]),
    RecurrenceCase(steps: 3, rows: 2, inputs: 2, units: 33, starts: [[1, 0]], hasState: false),
    RecurrenceCase(steps: 6, rows: 2, inputs: 3, units: 16),
]

@Suite("Recurrent layers over time")
struct RecurrenceTests {
    /// x, four parameters and the first states; the states last, so that they may be left out.
    private func inputs(_ size: RecurrenceCase, gates: Int) -> [Reference<Double>] {
        var random = SplitMix(state: 77)
        let width = gates * size.units
        let shapes = [
            (size.steps * size.rows, size.inputs), (size.inputs, width), (size.units, width), (1, width),
            (1, width),
            (size.rows, size.units), (size.rows, size.units),
        ]
        return shapes.prefix(size.hasState ? gates == 4 ? 7 : 6 : 5).map { rows, columns in
            Reference(
                rows: rows, columns: columns, random.floats(rows * columns, in: -0.8...0.8).map { Double($0) }
            )
        }
    }

    private static func reference(_ x: [Reference<Double>], _ size: RecurrenceCase) -> [Reference<Double>] {
        let bytes = size.bytes
        let zeros = Reference<Double>(rows: size.rows, columns: size.units) { _, _ in 0 }
        let (hidden, cell) = ReferenceRecurrence(
            inputWeight: x[1], recurrentWeight: x[2], inputBias: x[3], recurrentBias: x[4],
            starts: { bytes[$0 * size.rows + $1] != 0 }
        ).run(x[0], rows: size.rows, hidden: x.count > 5 ? x[5] : zeros, cell: x.count > 6 ? x[6] : nil)
        let last = (size.steps - 1) * size.rows
        return [hidden, Reference(rows: size.rows, columns: size.units) { hidden[last + $0, $1] }, cell]
    }

    private static func lstm(_ parameters: [Parameter], _ size: RecurrenceCase) -> (
        outputs: Tensor, state: LSTM.State
    ) {
        var random = SplitMix(state: 1)
        var layer = LSTM(size.inputs, size.units, using: &random)
        (layer.inputWeight, layer.recurrentWeight) = (parameters[1], parameters[2])
        (layer.inputBias, layer.recurrentBias) = (parameters[3], parameters[4])
        return layer(
            parameters[0].tensor.reshaped([size.steps, size.rows, size.inputs]),
            from: size.hasState ? LSTM.State(hidden: parameters[5].tensor, cell: parameters[6].tensor) : nil,
            starts: size.starts.isEmpty ? nil : ByteTensor(aliasing: size.bytes, [size.steps, size.rows]))
    }

    private static func gru(_ parameters: [Parameter], _ size: RecurrenceCase) -> (
        outputs: Tensor, state: Tensor
    ) {
        var random = SplitMix(state: 1)
        var layer = GRU(size.inputs, size.units, using: &random)
        (layer.inputWeight, layer.recurrentWeight) = (parameters[1], parameters[2])
        (layer.inputBias, layer.recurrentBias) = (parameters[3], parameters[4])
        return layer(
            parameters[0].tensor.reshaped([size.steps, size.rows, size.inputs]),
            from: size.hasState ? parameters[5].tensor : nil,
            starts: size.starts.isEmpty ? nil : ByteTensor(aliasing: size.bytes, [size.steps, size.rows]))
    }

    private func check(_ pair: Pair, _ inputs: [Reference<Double>], _ comment: Comment) {
        for set in availableSets {
            set.run { #expect(disagreements(pair, at: inputs) == [], "\(set) \(comment)") }
        }
    }

    @Test("LSTM: outputs, last state and all gradients", arguments: recurrenceCases)
    func lstm(_ size: RecurrenceCase) {
        let inputs = inputs(size, gates: 4)
        let last = { @Sendable (x: [Reference<Double>]) in Self.reference(x, size) }
        check(Pair(parameters: { Self.lstm($0, size).outputs }) { last($0)[0] }, inputs, "outputs")
        check(Pair(parameters: { Self.lstm($0, size).state.hidden }) { last($0)[1] }, inputs, "hidden")
        check(Pair(parameters: { Self.lstm($0, size).state.cell }) { last($0)[2] }, inputs, "cell")
        check(
            Pair(parameters: {
                let (outputs, state) = Self.lstm($0, size)
                return outputs.sum() * state.cell + state.hidden
            }) { x in
                let all = last(x)
                return all[0].sum() * all[2] + all[1]
            }, inputs, "all together")
    }

    @Test("GRU: outputs, last state and all gradients", arguments: recurrenceCases)
    func gru(_ size: RecurrenceCase) {
        let inputs = inputs(size, gates: 3)
        let last = { @Sendable (x: [Reference<Double>]) in Self.reference(x, size) }
        check(Pair(parameters: { Self.gru($0, size).outputs }) { last($0)[0] }, inputs, "outputs")
        check(Pair(parameters: { Self.gru($0, size).state }) { last($0)[1] }, inputs, "state")
        check(
            Pair(parameters: {
                let (outputs, state) = Self.gru($0, size)
                return outputs.sum() * state
            }) { x in
                let all = last(x)
                return all[0].sum() * all[1]
            }, inputs, "both together")
    }

    @Test("One step after the other is the whole sequence, with its gradients", arguments: availableSets)
    func steps(set: InstructionSet) {
        var random = SplitMix(state: 2)
        let (lstm, gru) = (LSTM(3, 18, using: &random), GRU(3, 18, using: &random))
        let x = random.floats(4 * 2 * 3)
        let starts: [UInt8] = [0, 1, 0, 0, 1, 0, 0, 0]
        set.run {
            withTape {
                func wholes(_ lstm: LSTM, _ gru: GRU) -> (Tensor, Tensor) {
                    let (x, starts) = (Tensor(copying: x, [4, 2, 3]), ByteTensor(aliasing: starts, [4, 2]))
                    return (lstm(x, starts: starts).outputs, gru(x, starts: starts).outputs)
                }
                func singly(_ lstm: LSTM, _ gru: GRU) -> (Tensor, Tensor) {
                    var (state, hidden): (LSTM.State?, Tensor?) = (nil, nil)
                    var (first, second): ([Tensor], [Tensor]) = ([], [])
                    for step in 0..<4 {
                        let input = Tensor(copying: Array(x[step * 6..<step * 6 + 6]), [2, 3])
                        let begins = ByteTensor(aliasing: Array(starts[step * 2..<step * 2 + 2]), [2])
                        let next = lstm.step(input, from: state, starts: begins)
                        let output = gru.step(input, from: hidden, starts: begins)
                        (state, hidden) = (next, output)
                        first.append(next.hidden)
                        second.append(output)
                    }
                    return (stacked(first), stacked(second))
                }
                let weights = Tensor(copying: random.floats(4 * 2 * 18), [4, 2, 18])
                for (one, other) in [
                    (wholes(lstm, gru).0, singly(lstm, gru).0), (wholes(lstm, gru).1, singly(lstm, gru).1),
                ] {
                    #expect(differences(one.values, other.values.map(Double.init), 2e-6, "outputs") == [])
                }
                let whole = valueAndGradients(at: lstm) { (wholes($0, gru).0 * weights).sum() }.gradients
                let single = valueAndGradients(at: lstm) { (singly($0, gru).0 * weights).sum() }.gradients
                let wholeGRU = valueAndGradients(at: gru) { (wholes(lstm, $0).1 * weights).sum() }.gradients
                let singleGRU = valueAndGradients(at: gru) { (singly(lstm, $0).1 * weights).sum() }.gradients
                for index in 0..<4 {
                    #expect(differences(whole[index], single[index].map(Double.init), 1e-5, "LSTM") == [])
                    #expect(
                        differences(wholeGRU[index], singleGRU[index].map(Double.init), 1e-5, "GRU") == [])
                }
            }
        }
    }

    @Test("Nothing passes a start: neither state nor gradient")
    func starts() {
        var random = SplitMix(state: 4)
        let layer = LSTM(2, 6, using: &random)
        let before = Parameters([Reference(rows: 2, columns: 2, random.floats(4).map { Double($0) })])
        let after = random.floats(4)
        withTape {
            func outputs(_ before: Tensor, starts: [UInt8]) -> Tensor {
                let x = concatenated(
                    [before.reshaped([1, 2, 2]), Tensor(copying: after, [1, 2, 2])], axis: 0)
                return layer(x, starts: ByteTensor(aliasing: starts, [2, 2])).state.hidden
            }
            let (_, gradients) = valueAndGradients(at: before) {
                outputs($0.all[0].tensor, starts: [0, 0, 1, 0]).sum()
            }
            #expect(gradients[0][0..<2].allSatisfy { $0 == 0 } && gradients[0][2..<4].allSatisfy { $0 != 0 })
            let reset = outputs(before.all[0].tensor, starts: [0, 0, 1, 0]).values
            let fresh = layer(Tensor(copying: after, [1, 2, 2])).outputs.values
            #expect(differences(Array(reset[0..<6]), fresh[0..<6].map(Double.init), 1e-6, "reset row") == [])
            #expect(
                differences(Array(reset[6..<12]), fresh[6..<12].map(Double.init), 1e-6, "other row") != [])
        }
    }

    @Test("A step's inspection replays it in Double")
    func inspection() {
        var random = SplitMix(state: 12)
        let layer = LSTM(3, 7, using: &random)
        let x = random.floats(5 * 2 * 3)
        let ((), inspection) = inspecting(checkingGradients: true) {
            withTape {
                _ = valueAndGradients(at: layer) { layer in
                    let (outputs, state) = layer(
                        Tensor(copying: x, [5, 2, 3]),
                        starts: ByteTensor(aliasing: [0, 0, 0, 1, 0, 0, 0, 0, 0, 0], [5, 2]))
                    return outputs.squaredMean() + state.cell.sum()
                }
            }
        }
        #expect(inspection.gradients.count == 4 && inspection.gradients.allSatisfy { ($0.error ?? 1) < 1e-4 })
        #expect(inspection.operations.map(\.name).prefix(2) == ["lstm", "lstm, last cells"])
    }
}
