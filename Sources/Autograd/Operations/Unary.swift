internal import CKernels

/// An operation on each element by itself, with up to two numbers: `code` chooses it.
enum Unary: Operation {
    static let name = "unary"

    private static let names: [Int: String] = [
        rl_affine: "affine", rl_reciprocal: "reciprocal", rl_exp: "exp", rl_log: "log", rl_unary_tanh: "tanh",
        rl_unary_relu: "relu", rl_sigmoid: "sigmoid", rl_squared: "squared", rl_square_root: "squareRoot",
        rl_absolute: "absolute", rl_clamped: "clamped", rl_exp_minus_one: "expMinusOne",
        rl_log_one_plus: "logOnePlus", rl_sine: "sin", rl_cosine: "cos", rl_power: "raised",
        rl_softplus: "softplus", rl_log_sigmoid: "logSigmoid", rl_normal: "normalDistribution",
        rl_gelu: "gelu", rl_silu: "silu", rl_elu: "elu", rl_leaky_relu: "leakyRelu", rl_softsign: "softsign",
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
        case rl_exp_minus_one: x.map(Functions.expMinusOne)
        case rl_log_one_plus: x.map(Functions.logOnePlus)
        case rl_sine: x.map(Functions.sin)
        case rl_cosine: x.map(Functions.cos)
        case rl_power: x.map { Functions.pow($0, p) }
        case rl_softplus: x.map(Functions.softplus)
        case rl_log_sigmoid: x.map { -Functions.softplus(-$0) }
        case rl_normal: x.map(Functions.normal)
        case rl_gelu: x.map { $0 * Functions.normal($0) }
        case rl_silu: x.map { $0 * Functions.sigmoid($0) }
        case rl_elu: x.map { $0 > 0 ? $0 : p * Functions.expMinusOne($0) }
        case rl_leaky_relu: x.map { $0 > 0 ? $0 : p * $0 }
        case rl_softsign: x.map { $0 / (1 + abs($0)) }
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
        case rl_exp_minus_one: x.exp()
        case rl_log_one_plus: 1 / (1 + x)
        case rl_sine: x.cos()
        case rl_cosine: -x.sin()
        case rl_power: node.p == 0 ? Tensor(zeros: x.shape) : node.p * x.raised(to: node.p - 1)
        case rl_softplus: x.sigmoid()
        case rl_log_sigmoid: (-x).sigmoid()
        case rl_normal: normalDensity(x)
        case rl_gelu: x.normalDistribution() + x * normalDensity(x)
        case rl_silu: siluSlope(x)
        case rl_elu: select(x.isGreater(than: 0), Tensor(1), node.p * x.exp())
        case rl_softsign: 1 / (1 + x.absolute()).squared()
        case rl_affine, rl_unary_relu, rl_absolute, rl_clamped, rl_leaky_relu: constantSlope(node)
        default: failure("\(name(of: node)): second derivatives through this operation are not available")
        }
    }

    /// The density of the standard normal distribution.
    private static func normalDensity(_ x: Tensor) -> Tensor {
        (-0.5 * x.squared()).exp() * (1 / (2 * Float.pi).squareRoot())
    }

    private static func siluSlope(_ x: Tensor) -> Tensor {
        let gate = x.sigmoid()
        return gate * (1 + x * (1 - gate))
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

    /// eˣ - 1, also where eˣ is so close to 1 that the difference would lose its digits.
    public func expMinusOne() -> Tensor { Unary.apply(rl_exp_minus_one, self) }

    /// log(1 + x), also where 1 + x would lose the digits of x.
    public func logOnePlus() -> Tensor { Unary.apply(rl_log_one_plus, self) }

    /// The sine of each element, in radians.
    public func sin() -> Tensor { Unary.apply(rl_sine, self) }

    /// The cosine of each element, in radians.
    public func cos() -> Tensor { Unary.apply(rl_cosine, self) }

    /// x to a constant power; NaN for a negative x unless the exponent is a whole number.
    public func raised(to exponent: Float) -> Tensor { Unary.apply(rl_power, self, exponent) }

    /// log(1 + eˣ), a smooth max(x, 0).
    public func softplus() -> Tensor { Unary.apply(rl_softplus, self) }

    /// log(1 / (1 + e⁻ˣ)), the logarithm of a probability from its logit.
    public func logSigmoid() -> Tensor { Unary.apply(rl_log_sigmoid, self) }

    /// Φ(x), the probability that a standard normal variable is at most x. The error function is 2Φ(√2 x) - 1.
    public func normalDistribution() -> Tensor { Unary.apply(rl_normal, self) }

    /// x Φ(x) (Hendrycks & Gimpel 2016, "Gaussian error linear units"), not approximated.
    public func gelu() -> Tensor { Unary.apply(rl_gelu, self) }

    /// x / (1 + e⁻ˣ) (Elfwing et al. 2017, "Sigmoid-weighted linear units"), also called swish.
    public func silu() -> Tensor { Unary.apply(rl_silu, self) }

    /// x where it is positive, α(eˣ - 1) elsewhere (Clevert et al. 2015, "Exponential linear units").
    public func elu(alpha: Float = 1) -> Tensor { Unary.apply(rl_elu, self, alpha) }

    /// x where it is positive, slope · x elsewhere; its derivative at 0 is the slope.
    public func leakyRelu(slope: Float = 0.01) -> Tensor { Unary.apply(rl_leaky_relu, self, slope) }

    /// x / (1 + |x|)
    public func softsign() -> Tensor { Unary.apply(rl_softsign, self) }

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
