/// Draws matrices whose shorter side is orthonormal.
enum OrthogonalMatrix {
    /// Normal vectors made orthonormal one after the other (Gram-Schmidt), which leaves every direction
    /// equally likely. [rows, columns], row by row.
    static func draw(
        _ rows: Int, _ columns: Int, using random: inout some RandomNumberGenerator
    ) -> [Double] {
        let (count, length) = (min(rows, columns), max(rows, columns))
        var vectors = (0..<count * length).map { _ in RandomDraws.normal(using: &random) }
        vectors.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            for i in 0..<count {
                let vector = start + i * length
                // Twice: after one round, rounding leaves a remainder when a vector was nearly dependent.
                for _ in 0..<2 {
                    for j in 0..<i {
                        let other = start + j * length
                        subtract(product(vector, other, length), other, from: vector, length)
                    }
                }
                let scale = 1 / product(vector, vector, length).squareRoot()
                for k in 0..<length { vector[k] *= scale }
            }
        }
        if rows <= columns { return vectors }
        return (0..<rows * columns).map { vectors[($0 % columns) * length + $0 / columns] }
    }

    /// Σ aᵢ bᵢ in eight partial sums: a weight of 3136×512 takes a billion of these products.
    private static func product(
        _ a: UnsafeMutablePointer<Double>, _ b: UnsafeMutablePointer<Double>, _ count: Int
    ) -> Double {
        var sums = SIMD8<Double>.zero
        var k = 0
        while k + 8 <= count {
            sums += vector(a + k) * vector(b + k)
            k += 8
        }
        var sum = sums.sum()
        while k < count {
            sum += a[k] * b[k]
            k += 1
        }
        return sum
    }

    private static func subtract(
        _ factor: Double, _ b: UnsafeMutablePointer<Double>, from a: UnsafeMutablePointer<Double>,
        _ count: Int
    ) {
        for k in 0..<count { a[k] -= factor * b[k] }
    }

    @inline(__always)
    private static func vector(_ p: UnsafeMutablePointer<Double>) -> SIMD8<Double> {
        UnsafeRawPointer(p).loadUnaligned(as: SIMD8<Double>.self)
    }
}
