extension [LayerDescription] {
    /// The large network of IMPALA (Espeholt et al. 2018, "IMPALA: Scalable Distributed Deep-RL with Importance
    /// Weighted Actor-Learner Architectures", figure 3, right), without its LSTM.
    static let impala: [LayerDescription] =
        section(16) + section(32) + section(32) + [.relu, .linear(256)]

    private static func section(_ channels: Int) -> [LayerDescription] {
        [
            .convolution(channels, kernel: 3, padding: .same, activation: .identity),
            .maxPooling(3, stride: 2, padding: .same),
            block(channels),
            block(channels),
        ]
    }

    private static func block(_ channels: Int) -> LayerDescription {
        .residual([
            .relu,
            .convolution(channels, kernel: 3, padding: .same, activation: .relu),
            .convolution(channels, kernel: 3, padding: .same, activation: .identity),
        ])
    }
}
