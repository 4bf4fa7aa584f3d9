#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

// NumPy raises a scalar to the power of 2 with libm's `pow`, which is not correctly rounded: its result differs from
// `x * x` in the last bit for one number in a thousand, where x² lies near the middle between two numbers.

/// `x` to the power of 2 with the rounding of libm's `pow`.
@inline(__always)
func pow2(_ x: Double) -> Double {
    let product = x * x
    // The product's rounding error, exactly (Dekker 1971). `pow` is off by less than 0.54 units in the last place, so
    // below 0.45 both round to the same side; further up only `pow` itself knows.
    let scaled = 0x1p27 * x + x
    let high = scaled - (scaled - x)
    let low = x - high
    let error = ((high * high - product) + 2 * high * low) + low * low
    return abs(error) < 0.45 * product.ulp ? product : calledPow2(x)
}

/// `x` to the power of 2 with the rounding of libm's `powf`, which is too far off for the shortcut above.
@inline(never)
func pow2(_ x: Float) -> Float {
    // An exponent that the compiler does not know to be 2: it would make x * x of `powf(x, 2)`.
    powf(x, 2 + 0 * x)
}

@inline(never)
private func calledPow2(_ x: Double) -> Double {
    pow(x, 2 + 0 * x)
}
