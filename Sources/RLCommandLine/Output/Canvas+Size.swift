import RLCore

extension Canvas {
    /// The pixels of a picture in the aspect of what is shown, the longer side of a given length.
    func size(longerSide: Int) -> (width: Int, height: Int) {
        let scale = Double(longerSide) / max(width, height)
        return (max(1, Int((width * scale).rounded())), max(1, Int((height * scale).rounded())))
    }

    /// Sides that pictures may have.
    static let sides = 16...8192

    /// Refuses a longer side that nobody could mean.
    static func check(size: Int) throws(ConfigurationError) {
        guard sides.contains(size) else {
            throw ConfigurationError(
                "size=\(size) does not fit: expected an integer from \(sides.lowerBound) to \(sides.upperBound)"
            )
        }
    }
}
