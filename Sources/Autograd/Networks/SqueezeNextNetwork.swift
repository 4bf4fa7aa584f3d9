extension [LayerDescription] {
    /// A small network in the style of SqueezeNext (Gholami et al. 2018, "SqueezeNext: Hardware-Aware Neural Network
    /// Design", figure 1 and table 2), without batch normalisation: a short stem, two stages of two blocks, and the
    /// narrow convolution before the last layer.
    static let squeezeNext: [LayerDescription] =
        [
            .convolution(32, kernel: 5, stride: 2, padding: .same),
            .maxPooling(3, stride: 2, padding: .same),
        ] + block(32, stride: 1) + block(32, stride: 1) + block(64, stride: 2) + block(64, stride: 1) + [
            .convolution(64, kernel: 1),
            .globalAveragePooling,
        ]

    /// Two 1 × 1 convolutions that narrow, the 3 × 3 kernel as 3 × 1 and 1 × 3, and one that widens.
    private static func block(_ channels: Int, stride: Extent) -> [LayerDescription] {
        [
            .residual([
                .convolution(channels / 2, kernel: 1, stride: stride),
                .convolution(channels / 4, kernel: 1),
                .convolution(channels / 2, kernel: Extent(3, 1), padding: .same),
                .convolution(channels / 2, kernel: Extent(1, 3), padding: .same),
                .convolution(channels, kernel: 1, activation: .identity),
            ]),
            .relu,
        ]
    }
}
