/// Numbers as they fit into a narrow column.
package enum NumberText {
    /// About four digits that count: `0.0123`, `12.35`, `1235`, `1.2e6`; never longer than seven characters.
    package static func short(_ value: Double) -> String {
        guard value.isFinite else { return notFinite(value) }
        let size = abs(value)
        if size == 0 { return "0" }
        if size >= 99_999.5 || size < 0.000_95 { return scientific(value) }
        let digits = size >= 999.5 ? 0 : size >= 99.95 ? 1 : size >= 9.995 ? 2 : size >= 0.95 ? 3 : 4
        return fixed(value, digits)
    }

    /// With so many digits behind the point.
    package static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite else { return notFinite(value) }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 1e15 else { return scientific(value) }
        let whole = Int(scaled)
        let sign = value < 0 && whole != 0 ? "-" : ""
        guard digits > 0 else { return sign + "\(whole)" }
        let text = String(repeating: "0", count: max(0, digits + 1 - "\(whole)".count)) + "\(whole)"
        return sign + text.dropLast(digits) + "." + text.suffix(digits)
    }

    private static func notFinite(_ value: Double) -> String {
        value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
    }

    private static func scientific(_ value: Double) -> String {
        var (mantissa, exponent) = (abs(value), 0)
        while mantissa >= 9.95 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        while mantissa < 0.995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        return (value < 0 ? "-" : "") + fixed(mantissa, 1) + "e\(exponent)"
    }
}
