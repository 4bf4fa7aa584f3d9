import RLCore

/// Where pictures are shown and keys come from: a window, or what stands in for one.
public protocol Screen: AnyObject {
    /// What a person reads above the picture.
    var title: String { get set }
    /// How large a picture fills it, in pixels.
    var size: (width: Int, height: Int) { get }
    /// Shows `picture` as large as fits, in its own aspect.
    func present(_ picture: Picture) throws(ViewerError)
    /// What happened next; nil where nothing did within `time`. Waits without limit where `time` is nil.
    func nextEvent(within time: Duration?) -> ScreenEvent?
}

/// What a person, or the system, did to a screen.
public enum ScreenEvent: Sendable, Equatable {
    /// It was asked to close.
    case close
    /// A key went down, or, where it is an arrow, repeats because it is held.
    case key(Key)
    /// A key that `key` told of went up.
    case keyUp(Key)
    /// A character was typed, wherever it lies on the keyboard; none repeats. The space bar is a key.
    case text(Character)
    /// It has another size, or what it showed is lost.
    case redraw
}

/// The keys that mean something.
public enum Key: Sendable, Hashable {
    case escape, space, enter, left, right, up, down, help
    /// One of 0 to 9, which is text as well.
    case digit(Int)
}

/// Why there is no screen: one line, with a way out.
public struct ViewerError: Error, CustomStringConvertible, Equatable {
    /// The line.
    public let description: String

    /// An error that says `description`.
    public init(_ description: String) {
        self.description = description
    }
}
