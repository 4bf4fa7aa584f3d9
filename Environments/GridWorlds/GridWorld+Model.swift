import RLCore

extension GridWorld: TransitionModel {
    /// Cells that are not walls, as often as there are sets of keys and headings to be there with.
    public var stateCount: Int { states.places.count }
    /// As many as there are actions.
    public var actionCount: Int { states.actionCount }

    /// Every start with equal probability.
    public var initialStates: [(state: Int, probability: Double)] {
        states.starts.map { ($0, 1 / Double(states.starts.count)) }
    }

    /// The states an action can lead to, each once. A goal or a pit leads to itself, for nothing.
    public func transitions(from state: Int, action: Int) -> [Transition] {
        if isTerminal[state] {
            return [Transition(probability: 1, state: state, reward: 0, terminated: true)]
        }
        let turns = slip > 0 ? [1 - slip, slip / 2, slip / 2] : [1]
        let first = state * states.width + action * states.outcomes
        var transitions: [Transition] = []
        for outcome in 0..<states.outcomes {
            let probability = turns[outcome / states.gusts] / Double(states.gusts)
            guard probability > 0 else { continue }
            let next = Int(states.successors[first + outcome])
            let known = transitions.firstIndex { $0.state == next }
            let sofar = known.map { transitions.remove(at: $0).probability } ?? 0
            transitions.append(
                Transition(
                    probability: sofar + probability, state: next, reward: rewards[next],
                    terminated: isTerminal[next]))
        }
        return transitions
    }
}

extension GridWorld: MappedModel {
    /// The map's.
    public var mapRows: Int { map.rows }
    /// The map's.
    public var mapColumns: Int { map.columns }
    /// Up, right, down, left; or turns to either side and a step forward.
    public var actionSymbols: [Character] {
        actions == .compass ? ["↑", "→", "↓", "←"] : ["↶", "↷", "⇡"]
    }

    /// The cell of the state, in the layer of the keys that are held and the heading.
    public func place(of state: Int) -> MapPlace? {
        let place = Int(states.places[state])
        return MapPlace(
            layer: layer(keys: Int(states.keys[state]), heading: state % states.headings),
            row: place / map.columns, column: place % map.columns)
    }

    /// Walls, goals and pits.
    public func symbol(row: Int, column: Int) -> Character? {
        let cell = map.cells[row * map.columns + column]
        return cell == .wall || cell.isEnd ? cell.character : nil
    }

    /// Walls, goals and pits; keys that are not held, and doors that they would open.
    public func symbol(at place: MapPlace) -> Character? {
        let cell = map.cells[place.row * map.columns + place.column]
        switch cell {
        case .key(let key), .door(let key):
            let isHeld = (0..<8).contains { keys in
                keys >> key & 1 == 1
                    && (0..<states.headings).contains { layer(keys: keys, heading: $0) == place.layer }
            }
            return isHeld ? nil : cell.character
        default: return symbol(row: place.row, column: place.column)
        }
    }

    private func layer(keys: Int, heading: Int) -> String {
        let letters = map.keys.filter { keys >> $0 & 1 == 1 }.map {
            String(GridWorldMap.Cell.key($0).character)
        }
        var parts: [String] = []
        if !map.keys.isEmpty {
            parts.append(letters.isEmpty ? "no key" : "holding " + letters.joined(separator: ", "))
        }
        if states.headings > 1 { parts.append("facing \(GridDirection.allCases[heading])") }
        return parts.joined(separator: ", ")
    }
}
