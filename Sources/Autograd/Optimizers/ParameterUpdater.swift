/// What an optimizer does with one parameter.
protocol UpdateRule {
    /// Changes `count` elements at `parameter`, which begin at `offset` in the flat row of all parameters.
    func apply(
        _ count: Int, at offset: Int, _ gradient: UnsafePointer<Float>,
        _ parameter: UnsafeMutablePointer<Float>, _ settings: ParameterSettings)
}

/// Walks a model beside the flat row of its gradients, and then changes each parameter in place. Generic over the
/// rule, not with a closure in it: that would allocate at every update.
struct ParameterUpdater<Rule: UpdateRule>: ParameterVisitor {
    private let gradients: Gradients
    private let flat: Slot
    private let groups: ParameterGroups
    private let rule: Rule
    private let parameters: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
    private var offset = 0
    private var index = 0

    init(_ gradients: Gradients, _ groups: ParameterGroups, _ rule: Rule) {
        let tape = Tape.current
        self.gradients = gradients
        self.groups = groups
        self.rule = rule
        flat = tape.slot(gradients.flat)
        parameters = tape.allocate(gradients.count, of: UnsafeMutablePointer<Float>.self)
    }

    mutating func visit(_ name: StaticString, _ parameter: inout Parameter) {
        if index == gradients.count || offset + parameter.count > flat.count {
            failure("update: gradients of \(flat.count) elements do not fit \(name) \(parameter.shape)")
        }
        parameter.makeUnique()
        (parameters + index).initialize(to: parameter.storage.pointer)
        if gradients.pieces == nil {
            apply(parameter.count, of: index, from: 0, at: offset)
        }
        offset += parameter.count
        index += 1
    }

    /// Every gradient has been used, or is now, by those that computed it.
    func finish(on runner: some PieceRunner) {
        if offset != flat.count {
            failure("update: gradients of \(flat.count) elements do not fit a model of \(offset)")
        }
        gradients.pieces?.pointee.forEachSpan(on: runner) { span in
            apply(Int(span.count), of: Int(span.parameter), from: Int(span.start), at: span.offset)
        }
    }

    private func apply(_ count: Int, of parameter: Int, from start: Int, at offset: Int) {
        rule.apply(
            count, at: offset, flat.value + offset, parameters[parameter] + start, groups[parameter])
    }
}
