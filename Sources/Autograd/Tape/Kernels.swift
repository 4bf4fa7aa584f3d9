internal import CKernels
internal import COpenBLAS

/// An instruction set that the kernels are compiled for.
package enum InstructionSet: Int32, CaseIterable, Sendable {
    case baseline = 0
    case avx2 = 1
    case avx512 = 2

    /// Whether this processor runs it.
    package var isAvailable: Bool { rl_kernels_at_most(rawValue).pointee.instruction_set == rawValue }

    /// The set in use on the current thread: the best this processor has, or what `RL_KERNELS` names below
    /// it.
    package static var current: InstructionSet? {
        InstructionSet(rawValue: Tape.current.kernels.instruction_set)
    }

    /// Runs `body` with this set's kernels (or the best available below) on the current thread.
    package func run<R>(_ body: () throws -> R) rethrows -> R {
        let tape = Tape.current
        let before = tape.state.pointee.kernels
        tape.state.pointee.kernels = rl_kernels_at_most(rawValue)
        defer { tape.state.pointee.kernels = before }
        return try body()
    }
}

/// How the two operands of a product lie in memory; see `rl_kernels`.
enum ProductLayout: Int32 {
    case normal, secondTransposed, firstTransposed
}

extension Tape {
    /// From this many multiplications on, OpenBLAS makes a product: where it has tiles of the processor's own, it
    /// reaches ours there (on Zen 4 at 1024 × 1024 × 1024, 96 GFLOP/s against 95 to 101; below it is behind, at
    /// 32 × 3136 × 512 with 67 against 95). Never, where it knows only that the processor is an x86-64 one.
    private static let largeProduct: Int = {
        // One thread: several would change the order of sums, and a step is too short to share.
        openblas_set_num_threads(1)
        let core = String(cString: openblas_get_corename())
        return ["Prescott", "Core2", "Generic"].contains(core) ? Int.max : 1 << 30
    }()

    /// The same where the processor has none of the instruction sets we write tiles for.
    private static let largeBaselineProduct: Int = {
        openblas_set_num_threads(1)
        return 1 << 18
    }()

    /// c [m, n] = a · b, or += when `accumulate`.
    func multiply(
        _ layout: ProductLayout, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>,
        _ b: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>, accumulate: Bool
    ) {
        if isLarge(m, n, k) {
            let (first, second) = (layout == .firstTransposed, layout == .secondTransposed)
            cblas_sgemm(
                CblasRowMajor, first ? CblasTrans : CblasNoTrans, second ? CblasTrans : CblasNoTrans,
                Int32(m), Int32(n), Int32(k), 1, a, Int32(first ? m : k), b, Int32(second ? k : n),
                accumulate ? 1 : 0, c, Int32(n))
            return
        }
        switch layout {
        case .normal: kernels.product_nn(m, n, k, a, b, c, accumulate)
        case .secondTransposed: kernels.product_nt(m, n, k, a, b, c, accumulate)
        case .firstTransposed: kernels.product_tn(m, n, k, a, b, c, accumulate)
        }
    }

    /// Whether a product goes to OpenBLAS.
    @inline(__always)
    func isLarge(_ m: Int, _ n: Int, _ k: Int) -> Bool {
        let size = m &* n &* k
        if size < 1 << 18 || min(m, n) < 8 { return false }
        return size
            >= (kernels.instruction_set == rl_baseline ? Tape.largeBaselineProduct : Tape.largeProduct)
    }
}
