import Autograd

/// x y², as another package would write an operation of its own.
struct ProductWithSquare: CustomOperation {
    static let name = "productWithSquare"

    func outputShape(for inputs: [Shape]) -> Shape { inputs[0] }

    func evaluate(_ inputs: CustomInputs, into output: UnsafeMutableBufferPointer<Float>) {
        let (x, y) = (inputs.values(0), inputs.values(1))
        for index in output.indices { output[index] = x[index] * y[index] * y[index] }
    }

    func propagate(
        _ outputGradient: UnsafeBufferPointer<Float>, output: UnsafeBufferPointer<Float>,
        inputs: CustomInputs,
        to gradients: CustomGradients
    ) {
        let (x, y) = (inputs.values(0), inputs.values(1))
        if let atX = gradients(0) {
            for index in atX.indices { atX[index] += outputGradient[index] * y[index] * y[index] }
        }
        if let atY = gradients(1) {
            for index in atY.indices { atY[index] += outputGradient[index] * 2 * x[index] * y[index] }
        }
    }

    func evaluate(_ inputs: [[Double]], shapes: [Shape]) -> [Double]? {
        zip(inputs[0], inputs[1]).map { $0 * $1 * $1 }
    }
}
