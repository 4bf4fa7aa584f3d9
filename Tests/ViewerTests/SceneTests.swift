import RLCore
import Testing

import Viewer

@Suite struct SceneTests {
    /// There is a panel where there is room for one, in whole dots.
    @Test(arguments: [
        (960, 640, 1.0, 346), (640, 400, 0.5, 210), (1920, 1280, 2.0, 692), (200, 150, 0.5, 0),
        (1106, 560, 1.0, 398),
        (480, 320, 0.5, 173), (64, 64, 0.5, 0), (3000, 300, 0.5, 210),
    ]) func theLayout(width: Int, height: Int, scale: Double, panel: Int) {
        let layout = Scene.Layout(width: width, height: height, hasPanel: true)
        #expect(layout.scale == scale)
        #expect(abs((layout.panel?.width ?? 0) - panel) <= 1)
        #expect(layout.stage.right == layout.panel?.left ?? width)
        #expect(Scene.Layout(width: width, height: height, hasPanel: false).panel == nil)
    }

    /// Every pixel is drawn at any size, also those that are too small for anything.
    @Test(arguments: [(1, 1), (64, 64), (333, 217), (961, 641), (2001, 300)]) func anySize(
        width: Int, height: Int
    ) {
        var scene = Scene()
        var drawing = Canvas()
        drawing.background = Color(0x808080)
        scene.drawings = Array(repeating: drawing, count: 9)
        scene.panel = PanelContent()
        var picture = Picture(width: width, height: height)
        scene.draw(into: &picture)
        #expect(!stride(from: 0, to: picture.bytes.count, by: 3).contains { picture.bytes[$0] == 0 })
        scene.help = Command.explanations(isPlaying: false)
        scene.draw(into: &picture)
    }
}
