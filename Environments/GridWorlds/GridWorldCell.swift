/// The four ways to move on a map, in the order of the actions.
public enum GridDirection: Int, Sendable, CaseIterable {
    /// To the row above.
    case up
    /// To the next column.
    case right
    /// To the row below.
    case down
    /// To the column before.
    case left

    /// The direction after so many quarter turns to the right.
    func turned(_ quarters: Int) -> GridDirection { Self.allCases[(rawValue + quarters) & 3] }

    /// Rows and columns that a move goes on by.
    var offset: (rows: Int, columns: Int) {
        switch self {
        case .up: (-1, 0)
        case .right: (0, 1)
        case .down: (1, 0)
        case .left: (0, -1)
        }
    }
}

/// What pushes whoever moves on from a cell.
public struct GridWind: Sendable, Hashable {
    /// Where it pushes to.
    public let direction: GridDirection
    /// How many cells it pushes.
    public let strength: Int
}

extension GridWorldMap {
    /// What a place on the map is.
    public enum Cell: Sendable, Hashable {
        /// Can be stood on.
        case free
        /// Can be stood on, and is where episodes start.
        case start
        /// Cannot be entered.
        case wall
        /// Ends the episode, as wished.
        case goal
        /// Ends the episode, with so many tenths of the goal's reward, 1 to 9.
        case lesserGoal(tenths: Int)
        /// Ends the episode, badly.
        case pit
        /// Is picked up by whoever walks on it; 0 is `a`.
        case key(Int)
        /// Is a wall to whoever does not hold its key; 0 is `A`, which `a` opens.
        case door(Int)
        /// Is left only in its direction, and not entered against it.
        case oneWay(GridDirection)
        /// Can be stood on; a move from it is pushed on by one cell.
        case windy(GridDirection)

        /// The cell that `character` draws; nil where it draws none.
        public init?(_ character: Character) {
            switch character {
            case ".", " ": self = .free
            case "S": self = .start
            case "#": self = .wall
            case "G": self = .goal
            case "X", "O": self = .pit
            default:
                if let tenths = Self.index(of: character, in: "123456789") {
                    self = .lesserGoal(tenths: tenths + 1)
                } else if let key = Self.index(of: character, in: Self.keys) {
                    self = .key(key)
                } else if let key = Self.index(of: character, in: Self.doors) {
                    self = .door(key)
                } else if let way = Self.index(of: character, in: Self.ways) {
                    self = .oneWay(GridDirection.allCases[way])
                } else if let wind = Self.index(of: character, in: Self.winds) {
                    self = .windy(GridDirection.allCases[wind])
                } else {
                    return nil
                }
            }
        }

        /// How a map draws it.
        public var character: Character {
            switch self {
            case .free: "."
            case .start: "S"
            case .wall: "#"
            case .goal: "G"
            case .lesserGoal(let tenths): Character("\(tenths)")
            case .pit: "X"
            case .key(let key): Self.character(key, of: Self.keys)
            case .door(let key): Self.character(key, of: Self.doors)
            case .oneWay(let direction): Self.character(direction.rawValue, of: Self.ways)
            case .windy(let direction): Self.character(direction.rawValue, of: Self.winds)
            }
        }

        static let keys = "abc"
        static let doors = "ABC"
        static let ways = "^>v<"
        static let winds = "urdl"

        /// Whether an episode can start here.
        var isStart: Bool { self == .free || self == .start }

        /// The share of the goal's reward that entering it brings; nil where it is no goal.
        var goalShare: Double? {
            switch self {
            case .goal: 1
            case .lesserGoal(let tenths): Double(tenths) / 10
            default: nil
            }
        }

        /// Whether it ends an episode.
        var isEnd: Bool { self == .pit || goalShare != nil }

        private static func index(of character: Character, in characters: String) -> Int? {
            characters.firstIndex(of: character).map {
                characters.distance(from: characters.startIndex, to: $0)
            }
        }

        private static func character(_ index: Int, of characters: String) -> Character {
            characters[characters.index(characters.startIndex, offsetBy: index)]
        }
    }
}
