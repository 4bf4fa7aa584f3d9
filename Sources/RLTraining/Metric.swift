/// Something measured while learning; its name is a column of `metrics.csv`, the same for every agent that
/// measures it.
public struct Metric: Hashable, Sendable {
    /// The column's name.
    public let name: String

    /// A metric called `name`, in lowerCamelCase.
    public init(_ name: String) {
        self.name = name
    }

    /// The loss that the gradient is of.
    public static let loss = Metric("loss")
    /// Norm of the gradient over all parameters, before clipping.
    public static let gradientNorm = Metric("gradientNorm")
    /// Mean value of the actions taken, as the network estimates it.
    public static let actionValue = Metric("actionValue")
    /// Probability of a random action.
    public static let epsilon = Metric("epsilon")
    /// The policy's part of the loss: what its gradient ascends, negated.
    public static let policyLoss = Metric("policyLoss")
    /// The value's part of the loss, before its weight.
    public static let valueLoss = Metric("valueLoss")
    /// Mean entropy of the policy, in nats.
    public static let entropy = Metric("entropy")
    /// How far an update has moved the policy: the mean of (r - 1) - log r, r = π / π_old (Schulman 2020).
    public static let approximateKL = Metric("approximateKL")
    /// Share of the probability ratios that were clipped.
    public static let clipFraction = Metric("clipFraction")
    /// Share of the returns' variance that the values explained before the update.
    public static let explainedVariance = Metric("explainedVariance")
    /// Step size of the optimizer.
    public static let learningRate = Metric("learningRate")
}
