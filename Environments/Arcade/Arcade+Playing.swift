import RLCore

extension Arcade: Playable {
    /// Arrows and the space bar, as the actions are called; nothing pressed is no action, and the game runs.
    public var keyboard: KeyboardMap {
        guard let map = KeyboardMap(space: actionSpace, names: actionNames) else {
            return KeyboardMap([], idle: .acts([0]))
        }
        let further = Game.furtherKeys.compactMap { key, action -> KeyboardMap.Binding? in
            let isTaken = map.bindings.contains { $0.keys == [key] }
            guard !isTaken, let choice = actionNames.firstIndex(of: "\(action)") else { return nil }
            return KeyboardMap.Binding([key], action: [Double(choice)], name: "\(action)")
        }
        return KeyboardMap(map.bindings + further.sorted { $0.action[0] < $1.action[0] }, idle: map.idle)
    }
}
