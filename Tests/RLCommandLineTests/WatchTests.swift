import Foundation
import Testing

/// `rl watch` and `rl run --watch` in SDL's driver without a display.
@Suite struct WatchTests {
    private let workplace: Workplace

    init() throws { workplace = try Workplace() }

    @Test func aFreshAgentIsWatched() throws {
        for words in [
            "random cartpole", "dqn gridworld --set hidden=[8] --set limit=20",
            "dqn minatar-breakout --set limit=10",
        ] {
            let watched = try workplace.shell(
                "SDL_VIDEODRIVER=dummy exec $RL watch \(words) --episodes 1 --speed 1000")
            #expect(watched.isFine, "\(words): \(watched.error)")
        }
        #expect(workplace.snapshot().isEmpty)
        try workplace.rl("watch", "dqnn", "gridworld").expectRefusal(saying: ["dqnn", "dqn"])
        try workplace.rl("watch", "dqn", "gridword").expectRefusal(saying: ["gridword", "gridworld"])
        try workplace.rl("watch", "dqn", "gridworld", "--best").expectRefusal(saying: ["--best"])
        try workplace.rl("watch", "dqn", "gridworld", "--set", "hiden=[8]").expectRefusal(saying: ["hiden"])
        try workplace.rl("watch", "dqn", "gridworld").expectRefusal(saying: ["no display"])
    }

    @Test func aRunIsWatchedWithOtherSettings() throws {
        try workplace.rl("run", "dqn", "gridworld", "--steps", "300", "--quiet")
        let watched = try workplace.shell(
            "SDL_VIDEODRIVER=dummy exec $RL watch dqn-gridworld --set slip=0.2 --episodes 1 --speed 1000")
        #expect(watched.isFine, "\(watched.error)")
        try workplace.rl("watch", "dqn-gridworld", "--set", "slop=0.2").expectRefusal(saying: ["slop"])
        try workplace.rl("watch", "dqn-gridwolrd").expectRefusal(saying: ["dqn-gridwolrd"])
    }

    /// An environment whose name holds a slash gives a run whose name holds none.
    @Test func aRunOfAGameHasAName() throws {
        let run = try workplace.rl("run", "random", "minatar-breakout", "--steps", "50", "--quiet")
        #expect(run.isFine, "\(run.error)")
        #expect(workplace.exists("results/random-MinAtar-Breakout-v1/1/summary.json"))
        #expect(try workplace.rl("evaluate", "random-MinAtar-Breakout-v1", "--episodes", "2").isFine)
    }

    /// Watching changes no byte of what a run writes, beside its times.
    @Test func aWatchedRunIsTheSameRun() throws {
        let options = "dqn cartpole --steps 12000 --seeds 2 --quiet --name"
        try workplace.shell("exec $RL run \(options) alone")
        let watched = try workplace.shell("SDL_VIDEODRIVER=dummy exec $RL run \(options) watched --watch")
        try #require(watched.isFine, "\(watched.error)")
        for seed in 1...2 {
            for file in [
                "episodes.csv", "metrics.csv", "evaluations.csv", "policy.safetensors", "best.safetensors",
            ] {
                let (one, other) = (
                    try workplace.data("results/alone/\(seed)/\(file)"),
                    try workplace.data("results/watched/\(seed)/\(file)")
                )
                #expect(one == other && !one.isEmpty, "\(file) of seed \(seed)")
            }
        }
    }

    @Test func withoutADisplayNothingIsTrained() throws {
        try workplace.rl("run", "dqn", "gridworld", "--watch").expectRefusal(saying: ["no display"])
        #expect(workplace.snapshot().isEmpty)
    }

    /// Ctrl-C ends training and window alike, and everything is written.
    @Test func anInterruptionClosesTheWindow() throws {
        let started = try workplace.startShell(
            "SDL_VIDEODRIVER=dummy exec $RL run dqn cartpole --steps 100000000 --quiet --watch --name long")
        #expect(started.wait { (try? workplace.text("results/long/1/episodes.csv").count) ?? 0 > 100 })
        started.send(SIGINT)
        let ended = try started.end()
        #expect(ended.code == 130 && !ended.wasKilled, "\(ended.error)")
        #expect(workplace.exists("results/long/1/summary.json"))
    }
}
