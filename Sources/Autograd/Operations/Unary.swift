internal import CKernels

/// An operation on each element by itself, with up to two numbers: `code` chooses it.
enum Unary: Operation {
    static let name = "unary"

    private static let names: [Int: String] = [
        rl_affine: "affine", rl_reciprocal: "reciprocal", rl_exp: "exp", rl_log: "log", rl_unary_tanh: "tanh",
        rl_unary_relu: "relu", rl_sigmoid: "sigmoid", rl_squared: "squared", rl_square_root: "squareRoot",
        rl_absolute: "absolute", rl_clamped: "clamped",
    ]

    static func name(of node: Node) -> String { names[Int(node.code)] ?? name }

    @inline(__always)
    static func apply(_ code: Int, _ x: Tensor, _ p: Float = 0, _ q: Float = 0) -> Tensor {
        let tape = Tape.current
        let input = tape.slot(x)
        let y = tape.allocate(input.count)
        tape.kernels.unary(Int32(code), input.count, p, q, input.value, y)
        return tape.result(
            y, input.shape, isTracked: input.isTracked,
            Node(operation: Unary.self, first: x.slot, code: Int32(code), p: p, q: q))
    }

    static func propagate(_ node: Node, on tape: Tape) {
        let x = tape.slot(at: node.first)
        tape.kernels.unary_backward(
            node.code, x.count, node.p, node.q, x.value, tape.slot(at: node.output).value,
            tape.outputGradient(node), tape.accumulatedGradient(of: node.first))
    }

    static func evaluate(_ node: Node, in replay: Replay) -> [Double] {
        let x = replay[node.first]
        let (p, q) = (Double(node.p), Double(node.q))
        return switch Int(node.code) {
        case rl_affine: x.map { p * $0 + q }
        case rl_reciprocal: x.map { p / $0 }
        case rl_exp: x.map(Functions.exp)
        case rl_log: x.map(Functions.log)
        case rl_unary_tanh: x.map(Functions.tanh)
        case rl_unary_relu: x.map { max($0, 0) }
        case rl_sigmoid: x.map { 1 / (1 + Functions.exp(-$0)) }
        case rl_squared: x.map { $0 * $0 }
        case rl_square_root: x.map { $0.squareRoot() }
        case rl_absolute: x.map(abs)
        case rl_clamped: x.map { min(max($0, p), q) }
        default: failure("\(name(of: node)): it has no evaluation in Double")
        }
    }

    static func propagate(_ node: Node, _ gradient: Tensor, to adjoints: inout Adjoints) {
        let (x, y) = (adjoints.tensor(node.first), adjoints.tensor(node.output))
        adjoints.add(to: node.first, gradient * slope(node, x, y))
    }

    /// dy/dx, from x and y where that is simple, as a tensor that can be differentiated; constant where the
    /// operation is linear piece by piece.
    private static func slope(_ node: Node, _ x: Tensor, _ y: Tensor) -> Tensor {
        switch Int(node.code) {
        case rl_reciprocal: -(y / x)
        case rl_exp: y
        case rl_log: 1 / x
        case rl_unary_tanh: 1 - y.squared()
        case rl_sigmoid: y * (1 - y)
        case rl_squared: 2 * x
        case rl_square_root: 0.5 / y
        case rl_affine, rl_unary_relu, rl_absolute, rl_clamped: constantSlope(node)
        default: failure("\(name(of: node)): second derivatives through this operation are not available")
        }
    }

    private static func constantSlope(_ node: Node) -> Tensor {
        let tape = Tape.current
        let x = tape.slot(at: node.first)
        let ones = Tensor(1).broadcast(to: .vector(x.count))
        let slopes = tape.zeros(x.count)
        tape.kernels.unary_backward(
            node.code, x.count, node.p, node.q, x.value, tape.slot(at: node.output).value,
            tape.slot(ones).value, slopes)
        return tape.append(slopes, x.shape)
    }
}

extension Tensor {
    /// eˣ of each element.
    public func exp() -> Tensor { Unary.apply(rl_exp, self) }

    /// The natural logarithm of each element.
    public func log() -> Tensor { Unary.apply(rl_log, self) }

    /// The hyperbolic tangent of each element.
    public func tanh() -> Tensor { Unary.apply(rl_unary_tanh, self) }

    /// max(x, 0); its derivative at 0 is 0.
    public func relu() -> Tensor { Unary.apply(rl_unary_relu, self) }

    /// 1 / (1 + e⁻ˣ)
    public func sigmoid() -> Tensor { Unary.apply(rl_sigmoid, self) }

    /// x²
    public func squared() -> Tensor { Unary.apply(rl_squared, self) }

    /// √x
    public func squareRoot() -> Tensor { Unary.apply(rl_square_root, self) }

    /// |x|; its derivative at 0 is 0.
    public func absolute() -> Tensor { Unary.apply(rl_absolute, self) }

    /// Each element moved into the range; the derivative is 1 inside and on its ends, 0 outside.
    public func clamped(to range: ClosedRange<Float>) -> Tensor {
        Unary.apply(rl_clamped, self, range.lowerBound, range.upperBound)
    }

    /// The elements with the opposite sign.
    public static prefix func - (x: Tensor) -> Tensor { Unary.apply(rl_affine, x, -1, 0) }

    /// x + s for each element x.
    public static func + (x: Tensor, s: Float) -> Tensor { Unary.apply(rl_affine, x, 1, s) }

    /// s + x for each element x.
    public static func + (s: Float, x: Tensor) -> Tensor { Unary.apply(rl_affine, x, 1, s) }

    /// x - s for each element x.
    public static func - (x: Tensor, s: Float) -> Tensor { Unary.apply(rl_affine, x, 1, -s) }

    /// s - x for each element x.
    public static func - (s: Float, x: Tensor) -> Tensor { Unary.apply(rl_affine, x, -1, s) }

    /// x · s for each element x.
    public static func * (x: Tensor, s: Float) -> Tensor { Unary.apply(rl_affine, x, s, 0) }

    /// s · x for each element x.
    public static func * (s: Float, x: Tensor) -> Tensor { Unary.apply(rl_affine, x, s, 0) }

    /// x / s for each element x, as x · (1 / s).
    public static func / (x: Tensor, s: Float) -> Tensor { Unary.apply(rl_affine, x, 1 / s, 0) }

    /// s / x for each element x.
    public static func / (s: Float, x: Tensor) -> Tensor { Unary.apply(rl_reciprocal, x, s, 0) }
}
