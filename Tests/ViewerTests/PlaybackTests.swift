import Environments
import RLCore
import Testing
import Viewer

@Suite struct PlaybackTests {
    /// Three cells and always right: two steps and the end, then the next episode, then the end of both.
    @Test func playsItsEpisodesAndEnds() throws {
        let screen = ScriptedScreen()
        var playback = try corridor()
        playback.episodes = 2
        playback.stepsPerSecond = 1000
        try playback.run(on: screen)
        #expect(screen.frames.count == 6)
        #expect(
            screen.titles == [
                "test: corridor, episode 1, step 0, return 0.0",
                "test: corridor, episode 1, step 1, return -0.01",
                "test: corridor, episode 1, step 2, return 0.98",
                "test: corridor, episode 2, step 0, return 0.0",
                "test: corridor, episode 2, step 1, return -0.01",
                "test: corridor, episode 2, step 2, return 0.98",
            ])
        #expect(screen.frames[0] != screen.frames[1] && screen.frames[1] != screen.frames[2])
        #expect(Array(screen.frames[0..<3]) == Array(screen.frames[3...]))
        // The state the episode ends in is shown: who walks is on the last cell.
        let (width, height) = screen.size
        #expect(screen.frames[2][width * 5 / 6, height / 2] == .blue)
    }

    @Test(arguments: [ScreenEvent.close, .key(.escape)]) func endsWhenClosed(_ event: ScreenEvent) throws {
        let screen = ScriptedScreen([nil, event])
        var playback = try corridor()
        playback.stepsPerSecond = 1000
        try playback.run(on: screen)
        #expect(screen.titles.last?.hasSuffix("step 1, return -0.01") == true)
    }

    /// Paused, nothing moves but by →, and a redraw shows the same.
    @Test func pausesAndSteps() throws {
        let screen = ScriptedScreen([
            .key(.space), nil, .redraw, nil, .key(.right), .key(.up), .key(.space), nil, .close,
        ])
        var playback = try corridor()
        playback.stepsPerSecond = 1000
        try playback.run(on: screen)
        #expect(
            screen.titles.map { String($0.dropFirst("test: corridor, episode 1, ".count)) } == [
                "step 0, return 0.0", "step 0, return 0.0, paused", "step 1, return -0.01, paused",
                "step 1, return -0.01",
            ])
        #expect(screen.frames[0] == screen.frames[2] && screen.frames[3] == screen.frames[4])
    }

    @Test func whatHasNoLookIsRefused() throws {
        let probe = MadeEnvironment(name: "probe", ConstantRewardProbe())
        let error = #expect(throws: ViewerError.self) {
            _ = try Playback(of: AlwaysRight(), in: probe, seed: 0, name: "test")
        }
        #expect(error?.description.contains("probe has no drawing") == true)
    }

    private func corridor() throws -> Playback {
        var playback = try Playback(of: AlwaysRight(), in: .corridor(), seed: 0, name: "test")
        playback.framesPerSecond = 1e6
        return playback
    }
}
