import RLTraining

/// The agents that come with the framework.
public let standardAgents: [AgentEntry] = [
    AgentEntry(DQN.self),
    AgentEntry(A2C.self),
    AgentEntry(PPO.self),
    AgentEntry(RandomAgent.self),
]
