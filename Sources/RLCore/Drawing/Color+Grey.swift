extension Color {
    /// How light it is: 0.2989 red + 0.587 green + 0.114 blue, rounded to nearest, as the Arcade Learning Environment
    /// makes its grey screen from its colours (Bellemare et al. 2013).
    public var grey: UInt8 {
        let (red, green, blue) = (Double(red), Double(green), Double(blue))
        let light = red * 0.2989 + green * 0.587 + blue * 0.114
        return UInt8(light.rounded())
    }
}
