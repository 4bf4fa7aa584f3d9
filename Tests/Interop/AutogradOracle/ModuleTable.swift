import Autograd

/// Every module that can be asked for: how it is made from settings, and called.
let moduleTable: [String: @Sendable (ModuleRun) throws -> ModuleAnswer] = [
    "linear": { run in
        var random = SplitMix(state: run.seed)
        let layer = Linear(
            try run.settings.integer("inputs"), try run.settings.integer("outputs"),
            activation: try run.activation("activation"), initializer: try run.initializer(), using: &random)
        return try run.run(layer, &random) { [.tensor($0(try $1.tensor(0)))] }
    },
    "multilayerPerceptron": { run in
        var random = SplitMix(state: run.seed)
        let network = MultilayerPerceptron(
            try run.settings.integers("sizes"), activation: try run.activation("activation"),
            outputActivation: try run.activation("outputActivation"), initializer: try run.initializer(),
            using: &random)
        return try run.run(network, &random) { [.tensor($0(try $1.tensor(0)))] }
    },
]

extension ModuleRun {
    fileprivate func activation(_ name: String) throws -> Activation {
        let word = try settings.text(name)
        guard let activation = Activation(rawValue: word) else { throw OracleError("no activation \(word)") }
        return activation
    }

    fileprivate func initializer() throws -> Initializer {
        try settings.initializer(try settings.text("initializer"))
    }
}
