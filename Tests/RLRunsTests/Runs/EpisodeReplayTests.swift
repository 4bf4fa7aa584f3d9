import RLCore
import RLRuns
import Testing

struct EpisodeReplayTests {
    private let coins = MadeEnvironment(name: "coins", Coins())

    private func policy(_ rows: Int, _ seed: UInt64) -> any Policy { CoinPolicy(random: PCG64(seed: seed)) }

    /// Row by row and in every round, with all that the policy and the environment draw.
    @Test func isTheEpisodeOfTheEvaluation() throws {
        let evaluation = try Evaluation(of: policy, in: coins, episodes: 300, seed: 4)
        #expect(Set(evaluation.returns).count > 20 && Set(evaluation.lengths).count > 20)
        for episode in [0, 1, 77, 127, 128, 200, 255, 256, 299] {
            var replay = try EpisodeReplay(of: policy, in: coins, episode: episode, of: 300, seed: 4)
            var sum = 0.0
            while !replay.isOver {
                let before = replay.return
                try replay.step()
                sum += replay.return - before
            }
            #expect(replay.return == evaluation.returns[episode] && sum == replay.return)
            #expect(replay.length == evaluation.lengths[episode])
        }
    }

    /// The start, every state, and the one it ends in, of its own row.
    @Test func drawsWhatItIsAt() throws {
        var replay = try EpisodeReplay(of: policy, in: coins, episode: 2, of: 5, seed: 4)
        var canvas = Canvas()
        var widths: [Double] = []
        while true {
            let isDrawn = replay.draw(on: &canvas)
            #expect(isDrawn)
            widths.append(canvas.width)
            if replay.isOver { break }
            try replay.step()
        }
        // The canvas is as wide as there are steps left, and one.
        #expect(widths == (1...replay.length + 1).reversed().map(Double.init))
    }
}

/// A draw says how many steps there are; each is worth what is chosen.
private struct Coins: Environment, Drawable {
    var left = 1

    var observationSpace: Space { .discrete(41) }
    var actionSpace: Space { .discrete(2) }

    mutating func reset(into observation: inout MutableSpan<Int32>, using random: inout PCG64) {
        left = 1 + random.integers(40)
        observation[0] = Int32(left)
    }

    mutating func step(
        _ action: Int, into observation: inout MutableSpan<Int32>, using random: inout PCG64
    ) -> Outcome {
        left -= 1
        observation[0] = Int32(left)
        return Outcome(reward: Double(action), terminated: left == 0)
    }

    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("left", &left)
    }

    func draw(on canvas: inout Canvas) {
        canvas.show(x: 0...Double(left + 1), y: 0...1)
    }
}

private struct CoinPolicy: Policy {
    var random: PCG64

    mutating func act(on batch: borrowing StepBatch, into actions: inout ActionBatch) {
        for row in 0..<batch.count { actions.indices[row] = Int32(random.integers(2)) }
    }
    func explain(row: Int) -> Insight { Insight() }
    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}
}
