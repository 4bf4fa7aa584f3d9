/// A gated recurrent unit (Cho et al. 2014) as in PyTorch: from a = x · inputWeight + inputBias and
/// b = hidden · recurrentWeight + recurrentBias, in the order r, z, n: r, z = σ(a + b), n = tanh(a + r · b);
/// hidden = (1 - z) · n + z · hidden.
public struct GRU: Module {
    /// [inputs, 3 units]
    public var inputWeight: Parameter

    /// [units, 3 units]
    public var recurrentWeight: Parameter

    /// [3 units]
    public var inputBias: Parameter

    /// [3 units]
    public var recurrentBias: Parameter

    /// A layer whose numbers are drawn from the generator, weights first: all uniform in ±1/√units as in PyTorch; or the
    /// weights by an initializer, and the biases as is usual beside it where nothing is said.
    public init(
        _ inputs: Int, _ units: Int, initializer: Initializer? = nil, biasInitializer: Initializer? = nil,
        using random: inout some RandomNumberGenerator
    ) {
        (inputWeight, recurrentWeight, inputBias, recurrentBias) = recurrentParameters(
            inputs, units, gates: 3, initializer, biasInitializer, using: &random)
    }

    /// The size of its state.
    public var units: Int { recurrentWeight.shape.rows }

    /// Inputs [steps, rows, inputs] to outputs [steps, rows, units], and the last of them [rows, units]: the state to
    /// go on from.
    ///
    /// Without a state, rows begin with zeros. Where `starts` [steps, rows] is not 0, an episode begins: the row's
    /// state is set to zeros before that step, and no gradient flows back across it.
    public func callAsFunction(
        _ x: Tensor, from state: Tensor? = nil, starts: ByteTensor? = nil
    ) -> (outputs: Tensor, state: Tensor) {
        let outputs = RecurrenceOperation.apply(
            x,
            RecurrenceOperation.Weights(
                input: inputWeight, recurrent: recurrentWeight, inputBias: inputBias,
                recurrentBias: recurrentBias), hidden: state, cell: nil, starts: starts
        ).hidden
        return (outputs, outputs.last)
    }

    /// One step: inputs [rows, inputs] to the state after it [rows, units], which is the output. Where `starts` [rows]
    /// is not 0, the row's state is set to zeros before.
    public func step(_ x: Tensor, from state: Tensor? = nil, starts: ByteTensor? = nil) -> Tensor {
        self(x.asOneStep, from: state, starts: starts?.asOneStep).state
    }

    /// PyTorch's names: "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"
    public mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        try visitor.visit("weight_ih_l0", &inputWeight)
        try visitor.visit("weight_hh_l0", &recurrentWeight)
        try visitor.visit("bias_ih_l0", &inputBias)
        try visitor.visit("bias_hh_l0", &recurrentBias)
    }
}
