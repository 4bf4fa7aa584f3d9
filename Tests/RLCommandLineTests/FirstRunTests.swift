import Foundation
import Testing

/// What someone sees who has just built `rl`.
struct FirstRunTests {
    private let place: Workplace
    private let ended: Ended

    init() throws {
        place = try Workplace()
        ended = try place.rl("run", "dqn", "gridworld", "--steps", "3_000", "--name", "first")
    }

    @Test func tellsWhereEverythingIs() {
        #expect(ended.isFine)
        #expect(ended.output.contains("dqn on gridworld, seed 1: 3,000 steps"))
        #expect(ended.output.contains("results/first/1/episodes.csv"))
        #expect(ended.output.contains("rl evaluate first"))
    }

    @Test func writesTheFolderOfTheDesign() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: place.path + "/results/first/1")
            .sorted()
        #expect(
            files == [
                "best.safetensors", "episodes.csv", "evaluations.csv", "evaluations.jsonl", "metrics.csv",
                "policy.safetensors", "run.json", "summary.json", "timing.csv",
            ])
        let folder = "results/first/1/"
        let episodes = try place.lines(folder + "episodes.csv")
        #expect(episodes[0] == "step,episode,row,return,length,terminated")
        let metrics = try place.lines(folder + "metrics.csv")
        #expect(metrics[0] == "step,return,length,loss,gradientNorm,actionValue,epsilon,learningRate")
        #expect(metrics.dropFirst().map { $0.prefix { $0 != "," } } == ["1000", "2000", "3000"])
        let evaluations = try place.lines(folder + "evaluations.csv")
        #expect(evaluations[0] == "step,episodes,mean,std,min,max")
        #expect(evaluations.count == 11)
        #expect(try place.lines(folder + "timing.csv")[0] == "step,seconds,stepsPerSecond")

        let summary = try place.object(folder + "summary.json")
        #expect(
            summary.keys.sorted() == [
                "bestEvaluation", "episodes", "finalEvaluation", "seconds", "steps", "stepsPerSecond",
            ])
        #expect(summary["steps"] as? Int == 3000)
        #expect(summary["episodes"] as? Int == episodes.count - 1)
        let final = try #require(summary["finalEvaluation"] as? [String: Any])
        #expect(final.keys.sorted() == ["episodes", "mean", "std", "step"])
        let last = try #require(evaluations.last?.split(separator: ","))
        #expect(final["step"] as? Int == Int(last[0]))
        // Compared as text: reading a number from JSON here may lose its last digit.
        #expect(try place.text(folder + "summary.json").contains("\"mean\" : \(last[2]),"))
    }

    @Test func everyEvaluationHasItsReturns() throws {
        let rows = try place.lines("results/first/1/evaluations.csv").dropFirst()
        let returns = try place.lines("results/first/1/evaluations.jsonl").map(parsed)
        #expect(rows.count == returns.count)
        for (row, object) in zip(rows, returns) {
            let cells = row.split(separator: ",")
            let values = try #require(object["returns"] as? [Double])
            #expect(object["step"] as? Int == Int(cells[0]))
            #expect(values.count == Int(cells[1]))
            #expect((object["lengths"] as? [Int])?.count == values.count)
            #expect(values.min() == Double(cells[4]) && values.max() == Double(cells[5]))
        }
    }

    @Test func recordsEverySettingAndItsOrigin() throws {
        let record = try place.object("results/first/1/run.json")
        let agent = try #require(record["agentSettings"] as? [String: Any])
        let environment = try #require(record["environmentSettings"] as? [String: Any])
        let origins = try #require(record["origins"] as? [String: String])
        let settings = agent.keys.map { "agent.\($0)" } + environment.keys.map { "environment.\($0)" }
        let declared = try ["dqn", "gridworld"].map { name in
            let page = try parsed(place.rl("describe", name, "--json").output)
            return (page["settings"] as? [Any])?.count ?? 0
        }
        #expect(settings.count == declared.reduce(0, +) && settings.count > 20)
        #expect(Set(settings).isSubset(of: origins.keys))
        #expect(
            origins["steps"] == "flag" && origins["seed"] == "default"
                && origins["agent.discount"] == "tuned" && origins["agent.hidden"] == "default")
        for key in ["agent", "environment", "seed", "steps", "envs", "evalEvery", "evalEpisodes", "version"] {
            #expect(record[key] != nil, "run.json lacks \(key)")
        }
        #expect((record["machine"] as? [String: Any])?.keys.sorted() == ["cores", "processor", "system"])
    }

    @Test func evaluates() throws {
        let evaluation = try place.rl("evaluate", "first", "--episodes", "7")
        #expect(evaluation.isFine)
        #expect(evaluation.output.hasPrefix("results/first/1: return "))
        #expect(evaluation.output.contains("over 7 episodes"))
        // A run has three names, and a seed of the episodes gives one outcome.
        let lines = try ["first", "results/first", "results/first/1"].map {
            try place.rl("evaluate", $0, "--json", "--episodes", "7", "--seed", "3").output
        }
        #expect(Set(lines).count == 1)
        let object = try parsed(lines[0])
        #expect((object["returns"] as? [Double])?.count == 7 && object["policy"] as? String == "final")
        let best = try place.rl("evaluate", "first", "--best", "--json")
        #expect(try parsed(best.output)["policy"] as? String == "best")
    }

    @Test func evaluatesOtherEpisodesWithAnotherSeed() throws {
        try place.rl("run", "random", "cartpole", "--steps", "10", "--name", "noise")
        let outputs = try ["3", "3", "4"].map {
            try place.rl("evaluate", "noise", "--json", "--seed", $0).output
        }
        #expect(outputs[0] == outputs[1] && outputs[0] != outputs[2])
    }

    @Test func lists() throws {
        let all = try place.rl("list").output
        for name in ["dqn", "random", "gridworld", "CartPole-v1, cartpole", "first"] {
            #expect(all.contains(name))
        }
        #expect(try place.rl("list", "runs").output.contains("dqn on gridworld, 3,000 steps, 1 seed"))
        let lists = try parsed(try place.rl("list", "--json").output)
        #expect(lists.keys.sorted() == ["agents", "environments", "runs"])
        let runs = try #require(lists["runs"] as? [[String: Any]])
        #expect(runs.map { $0["name"] as? String } == ["first"])
        #expect(try parsed(try place.rl("list", "agents", "--json").output).keys.sorted() == ["agents"])
    }

    @Test func describes() throws {
        let agent = try place.rl("describe", "dqn").output
        #expect(
            agent.contains("agent.discount") && agent.contains("from 0 to 1")
                && agent.contains("metrics: loss"))
        let world = try place.rl("describe", "gridworld", "--set", "environment.map=open").output
        #expect(world.contains("environment.slip") && world.contains("discrete(64)"))
        let object = try parsed(try place.rl("describe", "cartpole", "--json").output)
        #expect(object["name"] as? String == "CartPole-v1" && object["kind"] as? String == "environment")
        for setting in try #require(object["settings"] as? [[String: Any]]) {
            #expect(setting.keys.sorted() == ["expected", "meaning", "name", "unit", "value"])
        }
    }

    @Test func compares() throws {
        try place.rl("run", "random", "gridworld", "--steps", "1000", "--seeds", "2", "--name", "second")
        let table = try place.rl("compare", "first", "second", "--threshold", "-5", "--output", "table.csv")
        #expect(table.isFine)
        #expect(table.output.contains("first") && table.output.contains("second"))
        #expect(try place.lines("table.csv").count == 3)
        let object = try parsed(try place.rl("compare", "first", "second", "--json").output)
        #expect((object["groups"] as? [[String: Any]])?.map { $0["name"] as? String } == ["first", "second"])
    }

    @Test func namesRunsThatHaveNone() throws {
        for name in ["random-gridworld", "random-gridworld-2", "random-gridworld-3"] {
            #expect(!place.exists("results/\(name)"))
            try place.rl("run", "random", "gridworld", "--steps", "10", "--eval-episodes", "0")
            #expect(place.exists("results/\(name)/1/summary.json"))
        }
    }
}

struct HelpTests {
    @Test(arguments: [
        [], ["--help"], ["help"], ["run", "--help"], ["help", "run"], ["evaluate", "--help"],
        ["compare", "--help"],
        ["list", "--help"], ["describe", "--help"], ["trace", "--help"],
    ])
    func showsAnExample(_ arguments: [String]) throws {
        let ended = try Workplace().rl(arguments)
        #expect(ended.isFine && ended.error.isEmpty)
        let verb = arguments.first { !$0.hasPrefix("-") && $0 != "help" } ?? "run"
        #expect(ended.output.contains("  rl \(verb) "))
    }

    @Test func showsTheVersion() throws {
        let ended = try Workplace().rl("--version")
        #expect(ended.isFine && ended.outputLines.count == 1)
        #expect(ended.output.first?.isNumber == true)
    }
}
