import Foundation
import Testing

/// `rl solve`
struct SolveTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// Example 4.1 of Sutton and Barto (2018), as a page.
    @Test(arguments: ["value", "policy"]) func drawsValuesAndArrows(method: String) throws {
        let ended = try place.rl(
            "solve", "gridworld", "--set", "map=G.../..../..../...G", "--set", "goalReward=0", "--set",
            "stepCost=1", "--discount", "1", "--method", method)
        #expect(ended.isFine && ended.error.isEmpty, "\(ended.error)")
        #expect(ended.output.contains("16 states, 4 actions, discount 1\n"))
        #expect(ended.output.contains("\(method) iteration, "))
        #expect(ended.output.contains("-2.000 from where episodes start\n"))
        #expect(
            ended.output.hasSuffix(
                """

                     G  -1.000  -2.000  -3.000
                -1.000  -2.000  -3.000  -2.000
                -2.000  -3.000  -2.000  -1.000
                -3.000  -2.000  -1.000       G

                G   ←     ←     ↓←
                ↑   ↑←    ↑→↓←  ↓
                ↑   ↑→↓←  →↓    ↓
                ↑→  →     →     G

                """), "\(ended.output)")
    }

    @Test func drawsALayerForEverySetOfKeys() throws {
        let ended = try place.rl("solve", "gridworld", "--set", "map=aS.A.G", "--discount", "0.5")
        #expect(ended.isFine)
        #expect(
            ended.output.hasSuffix(
                """

                no key:
                a  0.012  -0.004  A  0.990  G

                a  ←  ←  A  →  G

                holding a:
                0.043  0.106  0.232  0.485  0.990  G

                →  →  →  →  →  G

                """), "\(ended.output)")
    }

    @Test func isReadByScripts() throws {
        let ended = try place.rl("solve", "gridworld", "--set", "map=..G", "--discount", "0.5", "--json")
        let page = try parsed(ended.output)
        #expect(page["environment"] as? String == "gridworld" && page["method"] as? String == "value")
        #expect((page["settings"] as? [String: Any])?["map"] as? String == "..G")
        let states = try #require(page["states"] as? [[String: Any]])
        #expect(states.map { $0["value"] as? Double } == [0.485, 0.99, 0])
        #expect(states.map { $0["action"] as? Int } == [1, 1, 0])
        #expect(states[0]["best"] as? [Int] == [1] && states[2]["best"] as? [Int] == [0, 1, 2, 3])
        #expect(states[1]["row"] as? Int == 0 && states[1]["column"] as? Int == 1)
        #expect(page["expectedReturn"] as? Double == (0.485 + 0.99) / 2)
    }

    @Test func manyStatesAreLeftToScripts() throws {
        let map = [String](repeating: "....", count: 3).joined(separator: "/") + "/abcG"
        let ended = try place.rl(
            "solve", "gridworld", "--set", "map=\(map)", "--set", "actions=turning", "--set", "start=random")
        #expect(ended.isFine && ended.output.contains("too many states to show; --json"), "\(ended.output)")
    }

    @Test func refusesInALine() throws {
        let refusals: [([String], [String])] = [
            (["cartpole"], ["CartPole-v1", "no exact model"]), (["rooms"], ["rooms", "no exact model"]),
            (["gridworld", "--discount", "2"], ["discount=2", "from 0 to 1"]),
            (["gridworld", "--discount", "nan"], ["nan", "a number"]),
            (["gridworld", "--discount", "-0.1"], ["discount=-0.1"]),
            (["gridworld", "--tolerance", "0"], ["tolerance=0", "above 0"]),
            (["gridworld", "--sweeps", "0"], ["sweeps=0", "at least 1"]),
            (["gridworld", "--method", "guess"], ["guess", "value"]),
            (["gridworld", "--sweeps", "2"], ["after 2 sweeps"]),
            (["gridwrld"], ["'gridwrld'", "did you mean 'gridworld'"]),
            (["gridworld", "--set", "slop=1"], ["'slop'", "did you mean 'slip'"]),
            (
                ["gridworld", "--discount", "1", "--sweeps", "100", "--set", "map=S.>#/G#.."],
                ["after 100 sweeps", "no end can be reached from state", "discount below 1"]
            ),
        ]
        for (arguments, texts) in refusals {
            try place.rl(["solve"] + arguments).expectRefusal(saying: texts)
        }
    }
}
