import RLCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// In metres, y upward, 0 at the bar.
extension Acrobot: Drawable {
    /// The line to get above, the bar, the two links with the joint that is driven, and the free end.
    public func draw(on canvas: inout Canvas) {
        canvas.show(x: -2.4...2.4, y: -2.4...2.4, upward: true)
        // Three times as fast as the links would swing, as it is usually shown.
        canvas.stepsPerSecond = 15
        canvas.fill(
            .line(from: [-2.4, Self.targetHeight], to: [2.4, Self.targetHeight], width: 0.035), .green)

        let bar: Canvas.Point = [0, 0]
        let joint = bar + hanging(at: firstAngle) * Self.length
        let end = joint + hanging(at: firstAngle + secondAngle) * Self.length
        canvas.fill(.line(from: [-0.4, 0], to: [0.4, 0], width: 0.05), .stone)
        canvas.fill(.line(from: bar, to: joint, width: 0.16), .slate)
        canvas.fill(.circle(center: bar, radius: 0.11), .slate)
        canvas.fill(.circle(center: bar, radius: 0.05), .paper)
        canvas.fill(.line(from: joint, to: end, width: 0.16), .amber)
        canvas.fill(.circle(center: end, radius: 0.08), .amber)
        canvas.fill(.circle(center: joint, radius: 0.13), .blue)
        canvas.fill(.circle(center: joint, radius: 0.05), .paper)
    }

    /// The unit vector that is turned from straight down by `angle`, counterclockwise.
    private func hanging(at angle: Double) -> Canvas.Point { [sin(angle), -cos(angle)] }
}
