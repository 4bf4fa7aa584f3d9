import RLCore

/// Gymnasium's toy text: finite tasks from textbooks.
public let toyTextEnvironments: [EnvironmentEntry] = []
