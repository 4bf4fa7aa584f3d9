import Environments
import RLCore
import Testing

/// An arcade game played by the names of its actions, from any state.
struct ArcadePlay<Game: ArcadeGame> {
    private(set) var arcade = Arcade<Game>(.palette, actions: .full)
    private(set) var isOver = false
    private var random: PCG64

    var game: Game { arcade.game }

    init(seed: UInt64 = 0) {
        random = PCG64(seed: seed)
        arcade.start(using: &random)
    }

    /// Plays so many frames, at most to the end; the points.
    @discardableResult
    mutating func play(_ action: ArcadeAction, frames: Int = 1) -> Int {
        var points = 0.0
        for _ in 0..<frames where !isOver {
            let outcome = arcade.advance(Int(action.rawValue), using: &random)
            points += outcome.reward
            isOver = outcome.terminated
        }
        return Int(points)
    }

    /// Replaces numbers of the game's archive.
    mutating func set(_ numbers: KeyValuePairs<String, [Int]>) throws {
        var archive = Archive()
        try arcade.archive(&archive)
        var entries = archive.entries
        for (name, values) in numbers {
            let old = try #require(entries["game." + name], "\(name)")
            let bytes = values.flatMap { value in
                withUnsafeBytes(of: Int64(value).littleEndian) { [UInt8]($0.prefix(old.type.size)) }
            }
            entries["game." + name] = Archive.Entry(type: old.type, shape: old.shape, bytes: bytes)
        }
        var restoring = Archive(restoring: entries)
        try arcade.archive(&restoring)
    }

    /// The screen, a paint a pixel.
    mutating func screen() throws -> [Game.Paint] {
        var bytes = [UInt8](repeating: 255, count: 210 * 160)
        var span = bytes.mutableSpan
        arcade.observe(into: &span)
        return try bytes.map { try #require(Game.Paint(rawValue: $0)) }
    }
}

/// What 100 games brought.
struct ArcadeRecord: Equatable, CustomStringConvertible {
    var points = 0
    var frames = 0
    var best = 0

    var description: String { "ArcadeRecord(points: \(points), frames: \(frames), best: \(best))" }

    /// The record of `games` games, in which `choose` looks at the game every fourth frame.
    init<Game: ArcadeGame>(
        of games: Int = 100, seed: UInt64 = 0, choose: (Game, inout PCG64) -> ArcadeAction
    ) {
        var choices = PCG64(seed: seed)
        for index in 0..<games {
            var play = ArcadePlay<Game>(seed: seed + UInt64(index))
            var (score, length) = (0, 0)
            while !play.isOver, length < 108_000 {
                score += play.play(choose(play.game, &choices), frames: 4)
                length += 4
            }
            points += score
            frames += length
            best = max(best, score)
        }
    }

    /// A record.
    init(points: Int, frames: Int, best: Int) {
        (self.points, self.frames, self.best) = (points, frames, best)
    }

    /// That of actions drawn evenly.
    static func random<Game: ArcadeGame>(_ game: Game.Type) -> ArcadeRecord {
        ArcadeRecord { (_: Game, random) in Game.actions[random.integers(Game.actions.count)] }
    }
}
