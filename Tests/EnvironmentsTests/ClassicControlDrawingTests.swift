import Environments
import Foundation
import RLCore
import Testing

@Suite struct ClassicControlDrawingTests {
    /// Real tasks are shown at the pace that their publishers show them at.
    @Test(arguments: [
        ("cartpole", 50.0), ("mountaincar", 30), ("mountaincar-continuous", 30), ("acrobot", 15),
        ("pendulum", 30),
    ])
    func thePaceIsThePublishedOne(name: String, pace: Double) throws {
        let entry = try #require(classicControlEnvironments.first { $0.aliases == [name] })
        let environment = try entry.make().stepped()
        environment.reset(seed: 1)
        var canvas = Canvas()
        #expect(environment.draw(on: &canvas) && canvas.stepsPerSecond == pace && canvas.isUpward)
    }

    @Test func theCarIsWhereItsPositionSays() throws {
        for position in [-1.1, -0.5236, 0.3] {
            let car = try MountainCar().replacingState(["position": position])
            let dosed = try MountainCarContinuous().replacingState(["position": position])
            for canvas in [drawing(of: car), drawing(of: dosed)] {
                let wheels = circles(.ink, in: canvas)
                try #require(wheels.count == 2)
                #expect(abs((wheels[0].x + wheels[1].x) / 2 - position) < 0.04)
                // It leans as the hill: level at the bottom, up to the right on the way to the goal.
                let rise = wheels[1].y - wheels[0].y
                #expect(position == 0.3 ? rise > 0.05 : position == -1.1 ? rise < -0.05 : abs(rise) < 1e-3)
            }
        }
    }

    @Test func theFreeEndIsWhereTheAnglesSay() throws {
        let acrobot = try Acrobot().replacingState(["firstAngle": .pi / 2, "secondAngle": .pi / 2])
        let canvas = drawing(of: acrobot)
        // The first link to the right, the second from there upward, just to the target's height.
        #expect(circles(.amber, in: canvas).contains { abs($0.x - 1) < 1e-12 && abs($0.y - 1) < 1e-12 })
        #expect(circles(.blue, in: canvas).contains { abs($0.x - 1) < 1e-12 && abs($0.y) < 1e-12 })
    }

    @Test func theRodLeansCounterclockwiseAndTheTorqueShows() throws {
        var pendulum = try Pendulum().replacingState(["angle": .pi / 2])
        let end = try #require(circles(.amber, in: drawing(of: pendulum)).first)
        #expect(abs(end.x + 1) < 1e-12 && abs(end.y) < 1e-12)
        func arrow(_ pendulum: Pendulum) -> Int { drawing(of: pendulum).items.count { $0.color == .blue } }
        #expect(arrow(pendulum) == 0)
        _ = pendulum.acting(1)
        #expect(arrow(pendulum) == 2)
    }

    private func drawing(of drawable: some Drawable) -> Canvas {
        var canvas = Canvas()
        drawable.draw(on: &canvas)
        return canvas
    }

    private func circles(_ color: Color, in canvas: Canvas) -> [Canvas.Point] {
        canvas.items.compactMap { item in
            if case .circle(let center, _) = item.shape, item.color == color { center } else { nil }
        }
    }
}
