/// How a layer's weight or bias begins.
///
/// What depends on the layer's size does so by its fans: a linear weight [in, out] has the fans in and out, a
/// convolution kernel [height, width, in, out] has height · width · in and height · width · out.
public enum Initializer: Equatable, Sendable {
    /// Every number the same; draws nothing.
    case constant(Float)

    /// Uniform in ±bound; draws one word each.
    case uniform(bound: Float)

    /// Uniform in ±1/√fan-in: PyTorch's default for the weights and biases of linear layers and convolutions. Draws
    /// one word each.
    case uniformFanIn

    /// Normal with mean 0; draws two words each.
    case normal(standardDeviation: Float)

    /// Normal with mean 0, where what is beyond two standard deviations is drawn again, as in TensorFlow; the standard
    /// deviation of what remains is 0.88 of it. Draws two words each time.
    case truncatedNormal(standardDeviation: Float)

    /// Uniform in ±gain √(3 / fan): the variance gain² / fan (He et al. 2015, "Delving deep into rectifiers"). The
    /// gain √2 is for rectified linear units, 1 for linear ones.
    case kaimingUniform(gain: Float = Float(2).squareRoot(), fan: Fan = .input)

    /// Normal with the variance gain² / fan.
    case kaimingNormal(gain: Float = Float(2).squareRoot(), fan: Fan = .input)

    /// Uniform in ±gain √(6 / (fan-in + fan-out)): the variance 2 gain² / (fan-in + fan-out) (Glorot & Bengio 2010,
    /// equation 16).
    case xavierUniform(gain: Float = 1)

    /// Normal with the variance 2 gain² / (fan-in + fan-out).
    case xavierNormal(gain: Float = 1)

    /// As a matrix [fan-in, count / fan-in] with orthonormal rows or columns (whichever are fewer), times the gain,
    /// uniformly distributed among all such (Saxe et al. 2013, "Exact solutions to the nonlinear dynamics of
    /// learning"). Draws two words each.
    case orthogonal(gain: Float)

    /// Zeros; draws nothing.
    public static let zeros = Initializer.constant(0)

    /// The side of a layer whose sums keep their variance.
    public enum Fan: Sendable {
        /// Forwards.
        case input
        /// Backwards.
        case output
    }

    /// What the field does with the bias of a layer whose weight begins so: uniform by fan-in there as well, zeros with
    /// all others.
    public var biasInitializer: Initializer { self == .uniformFanIn ? .uniformFanIn : .zeros }

    /// `count` numbers of a weight with these fans, or of the bias beside it, row by row.
    public func values(
        _ count: Int, fanIn: Int, fanOut: Int, using random: inout some RandomNumberGenerator
    ) -> [Float] {
        func uniform(_ bound: Double) -> [Float] {
            (0..<count).map { _ in Float((2 * RandomDraws.unit(using: &random) - 1) * bound) }
        }
        func normal(_ deviation: Double) -> [Float] {
            (0..<count).map { _ in Float(RandomDraws.normal(using: &random) * deviation) }
        }
        /// The standard deviation gain · √(1 / mean fan).
        func deviation(_ gain: Float, _ fan: Double) -> Double { Double(gain) / max(fan, 1).squareRoot() }
        func fan(_ side: Fan) -> Double { Double(side == .input ? fanIn : fanOut) }
        let meanFan = (Double(fanIn) + Double(fanOut)) / 2
        switch self {
        case .constant(let value): return [Float](repeating: value, count: count)
        case .uniform(let bound): return uniform(Double(bound))
        case .uniformFanIn: return uniform(deviation(1, fan(.input)))
        case .normal(let standardDeviation): return normal(Double(standardDeviation))
        case .truncatedNormal(let standardDeviation):
            return (0..<count).map { _ in
                Float(RandomDraws.truncatedNormal(using: &random) * Double(standardDeviation))
            }
        case .kaimingUniform(let gain, let side):
            return uniform(deviation(gain, fan(side)) * 3.0.squareRoot())
        case .kaimingNormal(let gain, let side): return normal(deviation(gain, fan(side)))
        case .xavierUniform(let gain): return uniform(deviation(gain, meanFan) * 3.0.squareRoot())
        case .xavierNormal(let gain): return normal(deviation(gain, meanFan))
        case .orthogonal(let gain):
            if count == 0 { return [] }
            if fanIn < 1 || count % fanIn != 0 {
                failure("orthogonal: \(count) numbers are no matrix of \(fanIn) rows")
            }
            return OrthogonalMatrix.draw(fanIn, count / fanIn, using: &random).map {
                Float($0 * Double(gain))
            }
        }
    }
}
