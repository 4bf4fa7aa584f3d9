// NumPy has sines and cosines of its own for Float, which it evaluates with fused multiply-adds; libm's differ in the
// last bit. Only angles up to a tenth are needed here, for which there is no range to reduce.

/// The cosine of an angle up to 0.1 either way as NumPy computes it in Float.
func nearZeroCosine(_ x: Float) -> Float {
    let square = x * x
    var value: Float = 0x1.98e616p-16
    value = (-0x1.6c06dcp-10 as Float).addingProduct(value, square)
    value = (0x1.55553cp-5 as Float).addingProduct(value, square)
    value = (-0.5 as Float).addingProduct(value, square)
    return (1 as Float).addingProduct(value, square)
}

/// The sine of an angle up to 0.1 either way as NumPy computes it in Float.
func nearZeroSine(_ x: Float) -> Float {
    let square = x * x
    var value: Float = 0x1.7d3bbcp-19
    value = (-0x1.a06bbap-13 as Float).addingProduct(value, square)
    value = (0x1.11119ap-7 as Float).addingProduct(value, square)
    value = (-0x1.555556p-3 as Float).addingProduct(value, square)
    return x.addingProduct(value * square, x)
}
