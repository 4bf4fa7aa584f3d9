import RLCore

/// The five games of MinAtar, with all six actions (v0) and with the least that a game needs (v1).
public let minAtarEnvironments: [EnvironmentEntry] = []
