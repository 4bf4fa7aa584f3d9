import RLCore

/// Plays episodes on a screen until somebody closes it or the episodes are over: those of a policy, or those of a
/// person at the keyboard.
///
/// The environment and the policy are its own, so nothing it does reaches a training. `?` shows what the keys do.
public struct Playback: ~Copyable {
    /// Episodes to play; nil to go on until it is closed.
    public var episodes: Int?
    /// Steps a second; nil for the pace of the drawing.
    public var stepsPerSecond: Double?
    /// Pictures a second at the most; where steps are more, not all of them are shown.
    public var framesPerSecond = 60.0
    /// Whether the panel is shown, to begin with.
    public var hasPanel = true
    /// Keeps a picture somewhere and says in a few words where; nil where there is no place for one.
    public var saveScreenshot: ((Picture) throws -> String)?
    /// Whether an episode can be given up for another.
    public var allowsRestart = true
    /// A policy to go on with, and the training steps behind it; nil where there is no newer one. Asked before every
    /// step.
    public var newerPolicy: (() -> (policy: any Policy, steps: Int)?)?
    /// Whether to end although nobody closed the screen; asked several times a second.
    public var shouldEnd: () -> Bool = { false }
    /// What the title begins with.
    public let name: String

    private let environment: MadeEnvironment
    private let makeGrid: (() throws -> Stage)?
    private let single: Stage
    private var grid: Stage?
    private var stage: Stage
    private let keyboard: KeyboardMap?
    private var held: Set<PlayKey> = []
    private var tapped: Set<PlayKey> = []

    private var scene = Scene()
    private var picture = Picture(width: 0, height: 0)
    private var isPaused = false
    private var isHelping = false
    private var speed = 1.0
    private var trainingSteps: Int?
    private var message: (text: String, until: ContinuousClock.Instant)?
    private var lastShown = ContinuousClock.now - .seconds(1)
    private var pace = Pace()
    private var saliency: (values: [Float]?, nextAt: ContinuousClock.Instant) = (nil, .now)

    /// How long the end of an episode stays, at the longest.
    private static let longestRest = Duration.milliseconds(600)

    /// Makes ready to play `policy`, which acts in one row. Throws where the environment has no look.
    public init(
        of policy: any Policy, in environment: MadeEnvironment, seed: UInt64, name: String
    ) throws {
        try self.init(
            Stage(environment.vectorized(1), policy: policy, seed: seed), in: environment, name: name)
    }

    /// Makes ready to play what `makePolicy` makes, in one row and, where somebody asks for it, in nine.
    public init(
        in environment: MadeEnvironment, seed: UInt64, name: String,
        makePolicy: @escaping (_ rows: Int) throws -> any Policy
    ) throws {
        try self.init(
            Stage(environment.vectorized(1), policy: makePolicy(1), seed: seed), in: environment, name: name,
            makeGrid: { try Stage(environment.vectorized(9), policy: makePolicy(9), seed: seed) })
    }

    /// Makes ready for a person to play, who is asked by `keyboard`; `row` holds the environment.
    public init(
        _ row: SteppedRow, of environment: MadeEnvironment, by keyboard: KeyboardMap, seed: UInt64,
        name: String
    ) throws {
        try self.init(
            Stage(row, policy: NobodyActs(), seed: seed, keepsPast: false), in: environment, name: name,
            keyboard: keyboard)
    }

    private init(
        _ stage: Stage, in environment: MadeEnvironment, name: String, keyboard: KeyboardMap? = nil,
        makeGrid: (() throws -> Stage)? = nil
    ) throws {
        self.environment = environment
        self.makeGrid = makeGrid
        self.keyboard = keyboard
        self.name = name == environment.name ? name : "\(name): \(environment.name)"
        single = stage
        self.stage = stage
        scene.drawings = [Canvas()]
        guard stage.environment.draw(row: 0, on: &scene.drawings[0]) else {
            throw ViewerError("\(environment.name) has no drawing; rl evaluate shows the numbers")
        }
    }

    /// A size for a window: the drawing in its aspect, and the panel beside it.
    public var windowSize: (width: Int, height: Int) {
        let aspect = scene.drawings[0].width / scene.drawings[0].height
        guard aspect > 0, aspect.isFinite else { return (960, 640) }
        let width = min(max(640 * aspect, 480), 760)
        return (Int(width) + 346, Int(min(640, max(560, width / aspect))))
    }

    /// What stands above the picture.
    public var title: String {
        let row = stage.rows[0]
        let score = (row.episodeReturn * 1000).rounded() / 1000
        var title = "\(name), episode \(row.episode), step \(row.step), return \(score)"
        if let trainingSteps { title += ", trained for \(trainingSteps) steps" }
        if isPaused { title += ", paused" }
        if let message { title += " - \(message.text)" }
        return title
    }

    /// Episodes that are over, and the return of the latest.
    public var score: (episodes: Int, last: Double?) {
        let row = single.rows[0]
        return (row.episode - (row.isOver ? 0 : 1), row.isOver ? row.episodeReturn : row.lastReturn)
    }

    /// Plays until the screen is closed or the episodes are over.
    public mutating func run(on screen: any Screen) throws {
        defer { single.finish() }
        var due = ContinuousClock.now
        try show(on: screen)
        while true {
            let frame = frame
            let rest = stage.isOver ? min(frame * 25, max(frame, Playback.longestRest)) : frame
            // From when it was due, so that the pace is kept; not from long ago, so that nothing is made up for.
            let earliest = ContinuousClock.now - max(frame, shortestFrame * 2)
            due = max(due, earliest) + rest
            guard try wait(on: screen, until: due) else { return }
            if stage.isOver, stage.rows[0].episode == episodes { return }
            try proceed()
            // Where the next one comes before a person could see this one, only that one is drawn.
            let isLast = max(due, ContinuousClock.now - frame) + frame >= lastShown + shortestFrame
            if isLast || isPaused || isTurnBased || stage.isOver { try show(on: screen) }
        }
    }

    private var pacePerSecond: Double {
        max((stepsPerSecond ?? keyboard?.stepsPerSecond ?? scene.drawings[0].stepsPerSecond) * speed, 0.001)
    }
    private var frame: Duration { .seconds(1 / pacePerSecond) }
    private var shortestFrame: Duration { .seconds(1 / max(framesPerSecond, 1)) }
    private var isTurnBased: Bool { keyboard?.idle == .waits }

    private mutating func proceed() throws {
        if let newerPolicy, stage === single, let newer = newerPolicy() {
            stage.take(newer.policy)
            trainingSteps = newer.steps
        }
        if let keyboard, !stage.isOver {
            let pressed = keyboard.action(holding: held.union(tapped))
            tapped = []
            let idle: [Double]? =
                switch keyboard.idle {
                case .acts(let action): action
                case .repeats, .waits: nil
                }
            if let action = pressed ?? idle {
                try stage.proceed(with: action)
            } else {
                try stage.proceed()
            }
        } else {
            try stage.proceed()
        }
        pace.count()
    }

    /// Whether to go on, once the time has come or somebody asks for a step.
    private mutating func wait(
        on screen: any Screen, until due: ContinuousClock.Instant
    ) throws -> Bool {
        var (due, isStale) = (due, false)
        while true {
            // Everything that has happened is heard before anything is drawn, but not for ever.
            let waitsForKey = isTurnBased && !stage.isOver
            let time: Duration? =
                isStale ? .zero : isPaused || waitsForKey ? nil : max(.zero, due - .now)
            let event = screen.nextEvent(within: limited(time))
            if shouldEnd() { return false }
            if let message, message.until <= .now {
                self.message = nil
                isStale = true
            }
            if event == .redraw { isStale = true }
            if let key = event.flatMap(PlayKey.init), keyboard != nil {
                if case .keyUp = event {
                    held.remove(key)
                } else {
                    held.insert(key)
                    if !isPaused { tapped.insert(key) }
                    if waitsForKey, !isPaused, keyboard?.action(holding: held) != nil { return true }
                }
                continue
            }
            if let event, let command = Command(event, isPlaying: keyboard != nil) {
                switch try obey(command, on: screen) {
                case .quits: return false
                case .steps: return true
                case .shows: isStale = true
                }
                if command == .pause || command == .faster || command == .slower { due = .now + frame }
                continue
            }
            if isStale, event == nil || ContinuousClock.now - lastShown >= shortestFrame {
                try show(on: screen)
                isStale = false
            } else if event == nil, !isPaused, !waitsForKey, limited(time) == time || due <= .now {
                return true
            }
        }
    }

    /// Not longer than somebody who asks for the end would wait.
    private func limited(_ time: Duration?) -> Duration? {
        if newerPolicy == nil, message == nil { return time }
        return min(time ?? .milliseconds(200), .milliseconds(200))
    }

    private enum Obeyed { case quits, steps, shows }

    private mutating func obey(_ command: Command, on screen: any Screen) throws -> Obeyed {
        switch command {
        case .quit: return .quits
        case .pause: isPaused.toggle()
        case .forward:
            isPaused = true
            // A game that waits has nothing to do by itself.
            return isTurnBased && !stage.isOver ? .shows : .steps
        case .back:
            isPaused = true
            if try !stage.goBack() { tell("nothing before this is remembered") }
            saliency.nextAt = .now
        case .faster: speed = min(speed * 2, 1024)
        case .slower: speed = max(speed / 2, 1.0 / 64)
        case .restart:
            if stage === single, allowsRestart { try stage.restart() }
        case .screenshot: try takeScreenshot()
        case .panel: hasPanel.toggle()
        case .grid: try toggleGrid()
        case .help: isHelping.toggle()
        }
        return .shows
    }

    private mutating func toggleGrid() throws {
        guard let makeGrid else { return }
        if stage === single {
            let nine = try grid ?? makeGrid()
            grid = nine
            stage = nine
        } else {
            stage = single
        }
        scene.drawings = Array(repeating: Canvas(), count: stage.rows.count)
        pace = Pace()
        saliency = (nil, .now)
    }

    private mutating func takeScreenshot() throws {
        guard let saveScreenshot else { return }
        // What is seen, drawn again: the picture at hand may be of another moment.
        draw()
        do {
            tell(try saveScreenshot(picture))
        } catch {
            tell("\(error)")
        }
    }

    private mutating func tell(_ text: String) { message = (text, .now + .seconds(3)) }

    // MARK: - Pictures

    private mutating func show(on screen: any Screen) throws(ViewerError) {
        let size = screen.size
        if size != (picture.width, picture.height) {
            picture = Picture(width: size.width, height: size.height)
        }
        draw()
        try screen.present(picture)
        if screen.title != title || message != nil { screen.title = title }
        lastShown = .now
    }

    private mutating func draw() {
        for row in scene.drawings.indices { _ = stage.environment.draw(row: row, on: &scene.drawings[row]) }
        scene.panel = hasPanel ? content() : nil
        scene.help = isHelping ? Command.explanations(isPlaying: keyboard != nil) : []
        scene.draw(into: &picture)
    }

    private mutating func content() -> PanelContent {
        var content = PanelContent()
        let row = stage.rows[0]
        content.heading = environment.name
        content.status =
            isPaused ? "PAUSED" : speed == 1 ? "" : speed > 1 ? "x\(Int(speed))" : "1/\(Int(1 / speed))"
        (content.episode, content.step) = (row.episode, row.step)
        (content.episodeReturn, content.lastReturn, content.reward) = (
            row.episodeReturn, row.lastReturn, row.reward
        )
        content.stepsPerSecond = isPaused ? nil : pace.perSecond
        content.trainingSteps = trainingSteps
        content.actionSpace = environment.actionSpace
        content.actionNames = environment.actionNames
        if keyboard != nil {
            content.action = row.step > 0 ? stage.actions.row(0) : nil
        } else {
            content.action = row.isOver ? nil : stage.actions.row(0)
        }
        content.insight = stage.insight(row: 0)
        content.stateValues = row.stateValues
        content.observationSpace = environment.observationSpace
        content.observation = stage.observation(row: 0)
        content.keyboard = keyboard
        if keyboard == nil, ContinuousClock.now >= saliency.nextAt {
            // A tenth of the time at most: that of a large network takes long.
            let start = ContinuousClock.now
            saliency.values = stage.saliency(row: 0)
            let end = ContinuousClock.now
            saliency.nextAt = end + (end - start) * 9
        }
        content.saliency = saliency.values
        return content
    }
}

/// Where a person acts, nobody else does.
private struct NobodyActs: Policy {
    mutating func act(on batch: borrowing StepBatch, into actions: inout ActionBatch) {}
    func explain(row: Int) -> Insight { Insight() }
    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}
}

/// How many steps there were in the last second or so.
private struct Pace {
    private var start = ContinuousClock.now
    private var steps = 0
    private(set) var perSecond: Double?

    mutating func count() {
        steps += 1
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        guard seconds >= 0.5 else { return }
        perSecond = Double(steps) / seconds
        (start, steps) = (.now, 0)
    }
}

extension PlayKey {
    /// The key of a game that an event is about.
    init?(_ event: ScreenEvent) {
        switch event {
        case .key(let key), .keyUp(let key):
            switch key {
            case .left: self = .left
            case .right: self = .right
            case .up: self = .up
            case .down: self = .down
            case .space: self = .space
            case .enter: self = .enter
            case .digit(let digit): self = .digit(digit)
            case .escape, .help: return nil
            }
        default: return nil
        }
    }
}
