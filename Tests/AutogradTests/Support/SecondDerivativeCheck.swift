import Autograd

/// What is wrong with `gradient(of:at:)` of a function, in words; empty when nothing is.
///
/// Of the sum of weight · value, with random weights: the gradient as a tensor against the one that `valueAndGradients`
/// gives, and the derivative of that tensor along random numbers against central differences in Double.
func secondDerivativeDisagreements(
    _ function: ([Parameter]) -> Tensor, at inputs: [Reference<Double>], seed: UInt64 = 5,
    tolerance: Double = 3e-5
) -> [String] {
    var random = SplitMix(state: seed)
    let model = Parameters(inputs)
    let numbers = random.floats(10_000, in: -1...1)
    func weighted(_ x: Tensor) -> Tensor {
        (x * Tensor(copying: Array(numbers[0..<x.count]), x.shape)).sum()
    }
    return withTape {
        var problems: [String] = []
        let (_, first) = valueAndGradients(at: model) { weighted(function($0.all)) }
        let ((_, _, asTensors), inspection) = inspecting(checkingGradients: true) {
            valueAndGradients(at: model) { model in
                let slopes = gradients(of: weighted(function(model.all)), at: model.all.map(\.tensor))
                return (slopes.map(weighted).reduce(Tensor(0), +), slopes.map(\.values))
            }
        }
        for index in inputs.indices {
            problems += differences(
                asTensors[index], first[index].map(Double.init), tolerance, "gradient \(index) as a tensor")
        }
        for check in inspection.gradients where !((check.error ?? .infinity) <= tolerance) {
            problems.append("second derivative at \(check.parameter): error \(check.error ?? .infinity)")
        }
        return problems
    }
}
