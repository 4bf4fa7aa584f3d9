import RLCore

/// A bright spot of 2 × 2 pixels somewhere on a dark picture of bytes; the reward is 1 where the action tells in which
/// quarter it is, and 0 elsewhere, and a new picture follows. Learned by a network that sees pictures.
struct PixelProbe: Environment {
    let size: Int
    private var row = 0
    private var column = 0

    init(size: Int = 10) { self.size = size }

    var observationSpace: Space {
        .box(Box(low: [0], high: [255], shape: [size, size, 2], scalarType: .uint8))
    }
    var actionSpace: Space { .discrete(4) }

    mutating func reset(into observation: inout MutableSpan<UInt8>, using random: inout PCG64) {
        draw(into: &observation, using: &random)
    }

    mutating func step(
        _ action: Int, into observation: inout MutableSpan<UInt8>, using random: inout PCG64
    ) -> Outcome {
        let quarter = (row < size / 2 ? 0 : 2) + (column < size / 2 ? 0 : 1)
        draw(into: &observation, using: &random)
        return Outcome(reward: action == quarter ? 1 : 0)
    }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("row", &row)
        try archive.field("column", &column)
    }

    /// The second plane is noise that says nothing.
    private mutating func draw(into observation: inout MutableSpan<UInt8>, using random: inout PCG64) {
        row = random.integers(size)
        column = random.integers(size)
        for pixel in 0..<size * size {
            let (y, x) = (pixel / size, pixel % size)
            let isBright = (0...1).contains(y - row) && (0...1).contains(x - column)
            observation[pixel * 2] = isBright ? 255 : 0
            observation[pixel * 2 + 1] = UInt8(random.integers(64))
        }
    }
}
