/// Batch normalization (Ioffe & Szegedy 2015): every channel with mean 0 and variance 1 over the batch and all
/// positions, then a scale and a shift.
///
/// While learning, `train(on:)` uses the batch's own moments and moves the running ones, which change the layer; it
/// is called where the model may be changed:
/// ```swift
/// let (loss, gradients) = valueAndGradients(at: &network) { network in network.train(on: x) … }
/// ```
/// Calling the layer uses the running moments and changes nothing.
public struct BatchNormalization: Module {
    /// [channels]; ones at first.
    public var scale: Parameter

    /// [channels]; zeros at first.
    public var shift: Parameter

    /// [channels]: not learned but saved with the module; zeros at first.
    public var runningMean: Parameter

    /// [channels], of variances divided by the number of elements less one; ones at first.
    public var runningVariance: Parameter

    /// How far the running moments move towards those of a batch.
    public var momentum: Float

    /// Added to the variance.
    public var epsilon: Float

    /// PyTorch's defaults.
    public init(_ channels: Int, momentum: Float = 0.1, epsilon: Float = 1e-5) {
        let (zeros, ones) = ([Float](repeating: 0, count: channels), [Float](repeating: 1, count: channels))
        scale = Parameter(shape: .vector(channels), ones)
        shift = Parameter(shape: .vector(channels), zeros)
        runningMean = Parameter(shape: .vector(channels), zeros)
        runningVariance = Parameter(shape: .vector(channels), ones)
        self.momentum = momentum
        self.epsilon = epsilon
    }

    /// [batch, …, channels] to the same shape, by the running moments.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        GroupNormOperation.apply(
            x, groups: scale.count, scale, shift, .given, mean: runningMean, variance: runningVariance,
            epsilon: epsilon
        ).result
    }

    /// [batch, …, channels] to the same shape, by the moments of the batch itself, towards which the running ones move.
    public mutating func train(on x: Tensor) -> Tensor {
        let (channels, count) = (scale.count, x.rows)
        if count < 2 { failure("batchNormalization: a batch \(x.shape) has no variance") }
        let (y, moments) = GroupNormOperation.apply(
            x, groups: channels, scale, shift, .ofBatch, epsilon: epsilon)
        let rate = momentum
        runningMean.withUnsafeMutableBufferPointer { running in
            for channel in 0..<channels { running[channel] += rate * (moments[channel] - running[channel]) }
        }
        let unbiased = Float(count) / Float(count - 1)
        runningVariance.withUnsafeMutableBufferPointer { running in
            for channel in 0..<channels {
                running[channel] += rate * (moments[channels + channel] * unbiased - running[channel])
            }
        }
        return y
    }

    /// "weight", "bias", and as state "running_mean", "running_var": PyTorch's names.
    public mutating func visitParameters<V: ParameterVisitor>(_ visitor: inout V) throws(V.Failure) {
        try visitor.visit("weight", &scale)
        try visitor.visit("bias", &shift)
        try visitor.visitState("running_mean", &runningMean)
        try visitor.visitState("running_var", &runningVariance)
    }
}
