#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The C library's functions in Double, where methods of the same names hide them.
package enum Functions {
    package static func exp(_ x: Double) -> Double { libraryExp(x) }
    package static func log(_ x: Double) -> Double { libraryLog(x) }
    package static func tanh(_ x: Double) -> Double { libraryTanh(x) }
    package static func expMinusOne(_ x: Double) -> Double { expm1(x) }
    package static func logOnePlus(_ x: Double) -> Double { log1p(x) }
    package static func sin(_ x: Double) -> Double { librarySin(x) }
    package static func cos(_ x: Double) -> Double { libraryCos(x) }
    package static func pow(_ x: Double, _ p: Double) -> Double { libraryPow(x, p) }

    /// 1 / (1 + e⁻ˣ)
    package static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    /// log(1 + eˣ)
    package static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

    /// The standard normal distribution function.
    package static func normal(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }
}

private func libraryExp(_ x: Double) -> Double { exp(x) }
private func libraryLog(_ x: Double) -> Double { log(x) }
private func libraryTanh(_ x: Double) -> Double { tanh(x) }
private func librarySin(_ x: Double) -> Double { sin(x) }
private func libraryCos(_ x: Double) -> Double { cos(x) }
private func libraryPow(_ x: Double, _ p: Double) -> Double { pow(x, p) }
