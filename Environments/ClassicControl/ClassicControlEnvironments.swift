import RLCore

/// Gymnasium's classic control.
public let classicControlEnvironments: [EnvironmentEntry] = [
    EnvironmentEntry(
        "CartPole-v1", aliases: ["cartpole"], summary: "Keep a pole standing on a cart by pushing the cart.",
        settings: CartPole.Options.self
    ) { options throws(ConfigurationError) in
        CartPole(options).timeLimit(options.limit)
    },
    EnvironmentEntry(
        "MountainCar-v0", aliases: ["mountaincar"],
        summary: "Swing a weak car up a hill by pushing it left and right.",
        settings: MountainCar.Options.self
    ) { options throws(ConfigurationError) in
        MountainCar(options).timeLimit(options.limit)
    },
    EnvironmentEntry(
        "MountainCarContinuous-v0", aliases: ["mountaincar-continuous"],
        summary: "Swing a weak car up a hill with as little effort as can be.",
        settings: MountainCarContinuous.Options.self
    ) { options throws(ConfigurationError) in
        MountainCarContinuous(options).timeLimit(options.limit)
    },
    EnvironmentEntry(
        "Acrobot-v1", aliases: ["acrobot"],
        summary: "Swing two links up by turning the joint between them.", settings: Acrobot.Options.self
    ) { options throws(ConfigurationError) in
        Acrobot(options).timeLimit(options.limit)
    },
    EnvironmentEntry(
        "Pendulum-v1", aliases: ["pendulum"], summary: "Swing a pendulum up and hold it upright.",
        settings: Pendulum.Options.self
    ) { options throws(ConfigurationError) in
        Pendulum(options).timeLimit(options.limit)
    },
]
