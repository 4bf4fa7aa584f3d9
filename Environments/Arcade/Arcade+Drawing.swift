import RLCore

extension Arcade: Drawable {
    /// The screen as it is observed in colours. A pixel is wider than high, as on a television of four to three.
    public func draw(on canvas: inout Canvas) {
        let (width, height) = (160.0 * 1.75, 210.0)
        canvas.show(x: 0...width, y: 0...height)
        canvas.background = .ink
        canvas.stepsPerSecond = 60
        var screen = Arcade(.rgb)
        screen.game = game
        var picture = Picture(width: 160, height: 210)
        var span = picture.bytes.mutableSpan
        screen.observe(into: &span)
        canvas.place(picture, x: 0, y: 0, width: width, height: height)
    }
}
