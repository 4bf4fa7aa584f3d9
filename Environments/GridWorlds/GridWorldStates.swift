import RLCore

/// The states of a task on a map, and where every action leads from each: all that can be worked out before the first
/// step.
///
/// A state is a set of keys held, a place to stand on, and a heading where whoever walks has one; numbered in that
/// order, places in reading order, headings last. A place that cannot be stood on with some keys (a door without its
/// key, a key that would be picked up) has no state with them.
struct GridWorldStates: Sendable {
    /// The place of each state, `[states]`.
    let places: [Int32]
    /// The keys held in each state, bit `k` for key `k`, `[states]`.
    let keys: [UInt8]
    /// Headings a place has: 4, or 1 where there are none. State `s` has heading `s % headings`.
    let headings: Int
    /// Actions there are.
    let actionCount: Int
    /// Outcomes that an action can have: straight on, slipped to the left, slipped to the right, each in as many
    /// `gusts` of wind; only straight on where nothing slips.
    let outcomes: Int
    /// Outcomes of all actions of a state.
    let width: Int
    /// Strengths that a wind can have: 3, from one less than usual to one more, or 1.
    let gusts: Int
    /// The state that follows, `[states, actions, outcomes]`.
    let successors: [Int32]
    /// The states that episodes start in, each as likely as the others.
    let starts: [Int]

    /// States there can be: a table of them must fit into memory.
    static let limit = 1 << 18

    init(
        of map: GridWorldMap, actions: GridActions, from start: GridWorld.Start, slips: Bool, isGusty: Bool
    ) throws(ConfigurationError) {
        headings = actions == .turning ? 4 : 1
        actionCount = actions.names.count
        gusts = isGusty ? 3 : 1
        outcomes = (slips ? 3 : 1) * gusts
        width = actionCount * outcomes

        let size = map.cells.count
        let held = (0..<8).filter { set in
            (0..<3).allSatisfy { set >> $0 & 1 == 0 || map.keys.contains($0) }
        }
        let most = map.places.count * held.count * headings
        guard most <= Self.limit else {
            throw ConfigurationError(
                "map: \(map.places.count) cells to stand on, \(held.count) sets of keys and \(headings) "
                    + "heading\(headings == 1 ? "" : "s") make \(most) states, more than \(Self.limit); "
                    + "take a smaller map or fewer keys")
        }

        // The first state of a set of keys and a place; -1 where there is none.
        var numbers = [Int32](repeating: -1, count: 8 * size)
        var (places, keys): ([Int32], [UInt8]) = ([], [])
        for set in held {
            for place in map.places where map.cells[place].canBeStoodOn(holding: set) {
                numbers[set * size + place] = Int32(places.count)
                places += repeatElement(Int32(place), count: headings)
                keys += repeatElement(UInt8(set), count: headings)
            }
        }
        (self.places, self.keys) = (places, keys)

        var successors: [Int32] = []
        successors.reserveCapacity(places.count * actionCount * outcomes)
        for state in places.indices {
            let (place, set, heading) = (Int(places[state]), Int(keys[state]), state % headings)
            for action in 0..<actionCount {
                for slip in slips ? [0, 3, 1] : [0] {
                    for gust in isGusty ? [-1, 0, 1] : [0] {
                        guard let direction = actions.direction(of: action, heading: heading) else {
                            let turned = actions.heading(after: action, from: heading)
                            successors.append(Int32(state - heading + turned))
                            continue
                        }
                        let target = map.landing(
                            from: place, toward: direction.turned(slip), holding: set, gust: gust)
                        let after = map.cells[target].keys(afterEntryWith: set)
                        successors.append(numbers[after * size + target] + Int32(heading))
                    }
                }
            }
        }
        self.successors = successors

        let marked = map.places.filter { map.cells[$0] == .start }
        let chosen = start == .random || marked.isEmpty ? map.places.filter { map.cells[$0].isStart } : marked
        let headings = headings
        starts = chosen.flatMap { place in (0..<headings).map { Int(numbers[place]) + $0 } }
        try checkWays(on: map)
    }

    /// Throws where from some start no goal can be reached, by any luck.
    private func checkWays(on map: GridWorldMap) throws(ConfigurationError) {
        // The predecessors of each state, one array for all: those of `s` lie from offsets[s] on.
        var offsets = [Int](repeating: 0, count: places.count + 1)
        for state in places.indices where !map.cells[Int(places[state])].isEnd {
            for next in successors[state * width..<(state + 1) * width] { offsets[Int(next) + 1] += 1 }
        }
        for state in places.indices { offsets[state + 1] += offsets[state] }
        var predecessors = [Int32](repeating: 0, count: offsets[places.count])
        var filled = offsets
        for state in places.indices where !map.cells[Int(places[state])].isEnd {
            for next in successors[state * width..<(state + 1) * width] {
                predecessors[filled[Int(next)]] = Int32(state)
                filled[Int(next)] += 1
            }
        }
        var hasWay = places.map { map.cells[Int($0)].goalShare != nil }
        var frontier = hasWay.indices.filter { hasWay[$0] }
        while let state = frontier.popLast() {
            for previous in predecessors[offsets[state]..<offsets[state + 1]] where !hasWay[Int(previous)] {
                hasWay[Int(previous)] = true
                frontier.append(Int(previous))
            }
        }
        if let lost = starts.first(where: { !hasWay[$0] }) {
            throw ConfigurationError(
                "map: no goal can be reached from \(map.name(of: Int(places[lost]))), where episodes start; "
                    + "open a way, or mark other starts with S")
        }
    }
}

extension GridWorldMap.Cell {
    fileprivate func canBeStoodOn(holding keys: Int) -> Bool {
        switch self {
        case .wall: false
        case .key(let key), .door(let key): keys >> key & 1 == 1
        default: true
        }
    }

    fileprivate func keys(afterEntryWith keys: Int) -> Int {
        if case .key(let key) = self { keys | 1 << key } else { keys }
    }
}
