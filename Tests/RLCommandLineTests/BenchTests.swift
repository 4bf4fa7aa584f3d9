import Foundation
import Testing

/// `rl bench`: that it times what it says, not how fast.
struct BenchTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    @Test func timesEveryUpdate() throws {
        let ended = try place.rl("bench", "updates", "--seconds", "0.001", "--json")
        #expect(ended.isFine)
        let lines = try ended.outputLines.map(parsed)
        #expect(
            lines.compactMap { $0["name"] as? String } == [
                "act", "dqn-update", "dqn-minatar-update", "dqn-nature-update", "lstm", "ppo-minibatch",
                "sac-update",
            ])
        for line in lines {
            let (median, minimum) = (line["median"] as? Double ?? 0, line["minimum"] as? Double ?? 0)
            #expect(minimum > 0 && median >= minimum && line["unit"] as? String == "µs", "\(line)")
        }
    }

    @Test func timesKernelsBesideThePeak() throws {
        let ended = try place.rl("bench", "kernels", "--seconds", "0.0001", "--only", "64×64×64")
        #expect(ended.isFine)
        for text in ["peak", "nn 64×64×64", "nt 64×64×64", "tn 64×64×64", "of the peak, lowest"] {
            #expect(ended.output.contains(text), "\(text)")
        }
    }

    @Test func refusesWhatItCannotTime() throws {
        try place.rl("bench", "updates", "--only", "dqm-update").expectRefusal(saying: [
            "did you mean 'dqn-update'"
        ])
        try place.rl("bench", "kernels", "--seconds", "0").expectRefusal(saying: ["seconds=0", "above 0"])
        try place.rl("bench", "everything").expectRefusal(saying: ["'everything'", "kernels"])
    }
}
