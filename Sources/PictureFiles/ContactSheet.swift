import RLCore

/// Pictures of one size side by side, row by row, each above its caption: a recording on one page.
public struct ContactSheet: Sendable {
    /// The page so far.
    public private(set) var picture: Picture
    private let width: Int
    private let height: Int
    private let columns: Int
    private let captionHeight: Int
    private let gap: Int
    private var count = 0
    private var rasterizer = Rasterizer()

    /// A page with room for `count` pictures of `width` by `height` pixels.
    public init(count: Int, width: Int, height: Int, columns: Int = 3) {
        self.width = width
        self.height = height
        self.columns = max(1, min(columns, count))
        // Letters of whole dots that grow with the pictures.
        captionHeight = 11 * max(1, max(width, height) / 240)
        gap = captionHeight / 2
        let rows = (max(1, count) + self.columns - 1) / self.columns
        picture = Picture(
            width: self.columns * (width + gap) + gap,
            height: rows * (height + captionHeight + gap) + gap)
        for index in stride(from: 0, to: picture.bytes.count, by: 3) {
            picture.bytes[index] = Color.mist.red
            picture.bytes[index + 1] = Color.mist.green
            picture.bytes[index + 2] = Color.mist.blue
        }
    }

    /// Puts the next picture on the page; one for which there is no room is left out.
    public mutating func add(_ frame: Picture, caption: String) {
        let left = gap + count % columns * (width + gap)
        let top = gap + count / columns * (height + captionHeight + gap)
        count += 1
        paste(frame, left: left, top: top)
        var canvas = Canvas()
        canvas.background = .mist
        canvas.show(x: 0...Double(width), y: 0...Double(captionHeight))
        let letters = Double(captionHeight / 11 * 7)
        canvas.fill(
            .text(caption, center: [Double(width) / 2, Double(captionHeight) / 2], height: letters), .slate)
        var line = Picture(width: width, height: captionHeight)
        rasterizer.draw(canvas, into: &line)
        paste(line, left: left, top: top + height)
    }

    private mutating func paste(_ other: Picture, left: Int, top: Int) {
        guard left + other.width <= picture.width, top + other.height <= picture.height else { return }
        for y in 0..<other.height {
            let (from, to) = (3 * y * other.width, 3 * ((top + y) * picture.width + left))
            picture.bytes.replaceSubrange(
                to..<to + 3 * other.width, with: other.bytes[from..<from + 3 * other.width])
        }
    }
}
