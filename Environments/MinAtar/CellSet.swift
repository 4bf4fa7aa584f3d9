import RLCore

/// Some of the cells of the board: bit 10 y + x stands for the cell (x, y).
struct CellSet: Sendable, Equatable {
    // In halves, because a stored UInt128 asks for 16-byte alignment, which Swift 6.3.1 gets wrong in existentials.
    private var high: UInt64 = 0
    private var low: UInt64 = 0

    /// No cells.
    init() {}

    /// The cells of some rows and columns.
    init(rows: ClosedRange<Int>, columns: ClosedRange<Int>) {
        for row in rows {
            for column in columns { insert(Cell(x: Int8(column), y: Int8(row))) }
        }
    }

    private init(bits: UInt128) { self.bits = bits }

    private var bits: UInt128 {
        get { UInt128(high) << 64 | UInt128(low) }
        set {
            high = UInt64(truncatingIfNeeded: newValue >> 64)
            low = UInt64(truncatingIfNeeded: newValue)
        }
    }

    private static func bit(of cell: Cell) -> UInt128 { 1 &<< UInt128(10 &* Int(cell.y) &+ Int(cell.x)) }
    private static var wholeBoard: UInt128 { 1 << 100 - 1 }
    private static var row: UInt128 { 1 << 10 - 1 }
    /// Bit 0 of every row.
    private static var column: UInt128 { wholeBoard / row }

    var isEmpty: Bool { high | low == 0 }
    var count: Int { high.nonzeroBitCount &+ low.nonzeroBitCount }

    func contains(_ cell: Cell) -> Bool { bits & CellSet.bit(of: cell) != 0 }
    func meets(row: Int) -> Bool { bits & CellSet.row &<< UInt128(10 &* row) != 0 }
    func meets(column: Int) -> Bool { bits & CellSet.column &<< UInt128(column) != 0 }

    mutating func insert(_ cell: Cell) { bits |= CellSet.bit(of: cell) }

    /// The cells that are in both.
    func intersection(_ other: CellSet) -> CellSet { CellSet(bits: bits & other.bits) }
    /// The cells that are not in `other`.
    func subtracting(_ other: CellSet) -> CellSet { CellSet(bits: bits & ~other.bits) }

    /// Every cell one row higher; the top row vanishes.
    func movedUp() -> CellSet { CellSet(bits: bits &>> 10) }
    /// Every cell one row lower; the bottom row vanishes.
    func movedDown() -> CellSet { CellSet(bits: bits &<< 10 & CellSet.wholeBoard) }
    /// Every cell one row lower; the bottom row comes out at the top.
    func rotatedDown() -> CellSet { CellSet(bits: (bits &<< 10 | bits &>> 90) & CellSet.wholeBoard) }
    /// Every cell one column to the left. Column 0 must be empty.
    func movedLeft() -> CellSet { CellSet(bits: bits &>> 1) }
    /// Every cell one column to the right. Column 9 must be empty.
    func movedRight() -> CellSet { CellSet(bits: bits &<< 1) }

    /// The lowest cell in a column that has one.
    func lowest(inColumn column: Int) -> Cell? {
        let bits = bits & CellSet.column &<< UInt128(column)
        if bits == 0 { return nil }
        return Cell(x: Int8(column), y: Int8((127 &- bits.leadingZeroBitCount) / 10))
    }

    /// Calls `body` with the number 10 y + x of every cell, in reading order.
    @inline(__always)
    func forEachIndex(_ body: (Int) -> Void) {
        var (low, high) = (low, high)
        while low != 0 {
            body(low.trailingZeroBitCount)
            low &= low &- 1
        }
        while high != 0 {
            body(64 &+ high.trailingZeroBitCount)
            high &= high &- 1
        }
    }

    /// Visits the two halves.
    mutating func archive(_ name: String, _ archive: inout Archive) throws(ArchiveError) {
        var halves = [low, high]
        try archive.field(name, &halves)
        guard halves[1] >> 36 == 0 else { throw ArchiveError("field '\(name)' has cells beyond the board") }
        (low, high) = (halves[0], halves[1])
    }
}
