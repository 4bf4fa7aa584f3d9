import Foundation
import PictureFiles
import RLCore
import RLRuns

/// An ffmpeg that makes an MP4 of the pictures it is handed.
final class VideoProcess {
    private let process = Process()
    private let pictures = Pipe()
    private let complaints: URL
    private var isOver = false

    /// The ffmpeg on the search path.
    static func find() throws(ConfigurationError) -> String {
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        for folder in folders {
            let path = "\(folder)/ffmpeg"
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
                FileManager.default.isExecutableFile(atPath: path)
            {
                return path
            }
        }
        throw ConfigurationError(
            "there is no ffmpeg, which writes .mp4; install it, or name a .gif, which rl record writes without it"
        )
    }

    /// Starts `ffmpeg` on pictures of even sides, `rate` a second, to be written to `path`.
    init(_ ffmpeg: String, width: Int, height: Int, rate: Double, to path: String) throws {
        complaints = FileManager.default.temporaryDirectory.appending(path: "rl-ffmpeg-\(UUID().uuidString)")
        try Data().write(to: complaints)
        process.executableURL = URL(fileURLWithPath: ffmpeg)
        process.arguments =
            ["-loglevel", "error", "-nostdin", "-y"]
            + ["-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", "\(width)x\(height)"]
            + ["-framerate", String(format: "%.6f", rate), "-i", "pipe:0"]
            // Said aloud, because players guess differently which colours are meant.
            + ["-vf", "scale=out_color_matrix=bt709:out_range=tv", "-colorspace", "bt709"]
            // Colours of half the resolution are what every player reads; the index goes in front, for the web.
            + ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "20", "-movflags", "+faststart"]
            + ["-f", "mp4", "file:\(path)"]
        process.standardInput = pictures
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: complaints)
        // An ffmpeg that gave up is an error to tell, not a signal to die of.
        signal(SIGPIPE, SIG_IGN)
        do {
            try process.run()
        } catch {
            throw RunError("cannot start \(ffmpeg): \(error.localizedDescription)")
        }
    }

    deinit {
        if !isOver, process.isRunning {
            process.terminate()
            process.waitUntilExit()
        }
        signal(SIGPIPE, SIG_DFL)
        try? FileManager.default.removeItem(at: complaints)
    }

    /// Adds a frame.
    func add(_ picture: Picture) throws(RunError) {
        do throws(RunError) {
            try writeAll(picture.bytes, to: pictures.fileHandleForWriting.fileDescriptor, path: "to ffmpeg")
        } catch {
            try finish()
            throw error
        }
    }

    /// Waits for the file to be written.
    func finish() throws(RunError) {
        isOver = true
        try? pictures.fileHandleForWriting.close()
        process.waitUntilExit()
        guard process.terminationStatus != 0 else { return }
        let text = (try? String(contentsOf: complaints, encoding: .utf8)) ?? ""
        let reason = text.split(separator: "\n").first.map(String.init)
        throw RunError(
            "ffmpeg failed: \(reason ?? "status \(process.terminationStatus)"); "
                + "rl record writes .gif without it")
    }
}
