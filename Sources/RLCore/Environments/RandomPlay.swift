/// What was seen at one point of a trajectory: a start where there is no outcome.
struct Moment: Equatable {
    var action: [Double] = []
    var observation: [Double]
    var outcome: Outcome?
    /// The number of the state reached, where the environment tells its exact dynamics.
    var state: Int?
}

/// An environment being played at random. A value, so that a copy of it plays on from where it is.
struct RandomPlay<E: Environment> {
    private var environment: E
    private var random: E.Random
    private var choices: PCG64
    private var isOver = true
    /// What the memory holds that an observation is written into.
    var filling: UInt8 = 0

    init(_ environment: E, seed: UInt64) {
        self.init(environment, random: E.Random(seed: seed), seed: seed)
    }

    init(_ environment: E, random: E.Random, seed: UInt64) {
        self.environment = environment
        self.random = random
        choices = PCG64(SeedSequence(seed, spawnKey: [1]))
    }

    func trajectory(_ count: Int) -> [Moment] {
        var play = self
        return (0..<count).map { _ in play.next() }
    }

    /// A restart where the last episode is over, and a random action elsewhere.
    mutating func next() -> Moment {
        if isOver {
            isOver = false
            var observation = filledObservation()
            E.Scalar.withStorage(of: &observation) { storage in
                var span = storage.mutableSpan
                environment.reset(into: &span, using: &random)
            }
            return Moment(observation: observation.row(0), state: state)
        }
        var actions = ActionBatch(for: environment.actionSpace, count: 1)
        drawAction(into: &actions)
        return act(actions)
    }

    mutating func drawAction(into actions: inout ActionBatch) {
        actions.draw(row: 0, from: environment.actionSpace, using: &choices)
    }

    mutating func act(_ actions: ActionBatch) -> Moment {
        var observation = filledObservation()
        let outcome = E.Scalar.withStorage(of: &observation) { storage in
            var span = storage.mutableSpan
            return environment.step(E.Action(row: 0, of: actions), into: &span, using: &random)
        }
        isOver = outcome.isDone
        return Moment(action: actions.row(0), observation: observation.row(0), outcome: outcome, state: state)
    }

    private var state: Int? { (environment as? any TransitionModel)?.state }

    private func filledObservation() -> ObservationBatch {
        var observation = ObservationBatch(for: environment.observationSpace, count: 1)
        for index in observation.floats.indices { observation.floats[index] = Float(filling) }
        for index in observation.bytes.indices { observation.bytes[index] = filling }
        for index in observation.indices.indices { observation.indices[index] = Int32(filling) }
        return observation
    }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.scope("environment") { archive throws(ArchiveError) in
            try environment.archive(&archive)
        }
        try archive.scope("random") { archive throws(ArchiveError) in try random.archive(&archive) }
        try archive.scope("choices") { archive throws(ArchiveError) in try choices.archive(&archive) }
        try archive.field("isOver", &isOver)
    }
}
