extension [LayerDescription] {
    /// The network of the MinAtar games (Young and Tian 2019, "MinAtar: An Atari-Inspired Testbed for Thorough and
    /// Reproducible Reinforcement Learning Experiments", appendix): a sixteenth of the units of the Atari network.
    static let minAtar: [LayerDescription] = [
        .convolution(16, kernel: 3),
        .linear(128),
    ]
}
