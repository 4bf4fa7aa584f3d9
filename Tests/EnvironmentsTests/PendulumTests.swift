import Environments
import RLCore
import Testing

@Suite struct PendulumTests {
    @Test func nothingIsLostUpright() throws {
        var pendulum = Pendulum()
        let (observation, outcome) = pendulum.acting(0)
        #expect(observation == [1, 0, 0] && outcome == Outcome(reward: 0))
    }

    @Test func theRewardCountsTheNearestWayUp() throws {
        // Two turns and a half: hanging.
        let turns: [(Double, Double)] = [
            (0.5, 0.5), (0.5 + 4 * .pi, 0.5), (-0.5 - 2 * .pi, 0.5), (5 * .pi, .pi),
        ]
        for (angle, distance) in turns {
            var pendulum = try Pendulum().replacingState(["angle": angle, "angularVelocity": 2])
            let expected = -(distance * distance + 0.1 * 4 + 0.001 * 1)
            #expect(abs(pendulum.acting(1).outcome.reward - expected) < 1e-6)
        }
    }

    @Test func torquesBeyondTheBoundsAreTheBound() throws {
        for (action, bound) in [(2.5, 2), (-1e30, -2)] as [(Float, Float)] {
            var (beyond, within) = (Pendulum(), Pendulum())
            let (far, near) = (beyond.acting(action), within.acting(bound))
            #expect(far.observation == near.observation && far.outcome == near.outcome)
            #expect(beyond.torque == bound)
        }
    }

    @Test func gravityIsASetting() throws {
        for (gravity, acceleration) in [(0.0, 0.0), (9.81, 1.5 * 9.81), (-4, -6)] {
            var options = Pendulum.Options()
            options.gravity = gravity
            // Held out level.
            var pendulum = try Pendulum(options).replacingState(["angle": .pi / 2])
            _ = pendulum.acting(0)
            #expect(abs(pendulum.angularVelocity - 0.05 * acceleration) < 1e-12)
        }
    }

    @Test func speedIsBounded() throws {
        var pendulum = try Pendulum().replacingState(["angle": .pi / 2, "angularVelocity": 7.9])
        #expect(pendulum.acting(2).observation[2] == 8)
    }

    @Test func aDamagedStateIsRefused() {
        let (nan, infinity) = (Double.nan, Double.infinity)
        Pendulum().expectRefusal(of: [
            "angle": nan, "angle": infinity, "angularVelocity": nan, "angularVelocity": 8.1, "torque": nan,
            "torque": -2.1,
        ])
    }

    @Test(arguments: [("gravity", "1e9"), ("gravity", "inf"), ("limit", "-1"), ("g", "10")])
    func aBadSettingIsRefused(name: String, text: String) throws {
        let entry = try #require(classicControlEnvironments.first { $0.aliases == ["pendulum"] })
        #expect(throws: ConfigurationError.self) { try entry.make([name: text]) }
    }
}
