/// A shape of cells, drawn in text: a `.` is empty, anything else is painted.
///
///     static let chicken = ArcadeSprite("..##..", ".####.", "##..##")
///
/// A text of several lines is as many rows.
public struct ArcadeSprite: Sendable, Equatable {
    /// Cells next to each other in one row.
    @usableFromInline
    struct Run: Sendable, Equatable {
        @usableFromInline let x: Int16
        @usableFromInline let y: Int16
        @usableFromInline let length: Int16
    }

    /// Cells of a row, the longest.
    public let width: Int
    /// Rows.
    public let height: Int
    @usableFromInline let runs: [Run]
    /// The rows of a shape of at most 8 columns: a byte of ones for every cell that is painted, from the lowest byte.
    /// Empty for a wider shape.
    @usableFromInline let masks: [UInt64]

    /// The shape that `rows` draw, from the top.
    public init(_ rows: String...) {
        self.init(rows: rows.flatMap { $0.split(separator: "\n").map(String.init) })
    }

    /// The same shape, left and right exchanged.
    public var mirrored: ArcadeSprite {
        ArcadeSprite(
            width: width, height: height,
            runs: runs.map { Run(x: Int16(width) - $0.x - $0.length, y: $0.y, length: $0.length) })
    }

    private init(rows: [String]) {
        var runs: [Run] = []
        for (y, row) in rows.enumerated() {
            var start: Int?
            for (x, cell) in (row + ".").enumerated() {
                if cell != "." {
                    start = start ?? x
                } else if let first = start {
                    runs.append(Run(x: Int16(first), y: Int16(y), length: Int16(x - first)))
                    start = nil
                }
            }
        }
        self.init(width: rows.map(\.count).max() ?? 0, height: rows.count, runs: runs)
    }

    private init(width: Int, height: Int, runs: [Run]) {
        self.width = width
        self.height = height
        self.runs = runs
        var masks = [UInt64](repeating: 0, count: width <= 8 ? height : 0)
        for run in runs where width <= 8 {
            for x in run.x..<run.x + run.length { masks[Int(run.y)] |= 0xff << UInt64(8 * x) }
        }
        self.masks = masks
    }

    static let digits = [
        ArcadeSprite("###", "#.#", "#.#", "#.#", "###"), ArcadeSprite("..#", "..#", "..#", "..#", "..#"),
        ArcadeSprite("###", "..#", "###", "#..", "###"), ArcadeSprite("###", "..#", "###", "..#", "###"),
        ArcadeSprite("#.#", "#.#", "###", "..#", "..#"), ArcadeSprite("###", "#..", "###", "..#", "###"),
        ArcadeSprite("###", "#..", "###", "#.#", "###"), ArcadeSprite("###", "..#", "..#", "..#", "..#"),
        ArcadeSprite("###", "#.#", "###", "#.#", "###"), ArcadeSprite("###", "#.#", "###", "..#", "###"),
    ]
}
