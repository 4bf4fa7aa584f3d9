/// Long short-term memory (Hochreiter & Schmidhuber 1997; with a forget gate, Gers et al. 2000), as in PyTorch:
/// i, f, o = σ(…), g = tanh(…) of x · inputWeight + inputBias + hidden · recurrentWeight + recurrentBias, in the order
/// i, f, g, o; cell = f · cell + i · g; hidden = o · tanh(cell).
public struct LSTM: Module {
    /// What is carried from one step to the next.
    public struct State {
        /// [rows, units], the layer's last outputs.
        public var hidden: Tensor
        /// [rows, units]
        public var cell: Tensor

        /// A state from its two parts.
        public init(hidden: Tensor, cell: Tensor) {
            self.hidden = hidden
            self.cell = cell
        }
    }

    /// [inputs, 4 units]
    public var inputWeight: Parameter

    /// [units, 4 units]
    public var recurrentWeight: Parameter

    /// [4 units]
    public var inputBias: Parameter

    /// [4 units]; PyTorch has two, of which one would do.
    public var recurrentBias: Parameter

    /// A layer whose numbers are drawn from the generator, weights first: all uniform in ±1/√units as in PyTorch; or the
    /// weights by an initializer, and the biases as is usual beside it where nothing is said.
    public init(
        _ inputs: Int, _ units: Int, initializer: Initializer? = nil, biasInitializer: Initializer? = nil,
        using random: inout some RandomNumberGenerator
    ) {
        (inputWeight, recurrentWeight, inputBias, recurrentBias) = recurrentParameters(
            inputs, units, gates: 4, initializer, biasInitializer, using: &random)
    }

    /// The size of its states.
    public var units: Int { recurrentWeight.shape.rows }

    /// Inputs [steps, rows, inputs] to outputs [steps, rows, units], and the state after the last step.
    ///
    /// Without a state, rows begin with zeros. Where `starts` [steps, rows] is not 0, an episode begins: the row's
    /// state is set to zeros before that step, and no gradient flows back across it.
    public func callAsFunction(
        _ x: Tensor, from state: State? = nil, starts: ByteTensor? = nil
    ) -> (outputs: Tensor, state: State) {
        let (outputs, cell) = RecurrenceOperation.apply(
            x, weights, hidden: state?.hidden, cell: state?.cell, starts: starts)
        let hidden = outputs.last
        return (outputs, State(hidden: hidden, cell: cell ?? hidden))
    }

    /// One step: inputs [rows, inputs] to the state after it, whose `hidden` [rows, units] is the output. Where
    /// `starts` [rows] is not 0, the row's state is set to zeros before.
    public func step(_ x: Tensor, from state: State? = nil, starts: ByteTensor? = nil) -> State {
        self(x.asOneStep, from: state, starts: starts?.asOneStep).state
    }

    private var weights: RecurrenceOperation.Weights {
        RecurrenceOperation.Weights(
            input: inputWeight, recurrent: recurrentWeight, inputBias: inputBias, recurrentBias: recurrentBias
        )
    }

    /// PyTorch's names: "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"
    public mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        try visitor.visit("weight_ih_l0", &inputWeight)
        try visitor.visit("weight_hh_l0", &recurrentWeight)
        try visitor.visit("bias_ih_l0", &inputBias)
        try visitor.visit("bias_hh_l0", &recurrentBias)
    }
}

/// Input weight, recurrent weight and the bias of each.
func recurrentParameters(
    _ inputs: Int, _ units: Int, gates: Int, _ initializer: Initializer?, _ biasInitializer: Initializer?,
    using random: inout some RandomNumberGenerator
) -> (Parameter, Parameter, Parameter, Parameter) {
    let width = gates * units
    let usual = Initializer.uniform(bound: 1 / Float(max(units, 1)).squareRoot())
    let biases = biasInitializer ?? initializer?.biasInitializer ?? usual
    func weight(_ rows: Int) -> Parameter {
        Parameter(
            shape: .matrix(rows, width), layout: .inputOutput,
            (initializer ?? usual).values(rows * width, fanIn: rows, fanOut: width, using: &random))
    }
    func bias(_ rows: Int) -> Parameter {
        Parameter(shape: .vector(width), biases.values(width, fanIn: rows, fanOut: width, using: &random))
    }
    return (weight(inputs), weight(units), bias(inputs), bias(units))
}

extension Tensor {
    /// [rows, columns] as [1, rows, columns].
    var asOneStep: Tensor {
        let shape = shape
        return reshaped(Shape(rank: 3) { $0 == 0 ? 1 : $0 == 1 ? shape.rows : shape.columns })
    }

    /// What the last place of the first axis holds.
    var last: Tensor {
        let shape = shape
        let last = shape[0] == 1 ? self : sliced(axis: 0, shape[0] - 1..<shape[0])
        return last.reshaped(shape.removing(0))
    }
}

extension ByteTensor {
    /// [rows] as [1, rows].
    var asOneStep: ByteTensor { reshaped(.matrix(1, count)) }
}
