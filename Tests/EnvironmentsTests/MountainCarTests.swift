import Environments
import RLCore
import Testing

@Suite struct MountainCarTests {
    private let left = 0
    private let none = 1
    private let right = 2

    @Test func theLeftWallStopsTheCarAndTheRightEndDoesNot() throws {
        var car = try MountainCar().replacingState(["position": -1.19, "velocity": -0.06])
        #expect(car.acting(left).observation == [-1.2, 0])
        #expect(car.velocity == 0)
        var fast = try MountainCar().replacingState(["position": 0.59, "velocity": 0.06])
        let (observation, outcome) = fast.acting(right)
        #expect(
            observation[0] == 0.6 && observation[1] > 0.06 && outcome == Outcome(reward: -1, terminated: true)
        )

        var dosed = try MountainCarContinuous().replacingState(["position": -1.19, "velocity": -0.06])
        #expect(dosed.acting(-1).observation == [-1.2, 0])
        var fastDosed = try MountainCarContinuous().replacingState(["position": 0.59, "velocity": 0.06])
        #expect(fastDosed.acting(1).observation[0] == 0.6)
    }

    @Test func speedIsBounded() throws {
        // On the slope that adds to the push.
        for (speed, position, bound) in [(-0.0695, -0.4, Float(-0.07)), (0.0695, -0.6, 0.07)] {
            let state = ["position": position, "velocity": speed]
            var car = try MountainCar().replacingState(state)
            #expect(car.acting(speed < 0 ? left : right).observation[1] == bound)
            var dosed = try MountainCarContinuous().replacingState(state)
            #expect(dosed.acting(speed < 0 ? -1 : 1).observation[1] == bound)
        }
    }

    @Test func theGoalAsksForItsVelocity() throws {
        for (goalVelocity, isReached) in [(0.0, true), (0.03, true), (0.05, false), (-1, true)] {
            var options = MountainCar.Options()
            options.goalVelocity = goalVelocity
            var car = try MountainCar(options).replacingState(["position": 0.49, "velocity": 0.04])
            #expect(car.acting(none).outcome.terminated == isReached)
            var dosedOptions = MountainCarContinuous.Options()
            dosedOptions.goalVelocity = goalVelocity
            var dosed = try MountainCarContinuous(dosedOptions)
                .replacingState(["position": 0.44, "velocity": 0.04])
            #expect(dosed.acting(0).outcome == Outcome(reward: isReached ? 100 : 0, terminated: isReached))
        }
        var backwards = try MountainCar().replacingState(["position": 0.55, "velocity": -0.01])
        #expect(!backwards.acting(none).outcome.terminated)
    }

    /// From the second step on the goal is compared as the Float that the position is, which is below 0.45.
    @Test func theContinuousGoalIsItsFloat() throws {
        var car = MountainCarContinuous()
        _ = car.acting(0)
        for (position, isReached) in [(Float(0.45), true), (Float(0.45).nextDown, false)] {
            var probe = try car.replacingState(["position": Double(position), "velocity": 0])
            // Against the slope, so that the car stands still.
            let velocity = -probe.acting(0).observation[1]
            var standing = try car.replacingState([
                "position": Double(position), "velocity": Double(velocity),
            ])
            let (observation, outcome) = standing.acting(0)
            #expect(observation == [position, 0] && outcome.terminated == isReached)
        }
    }

    @Test func actionsBeyondTheBoundsPushAsTheBoundAndCostAsGiven() throws {
        let car = try MountainCarContinuous().replacingState(["position": -0.5, "velocity": 0.01])
        for (action, bound) in [(1.5, 1), (-7, -1), (Float.greatestFiniteMagnitude, 1)] as [(Float, Float)] {
            var (beyond, within) = (car, car)
            let (far, near) = (beyond.acting(action), within.acting(bound))
            // Rounded at another place, so not to the bit.
            #expect(abs(far.observation[1] - near.observation[1]) < 1e-8)
            #expect(far.outcome.reward == -(Double(action) * Double(action) * 0.1))
            #expect(near.outcome.reward == -0.1)
        }
    }

    @Test func aDamagedStateIsRefused() {
        let (nan, infinity) = (Double.nan, Double.infinity)
        let damages: KeyValuePairs = [
            "position": nan, "position": -1.21, "position": 0.61, "position": infinity, "velocity": nan,
            "velocity": 0.071, "velocity": -0.071, "velocity": -infinity,
        ]
        MountainCar().expectRefusal(of: damages)
        MountainCarContinuous().expectRefusal(of: damages)
    }

    @Test(arguments: [
        ("goalVelocity", "nan"), ("goalVelocity", "fast"), ("limit", "-1"), ("goal_velocity", "0.1"),
    ]) func aBadSettingIsRefused(name: String, text: String) {
        for entry in classicControlEnvironments where entry.name.hasPrefix("MountainCar") {
            #expect(throws: ConfigurationError.self) { try entry.make([name: text]) }
        }
    }
}
