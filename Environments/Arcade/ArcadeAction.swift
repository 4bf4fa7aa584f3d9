/// What a joystick with one button can say, by the numbers of the Arcade Learning Environment.
public enum ArcadeAction: UInt8, Sendable, CaseIterable {
    /// Nothing.
    case noop
    /// The button.
    case fire
    /// A direction.
    case up, right, left, down
    /// Two directions at once.
    case upright, upleft, downright, downleft
    /// A direction and the button.
    case upfire, rightfire, leftfire, downfire
    /// Two directions and the button.
    case uprightfire, upleftfire, downrightfire, downleftfire

    /// -1 to the left, 1 to the right, 0 neither.
    public var horizontal: Int {
        switch self {
        case .left, .upleft, .downleft, .leftfire, .upleftfire, .downleftfire: -1
        case .right, .upright, .downright, .rightfire, .uprightfire, .downrightfire: 1
        case .noop, .fire, .up, .down, .upfire, .downfire: 0
        }
    }

    /// -1 up, 1 down (as rows are counted), 0 neither.
    public var vertical: Int {
        switch self {
        case .up, .upright, .upleft, .upfire, .uprightfire, .upleftfire: -1
        case .down, .downright, .downleft, .downfire, .downrightfire, .downleftfire: 1
        case .noop, .fire, .right, .left, .rightfire, .leftfire: 0
        }
    }

    /// Whether the button is pressed.
    public var isFiring: Bool { self == .fire || rawValue >= ArcadeAction.upfire.rawValue }
}
