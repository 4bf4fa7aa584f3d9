import Foundation
import RLCore

/// What a recording can be written as.
enum RecordingFormat: String, CaseIterable {
    /// An animation that needs nothing else installed.
    case gif
    /// A video, by an ffmpeg that is there.
    case mp4
    /// Evenly spaced frames on one page.
    case png

    /// The format that a file's suffix names.
    init(of path: String) throws(ConfigurationError) {
        let suffix = URL(fileURLWithPath: path).pathExtension
        guard let format = RecordingFormat(rawValue: suffix.lowercased()) else {
            throw ConfigurationError(
                "cannot tell from \(path.debugDescription) what to write; expected a name that ends in .gif, .mp4 or .png"
            )
        }
        self = format
    }
}
