/// An environment that says how a person plays it with the keys.
///
/// Most need not: names like `left` and `fire` say it already, and so does a single number between bounds
/// (`KeyboardMap.init(space:names:)`).
public protocol Playable {
    /// What the keys do.
    var keyboard: KeyboardMap { get }
}

extension Modified: Playable where M.Base: Playable {
    /// The base's, in the actions taken before the change.
    public var keyboard: KeyboardMap {
        modifier.keyboard(base.keyboard).slowed(by: Double(modifier.baseSteps))
    }
}

/// A key that a game can use.
public enum PlayKey: Sendable, Hashable, CustomStringConvertible {
    /// An arrow.
    case left, right, up, down
    /// The bar.
    case space
    /// Return.
    case enter
    /// One of 0 to 9.
    case digit(Int)

    /// As people call it.
    public var description: String {
        switch self {
        case .left: "left"
        case .right: "right"
        case .up: "up"
        case .down: "down"
        case .space: "space"
        case .enter: "enter"
        case .digit(let digit): "\(digit)"
        }
    }
}

/// What the keys do in a game.
public struct KeyboardMap: Sendable, Equatable {
    /// Keys and what they do while all of them are held.
    public struct Binding: Sendable, Equatable {
        /// The keys.
        public let keys: Set<PlayKey>
        /// The numbers of the action: a choice, or as many as a box has.
        public let action: [Double]
        /// What it is called.
        public let name: String

        /// A binding.
        public init(_ keys: Set<PlayKey>, action: [Double], name: String) {
            self.keys = keys
            self.action = action
            self.name = name
        }
    }

    /// What happens while no key is held.
    public enum Idle: Sendable, Equatable {
        /// The game waits: nothing moves before a key is pressed.
        case waits
        /// This is done.
        case acts([Double])
        /// What was done last is done again.
        case repeats
    }

    /// What can be done.
    public let bindings: [Binding]
    /// What is done otherwise.
    public let idle: Idle
    /// A pace that a person can follow, where the drawing's is too fast; nil where it is not.
    public let stepsPerSecond: Double?

    /// A map.
    public init(_ bindings: [Binding], idle: Idle, stepsPerSecond: Double? = nil) {
        self.bindings = bindings
        self.idle = idle
        self.stepsPerSecond = stepsPerSecond
    }

    /// What is done while `keys` are held: the binding with the most of them; nil where there is none.
    public func action(holding keys: Set<PlayKey>) -> [Double]? {
        bindings.filter { $0.keys.isSubset(of: keys) }.max { $0.keys.count < $1.keys.count }?.action
    }

    /// The same keys for the same actions said in other numbers.
    public func mapActions(_ body: ([Double]) -> [Double]) -> KeyboardMap {
        let bindings = bindings.map { Binding($0.keys, action: body($0.action), name: $0.name) }
        guard case .acts(let action) = idle else {
            return KeyboardMap(bindings, idle: idle, stepsPerSecond: stepsPerSecond)
        }
        return KeyboardMap(bindings, idle: .acts(body(action)), stepsPerSecond: stepsPerSecond)
    }

    /// The same keys where a step takes as long as `factor` steps did.
    func slowed(by factor: Double) -> KeyboardMap {
        KeyboardMap(bindings, idle: idle, stepsPerSecond: stepsPerSecond.map { $0 / factor })
    }
}
