import Foundation
import RLCore
import Testing

@Suite struct SettingsTests {
    @Test func textsAreReadAsAPersonWritesThem() throws {
        let settings = try Sample(replacing: [
            "discount": "0.5", "steps": "1e5", "hidden": "[64, 32]", "loss": "squared", "isOn": "yes",
            "name": "a b", "rate": "2.3e-3",
        ])
        #expect(settings.discount == 0.5 && settings.steps == 100_000 && settings.hidden == [64, 32])
        #expect(
            settings.loss == .squared && settings.isOn && settings.name == "a b" && settings.rate == 2.3e-3)
        #expect(try Sample(replacing: ["hidden": "7, 8"]).hidden == [7, 8])
        #expect(try Sample(replacing: ["hidden": "[]"]).hidden == [])
        #expect(try Sample(replacing: ["steps": "50_000"]).steps == 50_000)
        #expect(try Sample(replacing: ["discount": "1"]).discount == 1)
        #expect(try Sample(replacing: ["steps": "\(1 << 62)"]).steps == 1 << 62)
    }

    @Test(arguments: [
        (["discont": "1"], "there is no setting 'discont'; did you mean 'discount'?"),
        (["zzz": "1"], "there is no setting 'zzz'; there are: discount, steps"),
        (["discount": "1.5"], "discount=1.5 does not fit: expected a number, from 0 to 1"),
        (["discount": "nan"], "discount=nan does not fit"),
        (["discount": "inf"], "discount=inf does not fit"),
        (["discount": ""], "discount= does not fit"), (["steps": "0"], "an integer, at least 1"),
        (["steps": "1.5"], "an integer, at least 1"), (["steps": "1e30"], "an integer, at least 1"),
        (["rate": "0"], "a number, above 0"), (["rate": "-1"], "a number, above 0"),
        (["hidden": "[64, x]"], "a list like [a, b], each an integer"),
        (["hidden": "[64, -1]"], "at least 1"), (["hidden": "64,,32"], "a list like"),
        (["loss": "hubber"], "loss=hubber does not fit: expected one of huber, squared"),
        (["isOn": "perhaps"], "true or false"),
        (["steps": "7", "discount": "0.7"], "steps of 7 do not go with"),
    ])
    func whatDoesNotFitIsRefusedInALine(texts: [String: String], part: String) {
        let error = #expect(throws: ConfigurationError.self) { try Sample(replacing: texts) }
        #expect(error?.description.contains(part) == true, "\(error.map { "\($0)" } ?? "")")
        #expect(error?.description.contains("\n") == false)
    }

    @Test func declarationsSayEverythingOnce() throws {
        let declarations = Sample().declarations
        #expect(
            declarations.map(\.name) == ["discount", "steps", "rate", "hidden", "loss", "isOn", "name"])
        let discount = try #require(declarations.first)
        #expect(discount.meaning == "Discount factor γ" && discount.text == "0.99" && discount.json == "0.99")
        #expect(discount.expectation == "a number, from 0 to 1" && declarations[1].unit == "steps")
        let texts = declarations.map(\.text)
        #expect(texts == ["0.99", "1000", "0.0001", "[256, 256]", "huber", "false", "dqn"])
    }

    /// Values that were read keep what is declared beside them.
    @Test func replacedSettingsKeepTheirMeaning() throws {
        let replaced = try Sample(replacing: ["steps": "5"]).declarations
        #expect(replaced[1].meaning == "How long" && replaced[1].unit == "steps" && replaced[1].text == "5")
        #expect(replaced[1].expectation == "an integer, at least 1")
        #expect(replaced.map(\.meaning) == Sample().declarations.map(\.meaning))
    }

    /// Other defaults than the declared ones stay where nothing replaces them, and are held to the same ranges.
    @Test func settingsAreReplacedInWhatIsThere() throws {
        var defaults = Sample()
        (defaults.steps, defaults.loss) = (7, .squared)
        let replaced = try defaults.replacing(["rate": "0.5"])
        #expect(replaced.steps == 7 && replaced.loss == .squared && replaced.rate == 0.5)
        #expect(defaults.declarations[1].text == "7" && replaced.declarations[1].meaning == "How long")
        #expect(throws: ConfigurationError.self) { try replaced.replacing(["steps": "0"]) }
        #expect(throws: ConfigurationError.self) { try defaults.replacing(["discount": "0.7"]) }
    }

    @Test func jsonGoesRound() throws {
        let settings = try Sample(replacing: [
            "discount": "0.1", "rate": "1.0000000000000002", "name": "quote \" slash / line\n é",
        ])
        let data = try JSONEncoder().encode(settings)
        let read = try JSONDecoder().decode(Sample.self, from: data)
        #expect(read.declarations == settings.declarations && read.rate == 1.0000000000000002)
        let pairs = settings.declarations.map { ($0.name, $0.text) }
        let again = try Sample(replacing: Dictionary(uniqueKeysWithValues: pairs))
        #expect(again.declarations == settings.declarations, "texts read back to what they were written from")
    }

    @Test(arguments: [
        -9.223372036854775808e18, 1e300, -0.0, Double.leastNonzeroMagnitude, 0.1, 123_456_789.0,
        9_007_199_254_740_992.0,
    ])
    func everyNumberReadsBack(value: Double) {
        #expect(Double(settingText: value.settingText) == value)
    }

    @Test func unknownNamesGetAGuess() {
        let names = ["dqn", "gridworld", "CartPole-v1"]
        let guesses = [
            ("dnq", "did you mean 'dqn'?"), ("grid", "did you mean 'gridworld'?"),
            ("cartpole-v1", "did you mean 'CartPole-v1'?"), ("Gridword", "did you mean 'gridworld'?"),
            ("ppo-atari", "there are: dqn, gridworld, CartPole-v1"), ("", "there are: dqn"),
        ]
        for (name, guess) in guesses {
            let error = ConfigurationError.unknown("agent", name, among: names)
            #expect(error.description.contains(guess), "\(error)")
        }
    }
}

private enum Loss: String, SettingChoice {
    case huber, squared
}

private struct Sample: Settings {
    @Setting("Discount factor γ", in: .between(0, 1)) var discount = 0.99
    @Setting("How long", unit: "steps", in: .atLeast(1)) var steps = 1000
    @Setting("How fast", in: .positive) var rate = 1e-4
    @Setting("Widths of the hidden layers", in: .atLeast(1)) var hidden = [256, 256]
    @Setting("Which loss") var loss = Loss.huber
    @Setting("Whether") var isOn = false
    @Setting("What it is called") var name = "dqn"

    func validate() throws(ConfigurationError) {
        if steps == 7, discount == 0.7 { throw ConfigurationError("steps of 7 do not go with discount 0.7") }
    }
}
