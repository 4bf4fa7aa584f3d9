import RLCore

/// The environments that ship with this package, in the order they are listed.
public let standardEnvironments: [EnvironmentEntry] =
    gridWorldEnvironments + classicControlEnvironments + toyTextEnvironments + minAtarEnvironments
    + arcadeEnvironments
