import Foundation
import RLCore
import Testing

/// Every draw against numpy's, from the file that `make_random_fixtures.py` wrote.
@Suite struct RandomTests {
    let fixtures: Fixtures

    init() throws {
        let url = try #require(Bundle.module.url(forResource: "random", withExtension: "json"))
        fixtures = try JSONDecoder().decode(Fixtures.self, from: Data(contentsOf: url))
    }

    @Test func seedSequencesAreNumpys() {
        #expect(fixtures.sequences.count == 40)
        for fixture in fixtures.sequences {
            let sequence = SeedSequence(fixture.seed, spawnKey: fixture.spawnKey)
            #expect(sequence.words(9) == fixture.words, "seed \(fixture.seed), key \(fixture.spawnKey)")
            #expect(sequence.longWords(5) == fixture.longWords)
            var generator = PCG64(sequence)
            #expect((0..<3).map { _ in generator.next() } == fixture.raw)
        }
    }

    @Test func drawsAreNumpys() throws {
        #expect(fixtures.games.count == 12)
        for game in fixtures.games {
            var generator = PCG64(SeedSequence(game.seed, spawnKey: game.spawnKey))
            if game.spawnKey.isEmpty { #expect(generator == PCG64(seed: game.seed)) }
            for (index, call) in game.calls.enumerated() {
                let place = "seed \(game.seed), key \(game.spawnKey), call \(index): \(call)"
                switch call.call {
                case "random": #expect(generator.random() == call.number, "\(place)")
                case "uniform":
                    let bounds = try #require(call.bounds)
                    #expect(generator.uniform(bounds[0], bounds[1]) == call.number, "\(place)")
                case "integers":
                    #expect(generator.integers(try #require(call.bound)) == call.integer, "\(place)")
                case "range":
                    let range = try #require(call.range)
                    #expect(generator.integers(in: range[0]..<range[1]) == call.integer, "\(place)")
                case "choice":
                    #expect(generator.choice(try #require(call.bound)) == call.integer, "\(place)")
                case "weighted":
                    let probabilities = try #require(call.probabilities)
                    #expect(generator.choice(probabilities: probabilities) == call.integer, "\(place)")
                default: Issue.record("an unknown call: \(place)")
                }
            }
        }
    }

    @Test func streamsAreDerivedByName() {
        #expect(fixtures.streams.count == 15)
        for fixture in fixtures.streams {
            let streams = RandomStreams(seed: fixture.seed)
            var stream = streams.stream(fixture.name)
            #expect((0..<3).map { _ in stream.next() } == fixture.raw, "\(fixture.seed) \(fixture.name)")
            #expect(streams.seed(fixture.name) == fixture.raw[0])
        }
    }

    @Test func normalNumbersAreNumpys() {
        #expect(fixtures.normals.map(\.generator) == ["pcg64", "pcg64", "mt19937", "mt19937"])
        for fixture in fixtures.normals {
            let numbers =
                fixture.generator == "pcg64"
                ? normalNumbers(of: PCG64(seed: fixture.seed), fixture.count)
                : normalNumbers(of: MT19937(seed: fixture.seed), fixture.count)
            #expect(Array(numbers.prefix(8)) == fixture.first, "\(fixture.generator) \(fixture.seed)")
            #expect(numbers.map(abs).max() == fixture.largest)
            let bytes = numbers.withUnsafeBytes { Array($0) }
            let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
            #expect(hash == fixture.hash)
            // Beyond the edge of the last layer, so that the tail was among them.
            #expect(fixture.largest > 3.66)
        }
    }

    private func normalNumbers(of random: some RandomStream, _ count: Int) -> [Double] {
        var random = random
        return (0..<count).map { _ in random.standardNormal() }
    }

    /// Each of the 24 orders of four is drawn as often: χ² with 23 degrees of freedom exceeds 49.7 once in a thousand.
    @Test func shuffles() {
        var generator = PCG64(seed: 2)
        var counts: [[Int]: Double] = [:]
        for _ in 0..<24_000 {
            var elements = [0, 1, 2, 3]
            generator.shuffle(&elements)
            counts[elements, default: 0] += 1
        }
        #expect(counts.count == 24)
        #expect(counts.values.reduce(0) { $0 + ($1 - 1000) * ($1 - 1000) / 1000 } < 49.7)
        var (none, one): ([Int], [Int]) = ([], [7])
        generator.shuffle(&none)
        generator.shuffle(&one)
        #expect(none.isEmpty && one == [7])
    }

    @Test func archiveKeepsTheWaitingHalf() throws {
        for draws in 0..<4 {
            var generator = PCG64(seed: 9)
            for _ in 0..<draws { _ = generator.integers(10) }
            _ = generator.random()
            var archive = Archive()
            try generator.archive(&archive)
            var restored = PCG64(seed: 1)
            var reading = try Archive(safetensors: archive.safetensors())
            try restored.archive(&reading)
            #expect(restored == generator)
            #expect((0..<5).map { _ in restored.integers(10) } == (0..<5).map { _ in generator.integers(10) })
        }
    }

    struct Fixtures: Decodable {
        struct Normals: Decodable {
            let generator: String
            let seed: UInt64
            let count: Int
            let first: [Double]
            let largest: Double
            let hash: UInt64
        }
        struct Sequence: Decodable {
            let seed: UInt64
            let spawnKey: [UInt32]
            let words: [UInt32]
            let longWords: [UInt64]
            let raw: [UInt64]
        }
        struct Call: Decodable {
            let call: String
            let bound: Int?
            let range: [Int]?
            let bounds: [Double]?
            let probabilities: [Double]?
            let number: Double?
            let integer: Int?
        }
        struct Game: Decodable {
            let seed: UInt64
            let spawnKey: [UInt32]
            let calls: [Call]
        }
        struct Stream: Decodable {
            let seed: UInt64
            let name: String
            let raw: [UInt64]
        }
        let sequences: [Sequence]
        let games: [Game]
        let streams: [Stream]
        let normals: [Normals]
    }
}
