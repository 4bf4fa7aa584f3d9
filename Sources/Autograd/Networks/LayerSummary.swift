/// One layer of a network in numbers, for one observation.
public struct LayerSummary: Equatable, Sendable {
    /// Its place, as the names of its parameters begin: `layers.0`.
    public let name: String
    /// `convolution 8×8, stride 4×4`
    public let layer: String
    /// What it makes of one observation.
    public let output: Shape
    /// Learned numbers.
    public let parameters: Int
    /// Multiplications that are added up, on the way forward; those of biases, pooling and activations are not
    /// counted.
    public let multiplyAdds: Int
}
