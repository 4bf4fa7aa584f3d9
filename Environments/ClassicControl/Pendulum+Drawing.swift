import RLCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// In metres, y upward, 0 at the axle.
extension Pendulum: Drawable {
    /// Where the free end goes round, the mark on top to hold it at, the rod, and an arrow for the torque.
    public func draw(on canvas: inout Canvas) {
        canvas.show(x: -1.4...1.4, y: -1.4...1.4, upward: true)
        canvas.stepsPerSecond = 30
        let axle: Canvas.Point = [0, 0]
        canvas.fill(.circle(center: axle, radius: 1.015), .mist)
        canvas.fill(.circle(center: axle, radius: 0.985), .paper)
        canvas.fill(.polygon([[0, 1.12], [-0.07, 1.26], [0.07, 1.26]]), .green)

        let end = turned(angle) * Self.length
        canvas.fill(.line(from: axle, to: end, width: 0.13), .amber)
        canvas.fill(.circle(center: end, radius: 0.12), .amber)
        drawTorque(on: &canvas)
        canvas.fill(.circle(center: axle, radius: 0.1), .slate)
        canvas.fill(.circle(center: axle, radius: 0.04), .paper)
    }

    /// An arrow round the axle, from the side opposite the rod, as long as the torque is strong.
    private func drawTorque(on canvas: inout Canvas) {
        let share = Double(torque / Self.maximumTorque)
        guard abs(share) > 0.02 else { return }
        let (start, turn, inner, outer) = (angle + .pi, share * 0.75 * Double.pi, 0.29, 0.34)
        let arc = (0...24).map { turned(start + turn * Double($0) / 24) }
        canvas.fill(.polygon(arc.map { $0 * inner } + arc.reversed().map { $0 * outer }), .blue)
        let tip = start + turn + (share < 0 ? -0.35 : 0.35)
        let middle = (inner + outer) / 2
        canvas.fill(
            .polygon([
                turned(start + turn) * (middle - 0.08), turned(start + turn) * (middle + 0.08),
                turned(tip) * middle,
            ]), .blue)
    }

    /// The unit vector that is turned from straight up by `angle`, counterclockwise.
    private func turned(_ angle: Double) -> Canvas.Point { [-sin(angle), cos(angle)] }
}
