import RLCore
import RLRuns
import RLTraining
import Testing

struct EvaluationTests {
    private func evaluate(
        _ name: String, _ settings: [String: String] = [:], episodes: Int, seed: UInt64 = 0
    ) throws -> Evaluation {
        try Evaluation(
            of: { _, _ in StubPolicy() }, in: try Catalog.test.environment(name).make(settings),
            episodes: episodes, seed: seed)
    }

    @Test func addsUpOneEpisode() throws {
        let evaluation = try evaluate("countdown", episodes: 1)
        #expect(evaluation.returns == [10] && evaluation.lengths == [4] && evaluation.cutEpisodes == 0)
        #expect(evaluation.mean == 10 && evaluation.std == 0)
    }

    @Test(arguments: [1, 5, 127, 128, 129, 300])
    func playsExactlySoMany(_ episodes: Int) throws {
        let evaluation = try evaluate("lottery", episodes: episodes)
        #expect(evaluation.returns.count == episodes && evaluation.lengths.count == episodes)
        #expect(evaluation.returns == evaluation.lengths.map(Double.init))
    }

    @Test func shortEpisodesDoNotCountMoreOften() throws {
        // Whoever takes the first episodes to finish, of all rows, finds the mean of 1…40 far below 20.5.
        let evaluation = try evaluate("lottery", episodes: 1000)
        #expect(abs(evaluation.mean - 20.5) < 1.5)
        #expect(abs(evaluation.std - 11.5) < 1)
    }

    @Test func oneSeedPlaysTheSameEpisodes() throws {
        #expect(try evaluate("lottery", episodes: 200) == evaluate("lottery", episodes: 200))
        #expect(try evaluate("lottery", episodes: 200) != evaluate("lottery", episodes: 200, seed: 1))
    }

    @Test func cutsWhatDoesNotEnd() throws {
        let evaluation = try evaluate("countdown", ["length": "0"], episodes: 3)
        #expect(evaluation.cutEpisodes == 3)
        #expect(evaluation.lengths == [Int](repeating: Evaluation.stepLimit, count: 3))
        // 1 + 2 + … + 27,000, each exact as a Float.
        #expect(evaluation.returns == [Double](repeating: 13_500 * 27_001, count: 3))
        let atTheLimit = try evaluate("countdown", ["length": "27000"], episodes: 2)
        #expect(atTheLimit.cutEpisodes == 0 && atTheLimit.lengths == [27_000, 27_000])
    }

    @Test func givesEveryRoundItsPolicy() throws {
        var asked: [(rows: Int, seed: UInt64)] = []
        _ = try Evaluation(
            of: { rows, seed in
                asked.append((rows, seed))
                return StubPolicy()
            }, in: try Catalog.test.environment("lottery").make(), episodes: 300, seed: 5)
        #expect(asked.map(\.rows) == [128, 128, 44])
        #expect(Set(asked.map(\.seed)).count == 3)
    }
}
