import RLCore

/// Gymnasium's classic control.
public let classicControlEnvironments: [EnvironmentEntry] = [
    EnvironmentEntry(
        "CartPole-v1", aliases: ["cartpole"], summary: "Keep a pole standing on a cart by pushing the cart.",
        settings: CartPole.Options.self
    ) { options throws(ConfigurationError) in
        CartPole(options).timeLimit(options.limit)
    }
]
