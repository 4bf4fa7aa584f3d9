/// A shape of cells, drawn in text: a `.` is empty, anything else is painted.
///
///     static let chicken = ArcadeSprite("..##..", ".####.", "##..##")
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

    /// The shape that `rows` draw, from the top.
    public init(_ rows: String...) {
        self.init(rows: rows)
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
    }

    static let digits = [
        ArcadeSprite("###", "#.#", "#.#", "#.#", "###"), ArcadeSprite("..#", "..#", "..#", "..#", "..#"),
        ArcadeSprite("###", "..#", "###", "#..", "###"), ArcadeSprite("###", "..#", "###", "..#", "###"),
        ArcadeSprite("#.#", "#.#", "###", "..#", "..#"), ArcadeSprite("###", "#..", "###", "..#", "###"),
        ArcadeSprite("###", "#..", "###", "#.#", "###"), ArcadeSprite("###", "..#", "..#", "..#", "..#"),
        ArcadeSprite("###", "#.#", "###", "#.#", "###"), ArcadeSprite("###", "#.#", "###", "..#", "###"),
    ]
}
