import RLCore

extension Seaquest {
    /// Visits the submarine, everything else in the sea and the timers.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        // Below 0 only where somebody goes on after the end; divers also by coming up again and again.
        let (lowest, berths) = (-1 << 62, Seaquest.berths)
        try archive.field("oxygen", &oxygen, in: lowest...Seaquest.fullOxygen)
        try archive.field("diversAboard", &diversAboard, in: lowest...berths)
        try archive.field("submarine", &submarine, y: 0...8)
        try archive.field("isFacingRight", &isFacingRight)
        if submarine.x == (isFacingRight ? 0 : 9) {
            throw ArchiveError("field 'isFacingRight' is \(isFacingRight), so that its back is off the board")
        }
        try archive.field("isAtSurface", &isAtSurface)
        try archive.field("enemyPause", &enemyPause, in: 1...Seaquest.firstEnemyPause)
        try archive.field("enemyTimer", &enemyTimer, in: 0...Seaquest.firstEnemyPause)
        try archive.field("diverTimer", &diverTimer, in: 0...Seaquest.diverPause)
        try archive.field("movePause", &movePause, in: Seaquest.lastMovePause...Seaquest.firstMovePause)
        try archive.field("shotTimer", &shotTimer, in: 0...Seaquest.shotPause)
        try archive.field("isMoveRampDue", &isMoveRampDue)
        try shots.archive("shots", &archive)
        try enemyShots.archive("enemyShots", &archive)
        try fish.archive("fish", &archive)
        try enemySubmarines.archive("enemySubmarines", &archive)
        try divers.archive("divers", &archive)
    }
}

extension BoundedList where Element == Seaquest.Mover {
    /// Visits five numbers of every element: x, y, whether it moves right, and the two timers.
    fileprivate mutating func archive(_ name: String, _ archive: inout Archive) throws(ArchiveError) {
        var numbers = indices.flatMap { index in
            let mover = self[index]
            return [mover.x, mover.y, mover.isMovingRight ? 1 : 0, mover.moveTimer, mover.shotTimer].map(
                Int32.init)
        }
        try archive.variableField(name, &numbers)
        guard numbers.count % 5 == 0, numbers.count / 5 <= capacity else {
            throw ArchiveError(
                "field '\(name)' has \(numbers.count) numbers, expected 5 each of at most \(capacity)")
        }
        removeAll()
        for start in stride(from: 0, to: numbers.count, by: 5) {
            let bounds: [ClosedRange<Int32>] = [0...9, 0...9, 0...1, 0...5, 0...10]
            guard zip(bounds, numbers[start..<start + 5]).allSatisfy({ $0.contains($1) }) else {
                throw ArchiveError(
                    "field '\(name)' has \(Array(numbers[start..<start + 5])), which is out of bounds")
            }
            append(
                Element(
                    x: Int8(numbers[start]), y: Int8(numbers[start + 1]),
                    isMovingRight: numbers[start + 2] == 1,
                    moveTimer: Int8(numbers[start + 3]), shotTimer: Int8(numbers[start + 4])))
        }
    }
}
