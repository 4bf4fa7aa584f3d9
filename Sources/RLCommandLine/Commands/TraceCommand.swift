import Agents
import ArgumentParser
import Foundation
import PictureFiles
import RLCore
import RLRuns

struct TraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Play given actions and print every step as JSON, for comparing with a reference.",
        discussion: """
            Examples:
              rl trace CartPole-v1 --seed 3 --random 500
              printf '1\\n0\\n1\\n' | rl trace cartpole --seed 3 --actions - --state
              rl trace taxi --seed 3 --random 20 --png frames

            The same seed gives the same episodes as the published environment. After an end the next line is a restart \
            without a seed. A file of actions holds one a line: an integer, or numbers separated by spaces; \
            what `rl play --record` or `rl trace` wrote does as well.
            """)

    @Argument(help: "An environment.")
    var environment: String
    @Option(
        parsing: .unconditional, help: "Seed, as the published environment takes it.",
        transform: settingNumber)
    var seed = 0
    @Option(help: "File of actions, or - for standard input.")
    var actions: String?
    @Option(parsing: .unconditional, help: "Play this many random actions instead.", transform: settingNumber)
    var random: Int?
    @Flag(help: "Print observations of more than 1,000 numbers too.")
    var observations = false
    @Flag(help: "Print the environment's inner state by name.")
    var state = false
    @Option(
        help: ArgumentHelp(
            "Draw every observation of the trace into this folder: 0000.png, 0001.png, ….",
            valueName: "folder"))
    var png: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The longer side of those pictures.", valueName: "pixels"),
        transform: settingNumber)
    var size = 480
    @OptionGroup var settings: SettingOptions

    func run() throws {
        guard seed >= 0 else {
            throw ConfigurationError("seed=\(seed) does not fit: expected an integer, at least 0")
        }
        let made = try CommandCatalog.current.environment(environment).make(settings.environmentTexts())
        let actions = try actions(in: made.actionSpace)
        let stepped = made.stepped()
        guard stepped.seeds.contains(UInt64(seed)) else {
            throw ConfigurationError(
                "seed=\(seed) does not fit: \(made.name) takes seeds up to \(stepped.seeds.upperBound)")
        }
        var output = JSONLines()
        var pictures = try png.map { try PictureFolder($0, size: size) }

        let lines = TraceLines(showsLongObservations: observations, showsState: state)

        stepped.reset(seed: UInt64(seed))
        try pictures?.add(stepped, name: made.name)
        try output.write(lines.reset(stepped, seed: UInt64(seed)))
        for (index, action) in zip(0..., actions) {
            let outcome = try stepped.step(action)
            try output.write(lines.step(index + 1, action, outcome, stepped))
            try pictures?.add(stepped, name: made.name)
            if outcome.isDone {
                stepped.reset(seed: nil)
                try output.write(lines.reset(stepped, seed: nil))
                try pictures?.add(stepped, name: made.name)
            }
        }
        try output.flush()
    }

    private func actions(in space: Space) throws -> AnyIterator<ActionBatch> {
        switch (actions, random) {
        case (let file?, nil): return AnyIterator(try ActionFile.read(file, in: space).makeIterator())
        case (nil, let count?):
            guard count >= 0 else {
                throw ConfigurationError("random=\(count) does not fit: expected an integer, at least 0")
            }
            var policy = RandomPolicy(
                space: space, random: RandomStreams(seed: UInt64(seed)).stream("actions"))
            let batch = StepBatch(observationSpace: .discrete(1), count: 1)
            var drawn = ActionBatch(for: space, count: 1)
            var left = count
            // One at a time: a long trace needs no memory.
            return AnyIterator {
                guard left > 0 else { return nil }
                left -= 1
                policy.act(on: batch, into: &drawn)
                return drawn
            }
        default: throw ConfigurationError("say what to play: either --actions FILE or --random N")
        }
    }
}
