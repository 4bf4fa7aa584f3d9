extension Module {
    /// The full names of its parameters in visiting order: "layers.0.weight".
    public var parameterNames: [String] {
        var copy = self
        var collector = NameCollector()
        copy.visitParameters(&collector)
        return collector.names
    }

    /// The positions, in visiting order, of the parameters of the part of this name: "critic" has "critic.layers.0.weight",
    /// not "critics.…". Stops the program when there is none, or when others lie between them.
    public func parameterRange(named part: String) -> Range<Int> {
        let names = parameterNames
        let found = names.indices.filter { names[$0].hasParts(part) }
        guard let first = found.first, let last = found.last else {
            failure("no parameter is of '\(part)': there are \(names.joined(separator: ", "))")
        }
        if last - first + 1 != found.count {
            failure("the parameters of '\(part)' do not follow each other: \(names.joined(separator: ", "))")
        }
        return first..<last + 1
    }
}

extension String {
    /// Whether a name of parts joined by dots begins with these parts.
    func hasParts(_ parts: String) -> Bool { self == parts || hasPrefix(parts + ".") }

    /// Whether a name of parts joined by dots ends with these parts.
    func hasLastParts(_ parts: String) -> Bool { self == parts || hasSuffix("." + parts) }
}

private struct NameCollector: ParameterVisitor {
    var names: [String] = []
    private var path: [String] = []

    mutating func enter(_ name: StaticString, index: Int?) {
        path.append(index.map { "\(name).\($0)" } ?? "\(name)")
    }

    mutating func leave() { path.removeLast() }

    mutating func visit(_ name: StaticString, _ parameter: inout Parameter) {
        names.append((path + ["\(name)"]).joined(separator: "."))
    }
}
