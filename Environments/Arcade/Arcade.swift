import RLCore

/// An arcade game on a screen of 210 rows of 160 pixels at 60 frames a second: one step is one frame.
///
/// `Arcade<ArcadePong>` is Pong. These are games of our own, close to those of the Atari 2600 in what is seen, scored and
/// done, so that what the literature knows about preprocessing and learning carries over; no cartridge is needed, and
/// scores are not to be compared with those of the originals point by point. Preprocessing (frames skipped, grey, 84 by
/// 84, stacked) is what modifiers add.
///
/// - Actions: those with a meaning in the game, or all 18 of a joystick.
/// - Observation: `[210, 160, 1]` bytes, palette numbers or grey, or `[210, 160, 3]`, red, green and blue.
/// - Reward: the points of the frame.
/// - End: terminated by the game's rules. A step after the end changes nothing and is rewarded with 0.
public struct Arcade<Game: ArcadeGame>: LazilyObserved, HasLives {
    /// Bytes.
    public typealias Scalar = UInt8
    /// The number of an action.
    public typealias Action = Int

    /// Which actions there are.
    public enum ActionSet: Sendable {
        /// Those with a meaning in the game.
        case minimal
        /// All 18.
        case full
    }

    /// The game itself.
    public internal(set) var game = Game()
    /// What a pixel is.
    public let pixels: ArcadePixels
    private let actions: [ArcadeAction]
    private let tones: [UInt8]
    private var isOver = false

    /// The game on a screen of the given kind.
    public init(_ pixels: ArcadePixels = .rgb, actions: ActionSet = .minimal) {
        self.pixels = pixels
        self.actions = actions == .full ? ArcadeAction.allCases : Game.actions
        tones = pixels.tones(of: Game.Paint.allCases.map(\.color))
    }

    /// 210 by 160 pixels, channels last.
    public var observationSpace: Space {
        let high: Float = pixels == .palette ? Float(Game.Paint.allCases.count - 1) : 255
        return .box(
            Box(low: [0], high: [high], shape: [210, 160, pixels.bytesPerPixel], scalarType: .uint8))
    }

    /// As many choices as there are actions.
    public var actionSpace: Space { .discrete(actions.count) }
    /// What they do.
    public var actionNames: [String] { actions.map { "\($0)" } }
    /// The game's.
    public var lives: Int { game.lives }

    /// Starts a game.
    public mutating func start(using random: inout PCG64) {
        isOver = false
        game.start(using: &random)
    }

    /// Plays one frame.
    public mutating func advance(_ action: Int, using random: inout PCG64) -> Outcome {
        var events = ArcadeEvents()
        if !isOver {
            game.tick(actions[action], using: &random, &events)
            isOver = events.isOver
        }
        return Outcome(reward: Double(events.points), terminated: isOver)
    }

    /// Paints the screen.
    public mutating func observe(into observation: inout MutableSpan<UInt8>) {
        precondition(observation.count == 210 * 160 * pixels.bytesPerPixel)
        observation.withUnsafeMutableBufferPointer { memory in
            tones.withUnsafeBufferPointer { tones in
                guard let memory = memory.baseAddress, let tones = tones.baseAddress else { return }
                game.paint(on: ArcadeFrame(memory, bytesPerPixel: pixels.bytesPerPixel, tones: tones))
            }
        }
    }

    /// Visits the game, under `game`, and whether it is over.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("isOver", &isOver)
        try archive.scope("game") { archive throws(ArchiveError) in try game.archive(&archive) }
    }
}

/// What a pixel of the screen is.
public enum ArcadePixels: String, Sendable, CaseIterable {
    /// One byte, the number of the paint.
    case palette
    /// One byte, how light it is (`Color.grey`).
    case grey
    /// Three bytes.
    case rgb

    /// Bytes of a pixel.
    public var bytesPerPixel: Int { self == .rgb ? 3 : 1 }

    /// What the paints of `colors` are in memory, one after the other.
    func tones(of colors: [Color]) -> [UInt8] {
        switch self {
        case .palette: colors.indices.map { UInt8($0) }
        case .grey: colors.map(\.grey)
        case .rgb: colors.flatMap { [$0.red, $0.green, $0.blue] }
        }
    }
}
