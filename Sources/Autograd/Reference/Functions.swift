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
}

private func libraryExp(_ x: Double) -> Double { exp(x) }
private func libraryLog(_ x: Double) -> Double { log(x) }
private func libraryTanh(_ x: Double) -> Double { tanh(x) }
