/// An action made of numbers, one or several: what a box takes, and what the modifiers of actions change.
public protocol NumericAction: ActionValue {
    /// The action whose number `i` is what `body` makes of `i` and the number there.
    func mapped(_ body: (_ index: Int, _ number: Float) -> Float) -> Self
}

extension Float: NumericAction {
    /// What `body` makes of it.
    @inlinable public func mapped(_ body: (_ index: Int, _ number: Float) -> Float) -> Float {
        body(0, self)
    }
}

extension InlineArray: NumericAction where Element == Float {
    /// What `body` makes of each number.
    @inlinable public func mapped(_ body: (_ index: Int, _ number: Float) -> Float) -> Self {
        var result = self
        for index in 0..<count { result[index] = body(index, self[index]) }
        return result
    }
}

extension Environment where Action: NumericAction {
    /// The box of the actions, for the modifier called `name`, which needs one.
    func actionBox(for name: String) -> Box {
        guard case .box(let box) = actionSpace else {
            failure("\(name) changes the actions of a box, not of \(actionSpace)")
        }
        return box
    }
}
