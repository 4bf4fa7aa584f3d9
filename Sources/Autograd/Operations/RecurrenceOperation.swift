internal import CKernels

/// What the steps of a recurrent layer keep for their derivative.
private struct RecurrenceMemory {
    var recurrence: rl_recurrence
    /// Set when a gradient arrives at an LSTM's last cells.
    var lastCellGradient: UnsafeMutablePointer<Float>?
}

/// The hidden states [steps, rows, units] of an LSTM (`code` 4) or GRU (`code` 3), all steps in one operation: one
/// product for all inputs, then one of the recurrent weights a step. `others` are the slots by `Input`.
enum RecurrenceOperation: Operation {
    static let name = "recurrence"

    static func name(of node: Node) -> String { node.code == 4 ? "lstm" : "gru" }

    /// What is read, by its place in `others`; starts and states may lack.
    private enum Input: Int {
        case x, inputWeight, recurrentWeight, inputBias, recurrentBias, starts, hidden, cell
    }

    /// The four parameters of a layer.
    struct Weights {
        let input, recurrent, inputBias, recurrentBias: Parameter

        var isTracked: Bool {
            let tape = Tape.current
            return tape.isTracked(input) || tape.isTracked(recurrent) || tape.isTracked(inputBias)
                || tape.isTracked(recurrentBias)
        }
    }

    /// x [steps, rows, inputs], states [rows, units], starts [steps, rows]. The cells are an LSTM's after the last
    /// step.
    static func apply(
        _ x: Tensor, _ weights: Weights, hidden: Tensor?, cell: Tensor?, starts: ByteTensor?
    ) -> (hidden: Tensor, cell: Tensor?) {
        let tape = Tape.current
        let input = tape.slot(x)
        let units = weights.recurrent.shape.rows
        let width = weights.recurrent.shape.columns
        let isLSTM = width == 4 * units
        let name = isLSTM ? "lstm" : "gru"
        if input.shape.rank != 3 || input.shape.columns != weights.input.shape.rows {
            failure("\(name): input \(input.shape) is not [steps, rows, \(weights.input.shape.rows)]")
        }
        let (steps, rows, inputs) = (input.shape[0], input.shape[1], input.shape[2])
        if steps == 0 { failure("\(name): input \(input.shape) has no steps") }
        func state(_ tensor: Tensor?) -> Slot? {
            guard let tensor else { return nil }
            let slot = tape.slot(tensor)
            if slot.shape != .matrix(rows, units) { shapeFailure(name, slot.shape, .matrix(rows, units)) }
            return slot
        }
        let (firstHidden, firstCell) = (state(hidden), state(cell))
        if let starts, starts.shape != .matrix(steps, rows) {
            failure("\(name): starts \(starts.shape) do not fit input \(input.shape)")
        }
        let count = steps * rows * units
        let output = tape.allocate(count)
        let memory = tape.allocate(1, of: RecurrenceMemory.self)
        memory.initialize(
            to: RecurrenceMemory(
                recurrence: rl_recurrence(
                    steps: steps, rows: rows, units: units,
                    starts: starts.map { UnsafePointer(tape.slot($0).bytes) },
                    weight: weights.recurrent.storage.pointer, bias: weights.recurrentBias.storage.pointer,
                    first_hidden: firstHidden.map { UnsafePointer($0.value) },
                    first_cell: firstCell.map { UnsafePointer($0.value) },
                    gates: tape.allocate(steps * rows * width), previous: tape.allocate(count),
                    cells: tape.allocate(count), squashed: isLSTM ? tape.allocate(count) : nil,
                    hidden: output,
                    scratch: isLSTM ? nil : tape.allocate(rows * width))))
        withExtendedLifetime(weights) {
            tape.affine(
                steps * rows, width, inputs, input.value, weights.input.storage.pointer,
                weights.inputBias.storage.pointer, into: memory.pointee.recurrence.gates)
            if isLSTM {
                tape.kernels.lstm_forward(&memory.pointee.recurrence)
            } else {
                tape.kernels.gru_forward(&memory.pointee.recurrence)
            }
        }
        let isTracked =
            input.isTracked || weights.isTracked || firstHidden?.isTracked == true
            || firstCell?.isTracked == true
        var others = UnsafeMutableBufferPointer<Int32>(start: nil, count: 0)
        if tape.isRecording(isTracked) {
            let count = Input.cell.rawValue + 1
            others = UnsafeMutableBufferPointer(start: tape.allocate(count, of: Int32.self), count: count)
            others[Input.x.rawValue] = x.slot
            others[Input.inputWeight.rawValue] = weights.input.tensor.slot
            others[Input.recurrentWeight.rawValue] = weights.recurrent.tensor.slot
            others[Input.inputBias.rawValue] = weights.inputBias.tensor.slot
            others[Input.recurrentBias.rawValue] = weights.recurrentBias.tensor.slot
            others[Input.starts.rawValue] = starts?.slot ?? -1
            others[Input.hidden.rawValue] = hidden?.slot ?? -1
            others[Input.cell.rawValue] = cell?.slot ?? -1
        }
        let all = tape.result(
            output, Shape(rank: 3) { $0 == 0 ? steps : $0 == 1 ? rows : units }, isTracked: isTracked,
            Node(
                operation: RecurrenceOperation.self, code: isLSTM ? 4 : 3, memory: memory, others: others))
        if !isLSTM { return (all, nil) }
        let last = memory.pointee.recurrence.cells + (steps - 1) * rows * units
        let cells = tape.result(
            last, .matrix(rows, units), isTracked: isTracked,
            Node(operation: LastCells.self, first: all.slot, memory: memory, others: others))
        return (all, cells)
    }

    static func propagate(_ node: Node, on tape: Tape) {
        guard let memory = node.memory?.assumingMemoryBound(to: RecurrenceMemory.self) else { return }
        let recurrence = memory.pointee.recurrence
        let (units, width) = (recurrence.units, Int(node.code) * recurrence.units)
        let total = recurrence.steps * recurrence.rows
        func slot(_ input: Input) -> Slot { tape.slot(at: node.others[input.rawValue]) }
        func gradient(_ input: Input) -> (memory: UnsafeMutablePointer<Float>, accumulate: Bool)? {
            let index = node.others[input.rawValue]
            return tape.isTracked(index) ? tape.gradient(of: index) : nil
        }
        func sum(_ input: Input) -> UnsafeMutablePointer<Float>? {
            let index = node.others[input.rawValue]
            return tape.isTracked(index) ? tape.accumulatedGradient(of: index) : nil
        }
        // Nobody reads the gates afterwards, so that their gradients take their place.
        let slopes = recurrence.gates
        let recurrentSlopes = node.code == 4 ? slopes : tape.allocate(total * width)
        var gradients = rl_recurrence_gradients(
            hidden: tape.outputGradient(node), last_hidden: nil, last_cell: memory.pointee.lastCellGradient,
            gates: slopes, recurrent_gates: recurrentSlopes, first_hidden: sum(.hidden),
            first_cell: sum(.cell),
            scratch: tape.allocate(units * (width + 2 * recurrence.rows)))
        if node.code == 4 {
            tape.kernels.lstm_backward(&memory.pointee.recurrence, &gradients)
        } else {
            tape.kernels.gru_backward(&memory.pointee.recurrence, &gradients)
        }
        let inputs = slot(.x).shape.columns
        if let (dw, accumulate) = gradient(.inputWeight) {
            tape.multiply(
                .firstTransposed, inputs, width, total, slot(.x).value, slopes, into: dw,
                accumulate: accumulate)
        }
        if let (du, accumulate) = gradient(.recurrentWeight) {
            tape.multiply(
                .firstTransposed, units, width, total, recurrence.previous, recurrentSlopes, into: du,
                accumulate: accumulate)
        }
        if let (db, accumulate) = gradient(.inputBias) {
            tape.kernels.column_sums(total, width, slopes, db, accumulate)
        }
        if let (db, accumulate) = gradient(.recurrentBias) {
            tape.kernels.column_sums(total, width, recurrentSlopes, db, accumulate)
        }
        if let (dx, accumulate) = gradient(.x) {
            tape.multiply(
                .secondTransposed, total, inputs, width, slopes, slot(.inputWeight).value, into: dx,
                accumulate: accumulate)
        }
    }

    static func multiplyAdds(_ node: Node, on tape: Tape) -> Int {
        let output = tape.slot(at: node.output).shape
        let inputs = tape.slot(at: node.others[Input.x.rawValue]).shape.columns
        return output.count * Int(node.code) * (inputs + output.columns)
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        run(node, in: replay).hidden.elements
    }

    fileprivate static func run(
        _ node: Node, in replay: Replay
    ) -> (hidden: Reference<Double>, cell: Reference<Double>) {
        func matrix(_ input: Input) -> Reference<Double>? {
            let index = node.others[input.rawValue]
            return index < 0 ? nil : replay.matrix(index)
        }
        guard let x = matrix(.x), let inputWeight = matrix(.inputWeight),
            let recurrentWeight = matrix(.recurrentWeight), let inputBias = matrix(.inputBias),
            let recurrentBias = matrix(.recurrentBias)
        else { failure("\(name): an input is missing") }
        let rows = replay.shape(node.others[Input.x.rawValue])[1]
        let starts = node.others[Input.starts.rawValue]
        let resets = starts < 0 ? nil : replay.bytes(starts)
        return ReferenceRecurrence(
            inputWeight: inputWeight, recurrentWeight: recurrentWeight, inputBias: inputBias,
            recurrentBias: recurrentBias,
            starts: { step, row in resets.map { $0[step * rows + row] != 0 } ?? false }
        ).run(
            x, rows: rows,
            hidden: matrix(.hidden) ?? Reference(rows: rows, columns: recurrentWeight.rows) { _, _ in 0 },
            cell: matrix(.cell))
    }
}

/// The cells of an LSTM after its last step, as a second result of the same operation: `first` is the other result,
/// `memory` and `others` are shared with it. It is recorded later, so that its gradient is there in time.
private enum LastCells: Operation {
    static let name = "lstm, last cells"

    static func propagate(_ node: Node, on tape: Tape) {
        guard let memory = node.memory?.assumingMemoryBound(to: RecurrenceMemory.self) else { return }
        memory.pointee.lastCellGradient = tape.outputGradient(node)
        // Also where nothing else depends on the hidden states.
        _ = tape.accumulatedGradient(of: node.first)
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        RecurrenceOperation.run(node, in: replay).cell.elements
    }
}

extension Tape {
    /// y [m, n] = x [m, k] · w [k, n] + bias [n]
    func affine(
        _ m: Int, _ n: Int, _ k: Int, _ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>,
        _ bias: UnsafePointer<Float>?, into y: UnsafeMutablePointer<Float>
    ) {
        if isLarge(m, n, k) {
            multiply(.normal, m, n, k, x, w, into: y, accumulate: false)
            kernels.finish_linear(m, n, bias, Int32(rl_identity), y)
        } else {
            kernels.linear(m, n, k, x, w, bias, Int32(rl_identity), y)
        }
    }
}
