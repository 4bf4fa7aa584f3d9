/// Adds independent Gaussian noise to every number observed, drawn from the task's own stream after the task has drawn:
/// Gymnasium's `TransformObservation` with `np_random.normal(0, standardDeviation, shape)`.
///
/// The space has no bounds, since noise knows none; clipping would put a lump of probability on each bound. Only what is
/// seen is noisy: the task goes on from its true state.
public struct NoisyObservations<Base: Environment>: Modifier, PreservesDynamics where Base.Scalar == Float {
    /// The noise's, in the units of the observation.
    public let standardDeviation: Double
    @usableFromInline let box: Box

    /// Noise on what `base` observes.
    public init(_ base: Base, standardDeviation: Double) {
        guard standardDeviation.isFinite, standardDeviation >= 0 else {
            failure("a standard deviation is finite and at least 0, not \(standardDeviation)")
        }
        guard case .box(let box) = base.observationSpace else {
            failure("noisyObservations is for boxes, not for \(base.observationSpace)")
        }
        self.standardDeviation = standardDeviation
        self.box = Box(
            low: [-.infinity], high: [.infinity], shape: box.shape, stackedFrames: box.stackedFrames)
    }

    /// The base's without bounds.
    public func observationSpace(of base: Base) -> Space { .box(box) }

    /// Starts an episode.
    @inlinable
    public mutating func reset(
        _ base: inout Base, into observation: inout MutableSpan<Float>, using random: inout Base.Random
    ) {
        base.reset(into: &observation, using: &random)
        addNoise(to: &observation, using: &random)
    }

    /// Acts once.
    @inlinable
    public mutating func step(
        _ base: inout Base, _ action: Base.Action, into observation: inout MutableSpan<Float>,
        using random: inout Base.Random
    ) -> Outcome {
        let outcome = base.step(action, into: &observation, using: &random)
        addNoise(to: &observation, using: &random)
        return outcome
    }

    /// Nothing: it has no state, since the stream is the task's.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}

    @inlinable
    func addNoise(to observation: inout MutableSpan<Float>, using random: inout Base.Random) {
        for index in observation.indices {
            let noise = standardDeviation * random.standardNormal()
            observation[index] = Float(Double(observation[index]) + noise)
        }
    }
}

extension Environment where Scalar == Float {
    /// The same task, seen through Gaussian noise.
    public func noisyObservations(standardDeviation: Double) -> Modified<NoisyObservations<Self>> {
        Modified(self, NoisyObservations(self, standardDeviation: standardDeviation))
    }
}
