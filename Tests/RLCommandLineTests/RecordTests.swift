import Foundation
import Testing

/// `rl record`: pictures of episodes, and nothing where it fails.
struct RecordTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// Width and height, as they stand in the file's head.
    private func gifSize(_ name: String) throws -> [Int] {
        let bytes = [UInt8](try place.data(name))
        try #require(bytes.count > 100 && bytes.starts(with: Array("GIF89a".utf8)) && bytes.last == 0x3B)
        return [Int(bytes[6]) | Int(bytes[7]) << 8, Int(bytes[8]) | Int(bytes[9]) << 8]
    }

    private func number(after text: String, in line: String) throws -> Double {
        let rest = try #require(line.components(separatedBy: text).dropFirst().first)
        return try #require(Double(rest.prefix { $0.isNumber || $0 == "." || $0 == "-" }))
    }

    @Test func aGIFOfAnAgentThatHasLearnedNothing() throws {
        let ended = try place.rl("record", "random", "cartpole", "--output", "a.gif", "--size", "120")
        #expect(ended.isFine && ended.error.isEmpty, "\(ended.error)")
        #expect(try gifSize("a.gif") == [120, 60])
        #expect(ended.outputLines.count == 2)
        #expect(ended.output.contains("random, untrained on CartPole-v1, episode 1: return "))
        let steps = try number(after: " in ", in: ended.outputLines[0])
        // The start and every step, fifty a second, and the end stays for a moment.
        #expect(try number(after: "a.gif: ", in: ended.outputLines[1]) == steps + 1)
        #expect(abs(try number(after: "pixels, ", in: ended.outputLines[1]) - (steps / 50 + 0.6)) < 0.051)
        // The same again is the same file, another seed another one.
        try place.rl("record", "random", "cartpole", "--output", "b.gif", "--size", "120")
        try place.rl("record", "random", "cartpole", "--output", "c.gif", "--size", "120", "--seed", "1")
        #expect(try place.data("a.gif") == place.data("b.gif"))
        #expect(try place.data("a.gif") != place.data("c.gif"))
    }

    @Test func theEpisodesAreThoseOfAnEvaluation() throws {
        try place.rl("run", "random", "cartpole", "--steps", "10", "--eval-episodes", "0", "--name", "a")
        let evaluation = try parsed(try place.rl("evaluate", "a", "--episodes", "9", "--json").output)
        let returns = try #require(evaluation["returns"] as? [Double])
        let ranked = returns.sorted()
        #expect(Set(returns).count > 5)
        for (pick, expected) in [("best", ranked[8]), ("worst", ranked[0]), ("median", ranked[4])] {
            let ended = try place.rl(
                "record", "a", "--pick", pick, "--of", "9", "--output", "\(pick).gif", "--size", "60")
            let episode = Int(try number(after: "episode ", in: ended.output))
            #expect(ended.output.contains(" of 9 (\(pick))") && ended.output.contains("results/a/1 on "))
            #expect(try number(after: "return ", in: ended.output) == expected)
            #expect(returns[episode - 1] == expected)
        }
        let both = try place.rl(
            "record", "a", "--pick", "best", "--of", "9", "--episodes", "2", "--output", "2.gif", "--size",
            "60")
        #expect(
            try both.outputLines.prefix(2).map { try number(after: "return ", in: $0) } == [
                ranked[8], ranked[7],
            ])
        let first = try place.rl("record", "a", "--episodes", "9", "--output", "9.gif", "--size", "60")
        #expect(try first.outputLines.prefix(9).map { try number(after: "return ", in: $0) } == returns)
    }

    @Test func aPageOfFrames() throws {
        let ended = try place.rl(
            "record", "random", "gridworld", "--episodes", "20", "--output", "a.png", "--size", "100")
        #expect(ended.isFine, "\(ended.error)")
        let bytes = [UInt8](try place.data("a.png"))
        #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        #expect(ended.output.contains("a.png: 9 of "))
        // Three of a hundred pixels with gaps of five.
        #expect(bytes[19] == UInt8(320 & 0xFF) && bytes[18] == UInt8(320 >> 8))
    }

    @Test func endlessEpisodesAreCut() throws {
        let ended = try place.rl(
            "record", "random", "gridworld", "--set", "map=maze", "--max-steps", "7", "--output", "a.gif",
            "--size", "60")
        #expect(ended.isFine, "\(ended.error)")
        #expect(ended.output.contains("in 7 steps, cut there (--max-steps)"))
    }

    @Test func settingsAreLaidOverThoseOfTheRun() throws {
        try place.rl("run", "random", "cartpole", "--steps", "10", "--eval-episodes", "0", "--name", "a")
        let ended = try place.rl(
            "record", "a", "--set", "limit=4", "--output", "a.gif", "--size", "60")
        #expect(ended.output.contains("return 4.000 in 4 steps"), "\(ended.output) \(ended.error)")
    }

    /// A program that takes the place of ffmpeg tells what it was handed.
    @Test func aVideoIsMadeByFFmpeg() throws {
        try place.write(
            "bin/ffmpeg",
            """
            #!/bin/sh
            for last; do :; done
            echo "$@" > arguments
            wc -c > "${last#file:}"
            """)
        let ended = try place.shell(
            """
            chmod +x bin/ffmpeg
            PATH=$PWD/bin:$PATH exec "$RL" record random cartpole --output a.mp4 --size 101 --speed 10
            """)
        #expect(ended.isFine && ended.error.isEmpty, "\(ended.error)")
        #expect(!place.exists("a.mp4.partial"))
        // 101×51 made even; the end stays for six tenths of a second.
        let steps = try number(after: " in ", in: ended.output)
        let bytes = try #require(Int(try place.text("a.mp4").trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(bytes == (Int(steps) + 6) * 102 * 52 * 3)
        let arguments = try place.text("arguments")
        for text in ["-video_size 102x52", "-framerate 10.0", "-pixel_format rgb24", "yuv420p", "-crf 20"] {
            #expect(arguments.contains(text))
        }
    }

    @Test func anFFmpegThatFailsIsOneLine() throws {
        let scripts = [
            "#!/bin/sh\necho 'Unknown encoder' >&2\nexit 3\n",
            "#!/bin/sh\ncat > /dev/null\necho 'Unknown encoder' >&2\nexit 3\n",
        ]
        for script in scripts {
            try place.write("bin/ffmpeg", script)
            let ended = try place.shell(
                "chmod +x bin/ffmpeg; PATH=$PWD/bin:$PATH exec \"$RL\" record random cartpole --output a.mp4")
            ended.expectRefusal(saying: ["ffmpeg failed: Unknown encoder", ".gif"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == ["bin"])
        }
    }

    @Test func withoutFFmpeg() throws {
        let ended = try place.shell("PATH=/nowhere exec \"$RL\" record random cartpole --output a.mp4")
        ended.expectRefusal(saying: ["no ffmpeg", "rl record writes without it"])
        #expect(place.snapshot().isEmpty)
    }

    @Test func nothingIsOverwritten() throws {
        try place.write("a.gif", "keep me")
        try place.rl("record", "random", "gridworld", "--output", "a.gif").expectRefusal(saying: [
            "a.gif is there already", "--force",
        ])
        #expect(try place.text("a.gif") == "keep me")
        #expect(try place.rl("record", "random", "gridworld", "--output", "a.gif", "--force").isFine)
        #expect(try gifSize("a.gif").max() == 480)
    }

    @Test(arguments: [
        Refusal("--output", "a.webm", says: "\"a.webm\"", ".gif, .mp4 or .png"),
        Refusal("--output", "a", says: "\"a\"", ".gif, .mp4 or .png"),
        Refusal("--output", "none/a.gif", says: "cannot make none/a.gif", "No such file"),
        Refusal("--output", "a.gif", "--episodes", "0", says: "episodes=0", "from 1 to"),
        Refusal("--output", "a.gif", "--seed", "-1", says: "seed=-1", "at least 0"),
        Refusal("--output", "a.gif", "--size", "9", says: "size=9", "from 16 to 8192"),
        Refusal("--output", "a.gif", "--speed", "0", says: "speed=0", "from 0.1 to 1000"),
        Refusal("--output", "a.gif", "--max-steps", "0", says: "max-steps=0", "at least 1"),
        Refusal("--output", "a.gif", "--of", "3", says: "--of 3", "--pick best"),
        Refusal("--output", "a.gif", "--pick", "best", "--of", "0", says: "of=0", "from 1 (--episodes)"),
        Refusal("--output", "a.gif", "--pick", "beast", says: "'beast'", "best"),
        Refusal("--output", "a.gif", "--best", says: "--best", "learned nothing"),
        Refusal("--output", "a.gif", "--set", "slop=1", says: "'slop'", "did you mean 'slip'"),
        Refusal(says: "--output"),
    ])
    func refuses(_ refusal: Refusal) throws {
        let ended = try place.rl(["record", "random", "gridworld"] + refusal.arguments)
        ended.expectRefusal(saying: refusal.says)
        #expect(ended.output.isEmpty && place.snapshot().isEmpty)
    }

    @Test func whoIsToBeRecorded() throws {
        try place.rl("record", "none", "--output", "a.gif").expectRefusal(saying: [
            "'none'", "results has none",
        ])
        try place.rl("record", "dqn", "--output", "a.gif").expectRefusal(saying: [
            "'dqn'", "needs an environment",
        ])
        try place.rl("record", "dnq", "gridworld", "--output", "a.gif").expectRefusal(saying: [
            "did you mean 'dqn'"
        ])
        #expect(place.snapshot().isEmpty)
    }

    @Test func aFullDiskLeavesNothing() throws {
        let ended = try place.shell(
            "trap '' XFSZ; ulimit -f 8; exec \"$RL\" record random cartpole --episodes 5 --output a.gif")
        ended.expectRefusal(saying: ["cannot write a.gif", "File too large"])
        #expect(place.snapshot().isEmpty)
    }

    @Test func interruptedItLeavesNothing() throws {
        let record = try place.start(
            "record", "random", "cartpole", "--episodes", "1e6", "--output", "a.gif", "--size", "60")
        #expect(record.wait { place.exists("a.gif.partial") })
        record.send(SIGINT)
        let ended = try record.end()
        #expect(ended.code == 130 && !ended.wasKilled)
        #expect(ended.error == "rl: stopped; nothing was written\n")
        #expect(place.snapshot().isEmpty)
    }
}
