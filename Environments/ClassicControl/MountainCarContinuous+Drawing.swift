import RLCore

/// In metres, y upward, 0 at the foot of the hills.
extension MountainCarContinuous: Drawable {
    /// The valley with its wall, the flag at the goal, and the car.
    public func draw(on canvas: inout Canvas) {
        drawMountain(goal: Self.goal, on: &canvas)
        drawCar(at: position, on: &canvas)
    }
}
