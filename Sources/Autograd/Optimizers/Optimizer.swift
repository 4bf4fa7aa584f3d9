/// Changes a model along gradients and remembers, between updates, what its rule needs. A value.
///
/// An update is in place where the model's memory is not shared, and allocates nothing after the first.
public protocol Optimizer: Sendable {
    /// The step size α; may change between updates.
    var learningRate: Float { get set }

    /// One step of every parameter along its gradient, of parts on threads; who runs them changes no bit.
    mutating func update<M: Module>(
        _ model: inout M, along gradients: Gradients, on runner: some PieceRunner)

    /// Shows what it remembers, by name.
    mutating func visitState<V: OptimizerStateVisitor>(_ visitor: inout V) throws(V.Failure)
}

extension Optimizer {
    /// One step of every parameter along its gradient.
    public mutating func update<M: Module>(_ model: inout M, along gradients: Gradients) {
        update(&model, along: gradients, on: InTurn())
    }
}
