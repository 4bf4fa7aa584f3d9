import Environments
import Foundation
import RLCore
import Testing

@Suite struct AcrobotTests {
    @Test func theFreeEndMustBeAboveTheLine() throws {
        // Both links up, the joint bent: height is -cos(first) - cos(first + second).
        for (second, isAbove) in [(0.9 * Double.pi / 2, true), (1.1 * Double.pi / 2, false)] {
            var acrobot = try Acrobot().replacingState(["firstAngle": Double.pi, "secondAngle": second])
            let (observation, outcome) = acrobot.acting(1)
            let height = -cos(acrobot.firstAngle) - cos(acrobot.firstAngle + acrobot.secondAngle)
            #expect((height > 1) == isAbove)
            #expect(outcome == Outcome(reward: isAbove ? 0 : -1, terminated: isAbove))
            #expect(observation[0] == Float(cos(acrobot.firstAngle)))
        }
    }

    /// Energy is what tells the equations of motion from others: without torque it stays.
    @Test func energyStaysWithoutTorque() throws {
        var acrobot = try Acrobot().replacingState(["firstAngle": 0.7, "secondAngle": -0.4])
        let start = energy(of: acrobot)
        for _ in 0..<50 { _ = acrobot.acting(1) }
        #expect(abs(energy(of: acrobot) - start) < 0.02 * abs(start))
        for _ in 0..<5 { _ = acrobot.acting(acrobot.secondVelocity > 0 ? 2 : 0) }
        #expect(energy(of: acrobot) > start + 0.1)
    }

    @Test func anglesAreWrappedAndSpeedsBounded() throws {
        let start = ["firstAngle": 3.1, "firstVelocity": 12.5, "secondAngle": -3.1, "secondVelocity": -28.2]
        var acrobot = try Acrobot().replacingState(start)
        var greatest = (0.0, 0.0)
        for _ in 0..<300 {
            let observation = acrobot.acting(acrobot.secondVelocity > 0 ? 2 : 0).observation
            #expect(Space.box(acrobot.box).contains(observation.map(Double.init)))
            #expect(abs(acrobot.firstAngle) <= .pi && abs(acrobot.secondAngle) <= .pi)
            greatest.0 = max(greatest.0, abs(acrobot.firstVelocity))
            greatest.1 = max(greatest.1, abs(acrobot.secondVelocity))
        }
        #expect(greatest == (4 * Double.pi, 9 * Double.pi))
    }

    @Test func aDamagedStateIsRefused() {
        let (nan, infinity) = (Double.nan, Double.infinity)
        Acrobot().expectRefusal(of: [
            "firstAngle": nan, "firstAngle": 3.2, "firstAngle": 1e300, "secondAngle": -3.2,
            "secondAngle": nan,
            "firstVelocity": 12.6, "firstVelocity": -infinity, "secondVelocity": nan, "secondVelocity": -28.3,
        ])
    }

    /// Kinetic and potential, of two links with centres of mass in their middles.
    private func energy(of acrobot: Acrobot) -> Double {
        let (first, both) = (acrobot.firstAngle, acrobot.firstAngle + acrobot.secondAngle)
        let (turn, outerTurn) = (acrobot.firstVelocity, acrobot.firstVelocity + acrobot.secondVelocity)
        let speed = [
            cos(first) * turn + 0.5 * cos(both) * outerTurn, sin(first) * turn + 0.5 * sin(both) * outerTurn,
        ]
        let moving = 0.25 * turn * turn + speed[0] * speed[0] + speed[1] * speed[1]
        let turning = turn * turn + outerTurn * outerTurn
        return 0.5 * (moving + turning) - 9.8 * (1.5 * cos(first) + 0.5 * cos(both))
    }
}

extension Acrobot {
    fileprivate var box: Box {
        guard case .box(let box) = observationSpace else { return Box(low: [0], high: [0], shape: [1]) }
        return box
    }
}
