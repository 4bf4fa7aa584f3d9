import RLCore

/// What the panel beside a drawing tells, as plain data.
public struct PanelContent: Sendable, Equatable {
    /// What stands on top: the environment's name.
    public var heading = ""
    /// A word at its right: `PAUSED`, `x2`.
    public var status = ""
    /// Which episode this is, from 1.
    public var episode = 1
    /// Steps of it so far.
    public var step = 0
    /// Its return so far.
    public var episodeReturn = 0.0
    /// The return of the one before.
    public var lastReturn: Double?
    /// The reward of the latest step.
    public var reward: Double?
    /// Steps a second, as measured.
    public var stepsPerSecond: Double?
    /// Training steps behind the policy, where it is being trained.
    public var trainingSteps: Int?
    /// What can be done.
    public var actionSpace = Space.discrete(1)
    /// What the choices are called; numbers where this is empty.
    public var actionNames: [String] = []
    /// The numbers of the action that is taken; nil where none is.
    public var action: [Double]?
    /// The inside of the policy.
    public var insight = Insight()
    /// The values of the states of this episode, V(s).
    public var stateValues: [Float] = []
    /// What is observed.
    public var observationSpace = Space.discrete(1)
    /// The numbers of the observation, row-major.
    public var observation: [Double] = []
    /// How much the choice depends on each number that the network receives.
    public var saliency: [Float]?
    /// What the keys do, where a person plays.
    public var keyboard: KeyboardMap?

    /// Nothing to tell yet.
    public init() {}

    /// What the choice `index` is called.
    func name(ofAction index: Int) -> String {
        index < actionNames.count ? actionNames[index] : "\(index)"
    }

    /// The choice that is taken, of a discrete space.
    var choice: Int? {
        guard case .discrete = actionSpace, let action, let first = action.first else { return nil }
        return Int(exactly: first)
    }

    /// Whether anything is known of what the network receives as planes: height, width and channels.
    var planes: (height: Int, width: Int, channels: Int)? {
        guard case .box(let box) = observationSpace, box.shape.count == 3, box.count == observation.count
        else { return nil }
        return (box.shape[0], box.shape[1], box.shape[2])
    }
}
