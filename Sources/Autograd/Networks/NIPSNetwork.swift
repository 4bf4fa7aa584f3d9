extension [LayerDescription] {
    /// The first network of DQN on Atari (Mnih et al. 2013, "Playing Atari with deep reinforcement learning", section 4.1),
    /// for 84 × 84 pixels of four frames: a third of the work of `nature`.
    static let nips: [LayerDescription] = [
        .convolution(16, kernel: 8, stride: 4),
        .convolution(32, kernel: 4, stride: 2),
        .linear(256),
    ]
}
