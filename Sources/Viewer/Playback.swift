import RLCore

/// Plays episodes of a policy on a screen, one step a frame, until somebody closes it or the episodes are over.
///
/// Space pauses and goes on, → takes one step, Esc closes. The environment and the policy are its own, so nothing it
/// does reaches a training.
public struct Playback: ~Copyable {
    /// Episodes to play; nil to go on until it is closed.
    public var episodes: Int?
    /// Steps a second; nil for the pace of the drawing.
    public var stepsPerSecond: Double?
    /// What the title begins with.
    public let name: String

    private let environment: any VectorEnvironment
    private var policy: any Policy
    private var batch: StepBatch
    private var actions: ActionBatch
    private var canvas = Canvas()
    private var rasterizer = Rasterizer()
    private var picture = Picture(width: 0, height: 0)

    private var episode = 1
    private var step = 0
    private var episodeReturn = 0.0
    private var isPaused = false
    private var isOver = false
    private var isTransition = false  // whether the batch waits to be advanced

    /// How long the end of an episode stays, at the longest.
    private static let longestRest = Duration.milliseconds(600)

    /// Makes ready to play `policy`, which acts in one row. Throws where the environment has no look.
    public init(
        of policy: any Policy, in environment: MadeEnvironment, seed: UInt64, name: String
    ) throws {
        let rows = try environment.vectorized(1)
        var start = StepBatch(observationSpace: environment.observationSpace, count: 1)
        rows.reset(seed: seed, into: &start)
        guard rows.draw(row: 0, on: &canvas) else {
            throw ViewerError("\(environment.name) has no drawing; rl evaluate shows the numbers")
        }
        self.environment = rows
        self.policy = policy
        self.name = "\(name): \(environment.name)"
        batch = start
        actions = ActionBatch(for: environment.actionSpace, count: 1)
    }

    /// A size for a window, in the aspect of the drawing.
    public var windowSize: (width: Int, height: Int) {
        let side = 720.0
        let scale = min(side / canvas.width, side / canvas.height)
        guard scale > 0, scale.isFinite else { return (Int(side), Int(side)) }
        return (Int((canvas.width * scale).rounded()), Int((canvas.height * scale).rounded()))
    }

    /// What stands above the picture.
    public var title: String {
        let score = (episodeReturn * 1000).rounded() / 1000
        return "\(name), episode \(episode), step \(step), return \(score)" + (isPaused ? ", paused" : "")
    }

    /// Plays until the screen is closed or the episodes are over.
    public mutating func run(on screen: any Screen) throws {
        var due = ContinuousClock.now
        while true {
            try show(on: screen)
            // From when it was due, so that the pace is kept; not from long ago, so that nothing is made up for.
            let rest = isOver ? min(frame * 25, max(frame, Playback.longestRest)) : frame
            due = max(due, .now - frame) + rest
            guard try wait(on: screen, until: due) else { return }
            if isOver, episode == episodes { return }
            try proceed()
        }
    }

    private var frame: Duration { .seconds(1 / max(stepsPerSecond ?? canvas.stepsPerSecond, 0.001)) }

    /// One step, or the start of the next episode.
    private mutating func proceed() throws(EnvironmentError) {
        if isTransition { environment.advance(&batch) }
        isTransition = !isOver
        if isOver {
            (episode, step, episodeReturn, isOver) = (episode + 1, 0, 0, false)
            return
        }
        policy.act(on: batch, into: &actions)
        try environment.step(actions, into: &batch)
        step += 1
        episodeReturn += Double(batch.rewards[0])
        if let finished = batch.finished.first {
            // The task's own account, which modifiers of rewards do not touch.
            (isOver, step, episodeReturn) = (true, finished.length, finished.return)
        }
    }

    /// Whether to go on, once the time has come or somebody asks for a step.
    private mutating func wait(
        on screen: any Screen, until due: ContinuousClock.Instant
    ) throws(ViewerError) -> Bool {
        var (due, isStale) = (due, false)
        while true {
            // Everything that has happened is heard before anything is drawn.
            let time = isStale ? .zero : isPaused ? nil : max(.zero, due - .now)
            switch screen.nextEvent(within: time) {
            case .close, .key(.escape): return false
            case .key(.space):
                isPaused.toggle()
                isStale = true
                due = .now + frame
            case .key(.right):
                isPaused = true
                return true
            case .redraw: isStale = true
            case .key: break
            case nil:
                if isStale {
                    try show(on: screen)
                    isStale = false
                } else if !isPaused {
                    return true
                }
            }
        }
    }

    private mutating func show(on screen: any Screen) throws(ViewerError) {
        _ = environment.draw(row: 0, on: &canvas)
        let size = screen.size
        if size != (picture.width, picture.height) {
            picture = Picture(width: size.width, height: size.height)
        }
        rasterizer.draw(canvas, into: &picture)
        try screen.present(picture)
        screen.title = title
    }
}
