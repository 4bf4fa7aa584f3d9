/// Tells the keys from the bytes that a terminal sends for them.
package struct KeyDecoder {
    private var bytes: ArraySlice<UInt8> = []

    private static let escape: UInt8 = 0x1B
    private static let keys: [UInt8: ScreenEvent] = [
        UInt8(ascii: " "): .key(.space), UInt8(ascii: "q"): .close, UInt8(ascii: "Q"): .close,
        0x04: .close,  // Ctrl-D
    ]
    private static let arrows: [UInt8: Key] = [
        UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right, UInt8(ascii: "D"): .left,
    ]

    /// Nothing typed yet.
    package init() {}

    /// Adds what came from the terminal.
    package mutating func add(_ more: some Sequence<UInt8>) {
        bytes += more
    }

    /// Whether what came may be the beginning of something longer.
    package var isUnfinished: Bool { bytes.first == KeyDecoder.escape }

    /// The next key that means something. The key Esc and the beginning of an arrow are the same byte:
    /// `nothingFollows` tells that it was the key.
    package mutating func next(nothingFollows: Bool) -> ScreenEvent? {
        while let first = bytes.first {
            guard first == KeyDecoder.escape else {
                bytes.removeFirst()
                if let event = KeyDecoder.keys[first] { return event }
                // What is longer than a byte means nothing here.
                if (0x21...0x7E).contains(first) { return .text(Character(UnicodeScalar(first))) }
                continue
            }
            switch bytes.dropFirst().first {
            case nil:
                if !nothingFollows { return nil }
                bytes = []
                return .key(.escape)
            case KeyDecoder.escape?:
                bytes.removeFirst()
                return .key(.escape)
            case UInt8(ascii: "["), UInt8(ascii: "O"):
                // Parameters, and a letter that ends it.
                guard let end = bytes.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else {
                    if !nothingFollows { return nil }
                    bytes = []
                    return nil
                }
                let (letter, length) = (bytes[end], end - bytes.startIndex + 1)
                bytes = bytes[(end + 1)...]
                if length == 3, let key = KeyDecoder.arrows[letter] { return .key(key) }
            default:
                // A letter with Alt.
                bytes = bytes.dropFirst(2)
            }
        }
        return nil
    }
}
