/// A task to act in: a small value with pure dynamics that writes what it observes into memory somebody else owns.
///
/// A copy is a snapshot of the simulator. Randomness is always the `random` argument, so that one seed gives one
/// episode whatever else runs. An environment knows neither a time limit (`timeLimit(_:)` adds one), nor a window,
/// nor who learns in it.
public protocol Environment: Sendable {
    /// The type of an observation's scalars: pixels are bytes, discrete states integers.
    associatedtype Scalar: ObservationScalar
    /// What one action is: `Int`, `Float`, or `InlineArray<n, Float>`.
    associatedtype Action: ActionValue
    /// The generator of the published environment, so that the same seed gives the same episode.
    associatedtype Random: RandomStream = PCG64

    /// What is observed.
    var observationSpace: Space { get }
    /// What can be done.
    var actionSpace: Space { get }
    /// What the choices of a discrete action space are called, in order; empty where they have no names.
    var actionNames: [String] { get }

    /// Starts an episode and writes its first observation, `[observationSpace.count]`.
    mutating func reset(into observation: inout MutableSpan<Scalar>, using random: inout Random)

    /// Acts once and writes the observation that follows, the true successor also where the episode ends.
    ///
    /// Whoever calls this has checked the action: a choice is one of the space's, and numbers are finite. Numbers may
    /// lie outside a box; the environment does with them what the published one does, which is to clip them.
    mutating func step(
        _ action: Action, into observation: inout MutableSpan<Scalar>, using random: inout Random
    ) -> Outcome

    /// Visits the state by named fields, for saving and for restoring.
    mutating func archive(_ archive: inout Archive) throws(ArchiveError)
}

extension Environment {
    /// No names.
    public var actionNames: [String] { [] }
}

/// What one step brought, beside the observation.
public struct Outcome: Sendable, Equatable {
    /// The reward as the learner sees it.
    public var reward: Double
    /// The task ended for the learner: the value of the successor is 0.
    public var terminated: Bool
    /// Something outside the task cut the episode: the successor keeps its value. Both flags may be set.
    public var truncated: Bool
    /// The task's own score for this step: what modifiers of the reward never touch.
    public var score: Double
    /// Whether the task's own episode is over: what life-loss modifiers never touch.
    public var episodeEnded: Bool

    /// An outcome in which the learner sees the task as it is.
    public init(reward: Double, terminated: Bool = false, truncated: Bool = false) {
        self.reward = reward
        self.terminated = terminated
        self.truncated = truncated
        score = reward
        episodeEnded = terminated || truncated
    }

    /// Adds the step after this one, so that both are one: rewards and scores are summed, and the flags are the later's.
    @inlinable
    public mutating func add(_ next: Outcome) {
        reward += next.reward
        score += next.score
        terminated = next.terminated
        truncated = next.truncated
        episodeEnded = next.episodeEnded
    }

    /// Whether the learner's episode is over, for either reason.
    public var isDone: Bool { terminated || truncated }
}
