/// A list of at most `capacity` elements in place, so that it grows and shrinks without an allocation.
///
/// What only reads is `mutating` as well: Swift 6.3 copies the whole list to where a method that is not finds it.
struct BoundedList<let capacity: Int, Element: Sendable & Equatable & BitwiseCopyable>: Sendable {
    // First, so that a short list lies in one cache line with it.
    private(set) var count = 0
    private var elements: InlineArray<capacity, Element>

    /// An empty list, whose unused places hold `filler`.
    init(filler: Element) {
        elements = InlineArray(repeating: filler)
    }

    var indices: Range<Int> { 0..<count }

    subscript(index: Int) -> Element {
        mutating get { elements[index] }
        set { elements[index] = newValue }
    }

    /// The place of the first element for which `condition` holds.
    @inline(__always)
    mutating func firstIndex(where condition: (Element) -> Bool) -> Int? {
        var index = 0
        while index < count {
            if condition(elements[index]) { return index }
            index &+= 1
        }
        return nil
    }

    /// Whether `condition` holds for any element.
    @inline(__always)
    mutating func contains(where condition: (Element) -> Bool) -> Bool { firstIndex(where: condition) != nil }

    /// Adds `element` at the end; a full list stays as it is.
    mutating func append(_ element: Element) {
        if count == capacity { return }
        elements[count] = element
        count &+= 1
    }

    /// Takes out the element at `index`; those after it close up.
    mutating func remove(at index: Int) {
        count &-= 1
        var index = index
        while index < count {
            elements[index] = elements[index &+ 1]
            index &+= 1
        }
    }

    /// Takes out the first element that equals the one at `index`, as the reference does to take out that one: it can be
    /// an earlier twin. Returns where the one at `index` is then, nil if it is gone itself.
    @discardableResult
    mutating func removeFirst(equalTo index: Int) -> Int? {
        let element = elements[index]
        var first = 0
        while first < index, elements[first] != element { first &+= 1 }
        remove(at: first)
        return first == index ? nil : index &- 1
    }

    /// Takes out everything.
    mutating func removeAll() { count = 0 }
}
