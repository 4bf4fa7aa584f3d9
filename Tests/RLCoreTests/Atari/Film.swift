import RLCore

/// A game that is a film: what is seen of a frame says which it is, and what happens in it is written beforehand.
///
/// The picture is 2 by 2: the number of the frame in its game, the last action, the lives, the number of the game; with
/// `channels` of them each a little lighter. Numbers are taken modulo 256.
struct Film: LazilyObserved, HasLives, Drawable {
    typealias Scalar = UInt8
    typealias Action = Int
    typealias Random = PCG64

    /// What happens in a frame.
    struct Script: Sendable {
        /// Points of a frame, counted from 1.
        var points: [Int: Double] = [:]
        /// Frames in which a life is lost.
        var losses: Set<Int> = []
        /// The frame the game ends with; 0 for none.
        var end = 0
        /// The lives it starts with.
        var lives = 3
    }

    let script: Script
    let channels: Int
    let names: [String]
    var frame = 0
    var action = 0
    var lives = 0
    var game = 0
    /// How often somebody looked.
    var looks = 0
    /// All actions of the game.
    var actions: [Int] = []

    init(_ script: Script = Script(), channels: Int = 1, names: [String] = ["noop", "left", "fire"]) {
        self.script = script
        self.channels = channels
        self.names = names
    }

    var observationSpace: Space {
        .box(Box(low: [0], high: [255], shape: [2, 2, channels], scalarType: .uint8))
    }
    var actionSpace: Space { .discrete(names.count) }
    var actionNames: [String] { names }

    mutating func start(using random: inout PCG64) {
        (frame, action, lives) = (0, 0, script.lives)
        game += 1
        actions = []
    }

    mutating func advance(_ action: Int, using random: inout PCG64) -> Outcome {
        frame += 1
        self.action = action
        actions.append(action)
        if script.losses.contains(frame) { lives -= 1 }
        return Outcome(reward: script.points[frame] ?? 0, terminated: frame == script.end)
    }

    mutating func observe(into observation: inout MutableSpan<UInt8>) {
        looks += 1
        for (pixel, value) in [frame, action, lives, game].enumerated() {
            for channel in 0..<channels {
                observation[pixel * channels + channel] = UInt8(truncatingIfNeeded: value + channel)
            }
        }
    }

    func draw(on canvas: inout Canvas) { canvas.stepsPerSecond = 60 }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("frame", &frame)
        try archive.field("action", &action)
        try archive.field("lives", &lives)
        try archive.field("game", &game)
        try archive.variableField("actions", &actions)
    }
}

/// An environment played by hand.
struct Player<E: Environment> where E.Scalar == UInt8, E.Action == Int {
    var environment: E
    var random: E.Random
    var observation: [UInt8]

    init(_ environment: E, seed: UInt64 = 0) {
        self.environment = environment
        random = E.Random(seed: seed)
        observation = [UInt8](repeating: 0, count: environment.observationSpace.count)
    }

    mutating func reset() {
        var pixels = observation
        var span = pixels.mutableSpan
        environment.reset(into: &span, using: &random)
        observation = pixels
    }

    mutating func step(_ action: Int) -> Outcome {
        var pixels = observation
        var span = pixels.mutableSpan
        let outcome = environment.step(action, into: &span, using: &random)
        observation = pixels
        return outcome
    }
}
