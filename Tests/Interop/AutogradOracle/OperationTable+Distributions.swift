import Autograd

/// Random numbers, and distributions over them: logits, or mean and log deviation, come first.
let distributionFunctions: [String: Function] = [
    // Random numbers, of the first input's shape.
    "uniformNumbers": tensor { try $0.random { Tensor(uniform: $0, using: &$1) } },
    "normalNumbers": tensor { try $0.random { Tensor(normal: $0, using: &$1) } },
    "gumbelNumbers": tensor {
        try $0.random { shape, random in
            var numbers = [Float](repeating: 0, count: shape.count)
            random.fillGumbel(&numbers)
            return Tensor(copying: numbers, shape)
        }
    },
    "randomMask": tensor { arguments in
        let probability = try arguments.number("probability")
        return try arguments.random { shape, random in
            var bytes = [UInt8](repeating: 0, count: shape.count)
            random.fillMask(&bytes, probability: probability)
            return ByteTensor(aliasing: bytes, shape).scaled()
        }
    },
    "dropout": tensor {
        var random = try $0.stream()
        return try $0.tensor(0).dropout(probability: $0.number("probability"), using: &random)
    },

    // One choice a row.
    "categoricalLogProbability": tensor { try $0.categorical().logProbability(of: $0.indices(1)) },
    "categoricalEntropy": tensor { try $0.categorical().entropy() },
    "categoricalDivergence": tensor {
        try $0.categorical().divergence(from: Categorical(logits: $0.tensor(1)))
    },
    "categoricalProbabilities": tensor { try $0.categorical().probabilities() },
    "categoricalMode": { [.indices(try $0.categorical().mode)] },
    "categoricalSample": {
        var random = try $0.stream()
        return [.indices(try $0.categorical().sample(using: &random))]
    },
    "logitsLogProbability": tensor { try $0.tensor(0).categoricalLogProbability(of: $0.indices(1)) },
    "logitsEntropy": tensor { try $0.tensor(0).categoricalEntropy() },
    "maskedLogits": tensor { try $0.maskedCategorical().logits },
    "maskedLogProbability": tensor { try $0.maskedCategorical().logProbability(of: $0.indices(2)) },
    "maskedEntropy": tensor { try $0.maskedCategorical().entropy() },
    "maskedDivergence": tensor {
        try $0.maskedCategorical().divergence(from: Categorical(logits: $0.tensor(2), allowed: $0.bytes(1)))
    },

    // Several choices a row.
    "multiLogProbability": tensor { try $0.multiCategorical().logProbability(of: $0.indices(1)) },
    "multiEntropy": tensor { try $0.multiCategorical().entropy() },
    "multiDivergence": tensor {
        try $0.multiCategorical().divergence(
            from: MultiCategorical(logits: $0.tensor(1), sizes: $0.integers("sizes")))
    },
    "multiMode": { [.indices(try $0.multiCategorical().mode)] },
    "multiSample": {
        var random = try $0.stream()
        return [.indices(try $0.multiCategorical().sample(using: &random))]
    },
    "multiMaskedLogProbability": tensor {
        try $0.maskedMultiCategorical().logProbability(of: $0.indices(2))
    },
    "multiMaskedEntropy": tensor { try $0.maskedMultiCategorical().entropy() },

    // Bits.
    "bernoulliLogProbability": tensor { try $0.bernoulli().logProbability(of: $0.tensor(1)) },
    "bernoulliEntropy": tensor { try $0.bernoulli().entropy() },
    "bernoulliDivergence": tensor { try $0.bernoulli().divergence(from: Bernoulli(logits: $0.tensor(1))) },
    "bernoulliProbabilities": tensor { try $0.bernoulli().probabilities() },
    "bernoulliMode": tensor { try $0.bernoulli().mode },
    "bernoulliSample": tensor {
        var random = try $0.stream()
        return try $0.bernoulli().sample(using: &random)
    },

    // Normal numbers.
    "gaussianLogProbability": tensor { try $0.gaussian().logProbability(of: $0.tensor(2)) },
    "gaussianEntropy": tensor { try $0.gaussian().entropy() },
    "gaussianDivergence": tensor {
        try $0.gaussian().divergence(
            from: DiagonalGaussian(mean: $0.tensor(2), logStandardDeviation: $0.tensor(3)))
    },
    "gaussianMode": tensor { try $0.gaussian().mode },
    "gaussianSample": tensor {
        var random = try $0.stream()
        return try $0.gaussian().sample(using: &random)
    },

    // Their hyperbolic tangents.
    "squashedLogProbability": tensor { try $0.squashed().logProbability(of: $0.tensor(2)) },
    "squashedDivergence": tensor {
        try $0.squashed().divergence(
            from: SquashedGaussian(mean: $0.tensor(2), logStandardDeviation: $0.tensor(3)))
    },
    "squashedMode": tensor { try $0.squashed().mode },
    "squashedSample": {
        var random = try $0.stream()
        return [.tensor(try $0.squashed().sample(using: &random))]
    },
    "squashedSampleWithLogProbability": {
        var random = try $0.stream()
        let (action, logProbability) = try $0.squashed().sampleWithLogProbability(using: &random)
        return [.tensor(action), .tensor(logProbability)]
    },
]

extension Arguments {
    fileprivate func stream() throws -> CounterRandom {
        CounterRandom(key: UInt64(try integer("key")), position: UInt64(try integer("position")))
    }

    fileprivate func random(_ draw: (Shape, inout CounterRandom) -> Tensor) throws -> Tensor {
        var random = try stream()
        return draw(try tensor(0).shape, &random)
    }

    fileprivate func categorical() throws -> Categorical { Categorical(logits: try tensor(0)) }

    fileprivate func maskedCategorical() throws -> Categorical {
        Categorical(logits: try tensor(0), allowed: try bytes(1))
    }

    fileprivate func multiCategorical() throws -> MultiCategorical {
        MultiCategorical(logits: try tensor(0), sizes: try integers("sizes"))
    }

    fileprivate func maskedMultiCategorical() throws -> MultiCategorical {
        MultiCategorical(logits: try tensor(0), sizes: try integers("sizes"), allowed: try bytes(1))
    }

    fileprivate func bernoulli() throws -> Bernoulli { Bernoulli(logits: try tensor(0)) }

    fileprivate func gaussian() throws -> DiagonalGaussian {
        DiagonalGaussian(mean: try tensor(0), logStandardDeviation: try tensor(1))
    }

    fileprivate func squashed() throws -> SquashedGaussian {
        SquashedGaussian(mean: try tensor(0), logStandardDeviation: try tensor(1))
    }
}
