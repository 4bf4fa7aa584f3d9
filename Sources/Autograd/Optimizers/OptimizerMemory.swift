/// One number for each element of every parameter, which an optimizer keeps from update to update; made at the first.
struct OptimizerMemory: Sendable {
    var values: [Float] = []

    mutating func prepare(_ count: Int, filledWith start: Float = 0) {
        if values.isEmpty { values = [Float](repeating: start, count: count) }
        if values.count != count {
            failure("update: gradients of \(count) elements, an optimizer that remembers \(values.count)")
        }
    }
}
