import Environments
import RLCore
import Testing

import Viewer

/// What the keys of a window do.
@Suite struct CommandTests {
    private func cart(_ screen: ScriptedScreen) throws -> Playback {
        var playback = try Playback(
            in: .standard("cartpole"), seed: 1, name: "test", makePolicy: { _ in Wavering() })
        playback.framesPerSecond = 1e6
        playback.stepsPerSecond = 1000
        return playback
    }

    /// Back and forth again is the same way, to the pixel, panel and all.
    @Test func stepsBackAndForth() throws {
        let screen = ScriptedScreen(
            [.key(.space), nil] + Array(repeating: .key(.right), count: 30)
                + Array(repeating: .key(.left), count: 25).flatMap { [$0, nil] }
                + Array(repeating: .key(.right), count: 25), closes: true)
        screen.size = (700, 300)
        var playback = try cart(screen)
        try playback.run(on: screen)
        // Shown: the start, the pause, 30 steps, 25 back, 25 forth.
        try #require(screen.frames.count == 82)
        let (there, back, again) = (screen.frames[1...31], screen.frames[32..<57], screen.frames[57...])
        #expect(Array(there.dropLast().suffix(25)) == back.reversed())
        #expect(Array(there.suffix(25)) == Array(again))
        #expect(Set(there.map(\.bytes)).count == 31)
    }

    /// Across the ends of episodes, too; before the beginning there is nothing.
    @Test func stepsBackOverAnEnd() throws {
        let screen = ScriptedScreen(
            [.key(.space), nil, .key(.right), .key(.right), .key(.right), .key(.right)]
                + [.key(.left), nil, .key(.left), nil, .key(.left), nil, .text(","), nil, .text(","), nil],
            closes: true)
        var playback = try Playback(of: AlwaysRight(), in: .corridor(), seed: 0, name: "test")
        playback.framesPerSecond = 1e6
        try playback.run(on: screen)
        let steps = screen.titles.map { String($0.dropFirst("test: corridor, ".count).prefix(17)) }
        #expect(
            steps == [
                "episode 1, step 0", "episode 1, step 0", "episode 1, step 1", "episode 1, step 2",
                "episode 2, step 0", "episode 2, step 1", "episode 2, step 0", "episode 1, step 2",
                "episode 1, step 1", "episode 1, step 0", "episode 1, step 0",
            ])
        #expect(screen.titles.last?.contains("nothing before this") == true)
    }

    @Test func restartsTheEpisode() throws {
        let forth: [ScreenEvent?] = Array(repeating: .key(.right), count: 9)
        let screen = ScriptedScreen(
            [.key(.space), nil] + forth + [.text("r"), nil] + forth, closes: true)
        var playback = try cart(screen)
        try playback.run(on: screen)
        #expect(screen.frames.count == 21)
        #expect(Array(screen.frames[1...10]) == Array(screen.frames[11...20]))
    }

    @Test func speedDoublesAndHalves() throws {
        let screen = ScriptedScreen(
            [.text("+"), nil, .text("-"), nil, .text("-"), nil], closes: true)
        var playback = try cart(screen)
        playback.stepsPerSecond = 1
        try playback.run(on: screen)
        // First to wait for, then, after every key, to draw at once, and to wait.
        let times = screen.times.compactMap { $0.map { $0 / .seconds(1) } }
        #expect(times.count == 7)
        #expect(abs(times[0] - 1) < 0.2 && times[1] == 0 && abs(times[2] - 0.5) < 0.2)
        #expect(times[3] == 0 && abs(times[4] - 1) < 0.2 && times[5] == 0 && abs(times[6] - 2) < 0.2)
    }

    @Test func nineRowsAtOnce() throws {
        let screen = ScriptedScreen(
            [.key(.space), nil, .text("g"), nil, .key(.right), .key(.right), .text("g"), nil], closes: true)
        screen.size = (900, 600)
        var playback = try cart(screen)
        playback.hasPanel = false
        try playback.run(on: screen)
        try #require(screen.frames.count == 6)
        #expect(screen.titles.last?.contains("step 0") == true)
        #expect(screen.frames[0] == screen.frames[1] && screen.frames[5] == screen.frames[0])
        #expect(Set(screen.frames[2...4].map(\.bytes)).count == 3)
        // Each cell has a state of its own.
        let cells = Scene.cells(9, in: PixelFrame(left: 0, top: 0, right: 900, bottom: 600))
        let insides = cells.map { cell in
            (cell.top + 2..<cell.bottom - 2).map { y in
                (cell.left + 2..<cell.right - 2).map { screen.frames[4][$0, y] }
            }
        }
        #expect(Set(insides).count == 9)
    }

    @Test func nobodyAsksForNineWhereThereIsOnePolicy() throws {
        let screen = ScriptedScreen([.key(.space), nil, .text("g"), nil], closes: true)
        var playback = try Playback(of: AlwaysRight(), in: .corridor(), seed: 0, name: "test")
        try playback.run(on: screen)
        #expect(screen.frames[2] == screen.frames[0])
    }

    @Test func thePanelAndHelpComeAndGo() throws {
        let screen = ScriptedScreen(
            [
                .key(.space), nil, .text("h"), nil, .text("H"), nil, .text("?"), nil, .key(.help), nil,
            ], closes: true)
        screen.size = (960, 640)
        var playback = try cart(screen)
        try playback.run(on: screen)
        try #require(screen.frames.count == 6)
        let isPanel = screen.frames.map { $0[950, 630] == Panel.Palette.ground }
        #expect(isPanel == [true, true, false, true, true, true])
        #expect(screen.frames[1] == screen.frames[3] && screen.frames[1] == screen.frames[5])
        #expect(screen.frames[4] != screen.frames[1])
    }

    @Test func screenshotsAreWhatIsSeen() throws {
        let screen = ScriptedScreen([.key(.space), nil, .text("s"), nil, .text("s"), nil], closes: true)
        var playback = try cart(screen)
        var kept: [Picture] = []
        playback.saveScreenshot = { picture in
            kept.append(picture)
            if kept.count == 2 { throw ViewerError("the disk is full") }
            return "wrote a file"
        }
        try playback.run(on: screen)
        #expect(kept == [screen.frames[1], screen.frames[1]])
        #expect(screen.titles.contains { $0.hasSuffix("wrote a file") })
        #expect(screen.titles.last?.hasSuffix("the disk is full") == true)
    }

    /// A storm of resizes is heard to its end before anything is drawn, and then drawn at the size there is.
    @Test func followsTheSizeOfTheScreen() throws {
        let storm: [ScreenEvent?] = Array(repeating: .redraw, count: 100)
        let screen = ScriptedScreen([.key(.space), nil] + storm + [nil], closes: true)
        screen.beforeEvent = { number in if number > 2 { screen.size = (200 + number, 100 + number) } }
        var playback = try cart(screen)
        playback.framesPerSecond = 1
        try playback.run(on: screen)
        #expect(screen.frames.count == 3)
        #expect(screen.frames.last.map { [$0.width, $0.height] } == [302, 202])
    }

    @Test func takesANewerPolicy() throws {
        let screen = ScriptedScreen(closes: false)
        var playback = try Playback(of: AlwaysRight(), in: .corridor(), seed: 0, name: "test")
        playback.stepsPerSecond = 1e6
        playback.framesPerSecond = 1e9
        var asked = 0
        playback.newerPolicy = {
            asked += 1
            return asked == 2 ? (Stubborn(), 500) : nil
        }
        playback.shouldEnd = { asked == 6 }
        try playback.run(on: screen)
        // One step to the right, then none, and the training steps are told.
        #expect(screen.titles[1].contains("step 1, return -0.01"))
        #expect(screen.titles.last?.contains("step 6") == true)
        #expect(screen.titles.last?.contains("trained for 500 steps") == true)
    }

    /// Left for ever, against the wall.
    private struct Stubborn: Policy {
        mutating func act(on batch: borrowing StepBatch, into actions: inout ActionBatch) {
            actions.indices[0] = 3
        }
        func explain(row: Int) -> Insight { Insight() }
        mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}
    }
}
