import PictureFiles
import RLCore
import RLRuns

/// Writes a recording to a file, frame by frame.
struct RecordingWriter {
    /// What is recorded.
    let recording: Recording
    /// Pixels of a frame.
    let width: Int
    /// Pixels of a frame.
    let height: Int

    /// What was written, in words, with the episodes.
    struct Written {
        /// What every episode came to.
        let episodes: [Recording.Episode]
        /// What the file holds.
        let content: String
    }

    /// Frames of a video a second, at the most: nobody sees more.
    private static let fastest = 60.0
    /// Frames on a page, at the most.
    static let pageFrames = 9

    /// A GIF: once to gather the colours, and once to write them.
    func gif(to file: GrowingFile) throws -> Written {
        var colors = ColorCounts()
        try pictures { picture, _ in colors.add(picture) }
        var encoder = try GIFEncoder(width: width, height: height, palette: Palette(colors))
        var seconds = 0.0
        let episodes = try pictures { picture, frame in
            try file.write(try encoder.add(picture, seconds: frame.seconds))
            seconds += frame.seconds
        }
        try file.write(try encoder.finish())
        return Written(episodes: episodes, content: content(frames: encoder.frameCount, seconds: seconds))
    }

    /// A video of sides that are even, which its colours need.
    func mp4(to file: GrowingFile, by ffmpeg: String) throws -> Written {
        let even = RecordingWriter(
            recording: recording, width: width + width % 2, height: height + height % 2)
        var pacer = FramePacer(rate: min(recording.pace, RecordingWriter.fastest))
        let video = try VideoProcess(
            ffmpeg, width: even.width, height: even.height, rate: pacer.rate, to: file.beside)
        let episodes = try even.pictures { picture, frame in
            for _ in 0..<pacer.repetitions(seconds: frame.seconds) { try video.add(picture) }
        }
        try video.finish()
        return Written(
            episodes: episodes,
            content: even.content(frames: pacer.count, seconds: Double(pacer.count) / pacer.rate))
    }

    private func content(frames: Int, seconds: Double) -> String {
        "\(frames.grouped) frames of \(width)×\(height) pixels, \(seconds.rounded(to: 1)) s"
    }

    /// A page: once to count the frames, and once to draw some of them.
    func png(to file: GrowingFile) throws -> Written {
        var frames = 0
        try recording.play { _, _ in frames += 1 }
        let count = min(frames, RecordingWriter.pageFrames)
        let wanted = Set((0..<count).map { $0 * (frames - 1) / max(1, count - 1) })
        var page = ContactSheet(count: count, width: width, height: height)
        var place = 0
        let severalEpisodes = recording.episodes.count > 1
        let episodes = try pictures(where: { _ in
            defer { place += 1 }
            return wanted.contains(place)
        }) { picture, frame in
            let episode = severalEpisodes ? "episode \(frame.episode + 1), " : ""
            page.add(picture, caption: "\(episode)step \(frame.step)")
        }
        try file.write(try page.picture.png())
        return Written(
            episodes: episodes,
            content:
                "\(count) of \(frames.grouped) frames, \(page.picture.width)×\(page.picture.height) pixels"
        )
    }

    /// Plays the recording and shows its pictures, those that are wanted.
    @discardableResult
    private func pictures(
        where isWanted: (Recording.Frame) -> Bool = { _ in true },
        _ show: (Picture, Recording.Frame) throws -> Void
    ) throws -> [Recording.Episode] {
        var rasterizer = Rasterizer()
        var picture = Picture(width: width, height: height)
        return try recording.play { canvas, frame in
            guard isWanted(frame) else { return }
            rasterizer.draw(canvas, into: &picture)
            try show(picture, frame)
        }
    }
}

/// Turns frames of any duration into frames at an even rate: each comes as often as its time asks for, or not at all.
struct FramePacer {
    /// Frames a second.
    let rate: Double
    /// Frames so far.
    private(set) var count = 0
    private var time = 0.0

    /// Paces to `rate` frames a second.
    init(rate: Double) {
        self.rate = rate
    }

    /// How often the next frame comes, which is to be seen for `seconds`.
    mutating func repetitions(seconds: Double) -> Int {
        time += seconds
        let due = Int((time * rate).rounded())
        defer { count = due }
        return due - count
    }
}
