extension [LayerDescription] {
    /// A small network in the style of VGG (Simonyan and Zisserman 2014, "Very Deep Convolutional Networks for
    /// Large-Scale Image Recognition", table 1): pairs of 3 × 3 convolutions, twice the channels after each pooling. The
    /// paper has 64 to 512 channels and two layers of 4096.
    static let vgg: [LayerDescription] = stage(16) + stage(32) + stage(64) + [.linear(256)]

    private static func stage(_ channels: Int) -> [LayerDescription] {
        [
            .convolution(channels, kernel: 3, padding: .same),
            .convolution(channels, kernel: 3, padding: .same),
            .maxPooling(2, stride: 2),
        ]
    }
}
