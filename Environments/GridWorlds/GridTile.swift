/// What one cell looks like, and what the planes say of it.
struct GridTile: Hashable, Sendable {
    /// What lies there. A start looks like a free cell; only a drawing tells it.
    var cell: GridWorldMap.Cell
    /// What pushes whoever moves from there.
    var wind: GridWind?
    /// A door that has been opened, or a doorway where the cell is free.
    var isOpen = false

    init(_ cell: GridWorldMap.Cell, wind: GridWind? = nil, isOpen: Bool = false) {
        self.cell = cell
        self.wind = wind
        self.isOpen = isOpen
    }

    /// A cell of a map for whoever holds `keys`: a key in hand lies nowhere any more, and its doors are open.
    init(_ place: Int, of map: GridWorldMap, holding keys: Int) {
        // Nobody moves on from an end.
        wind = map.cells[place].isEnd ? nil : map.wind(at: place)
        switch map.cells[place] {
        case .start, .windy: cell = .free
        case .key(let key) where keys >> key & 1 == 1: cell = .free
        case .door(let key) where keys >> key & 1 == 1: (cell, isOpen) = (.door(key), true)
        default: cell = map.cells[place]
        }
    }

    /// The tile as it looks to who has turned so many quarters to the right.
    func turned(against quarters: Int) -> GridTile {
        var tile = self
        if case .oneWay(let direction) = cell { tile.cell = .oneWay(direction.turned(-quarters)) }
        tile.wind = wind.map { GridWind(direction: $0.direction.turned(-quarters), strength: $0.strength) }
        return tile
    }

    /// The planes that are 1 there.
    var planes: [GridPlane] {
        var planes: [GridPlane] = []
        switch cell {
        case .free, .start, .windy: break
        case .wall: planes.append(.wall)
        case .pit: planes.append(.pit)
        case .goal: planes.append(.goal(tenths: 10))
        case .lesserGoal(let tenths): planes.append(.goal(tenths: tenths))
        case .key(let key): planes.append(.key(key))
        case .door(let key): if !isOpen { planes.append(.door(key)) }
        case .oneWay(let direction): planes.append(.oneWay(direction.rawValue))
        }
        if let wind { planes.append(.wind(wind.direction.rawValue, strength: wind.strength)) }
        return planes
    }
}

/// One plane of an observation, in the order in which they come.
enum GridPlane: Hashable, Comparable, Sendable {
    case agent
    /// Facing a direction, by its number.
    case facing(Int)
    case wall
    case pit
    case goal(tenths: Int)
    case key(Int)
    case door(Int)
    case oneWay(Int)
    case wind(Int, strength: Int)
    /// 1 everywhere while the key is held.
    case held(Int)

    /// Who walks, by the heading where there is one to tell.
    init(facing direction: GridDirection?) {
        self = direction.map { .facing($0.rawValue) } ?? .agent
    }

    var name: String {
        switch self {
        case .agent: "agent"
        case .facing(let direction): "agent facing \(GridDirection.allCases[direction])"
        case .wall: "wall"
        case .pit: "pit"
        case .goal(let tenths): tenths == 10 ? "goal" : "goal of \(tenths) tenths"
        case .key(let key): "key \(GridWorldMap.Cell.key(key).character)"
        case .door(let key): "door \(GridWorldMap.Cell.door(key).character)"
        case .oneWay(let direction): "one-way \(GridDirection.allCases[direction])"
        case .wind(let direction, let strength):
            "wind \(GridDirection.allCases[direction]) by \(strength)"
        case .held(let key): "holding \(GridWorldMap.Cell.key(key).character)"
        }
    }
}
