/// A differentiable operation: how it is called in messages, its derivative rule, and what it computes. Types that
/// conform have no instances; a recorded operation holds the type.
protocol Operation {
    static var name: String { get }

    /// The name of one recorded operation, where a type stands for several.
    static func name(of node: Node) -> String

    /// Adds to the gradients of the node's tracked inputs what follows from its output's gradient, which is
    /// complete. It may use that gradient's memory as its own: nobody reads it afterwards.
    static func propagate(_ node: Node, on tape: Tape)

    /// The operation once more in Double, as plainly as can be: what gradients are checked against. Returns the
    /// elements of the output, row by row.
    static func evaluate(_ node: Node, in replay: Replay) -> [Double]

    /// The derivative rule once more in tensor operations, which are recorded in their turn: what second
    /// derivatives are made of. Operations that lack it stop with their name.
    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints)

    /// Multiplications with an addition on the way forward, where they are what the time goes into.
    static func multiplyAdds(_ node: Node, on tape: Tape) -> Int
}

extension Operation {
    static func multiplyAdds(_ node: Node, on tape: Tape) -> Int { 0 }

    static func name(of node: Node) -> String { name }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        failure("\(name(of: node)): second derivatives through this operation are not available")
    }
}

/// Stops with both shapes and the operation's name.
@inline(never)
func shapeFailure(_ name: String, _ first: Shape, _ second: Shape) -> Never {
    failure("\(name): \(first) does not fit \(second)")
}
