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
    "convolution": { run in
        var random = SplitMix(state: run.seed)
        let layer = Convolution(
            try run.settings.integer("inputs"), try run.settings.integer("outputs"),
            kernel: try run.settings.extent("kernel"), stride: try run.settings.extent("stride"),
            padding: try run.settings.padding(), dilation: try run.settings.extent("dilation"),
            activation: try run.activation("activation"), initializer: try run.initializer(), using: &random)
        return try run.run(layer, &random) { layer, arguments in
            guard try arguments.flag("bytes") else { return [.tensor(layer(try arguments.tensor(0)))] }
            return [.tensor(layer(try arguments.bytes(0), scale: try arguments.float("scale")))]
        }
    },
    "embedding": { run in
        var random = SplitMix(state: run.seed)
        let layer = Embedding(
            try run.settings.integer("count"), try run.settings.integer("size"), using: &random)
        return try run.run(layer, &random) { [.tensor($0(try $1.indices(0)))] }
    },
    "bilinear": { run in
        var random = SplitMix(state: run.seed)
        let layer = Bilinear(
            try run.settings.integer("first"), try run.settings.integer("second"),
            try run.settings.integer("outputs"), using: &random)
        return try run.run(layer, &random) { [.tensor($0(try $1.tensor(0), try $1.tensor(1)))] }
    },
    "lstm": { run in
        var random = SplitMix(state: run.seed)
        let layer = LSTM(
            try run.settings.integer("inputs"), try run.settings.integer("units"), using: &random)
        let (hasState, hasStarts) = (try run.settings.flag("state"), try run.settings.flag("starts"))
        return try run.run(layer, &random) { layer, inputs in
            let state = hasState ? LSTM.State(hidden: try inputs.tensor(1), cell: try inputs.tensor(2)) : nil
            let starts = hasStarts ? try inputs.bytes(hasState ? 3 : 1) : nil
            if try inputs.flag("alone") {
                let after = layer.step(try inputs.tensor(0), from: state, starts: starts)
                return [.tensor(after.hidden), .tensor(after.cell)]
            }
            let (outputs, last) = layer(try inputs.tensor(0), from: state, starts: starts)
            return [.tensor(outputs), .tensor(last.hidden), .tensor(last.cell)]
        }
    },
    "gru": { run in
        var random = SplitMix(state: run.seed)
        let layer = GRU(
            try run.settings.integer("inputs"), try run.settings.integer("units"), using: &random)
        let (hasState, hasStarts) = (try run.settings.flag("state"), try run.settings.flag("starts"))
        return try run.run(layer, &random) { layer, inputs in
            let state = hasState ? try inputs.tensor(1) : nil
            let starts = hasStarts ? try inputs.bytes(hasState ? 2 : 1) : nil
            if try inputs.flag("alone") {
                return [.tensor(layer.step(try inputs.tensor(0), from: state, starts: starts))]
            }
            let (outputs, last) = layer(try inputs.tensor(0), from: state, starts: starts)
            return [.tensor(outputs), .tensor(last)]
        }
    },
    "layerNormalization": { run in
        var random = SplitMix(state: run.seed)
        let layer = LayerNormalization(Shape(try run.settings.integers("shape")))
        return try run.run(layer, &random) { [.tensor($0(try $1.tensor(0)))] }
    },
    "rmsNormalization": { run in
        var random = SplitMix(state: run.seed)
        let layer = RMSNormalization(Shape(try run.settings.integers("shape")))
        return try run.run(layer, &random) { [.tensor($0(try $1.tensor(0)))] }
    },
    "groupNormalization": { run in
        var random = SplitMix(state: run.seed)
        let layer = GroupNormalization(
            groups: try run.settings.integer("groups"), channels: try run.settings.integer("channels"))
        return try run.run(layer, &random) { [.tensor($0(try $1.tensor(0)))] }
    },
    // Learning on the first input, then using what was learned of it on the second.
    "batchNormalization": { run in
        var random = SplitMix(state: run.seed)
        let layer = BatchNormalization(
            try run.settings.integer("channels"), momentum: try run.settings.float("momentum"))
        return try run.run(layer, &random) { layer, inputs in
            var layer = layer
            let y = layer.train(on: try inputs.tensor(0))
            return [
                .tensor(y), .tensor(layer(try inputs.tensor(1))), .parameter(layer.runningMean),
                .parameter(layer.runningVariance),
            ]
        }
    },
    // Whole networks by their names.
    "network": { run in
        var random = SplitMix(state: run.seed)
        let name = try run.settings.text("network")
        guard let choice = NetworkChoice(rawValue: name) else { throw OracleError("no network \(name)") }
        let network = try Network(
            choice, input: Shape(try run.settings.integers("input")),
            outputs: try run.settings.integer("outputs"), hidden: try run.settings.integers("hidden"),
            activation: try run.activation("activation"), using: &random)
        return try run.run(network, &random) { network, arguments in
            guard try arguments.flag("bytes") else { return [.tensor(network(try arguments.tensor(0)))] }
            return [.tensor(network(.bytes(try arguments.bytes(0), scale: try arguments.float("scale"))))]
        }
    },
    "layerStack": { run in
        var random = SplitMix(state: run.seed)
        let channels = try run.settings.integer("channels")
        let stack = try LayerStack(
            [
                .convolution(channels, kernel: 3, padding: .same), .globalAveragePooling,
                .linear(channels, activation: .tanh),
            ], input: Shape(try run.settings.integers("input")), using: &random)
        return try run.run(stack, &random) { [.tensor($0(try $1.tensor(0)))] }
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
    fileprivate func activation(_ name: String) throws -> Activation { try settings.activation(name) }

    fileprivate func initializer() throws -> Initializer {
        try settings.initializer(try settings.text("initializer"))
    }
}
