import Environments
import RLCore
import Testing

import Viewer

/// A person at the keyboard.
@Suite struct PlayingTests {
    private final class Game {
        var actions: [[Double]] = []
        var resets = 0
    }

    private func play(
        _ environment: MadeEnvironment, _ events: [ScreenEvent?],
        _ change: (inout Playback) -> Void = { _ in }
    ) throws -> (game: Game, screen: ScriptedScreen, score: (episodes: Int, last: Double?)) {
        let row = SteppedRow(environment.stepped())
        let game = Game()
        row.observer = { _, event in
            switch event {
            case .reset: game.resets += 1
            case .step(let action, _): game.actions.append(action.row(0))
            }
        }
        let screen = ScriptedScreen(events, closes: true)
        let keyboard = try #require(environment.keyboard)
        var playback = try Playback(row, of: environment, by: keyboard, seed: 1, name: environment.name)
        playback.framesPerSecond = 1e6
        playback.stepsPerSecond = 1000
        change(&playback)
        try playback.run(on: screen)
        return (game, screen, playback.score)
    }

    /// Nothing moves without a key, and a held one moves as often as it repeats.
    @Test func aGameThatWaits() throws {
        let (game, screen, score) = try play(
            .corridor(),
            [nil, nil, .key(.up), .keyUp(.up), nil, .key(.right), .key(.right), nil, nil, .key(.right), nil])
        #expect(game.actions == [[0], [1], [1], [1]])
        #expect(
            screen.titles[1].contains("step 1") && screen.titles.contains { $0.contains("episode 2, step 1") }
        )
        #expect(score.episodes == 1)
        #expect(abs((score.last ?? 0) - 0.97) < 1e-9)
        #expect(game.resets == 2)
    }

    /// Time passes; what is held counts, and so does what was only touched.
    @Test func aGameInTime() throws {
        let (game, _, _) = try play(
            .standard("mountaincar"),
            [nil, .key(.left), nil, nil, .keyUp(.left), nil, .key(.right), .keyUp(.right), nil, nil])
        #expect(game.actions == [[1], [0], [0], [1], [2], [1]])
    }

    @Test func aGameThatGoesOnAsBefore() throws {
        let (game, _, _) = try play(
            .standard("cartpole"), [nil, .key(.right), nil, .keyUp(.right), nil, .key(.left), nil, nil])
        #expect(game.actions == [[0], [1], [1], [0], [0]])
    }

    @Test func numbersAreAtTheirEnds() throws {
        let (game, _, _) = try play(
            .standard("pendulum"), [nil, .key(.right), nil, .keyUp(.right), .key(.left), nil])
        #expect(game.actions == [[0], [2], [-2]])
    }

    /// The game's keys are the game's: space and arrows do not pause or step back.
    @Test func pauseAndRestart() throws {
        let breakout = try MadeEnvironment.standard("minatar-space-invaders")
        let (game, screen, _) = try play(
            breakout,
            [
                .key(.space), nil, .text("p"), nil, nil, .keyUp(.space), .key(.left), nil, .keyUp(.left),
                .text("p"), nil, nil,
            ])
        #expect(game.actions == [[3], [0]])
        #expect(screen.titles.contains { $0.hasSuffix("paused") })
        let (again, _, _) = try play(.standard("mountaincar"), [nil, nil, .text("r"), nil, nil])
        #expect(again.resets == 2)
        let (kept, _, _) = try play(.standard("mountaincar"), [nil, nil, .text("r"), nil, nil]) {
            $0.allowsRestart = false
        }
        #expect(kept.resets == 1)
    }

    /// Closed where an episode is over, the restart that follows is told, as `rl trace` tells it.
    @Test func theLastRestartIsTold() throws {
        let (game, _, _) = try play(.corridor(), [.key(.right), .key(.right), .close])
        #expect(game.actions.count == 2 && game.resets == 2)
    }
}
