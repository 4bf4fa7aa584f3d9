import Foundation

extension RandomStream {
    /// A normally distributed number with mean 0 and standard deviation 1, as `Generator.standard_normal()` makes it of
    /// the same bit generator. `RandomState.normal`, numpy's legacy way, makes others and keeps every second one for
    /// later.
    ///
    /// Ziggurat (Marsaglia and Tsang 2000): the area under the density is covered by 256 layers of equal area, and a
    /// point of a random layer is taken where it lies under the curve. 99 of 100 numbers take one word.
    @inlinable
    public mutating func standardNormal() -> Double {
        let tables = NormalLayers.shared
        while true {
            let word = next()
            let layer = Int(word & 0xFF)
            let bits = word >> 9 & 0xF_FFFF_FFFF_FFFF
            let size = Double(bits) * tables.scales[layer]
            let number = word & 0x100 == 0 ? size : -size
            if bits < tables.safe[layer] { return number }
            if layer == 0 {
                let size = normalTail()
                // The sign bit has chosen the strip already; numpy takes another.
                return bits & 0x100 == 0 ? size : -size
            }
            let (low, high) = (tables.densities[layer], tables.densities[layer - 1])
            if (high - low) * random() + low < exp(-0.5 * number * number) { return number }
        }
    }

    /// A number beyond the last layer's edge (Marsaglia 1964).
    @inlinable
    mutating func normalTail() -> Double {
        while true {
            let beyond = -(1 / NormalLayers.edge) * log1p(-random())
            let height = -log1p(-random())
            if height + height > beyond * beyond { return NormalLayers.edge + beyond }
        }
    }
}

/// The layers of `standardNormal`, the widest and lowest last but for the base strip, which is number 0.
@usableFromInline
struct NormalLayers: Sendable {
    /// Where the tail begins.
    @usableFromInline static let edge = 3.6541528853610088
    /// The area of every layer.
    static let area = 0.0049286732339746519
    @usableFromInline static let shared = NormalLayers()

    /// Width of a layer over 2⁵².
    @usableFromInline let scales: [Double]
    /// Density at a layer's edge; 1 for number 0.
    @usableFromInline let densities: [Double]
    /// Random bits below which a point is under the curve for sure.
    @usableFromInline let safe: [UInt64]

    private init() {
        var edges = [Double](repeating: 0, count: 256)
        var densities = [Double](repeating: 1, count: 256)
        edges[255] = NormalLayers.edge
        densities[255] = exp(-0.5 * NormalLayers.edge * NormalLayers.edge)
        for layer in (1..<255).reversed() {
            edges[layer] = sqrt(-2 * log(NormalLayers.area / edges[layer + 1] + densities[layer + 1]))
            densities[layer] = exp(-0.5 * edges[layer] * edges[layer])
            // The one place where numpy's table was rounded another way, on which all layers below depend.
            if layer == 38 { densities[layer] = densities[layer].nextUp }
        }
        edges[0] = NormalLayers.area / densities[255]
        scales = edges.map { $0 * 0x1p-52 }
        safe = (0..<256).map { layer in
            let share =
                switch layer {
                case 0: NormalLayers.edge * densities[255] / NormalLayers.area
                case 1: 0.0
                default: edges[layer - 1] / edges[layer]
                }
            return UInt64((share * 0x1p52).rounded(.toNearestOrEven))
        }
        self.densities = densities
    }
}
