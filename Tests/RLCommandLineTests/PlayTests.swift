import Foundation
import Testing

/// `rl play` in SDL's driver without a display, where nobody presses a key.
@Suite struct PlayTests {
    private let workplace: Workplace

    init() throws { workplace = try Workplace() }

    /// What is recorded is what `rl trace` says of the same actions, byte for byte, and it can be read as actions.
    @Test(arguments: [
        "mountaincar --set limit=30", "pendulum --set limit=20", "cartpole", "minatar-freeway --set limit=40",
    ])
    func aRecordIsATrace(_ game: String) throws {
        let played = try workplace.shell(
            "SDL_VIDEODRIVER=dummy exec $RL play \(game) --seed 3 --episodes 2 --speed 1000 --record game.jsonl"
        )
        try #require(played.isFine, "\(played.error)")
        #expect(played.output.contains("2 episodes, mean return"))
        let record = try workplace.text("game.jsonl")
        #expect(record.split(separator: "\n").count > 20)
        #expect(record.split(separator: "\n").count { $0.contains("\"reset\":true") } == 3)
        let trace = try workplace.shell("exec $RL trace \(game) --seed 3 --actions game.jsonl")
        #expect(trace.isFine && trace.output == record)
    }

    /// A person does not play what learners see of an arcade game, but the game.
    @Test func anArcadeGameIsPlayedFrameByFrame() throws {
        let played = try workplace.shell(
            "SDL_VIDEODRIVER=dummy exec $RL play pong --seed 3 --episodes 1 --speed 1000 --set limit=70 "
                + "--record game.jsonl")
        try #require(played.isFine, "\(played.error)")
        #expect(played.output.contains("Arcade/Pong-v0 is played as Arcade/PongRaw-v0"))
        let trace = try workplace.shell(
            "exec $RL trace pong-raw --seed 3 --actions game.jsonl --set limit=70")
        #expect(trace.isFine)
        #expect(try trace.output == workplace.text("game.jsonl"))
        #expect(trace.output.contains("\"step\":70,"))
    }

    @Test func theKeysAreTold() throws {
        let played = try workplace.shell(
            "SDL_VIDEODRIVER=dummy exec $RL play acrobot --episodes 1 --speed 1000")
        #expect(
            played.output.contains("left   counterclockwise") && played.output.contains("right  clockwise"))
        #expect(played.output.contains("return -500"))
    }

    @Test func aFileThatExistsIsKept() throws {
        try workplace.write("game.jsonl", "mine\n")
        let played = try workplace.shell(
            "SDL_VIDEODRIVER=dummy exec $RL play mountaincar --episodes 1 --speed 1000 --record game.jsonl")
        played.expectRefusal(saying: ["game.jsonl", "already"])
        #expect(try workplace.text("game.jsonl") == "mine\n")
        try workplace.shell(
            "SDL_VIDEODRIVER=dummy exec $RL play mountaincar --episodes 1 --record no/such/file"
        )
        .expectRefusal(saying: ["no/such/file", "cannot be made"])
    }

    @Test func whatCannotBePlayedIsRefused() throws {
        try workplace.rl("play", "mountaincar", "--record", "game.jsonl").expectRefusal(saying: ["no display"]
        )
        #expect(!workplace.exists("game.jsonl"))
        try workplace.rl("play", "cartpoll").expectRefusal(saying: ["cartpoll", "cartpole"])
        try workplace.rl("play", "mountaincar", "--seed", "-1").expectRefusal(saying: ["seed=-1"])
        try workplace.rl("play", "mountaincar", "--episodes", "0").expectRefusal(saying: ["episodes=0"])
        try workplace.rl("play", "mountaincar", "--speed", "0").expectRefusal(saying: ["speed=0"])
        try workplace.rl("play", "mountaincar", "--set", "limi=3").expectRefusal(saying: ["limi", "limit"])
    }

    @Test func aLineThatIsNoTraceIsRefused() throws {
        try workplace.write("game.jsonl", "{\"reset\":true}\n{\"step\":1,\"action\":\"up\"}\n")
        try workplace.rl("trace", "mountaincar", "--actions", "game.jsonl")
            .expectRefusal(saying: ["game.jsonl:2"])
        try workplace.write("game.jsonl", "{\"step\":1,\"action\":7}\n")
        try workplace.rl("trace", "mountaincar", "--actions", "game.jsonl")
            .expectRefusal(saying: ["game.jsonl:1", "discrete(3)"])
    }
}
