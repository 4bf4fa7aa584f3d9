extension [LayerDescription] {
    /// A small network in the style of GoogLeNet (Szegedy et al. 2014, "Going Deeper with Convolutions", figure 2b and
    /// table 1): a short stem, and the modules 3a and 3b with a quarter of their channels.
    static let inception: [LayerDescription] = [
        .convolution(16, kernel: 3, padding: .same),
        .maxPooling(3, stride: 2, padding: .same),
        module(16, reducing: 24, to: 32, reducing: 4, to: 8, pooled: 8),
        module(32, reducing: 32, to: 48, reducing: 8, to: 24, pooled: 16),
        .maxPooling(3, stride: 2, padding: .same),
        .globalAveragePooling,
    ]

    /// 1 × 1, 3 × 3 and 5 × 5 convolutions and a pooling side by side; the 1 × 1 before the larger ones make them cheap.
    private static func module(
        _ narrow: Int, reducing reduced3: Int, to wide3: Int, reducing reduced5: Int, to wide5: Int,
        pooled: Int
    ) -> LayerDescription {
        .branches([
            [.convolution(narrow, kernel: 1)],
            [.convolution(reduced3, kernel: 1), .convolution(wide3, kernel: 3, padding: .same)],
            [.convolution(reduced5, kernel: 1), .convolution(wide5, kernel: 5, padding: .same)],
            [.maxPooling(3, stride: 1, padding: .same), .convolution(pooled, kernel: 1)],
        ])
    }
}
