import RLCore
import RLRuns
import Testing

struct RunPlanTests {
    private func plan(_ layers: RunLayer...) throws -> RunPlan { try RunPlan(layers, catalog: .test) }

    private func layer(_ origin: String, change: (inout RunLayer) -> Void) -> RunLayer {
        var layer = RunLayer(origin: origin)
        change(&layer)
        return layer
    }

    @Test func hasDefaultsForEverything() throws {
        let plan = try plan(flags())
        #expect(plan.steps == 100_000 && plan.rows == 1 && plan.seeds == 1..<2)
        #expect(plan.evaluationInterval == 10_000 && plan.evaluationEpisodes == 20)
        #expect(plan.untilReturn == nil && plan.name == nil)
        #expect(plan.environmentName == "Countdown-v0")
        #expect(plan.origins.filter { $0.value != "default" }.isEmpty)
        #expect(plan.agentSettings.map(\.name) == ["length", "failAt"])
    }

    @Test func laterLayersWin() throws {
        let plan = try plan(
            layer("tuned") {
                ($0.steps, $0.envs, $0.seed) = (10, 2, 3)
                $0.settings = ["environment.length": "5", "failAt": "7"]
            },
            layer("x.yaml") {
                ($0.steps, $0.envs, $0.agent) = (20, 4, "dqn")
                $0.settings = ["failAt": "8"]
            },
            flags("stub", "countdown") { $0.steps = 30 })
        #expect(plan.steps == 30 && plan.rows == 4 && plan.seeds == 3..<4)
        #expect(plan.agent.name == "stub")
        #expect(plan.agentTexts == ["failAt": "8"])
        #expect(plan.environment.settings.map(\.text) == ["5"])
        let origins = plan.origins
        #expect(origins["steps"] == "flag" && origins["envs"] == "x.yaml" && origins["seed"] == "tuned")
        #expect(origins["environment.length"] == "tuned" && origins["agent.failAt"] == "x.yaml")
        #expect(origins["agent.length"] == "default")
    }

    @Test func anEvaluationIntervalIsATenthOfTheSteps() throws {
        #expect(try plan(flags { $0.steps = 5 }).evaluationInterval == 1)
        #expect(try plan(flags { $0.steps = 101 }).evaluationInterval == 11)
    }

    @Test func aBareKeyMustBeUnique() throws {
        #expect(
            refusal { try plan(flags("stub", "countdown", ["length": "3"])) }
                == "'length' is ambiguous; write agent.length or environment.length")
        let both = try plan(flags("stub", "countdown", ["agent.length": "3", "environment.length": "9"]))
        #expect(both.agentTexts == ["length": "3"])
        #expect(both.environment.settings.map(\.text) == ["9"])
    }

    @Test func oneLayerSaysAThingOnce() throws {
        #expect(
            refusal { try plan(flags("stub", "countdown", ["agent.failAt": "3", "failAt": "3"])) }
                == "one setting is given twice, as 'agent.failAt' and as 'failAt'")
        // Two layers may.
        let both = try plan(
            layer("x.yaml") { $0.settings = ["failAt": "1"] },
            flags("stub", "countdown", ["agent.failAt": "2"]))
        #expect(both.agentTexts == ["failAt": "2"] && both.origins["agent.failAt"] == "flag")
    }

    @Test func errorsNameTheirFile() throws {
        let unknown = layer("x.yaml") { $0.settings = ["faliAt": "1"] }
        #expect(
            refusal { try plan(unknown, flags()) }
                == "x.yaml: there is no setting 'faliAt'; did you mean 'failAt'?")
        let steps = layer("x.yaml") { $0.steps = -1 }
        #expect(refusal { try plan(steps, flags()) }.hasPrefix("x.yaml: steps=-1 does not fit"))
        #expect(refusal { try plan(flags { $0.steps = -1 }) }.hasPrefix("steps=-1 does not fit"))
    }

    @Test func refusesWhatNoRunCanBe() throws {
        #expect(refusal { try plan(flags(nil)) }.hasPrefix("no agent is named"))
        #expect(refusal { try plan(flags("stub", nil)) }.hasPrefix("no environment is named"))
        #expect(refusal { try plan(flags { $0.steps = Int.max }) }.contains("from 1 to 100000000000000"))
        #expect(refusal { try plan(flags { $0.envs = 0 }) }.hasPrefix("envs=0 does not fit"))
        #expect(refusal { try plan(flags { $0.seeds = 10_001 }) }.contains("from 1 to 10000"))
        let last = flags { ($0.seed, $0.seeds) = (Int.max - 1, 2) }
        #expect(refusal { try plan(last) }.contains("leaves no room for 2 seeds"))
        for change: (inout RunLayer) -> Void in [{ $0.evalEpisodes = 0 }, { $0.evalEvery = 0 }] {
            let layer = flags {
                $0.untilReturn = 1
                change(&$0)
            }
            #expect(refusal { try plan(layer) }.contains("needs evaluations"))
        }
    }

    @Test(arguments: ["dqn", "stub"])
    func refusesAnAgentThatDoesNotFit(agent: String) throws {
        let message = refusal { try plan(flags(agent, "steering")) }
        #expect(message.hasPrefix("\(agent) chooses one of several actions, but those of steering are box("))
        #expect(!message.contains("\n"))
    }

    /// Whether a rollout of so many rows can be divided is known before anything runs.
    @Test func theAgentIsMadeForTheRowsOfTheRun() throws {
        let settings = ["rolloutSteps": "2", "minibatches": "8"]
        let message = refusal { try plan(flags("ppo", "cartpole", settings)) }
        #expect(message.hasPrefix("minibatches=8 does not fit: expected a divisor of 2"))
        #expect(try plan(flags("ppo", "cartpole", settings) { $0.envs = 4 }).rows == 4)
    }

    @Test func namesAreFoundWhateverTheirCase() throws {
        #expect(try plan(flags("STUB", "COUNTDOWN-V0")).environmentName == "Countdown-v0")
        #expect(refusal { try plan(flags("stub", "countdwn")) }.contains("did you mean 'countdown'"))
    }
}
