import RLCore

/// Brings observations and rewards to a common scale by what has been seen so far, as Stable-Baselines3's `VecNormalize`
/// does: each number of an observation less its mean and divided by its standard deviation; rewards divided by the
/// standard deviation of the discounted return, whose mean stays in; both clipped at ±10 (Huang et al. 2022, details 6
/// to 9 of continuous actions).
///
/// It belongs to an agent, which saves it in its policy: a policy's copy is never updated. What is turned off costs
/// nothing and leaves everything as it is.
public struct Normalizer: Sendable {
    /// Of observations; nil where they stay as they are.
    public private(set) var observations: RunningMoments?
    /// Of the discounted return; nil where rewards stay as they are.
    public private(set) var returns: RunningMoments?
    private let space: Space
    private let discount: Double
    /// The discounted return of the running episode, `[rows]`.
    private var running: [Double]
    /// Where observations that are not the agent's own are normalised.
    private var scratch: ObservationBatch

    /// Larger numbers, and smaller ones than its negative, become it.
    public static let limit = 10.0
    private static let epsilon = 1e-8

    /// What the settings `normalizesObservations` and `normalizesRewards` ask for. Throws where the observations are no
    /// float32 numbers, which alone have a scale.
    public init(
        for task: TrainingTask, observations normalizesObservations: Bool, rewards normalizesRewards: Bool,
        discount: Double
    ) throws(ConfigurationError) {
        space = task.observationSpace
        if normalizesObservations, space.scalarType != .float32 {
            throw ConfigurationError(
                "normalizesObservations=true does not fit: expected float32 observations, but those of \(task.name) "
                    + "are \(space), which need it not")
        }
        observations = normalizesObservations ? RunningMoments(width: space.count) : nil
        returns = normalizesRewards ? RunningMoments(width: 1) : nil
        self.discount = discount
        running = Array(repeating: 0, count: normalizesRewards ? task.rows : 0)
        scratch = ObservationBatch(for: space, count: 0)
    }

    /// Takes note of what is acted on next, after `reset` or `advance`, and normalises it in place.
    public mutating func normalizeObservations(of batch: inout StepBatch) {
        observations?.update(with: batch.observations.floats)
        if let observations { Normalizer.normalize(&batch.observations.floats, by: observations) }
    }

    /// Takes note of the rewards of a step, between `step` and `advance`, and scales them in place.
    public mutating func normalizeRewards(of batch: inout StepBatch) {
        guard returns != nil else { return }
        for row in 0..<batch.count { running[row] = running[row] * discount + Double(batch.rewards[row]) }
        returns?.update(with: running)
        let scale = 1 / ((returns?.variance[0] ?? 1) + Normalizer.epsilon).squareRoot()
        for row in 0..<batch.count {
            batch.rewards[row] = Float(Normalizer.clip(Double(batch.rewards[row]) * scale))
            if batch.isDone(row) { running[row] = 0 }
        }
    }

    /// Observations as the network is to see them, without taking note of them: successors of a cut episode, or what a
    /// policy acts on. Valid until the next call.
    public mutating func normalized(_ seen: borrowing ObservationBatch) -> ObservationBatch {
        guard let observations else { return copy seen }
        if scratch.count != seen.count { scratch = ObservationBatch(for: space, count: seen.count) }
        scratch.copyRows(block: 0, from: seen)
        Normalizer.normalize(&scratch.floats, by: observations)
        return scratch
    }

    private static func normalize(_ values: inout [Float], by moments: RunningMoments) {
        let width = moments.mean.count
        for column in 0..<width {
            let mean = moments.mean[column]
            let scale = 1 / (moments.variance[column] + epsilon).squareRoot()
            for index in stride(from: column, to: values.count, by: width) {
                values[index] = Float(clip((Double(values[index]) - mean) * scale))
            }
        }
    }

    private static func clip(_ value: Double) -> Double { min(max(value, -limit), limit) }

    /// Visits what a policy needs: the moments of observations.
    public mutating func archivePolicy(_ archive: inout Archive) throws(ArchiveError) {
        try archive.scope("observations") { archive throws(ArchiveError) in
            try observations?.archive(&archive)
        }
    }

    /// Visits everything.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archivePolicy(&archive)
        guard returns != nil else { return }
        try archive.scope("returns") { archive throws(ArchiveError) in try returns?.archive(&archive) }
        try archive.field("running", &running)
    }
}
