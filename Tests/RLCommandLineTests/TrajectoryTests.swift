import Foundation
import Testing

/// `rl evaluate --trajectories`: the evaluation's episodes in a file, and nothing else changed. What is in the file is
/// read with the safetensors package in `make test-interop`.
struct TrajectoryTests {
    private let place: Workplace

    init() throws {
        place = try Workplace()
        try place.rl("run", "random", "cartpole", "--steps", "10", "--eval-episodes", "0", "--name", "a")
    }

    private func header(_ name: String) throws -> [String: Any] {
        let data = [UInt8](try place.data(name))
        let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let object = try JSONSerialization.jsonObject(with: Data(data[8..<8 + length]))
        return try #require(object as? [String: Any])
    }

    @Test func anEvaluationIsTheSameWithThem() throws {
        let plain = try place.rl("evaluate", "a", "--episodes", "130", "--seed", "4", "--json")
        let recorded = try place.rl(
            "evaluate", "a", "--episodes", "130", "--seed", "4", "--json", "--trajectories", "e.safetensors")
        #expect(recorded.isFine && recorded.error.isEmpty, "\(recorded.error)")
        #expect(recorded.output == plain.output)
        let header = try header("e.safetensors")
        // More than one round of rows.
        #expect(header.count == 1 + 3 + 130 * 5)
        let metadata = try #require(header["__metadata__"] as? [String: String])
        #expect(
            metadata == [
                "format": "rl trajectories 1", "environment": "CartPole-v1", "run": "results/a/1",
                "policy": "final", "acting": "greedy",
            ])
        let lengths = try #require(try parsed(plain.output)["lengths"] as? [Int])
        for number in [0, 1, 127, 128, 129] {
            let entry = try #require(header["episode.\(number).observations"] as? [String: Any])
            #expect(entry["shape"] as? [Int] == [lengths[number] + 1, 4])
        }
        #expect(!place.exists("e.safetensors.partial"))
        // The same again is the same file.
        try place.rl("evaluate", "a", "--episodes", "130", "--seed", "4", "--trajectories", "f.safetensors")
        #expect(try place.data("e.safetensors") == place.data("f.safetensors"))
    }

    @Test func aLineSaysWhatWasWritten() throws {
        let ended = try place.rl("evaluate", "a", "--episodes", "3", "--trajectories", "e.safetensors")
        #expect(ended.isFine && ended.outputLines.count == 2)
        #expect(ended.outputLines[1].hasPrefix("e.safetensors: 3 episodes, "))
    }

    /// What an evaluation cuts is in the file as truncated there, without a return.
    @Test func episodesThatDoNotEndAreCutThere() throws {
        try place.rl(
            "run", "random", "mountaincar", "--steps", "10", "--eval-episodes", "0", "--name", "m", "--set",
            "limit=0")
        let ended = try place.rl(
            "evaluate", "m", "--episodes", "3", "--json", "--trajectories", "e.safetensors")
        let evaluation = try parsed(ended.output)
        let cut = try #require(evaluation["cutEpisodes"] as? Int)
        try #require(cut > 0)
        let lengths = try #require(evaluation["lengths"] as? [Int])
        let header = try header("e.safetensors")
        for (number, length) in lengths.enumerated() {
            let entry = try #require(header["episode.\(number).rewards"] as? [String: Any])
            #expect(entry["shape"] as? [Int] == [length])
        }
        let returns = try #require(header["returns"] as? [String: Any])
        #expect(returns["shape"] as? [Int] == [3])
    }

    @Test func nothingIsOverwritten() throws {
        try place.write("e.safetensors", "mine")
        try place.rl("evaluate", "a", "--episodes", "2", "--trajectories", "e.safetensors").expectRefusal(
            saying: ["e.safetensors is there already", "choose another name"])
        #expect(try place.data("e.safetensors") == Data("mine".utf8))
        try place.rl("evaluate", "a", "--trajectories", "no/e.safetensors").expectRefusal(
            saying: ["no/e.safetensors", "No such file"])
        try place.rl(
            "run", "random", "cartpole", "--steps", "10", "--eval-episodes", "0", "--name", "b", "--seeds",
            "2")
        try place.rl("evaluate", "b", "--trajectories", "f.safetensors").expectRefusal(
            saying: ["--trajectories is for one seed", "b has 2", "results/b/1"])
        #expect(!place.exists("f.safetensors"))
        #expect(try place.rl("evaluate", "b/2", "--trajectories", "f.safetensors").isFine)
    }
}
