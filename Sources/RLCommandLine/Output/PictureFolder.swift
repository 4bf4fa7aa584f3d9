import Foundation
import PictureFiles
import RLCore
import RLRuns

/// A folder of numbered pictures of what an environment looks like.
struct PictureFolder {
    private let path: String
    private let size: Int
    private var count = 0
    private var canvas = Canvas()
    private var rasterizer = Rasterizer()

    /// A folder that is made where it is not there; `size` is the longer side of the pictures in pixels.
    init(_ path: String, size: Int) throws {
        try Canvas.check(size: size)
        self.path = path
        self.size = size
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw ConfigurationError("\(path): the folder cannot be made: \(error.localizedDescription)")
        }
    }

    /// Draws `environment` into the next file, which must not be there yet.
    mutating func add(_ environment: any SteppedEnvironment, name: String) throws {
        guard environment.draw(on: &canvas) else { throw ConfigurationError("\(name) has no drawing") }
        let pixels = canvas.size(longerSide: size)
        var picture = Picture(width: pixels.width, height: pixels.height)
        rasterizer.draw(canvas, into: &picture)
        let file = "\(path)/\(String(format: "%04d", count)).png"
        if FileManager.default.fileExists(atPath: file) {
            throw ConfigurationError("\(file) is there already; choose another folder")
        }
        try writeFile(picture.png(), to: file)
        count += 1
    }
}
