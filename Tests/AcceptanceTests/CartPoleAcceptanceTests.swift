import Foundation
import RLRuns
import Testing

/// With the tuned settings, three of five seeds of `agent` end with a greedy policy that never lets the pole fall.
@Test("ppo and a2c on CartPole-v1: a median of 500 over 5 seeds", arguments: ["ppo", "a2c"])
func polesStayUp(agent: String) throws {
    let folder = try RunFolders()
    defer { folder.remove() }
    try folder.run("run", agent, "cartpole", "--seeds", "5", "--eval-every", "0", "--eval-episodes", "100")
    let returns = try folder.seeds(of: "\(agent)-CartPole-v1").map { seed in
        let data = try Data(contentsOf: URL(filePath: seed.path).appending(path: "summary.json"))
        return try JSONDecoder().decode(Summary.self, from: data).finalEvaluation.mean
    }
    try #require(returns.count == 5)
    #expect(returns.sorted()[2] == 500, "\(returns)")
}

private struct Summary: Decodable {
    struct Evaluation: Decodable {
        let mean: Double
    }
    let finalEvaluation: Evaluation
}
