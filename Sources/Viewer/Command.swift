/// What a person can ask of a playback, by the meaning of the key and not its place.
package enum Command: Equatable {
    case quit, pause, forward, back, faster, slower, restart, screenshot, panel, grid, help

    /// What an event asks for; nil where it asks for nothing, or belongs to the game that is played.
    package init?(_ event: ScreenEvent, isPlaying: Bool) {
        switch event {
        case .close, .key(.escape): self = .quit
        case .key(.help): self = .help
        case .key(.space) where !isPlaying: self = .pause
        case .key(.right) where !isPlaying: self = .forward
        case .key(.left) where !isPlaying: self = .back
        case .text(let character):
            switch character {
            case "p", "P": self = .pause
            case ".": self = .forward
            case ",": self = .back
            case "+": self = .faster
            case "-": self = .slower
            case "r", "R": self = .restart
            case "s", "S": self = .screenshot
            case "h", "H": self = .panel
            case "g", "G": self = .grid
            case "?": self = .help
            default: return nil
            }
        default: return nil
        }
    }

    /// What help says.
    package static func explanations(isPlaying: Bool) -> [(keys: String, meaning: String)] {
        var lines: [(keys: String, meaning: String)] =
            isPlaying
            ? [("P", "pause"), (".", "one step")]
            : [
                ("Space", "pause"), ("Right or .", "one step"), ("Left or ,", "one step back"),
            ]
        lines += [
            ("+ -", "faster, slower"), ("R", "restart the episode"), ("S", "screenshot"),
            ("H", "panel"),
        ]
        if !isPlaying { lines.append(("G", "nine rows, or one")) }
        return lines + [("?", "this help"), ("Esc", "quit")]
    }
}
