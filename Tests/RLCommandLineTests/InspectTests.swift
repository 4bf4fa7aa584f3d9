import Foundation
import Testing

/// `rl inspect`
struct InspectTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    @Test func showsAnUpdate() throws {
        let ended = try place.rl(
            "inspect", "dqn", "cartpole", "--set", "warmupSteps=100", "--updates", "3", "--set",
            "hidden=[16,16]")
        #expect(ended.isFine)
        for text in [
            "dqn on CartPole-v1, seed 1, ", "the update (times: median of", "layers.0.weight 4×16",
            "huberMean",
            "multiply-adds",
            "every value and gradient is finite", "gradients agree with central differences in Double",
        ] { #expect(ended.output.contains(text), "\(text)") }
        // 4·16 + 16 + 16·16 + 16 + 16·2 + 2
        #expect(ended.output.contains("386"))
    }

    @Test func isReadByScripts() throws {
        let ended = try place.rl(
            "inspect", "dqn", "gridworld", "--untuned", "--set", "warmupSteps=70", "--updates", "2", "--json")
        #expect(ended.isFine)
        let page = try parsed(ended.output)
        let update = try #require((page["updates"] as? [[String: Any]])?.first)
        let operations = try #require(update["operations"] as? [[String: Any]])
        let linear = operations.filter { $0["name"] as? String == "linear" }
        #expect(linear.count == 6 && linear.allSatisfy { ($0["multiplyAdds"] as? Int ?? 0) > 0 })
        #expect(linear.filter { $0["backwardMicroseconds"] != nil }.count == 3)
        let parameters = try #require(update["parameters"] as? [[String: Any]])
        #expect(parameters.count == 6)
        for parameter in parameters {
            let error = try #require(parameter["gradientError"] as? Double)
            #expect(error < 1e-4, "\(parameter)")
        }
    }

    @Test func namesWhatIsNotFinite() throws {
        let ended = try place.rl(
            "inspect", "dqn", "cartpole", "--set", "warmupSteps=100", "--set", "learningRate=1e30", "--set",
            "gradientClip=1e30", "--no-check", "--updates", "50")
        #expect(ended.code == 1)
        #expect(ended.output.contains("not finite: "))
    }

    @Test func saysWhereNothingIsLearned() throws {
        let ended = try place.rl("inspect", "random", "gridworld")
        ended.expectRefusal(saying: ["random computed no gradient", "rl list agents"])
    }
}
