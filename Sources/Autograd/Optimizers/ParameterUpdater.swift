/// What an optimizer does with one parameter.
protocol UpdateRule {
    /// Changes `count` elements at `parameter`, which begin at `offset` in the flat row of all parameters.
    func apply(
        _ count: Int, at offset: Int, _ gradient: UnsafePointer<Float>,
        _ parameter: UnsafeMutablePointer<Float>, _ settings: ParameterSettings)
}

/// Walks a model beside the flat row of its gradients and changes each parameter in place. Generic over the
/// rule, not with a closure in it: that would allocate at every update.
struct ParameterUpdater<Rule: UpdateRule>: ParameterVisitor {
    let gradients: Slot
    let groups: ParameterGroups
    let rule: Rule
    private var offset = 0
    private var index = 0

    init(_ gradients: Slot, _ groups: ParameterGroups, _ rule: Rule) {
        self.gradients = gradients
        self.groups = groups
        self.rule = rule
    }

    mutating func visit(_ name: StaticString, _ parameter: inout Parameter) {
        let count = parameter.count
        if offset + count > gradients.count {
            failure("update: gradients of \(gradients.count) elements do not fit \(name) \(parameter.shape)")
        }
        parameter.makeUnique()
        rule.apply(
            count, at: offset, gradients.value + offset, parameter.storage.pointer, groups[index])
        offset += count
        index += 1
    }

    /// Every gradient has been used.
    func finish() {
        if offset != gradients.count {
            failure("update: gradients of \(gradients.count) elements do not fit a model of \(offset)")
        }
    }
}
