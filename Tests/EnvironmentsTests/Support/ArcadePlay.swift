import Environments
import Foundation
import RLCore
import Testing

extension ArcadeGame {
    /// The numbers of the game's archive; truth values are 0 and 1.
    func numbers() throws -> [String: Int] {
        var (saved, archive) = (self, Archive())
        try saved.archive(&archive)
        return archive.entries.mapValues { entry in
            entry.bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
        }
    }

    /// The same game with some of those numbers replaced.
    func replacing(_ numbers: KeyValuePairs<String, Int>) throws -> Self {
        var (saved, restored, archive) = (self, self, Archive())
        try saved.archive(&archive)
        var entries = archive.entries
        for (name, number) in numbers {
            let entry = try #require(entries[name], "no field '\(name)'")
            let bytes = withUnsafeBytes(of: number) { Array($0.prefix(entry.type.size)) }
            entries[name] = Archive.Entry(type: entry.type, shape: [], bytes: bytes)
        }
        var reading = Archive(restoring: entries)
        try restored.archive(&reading)
        return restored
    }

    /// Goes on for some frames; what happened in all of them.
    @discardableResult
    mutating func play(_ action: ArcadeAction = .noop, frames: Int = 1) -> ArcadeEvents {
        var (random, events) = (PCG64(seed: 0), ArcadeEvents())
        for _ in 0..<frames { tick(action, using: &random, &events) }
        return events
    }

    /// Expects an archive with any of `numbers`, each alone, to be refused.
    func expectRefusal(of numbers: KeyValuePairs<String, Int>) {
        for (name, number) in numbers {
            #expect(throws: ArchiveError.self, "\(name) = \(number)") { try replacing([name: number]) }
        }
    }
}

/// Points and frames of some games.
struct ArcadeScores: Equatable, CustomStringConvertible {
    var total = 0
    var lowest = Int.max
    var highest = Int.min
    var frames = 0

    var description: String { "total \(total), lowest \(lowest), highest \(highest), frames \(frames)" }

    /// Of the games with the seeds from 0; `choose` acts every fourth frame, 27,000 times at most.
    init<Game: ArcadeGame>(
        _ game: Game.Type, games: Int = 100, choose: (Game, inout PCG64) -> ArcadeAction
    ) {
        for seed in 0..<UInt64(games) {
            var (game, random, choices) = (Game(), PCG64(seed: seed), PCG64(seed: seed &+ 1_000))
            var (events, frame, action) = (ArcadeEvents(), 0, ArcadeAction.noop)
            game.start(using: &random)
            while !events.isOver && frame < 4 * 27_000 {
                if frame.isMultiple(of: 4) { action = choose(game, &choices) }
                game.tick(action, using: &random, &events)
                frame += 1
            }
            total += events.points
            lowest = min(lowest, events.points)
            highest = max(highest, events.points)
            frames += frame
        }
    }

    init(total: Int, lowest: Int, highest: Int, frames: Int) {
        (self.total, self.lowest, self.highest, self.frames) = (total, lowest, highest, frames)
    }

    /// Any of the game's actions.
    static func random<Game: ArcadeGame>(_ game: Game, _ choices: inout PCG64) -> ArcadeAction {
        Game.actions[choices.integers(Game.actions.count)]
    }
}

/// Plays a game for very many frames and looks at each; `ARCADE_FRAMES` in the environment says how many.
struct ArcadeWatch<Game: ArcadeGame> {
    /// Two million of a game in a run of all tests.
    static var frames: Int {
        ProcessInfo.processInfo.environment["ARCADE_FRAMES"].flatMap(Int.init) ?? 2_000_000
    }

    /// What is wrong; the first few.
    private(set) var problems: [String] = []

    mutating func require(_ holds: Bool, _ problem: @autoclosure () -> String) {
        if !holds && problems.count < 5 { problems.append(problem()) }
    }

    /// `look` sees the game before and after a frame. A new game is started where one ends.
    mutating func play(
        seed: UInt64, frames: Int, choose: (Game, Int, inout PCG64) -> ArcadeAction,
        look: (inout ArcadeWatch, borrowing Game, borrowing Game, ArcadeEvents) -> Void
    ) {
        var (game, random, choices) = (Game(), PCG64(seed: seed), PCG64(seed: seed &+ 1_000))
        game.start(using: &random)
        for frame in 0..<frames {
            let before = game
            var events = ArcadeEvents()
            game.tick(choose(game, frame, &choices), using: &random, &events)
            look(&self, before, game, events)
            if events.isOver { game.start(using: &random) }
        }
    }
}
