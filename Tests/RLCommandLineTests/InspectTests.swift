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

    /// Two networks are two parts of one loss: each parameter is listed once, with its gradient of the whole.
    @Test func listsPartsOfALossOnce() throws {
        let ended = try place.rl(
            "inspect", "ppo", "cartpole", "--untuned", "--envs", "4", "--set", "rolloutSteps=16", "--set",
            "hidden=[8]", "--updates", "2", "--json")
        #expect(ended.isFine)
        let page = try parsed(ended.output)
        let update = try #require((page["updates"] as? [[String: Any]])?.last)
        let parameters = try #require(update["parameters"] as? [[String: Any]])
        let names = parameters.compactMap { $0["name"] as? String }
        #expect(names.count == 8 && Set(names).count == 8)
        for parameter in parameters {
            #expect(try #require(parameter["gradientNorm"] as? Double) > 0, "\(parameter)")
            #expect(try #require(parameter["gradientError"] as? Double) < 1e-4, "\(parameter)")
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

    @Test func describesANetwork() throws {
        let ended = try place.rl("inspect", "--network", "nature", "--outputs", "6")
        #expect(ended.isFine)
        // Mnih et al. (2015) with six actions: 8·8·4·32+32, 4·4·32·64+64, 3·3·64·64+64, 3136·512+512, 512·6+6.
        for text in ["nature for one observation of 84×84×4", "1,687,206", "8,224", "1,606,144"] {
            #expect(ended.output.contains(text), "\(text)")
        }
        let lines = try place.rl("inspect", "--network", "mlp", "--input", "3", "--json").outputLines.map(
            parsed)
        #expect(lines.map { $0["parameters"] as? Int } == [256, 4160, 390])
    }

    @Test(arguments: [
        (["inspect"], ["say what to inspect", "--network"]),
        (["inspect", "--network", "natur"], ["network 'natur'", "did you mean 'nature'"]),
        (["inspect", "--network", "nature", "--input", "84x84"], ["input=84x84", "like 84x84x4"]),
        (["inspect", "--network", "nature", "--input", "0x84x4"], ["input=0x84x4"]),
        (
            ["inspect", "--network", "mlp", "--input", "4096x4096x4096"],
            ["input=4096x4096x4096", "at most 512"]
        ),
        (["inspect", "--network", "mlp", "--input", "512x512x512"], ["input=512x512x512", "4 million"]),
        (["inspect", "--network", "nature", "--input", "20x20x4"], ["nature"]),
        (["inspect", "--network", "mlp", "--outputs", "0"], ["outputs=0"]),
        (["inspect", "dqn", "cartpole", "--input", "4"], ["--input", "--network"]),
        (["inspect", "dqn", "cartpole", "--updates", "0"], ["updates=0"]),
        (["inspect", "dqn", "cartpol"], ["environment 'cartpol'", "did you mean 'cartpole'"]),
    ])
    func refusesWhatItCannotShow(_ words: [String], _ says: [String]) throws {
        try place.rl(words).expectRefusal(saying: says)
    }
}
