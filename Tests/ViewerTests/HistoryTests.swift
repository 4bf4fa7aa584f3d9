import Testing

import Viewer

@Suite struct HistoryTests {
    @Test func theOldestMakesRoom() {
        var history = History<Int>(limit: 3, bytes: 100)
        for number in 0..<5 { history.append(number, bytes: 1) }
        #expect(history.size == 3)
        #expect([history.removeLast(), history.removeLast()] == [4, 3])
        history.append(9, bytes: 1)
        #expect([history.removeLast(), history.removeLast(), history.removeLast()] == [9, 2, nil])
        #expect(history.isEmpty)
    }

    @Test func bytesAreLimitedToo() {
        var history = History<Int>(limit: 10, bytes: 10)
        for number in 0..<5 { history.append(number, bytes: 4) }
        #expect(history.size == 2)
        // One that is larger than all room is kept alone.
        history.append(7, bytes: 50)
        #expect(history.size == 1 && history.removeLast() == 7)
        history.append(1, bytes: 10)
        #expect(history.size == 1)
        history.removeAll()
        #expect(history.isEmpty)
    }
}
