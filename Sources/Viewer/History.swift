/// The latest elements, as many as fit: the oldest makes room.
package struct History<Element> {
    private var elements: [(element: Element, bytes: Int)?]
    private var start = 0
    private var count = 0
    private var bytes = 0
    private let byteLimit: Int

    /// Room for `limit` elements of `bytes` bytes together; one is kept whatever its size.
    package init(limit: Int, bytes: Int) {
        elements = Array(repeating: nil, count: max(1, limit))
        byteLimit = bytes
    }

    package var isEmpty: Bool { count == 0 }
    /// Elements held.
    package var size: Int { count }

    package mutating func append(_ element: Element, bytes size: Int) {
        while count > 0, count == elements.count || bytes + size > byteLimit { removeFirst() }
        elements[(start + count) % elements.count] = (element, size)
        count += 1
        bytes += size
    }

    package mutating func removeLast() -> Element? {
        guard count > 0 else { return nil }
        count -= 1
        let place = (start + count) % elements.count
        defer { elements[place] = nil }
        bytes -= elements[place]?.bytes ?? 0
        return elements[place]?.element
    }

    package mutating func removeAll() {
        while removeLast() != nil {}
    }

    private mutating func removeFirst() {
        bytes -= elements[start]?.bytes ?? 0
        elements[start] = nil
        start = (start + 1) % elements.count
        count -= 1
    }
}
