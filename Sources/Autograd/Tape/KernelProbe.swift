internal import CKernels

/// Single loops to be timed, over memory of their own.
package struct KernelProbe: ~Copyable {
    /// How the operands of a product lie in memory.
    package enum Layout: String, CaseIterable, Sendable {
        /// a [m, k] · b [k, n]
        case nn
        /// a [m, k] · b [n, k]ᵀ
        case nt
        /// a [k, m]ᵀ · b [k, n]
        case tn
    }

    private let memory: [UnsafeMutablePointer<Float>]

    /// Arrays of these sizes, filled with positive numbers of size 1.
    package init(_ sizes: [Int]) {
        memory = sizes.map { size in
            let raw = UnsafeMutableRawPointer.allocate(byteCount: max(size, 1) * 4, alignment: 64)
            let pointer = raw.bindMemory(to: Float.self, capacity: size)
            // Not zeros and not equal, so that no multiplication is easier than another; positive, because Adam takes
            // roots of one.
            for index in 0..<size { pointer[index] = Float(index % 7) * 0.25 + 0.1 }
            return pointer
        }
    }

    deinit { for pointer in memory { UnsafeMutableRawPointer(pointer).deallocate() } }

    /// Multiplications with an addition in so many rounds of a loop that does nothing else.
    package static func peak(rounds: Int) -> Int {
        let kernels = Tape.current.kernels
        // The result is looked at, so that the loop is not left out.
        if kernels.multiply_add_peak(rounds).isNaN { return 0 }
        return rounds * Int(kernels.peak_multiply_adds)
    }

    /// array 2 = array 0 · array 1, as a tape would compute it.
    package func product(_ layout: Layout, _ m: Int, _ n: Int, _ k: Int) {
        let layout: ProductLayout =
            switch layout {
            case .nn: .normal
            case .nt: .secondTransposed
            case .tn: .firstTransposed
            }
        Tape.current.multiply(layout, m, n, k, memory[0], memory[1], into: memory[2], accumulate: false)
    }

    /// array 2 = activation(array 0 · array 1 + array 3)
    package func linear(_ m: Int, _ n: Int, _ k: Int, _ activation: Activation) {
        Tape.current.kernels.linear(m, n, k, memory[0], memory[1], memory[3], activation.code, memory[2])
    }

    /// array 1 = tanh(array 0)
    package func tanh(_ count: Int) {
        Tape.current.kernels.unary(Int32(rl_unary_tanh), count, 0, 0, memory[0], memory[1])
    }

    /// array 1 = exp(array 0)
    package func exp(_ count: Int) {
        Tape.current.kernels.unary(Int32(rl_exp), count, 0, 0, memory[0], memory[1])
    }

    /// array 1 += array 0
    package func add(_ count: Int) { Tape.current.kernels.add_scaled(count, 1, memory[0], memory[1]) }

    /// Sums of the columns of array 0 to array 1.
    package func columnSums(_ rows: Int, _ columns: Int) {
        Tape.current.kernels.column_sums(rows, columns, memory[0], memory[1], false)
    }

    /// Softmax of the rows of array 0 to array 1.
    package func softmax(_ rows: Int, _ columns: Int) {
        Tape.current.kernels.softmax(rows, columns, memory[0], memory[1])
    }

    /// Adam with the gradient in array 0, moments in 1 and 2, parameters in 3.
    package func adam(_ count: Int) {
        let settings = rl_adam(
            one_minus_beta1: 0.1, beta2: 0.999, one_minus_beta2: 0.001, step: 1e-4, root_correction: 1,
            epsilon: 1e-8,
            penalty: 0, keep: 1)
        Tape.current.kernels.adam(count, settings, memory[0], memory[1], memory[2], memory[3])
    }
}
