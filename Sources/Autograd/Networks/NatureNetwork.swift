extension [LayerDescription] {
    /// The network of DQN on Atari (Mnih et al. 2015, "Human-level control through deep reinforcement learning",
    /// methods), for 84 × 84 pixels of four frames.
    static let nature: [LayerDescription] = [
        .convolution(32, kernel: 8, stride: 4),
        .convolution(64, kernel: 4, stride: 2),
        .convolution(64, kernel: 3),
        .linear(512),
    ]
}
