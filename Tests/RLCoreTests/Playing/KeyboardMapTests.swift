import Environments
import RLCore
import Testing

@Suite struct KeyboardMapTests {
    private func map(_ names: [String]) throws -> KeyboardMap {
        try #require(KeyboardMap(space: .discrete(names.count), names: names))
    }

    @Test func namesAreKeys() throws {
        let map = try map(["up", "right", "down", "left"])
        #expect(map.idle == .waits)
        #expect(map.action(holding: [.up]) == [0] && map.action(holding: [.left]) == [3])
        #expect(map.action(holding: []) == nil && map.action(holding: [.space]) == nil)
    }

    @Test func nothingIsWhatHappensWithoutAKey() throws {
        let map = try map(["none", "left", "right", "fire"])
        #expect(map.idle == .acts([0]) && map.bindings.count == 3)
        #expect(map.action(holding: [.space]) == [3])
    }

    /// As the arcade's actions are called: the most keys that are held win.
    @Test func directionsAtOnce() throws {
        let map = try map(["NOOP", "FIRE", "UP", "RIGHT", "UPRIGHT", "UPRIGHTFIRE"])
        #expect(map.action(holding: [.up]) == [2])
        #expect(map.action(holding: [.up, .right]) == [4])
        #expect(map.action(holding: [.up, .right, .space]) == [5])
        #expect(map.action(holding: [.up, .right, .left]) == [4])
    }

    @Test func otherNamesHaveOtherKeys() throws {
        let map = try map(["south", "north", "east", "west", "pickup", "dropoff"])
        #expect(map.bindings.map(\.keys) == [[.down], [.up], [.right], [.left], [.space], [.enter]])
        let fire = try self.map(["fire", "jump", "duck"])
        #expect(fire.bindings.map(\.keys) == [[.space], [.enter], [.digit(1)]])
        let twice = try self.map(["left", "west"])
        #expect(twice.bindings.map(\.keys) == [[.left], [.space]])
    }

    @Test func choicesWithoutNamesAreDigits() throws {
        let map = try #require(KeyboardMap(space: .discrete(3), names: []))
        #expect(map.action(holding: [.digit(2)]) == [1] && map.idle == .waits)
        #expect(KeyboardMap(space: .discrete(11), names: []) == nil)
        #expect(KeyboardMap(space: .multiDiscrete([2, 2]), names: []) == nil)
    }

    @Test func aNumberIsAtItsEnds() throws {
        let space = Space.box(Box(low: [-2], high: [2], shape: [1]))
        let map = try #require(KeyboardMap(space: space, names: []))
        #expect(map.idle == .acts([0]))
        #expect(map.action(holding: [.left]) == [-2] && map.action(holding: [.right]) == [2])
        let open = Space.box(Box(low: [-.infinity], high: [2], shape: [1]))
        #expect(KeyboardMap(space: open, names: []) == nil)
        #expect(KeyboardMap(space: .box(Box(low: [-1], high: [1], shape: [2])), names: []) == nil)
    }

    /// Everything with a look can be played: its keys and what happens without them are actions of its space, no two
    /// actions have the same keys, and every action can be done.
    @Test(arguments: standardEnvironments.map(\.name)) func everyEnvironmentHasKeys(_ name: String) throws {
        let made = try #require(standardEnvironments.first { $0.name == name }).make()
        var canvas = Canvas()
        let stepped = made.stepped()
        stepped.reset(seed: 1)
        guard stepped.draw(on: &canvas) else { return }
        let map = try #require(made.keyboard)
        #expect(Set(map.bindings.map(\.keys)).count == map.bindings.count)
        for binding in map.bindings {
            #expect(made.actionSpace.takes(binding.action) && !binding.keys.isEmpty)
            #expect(map.action(holding: binding.keys) == binding.action)
        }
        if case .acts(let action) = map.idle { #expect(made.actionSpace.takes(action)) }
        if case .discrete(let count) = made.actionSpace {
            var actions = Set(map.bindings.map(\.action))
            if case .acts(let action) = map.idle { actions.insert(action) }
            #expect(actions.count == count)
        }
    }

    /// Games in which time passes go on by themselves, and others wait.
    @Test func whoWaitsForAKey() throws {
        func waits(_ name: String) throws -> Bool {
            let entry = try #require(
                standardEnvironments.first { $0.name == name || $0.aliases.contains(name) })
            return try #require(entry.make().keyboard).idle == .waits
        }
        for name in ["gridworld", "taxi", "blackjack", "frozenlake", "frozenlake8x8", "cliffwalking"] {
            #expect(try waits(name), "\(name)")
        }
        for name in ["cartpole", "mountaincar", "mountaincar-continuous", "acrobot", "pendulum"] {
            #expect(try !waits(name), "\(name)")
        }
        for name in ["breakout", "freeway", "asterix", "seaquest", "space-invaders"] {
            #expect(try !waits("minatar-\(name)") && !waits("minatar-\(name)-v0"), "\(name)")
        }
    }
}
