#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Random numbers from the raw words of a generator, by rules of our own: those of the standard library are
/// no promise from one toolchain to the next, and a seed is to give the same network.
enum RandomDraws {
    /// In 0 ..< 1: the upper 53 bits of one word, times 2⁻⁵³.
    static func unit(using random: inout some RandomNumberGenerator) -> Double {
        Double(random.next() >> 11) * 0x1p-53
    }

    /// Standard normal, by Box and Muller's method (1958) from two words: √(-2 ln(1 - u)) cos 2πv.
    static func normal(using random: inout some RandomNumberGenerator) -> Double {
        let u = unit(using: &random)
        let v = unit(using: &random)
        return (-2 * log(1 - u)).squareRoot() * cos(2 * Double.pi * v)
    }

    /// Standard normal within ±2: what is outside is drawn again.
    static func truncatedNormal(using random: inout some RandomNumberGenerator) -> Double {
        while true {
            let number = normal(using: &random)
            if abs(number) <= 2 { return number }
        }
    }
}
