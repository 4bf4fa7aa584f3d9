/// An LSTM or GRU over time in Double, one number after the other: what `RecurrenceOperation` is checked against.
package struct ReferenceRecurrence {
    /// [inputs, gates · units], [units, gates · units], [1, gates · units] each.
    package var inputWeight, recurrentWeight, inputBias, recurrentBias: Reference<Double>
    /// For each step, whether a row starts afresh.
    package var starts: (_ step: Int, _ row: Int) -> Bool

    package init(
        inputWeight: Reference<Double>, recurrentWeight: Reference<Double>, inputBias: Reference<Double>,
        recurrentBias: Reference<Double>, starts: @escaping (_ step: Int, _ row: Int) -> Bool
    ) {
        self.inputWeight = inputWeight
        self.recurrentWeight = recurrentWeight
        self.inputBias = inputBias
        self.recurrentBias = recurrentBias
        self.starts = starts
    }

    /// Hidden states [steps · rows, units] and cells [rows, units] after the last step (an LSTM's), from inputs
    /// [steps · rows, inputs] and first states [rows, units].
    package func run(
        _ x: Reference<Double>, rows: Int, hidden: Reference<Double>, cell: Reference<Double>?
    ) -> (hidden: Reference<Double>, cell: Reference<Double>) {
        let units = recurrentWeight.rows
        var hidden = hidden
        var cell = cell ?? Reference(rows: rows, columns: units) { _, _ in 0 }
        let isLSTM = recurrentWeight.columns == 4 * units
        var all: [Double] = []
        for step in 0..<(rows == 0 ? 0 : x.rows / rows) {
            for row in 0..<rows where starts(step, row) {
                for unit in 0..<units {
                    hidden.elements[row * units + unit] = 0
                    cell.elements[row * units + unit] = 0
                }
            }
            let inputs = Reference(rows: rows, columns: x.columns) { x[step * rows + $0, $1] }
            let fromInput = inputs.matmul(inputWeight) + inputBias
            let fromHidden = hidden.matmul(recurrentWeight) + recurrentBias
            let before = hidden
            for row in 0..<rows {
                for unit in 0..<units {
                    func sum(_ gate: Int) -> Double {
                        fromInput[row, gate * units + unit] + fromHidden[row, gate * units + unit]
                    }
                    let position = row * units + unit
                    if isLSTM {
                        cell.elements[position] =
                            Functions.sigmoid(sum(1)) * cell.elements[position]
                            + Functions.sigmoid(sum(0)) * Functions.tanh(sum(2))
                        hidden.elements[position] =
                            Functions.sigmoid(sum(3)) * Functions.tanh(cell.elements[position])
                    } else {
                        let (reset, update) = (Functions.sigmoid(sum(0)), Functions.sigmoid(sum(1)))
                        let candidate = Functions.tanh(
                            fromInput[row, 2 * units + unit] + reset * fromHidden[row, 2 * units + unit])
                        hidden.elements[position] =
                            (1 - update) * candidate + update * before.elements[position]
                    }
                }
            }
            all += hidden.elements
        }
        return (Reference(rows: x.rows, columns: units, all), cell)
    }
}
