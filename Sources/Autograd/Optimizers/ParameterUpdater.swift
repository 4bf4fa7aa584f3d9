/// What an optimizer does with one parameter.
protocol UpdateRule {
    /// Changes `count` elements at `parameter`, which begin at `offset` in the flat row of all parameters.
    func apply(
        _ count: Int, at offset: Int, _ gradient: UnsafePointer<Float>,
        _ parameter: UnsafeMutablePointer<Float>, _ settings: ParameterSettings)
}

/// Walks a model beside its gradients, and then changes each parameter in place. Generic over the rule, not with a
/// closure in it: that would allocate at every update.
struct ParameterUpdater<Rule: UpdateRule>: ParameterVisitor {
    private let gradients: Gradients
    private let flat: Slot
    private let groups: ParameterGroups
    private let rule: Rule
    private let tape = Tape.current
    private let parameters: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
    private var index = 0

    init(_ gradients: Gradients, _ groups: ParameterGroups, _ rule: Rule) {
        self.gradients = gradients
        self.groups = groups
        self.rule = rule
        flat = tape.slot(gradients.flat)
        parameters = tape.allocate(gradients.count, of: UnsafeMutablePointer<Float>.self)
    }

    mutating func visit(_ name: StaticString, _ parameter: inout Parameter) {
        if index == gradients.count {
            failure("update: gradients at \(index) parameters do not fit a model of more")
        }
        if count(of: index) != parameter.count {
            failure(
                "update: a gradient of \(count(of: index)) elements does not fit \(name) \(parameter.shape)")
        }
        parameter.makeUnique()
        (parameters + index).initialize(to: parameter.storage.pointer)
        index += 1
    }

    /// Every gradient is used: on threads, where parts of it were computed on threads.
    func finish(on runner: some PieceRunner) {
        if index != gradients.count {
            failure(
                "update: gradients at \(gradients.count) parameters do not fit a model of \(index)")
        }
        if let pieces = gradients.pieces {
            pieces.pointee.forEachSpan(on: runner) { span in
                apply(Int(span.count), of: Int(span.parameter), from: Int(span.start), at: span.offset)
            }
            return
        }
        var offset = 0
        for index in 0..<gradients.count {
            apply(count(of: index), of: index, from: 0, at: offset)
            offset += count(of: index)
        }
    }

    private func count(of parameter: Int) -> Int {
        tape.state.pointee.slots[gradients.firstSlot + parameter].count
    }

    private func apply(_ count: Int, of parameter: Int, from start: Int, at offset: Int) {
        rule.apply(
            count, at: offset, flat.value + offset, parameters[parameter] + start, groups[parameter])
    }
}
