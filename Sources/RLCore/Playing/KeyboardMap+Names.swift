extension KeyboardMap {
    /// What the actions themselves suggest; nil where they suggest nothing.
    ///
    /// Choices go by their names: directions are arrows (also two at once, as in `upright`), `fire` is the space bar,
    /// others are space and enter, then digits, and choices without names are digits. Where one does nothing (`none`, `noop`),
    /// it is what happens without a key, and the game runs in time; without such a choice it waits for a key. A single
    /// number between bounds is at its ends while ← or → is held, and at 0 otherwise.
    public init?(space: Space, names: [String]) {
        switch space {
        case .discrete(let count):
            guard count > 0, let map = KeyboardMap(choices: count, names: names) else { return nil }
            self = map
        case .multiDiscrete: return nil
        case .box(let box):
            guard box.count == 1 else { return nil }
            let bounds = box.bounds(at: 0)
            guard bounds.lowerBound.isFinite, bounds.upperBound.isFinite else { return nil }
            let (low, high) = (Double(bounds.lowerBound), Double(bounds.upperBound))
            self.init(
                [
                    Binding([.left], action: [low], name: low.shortText),
                    Binding([.right], action: [high], name: high.shortText),
                ], idle: .acts([min(max(0, low), high)]))
        }
    }

    private init?(choices count: Int, names: [String]) {
        var bindings: [Binding] = []
        var idle = Idle.waits
        let names = names.count == count ? names : []
        var spare: [PlayKey] = names.isEmpty ? [] : [.space, .enter]
        spare += (1...9).map { .digit($0) } + [.digit(0)]
        let known = names.map(KeyboardMap.keys)
        spare.removeAll { key in known.contains { $0?.contains(key) == true } }
        for choice in 0..<count {
            let name = names.isEmpty ? "\(choice)" : names[choice]
            if ["none", "noop", "nothing", "no-op"].contains(name.lowercased()), idle == .waits {
                idle = .acts([Double(choice)])
                continue
            }
            var keys = known.isEmpty ? nil : known[choice]
            // Two choices of one meaning cannot both have its key.
            if let wanted = keys, bindings.contains(where: { $0.keys == wanted }) { keys = nil }
            if keys == nil {
                guard !spare.isEmpty else { return nil }
                keys = [spare.removeFirst()]
            }
            bindings.append(Binding(keys ?? [], action: [Double(choice)], name: name))
        }
        self.init(bindings, idle: idle)
    }

    /// The keys of a name that is made of directions and `fire`; nil for any other.
    private static func keys(of name: String) -> Set<PlayKey>? {
        let words: [(String, PlayKey)] = [
            ("up", .up), ("north", .up), ("right", .right), ("east", .right), ("down", .down),
            ("south", .down), ("left", .left), ("west", .left), ("fire", .space),
            ("counterclockwise", .left), ("clockwise", .right),
        ]
        var rest = Substring(name.lowercased().filter { $0.isLetter })
        var keys: Set<PlayKey> = []
        while !rest.isEmpty {
            guard let (word, key) = words.first(where: { rest.hasPrefix($0.0) }) else { return nil }
            rest = rest.dropFirst(word.count)
            keys.insert(key)
        }
        return keys.isEmpty ? nil : keys
    }
}

extension Double {
    fileprivate var shortText: String { Int(exactly: self).map(String.init) ?? "\(self)" }
}
