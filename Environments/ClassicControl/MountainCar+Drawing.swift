import RLCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// In metres, y upward, 0 at the foot of the hills.
extension MountainCar: Drawable {
    /// The valley with its wall, the flag at the goal, and the car.
    public func draw(on canvas: inout Canvas) {
        drawMountain(goal: Self.goal, on: &canvas)
        drawCar(at: position, on: &canvas)
    }
}

/// Draws the valley from the left wall to the right end, and a flag where the goal is.
func drawMountain(goal: Double, on canvas: inout Canvas) {
    canvas.show(x: -1.32...0.72, y: -0.12...1.34, upward: true)
    canvas.stepsPerSecond = 30
    let ground = stride(from: -1.32, through: 0.721, by: 0.02).map { surface(at: $0) }
    canvas.fill(.polygon([[-1.32, -0.12]] + ground + [[0.72, -0.12]]), .mist)
    for (from, to) in zip(ground, ground.dropFirst()) {
        // Strokes have square ends: each goes a little further, so that no gap shows where the ground bends.
        canvas.fill(.line(from: from, to: to + 0.1 * (to - from), width: 0.016), .stone)
    }
    let wall = surface(at: MountainCar.leftWall)
    canvas.fill(.line(from: wall, to: wall + [0, 0.22], width: 0.024), .red)

    let foot = surface(at: goal)
    let top = foot + [0, 0.3]
    canvas.fill(.line(from: foot, to: top, width: 0.014), .slate)
    canvas.fill(.polygon([top, top - [0, 0.11], top + [0.16, -0.055]]), .green)
}

/// Draws the car, standing on the ground and leaning with it.
func drawCar(at position: Double, on canvas: inout Canvas) {
    let ground = surface(at: position)
    let slope = 3 * 0.45 * cos(3 * position)
    let along = Canvas.Point(1, slope) / (1 + slope * slope).squareRoot()
    let upward: Canvas.Point = [-along.y, along.x]
    func place(_ x: Double, _ y: Double) -> Canvas.Point { ground + x * along + y * upward }

    canvas.fill(
        .polygon([place(-0.045, 0.085), place(-0.03, 0.128), place(0.025, 0.128), place(0.05, 0.085)]), .slate
    )
    canvas.fill(
        .polygon([place(-0.09, 0.035), place(-0.09, 0.09), place(0.09, 0.09), place(0.09, 0.035)]), .blue)
    for x in [-0.052, 0.052] {
        canvas.fill(.circle(center: place(x, 0.034), radius: 0.03), .ink)
        canvas.fill(.circle(center: place(x, 0.034), radius: 0.012), .mist)
    }
}

/// The ground's height over `x`: the car's equation has the slope of this curve.
private func surface(at x: Double) -> Canvas.Point { [x, 0.55 + 0.45 * sin(3 * x)] }
