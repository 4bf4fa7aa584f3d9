import Testing
import Viewer

@Suite struct KeyDecoderTests {
    /// What was typed, at once and byte by byte.
    private func events(_ text: String, nothingFollows: Bool = true) -> [ScreenEvent] {
        func decoded(_ pieces: [[UInt8]]) -> [ScreenEvent] {
            var (keys, events) = (KeyDecoder(), [ScreenEvent]())
            for piece in pieces {
                keys.add(piece)
                while let event = keys.next(nothingFollows: false) { events.append(event) }
            }
            while nothingFollows, let event = keys.next(nothingFollows: true) { events.append(event) }
            return events
        }
        let bytes = Array(text.utf8)
        #expect(decoded([bytes]) == decoded(bytes.map { [$0] }))
        return decoded([bytes])
    }

    @Test func keysThatMeanSomething() {
        #expect(events(" ") == [.key(.space)])
        #expect(events("q") == [.close] && events("Q") == [.close] && events("\u{04}") == [.close])
        #expect(
            events("\u{1B}[A\u{1B}[B\u{1B}[C\u{1B}[D") == [.key(.up), .key(.down), .key(.right), .key(.left)])
        #expect(events("\u{1B}OC") == [.key(.right)])
    }

    @Test func charactersAreText() {
        #expect(events("r+?") == [.text("r"), .text("+"), .text("?")])
    }

    @Test func theRestMeansNothing() {
        // F5, Delete, an arrow with Ctrl, Alt-x, a letter of two bytes; then a space.
        #expect(events("\u{1B}[15~\u{1B}[3~\u{1B}[1;5C\u{1B}xé ") == [.key(.space)])
        #expect(events("\u{1B}[[A ") == [.text("A"), .key(.space)])
    }

    @Test func escapeIsAKeyWhereNothingFollows() {
        #expect(events("\u{1B}") == [.key(.escape)])
        #expect(events("\u{1B}", nothingFollows: false) == [])
        #expect(events("\u{1B}\u{1B}[C") == [.key(.escape), .key(.right)])
        #expect(events("\u{1B}\u{1B}") == [.key(.escape), .key(.escape)])
        // A sequence that breaks off is not the key.
        #expect(events("\u{1B}[1;") == [])
        var keys = KeyDecoder()
        #expect(!keys.isUnfinished)
        keys.add([0x1B])
        #expect(keys.isUnfinished)
    }
}
