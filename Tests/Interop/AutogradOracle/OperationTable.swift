import Autograd

typealias Function = @Sendable (Arguments) throws -> [Value]

/// Every operation that a program can name. Tensors are inputs, in order; everything else is an attribute.
let operationTable = [String: Function](
    uniqueKeysWithValues: [tensorFunctions, imageFunctions, distributionFunctions].flatMap {
        $0.map { ($0.key, $0.value) }
    })

/// Of tensors in general.
let tensorFunctions: [String: Function] = [
    // Pairs of elements.
    "add": binary { $0 + $1 },
    "subtract": binary { $0 - $1 },
    "multiply": binary { $0 * $1 },
    "divide": binary { $0 / $1 },
    "minimum": binary { minimum($0, $1) },
    "maximum": binary { maximum($0, $1) },
    "multipliedAdding": tensor { try $0.tensor(0).multiplied(by: $0.tensor(1), adding: $0.tensor(2)) },
    "isGreater": binary { $0.isGreater(than: $1) },
    "isLess": binary { $0.isLess(than: $1) },
    "isEqual": binary { $0.isEqual(to: $1) },
    "isGreaterNumber": tensor { try $0.tensor(0).isGreater(than: $0.float("number")) },
    "isLessNumber": tensor { try $0.tensor(0).isLess(than: $0.float("number")) },
    "select": tensor { try select($0.tensor(0), $0.tensor(1), $0.tensor(2)) },
    "straightThrough": binary { $0.straightThrough(to: $1) },

    // Each element.
    "negative": unary { -$0 },
    "exp": unary { $0.exp() },
    "log": unary { $0.log() },
    "tanh": unary { $0.tanh() },
    "relu": unary { $0.relu() },
    "sigmoid": unary { $0.sigmoid() },
    "squared": unary { $0.squared() },
    "squareRoot": unary { $0.squareRoot() },
    "absolute": unary { $0.absolute() },
    "clamped": tensor { try $0.tensor(0).clamped(to: $0.floatRange("range")) },
    "expMinusOne": unary { $0.expMinusOne() },
    "logOnePlus": unary { $0.logOnePlus() },
    "sin": unary { $0.sin() },
    "cos": unary { $0.cos() },
    "raised": tensor { try $0.tensor(0).raised(to: $0.float("exponent")) },
    "softplus": unary { $0.softplus() },
    "logSigmoid": unary { $0.logSigmoid() },
    "normalDistribution": unary { $0.normalDistribution() },
    "gelu": unary { $0.gelu() },
    "silu": unary { $0.silu() },
    "elu": tensor { try $0.tensor(0).elu(alpha: $0.float("alpha")) },
    "leakyRelu": tensor { try $0.tensor(0).leakyRelu(slope: $0.float("slope")) },
    "softsign": unary { $0.softsign() },
    "plusNumber": tensor { try $0.tensor(0) + $0.float("number") },
    "numberPlus": tensor { try $0.float("number") + $0.tensor(0) },
    "minusNumber": tensor { try $0.tensor(0) - $0.float("number") },
    "numberMinus": tensor { try $0.float("number") - $0.tensor(0) },
    "timesNumber": tensor { try $0.tensor(0) * $0.float("number") },
    "numberTimes": tensor { try $0.float("number") * $0.tensor(0) },
    "overNumber": tensor { try $0.tensor(0) / $0.float("number") },
    "numberOver": tensor { try $0.float("number") / $0.tensor(0) },

    // Products.
    "matmul": binary { matmul($0, $1) },
    "matmulTransposed": binary { $0.matmul(transposed: $1) },
    "transposedMatmul": binary { $0.transposedMatmul($1) },

    // Reductions.
    "sum": unary { $0.sum() },
    "mean": unary { $0.mean() },
    "rowSum": unary { $0.rowSum() },
    "rowMean": unary { $0.rowMean() },
    "rowMax": unary { $0.rowMax() },
    "rowArgmax": { [.indices(IndexTensor(copying: try $0.tensor(0).rowArgmax()))] },
    "sumAlong": tensor { try $0.tensor(0).sum(axis: $0.integer("axis"), keepingAxis: $0.flag("keeping")) },
    "meanAlong": tensor { try $0.tensor(0).mean(axis: $0.integer("axis"), keepingAxis: $0.flag("keeping")) },
    "maxAlong": tensor { try $0.tensor(0).max(axis: $0.integer("axis"), keepingAxis: $0.flag("keeping")) },
    "minAlong": tensor { try $0.tensor(0).min(axis: $0.integer("axis"), keepingAxis: $0.flag("keeping")) },
    "argmax": { [.indices(try $0.tensor(0).argmax(axis: $0.integer("axis")))] },
    "logSumExp": unary { $0.logSumExp() },
    "huberMean": tensor { try $0.tensor(0).huberMean(delta: $0.float("delta")) },
    "squaredMean": unary { $0.squaredMean() },
    "quantileHuberLoss": tensor {
        try $0.tensor(0).quantileHuberLoss(
            to: $0.tensor(1), levels: $0.tensor(2), threshold: $0.float("threshold"))
    },
    "cumulativeSum": tensor {
        try $0.tensor(0).cumulativeSum(axis: $0.integer("axis"), reversed: $0.flag("reversed"))
    },
    "quantileMidpoints": tensor { Tensor(quantileMidpoints: try $0.tensor(0).count) },
    "summed": tensor { try $0.tensor(0).summed(to: $0.shape("shape")) },

    // Probabilities.
    "softmax": unary { $0.softmax() },
    "logSoftmax": unary { $0.logSoftmax() },
    "crossEntropy": tensor { try $0.tensor(0).crossEntropy(with: $0.indices(1)) },
    "crossEntropyOfProbabilities": binary { $0.crossEntropy(with: $1) },

    // Shapes.
    "broadcast": tensor { try $0.tensor(0).broadcast(to: $0.shape("shape")) },
    "reshaped": tensor { try $0.tensor(0).reshaped($0.shape("shape")) },
    "flattened": unary { $0.flattened() },
    "column": unary { $0.column },
    "permuted": tensor { try $0.tensor(0).permuted($0.integers("axes")) },
    "transposed": unary { $0.transposed() },
    "stopGradient": unary { $0.stopGradient() },
    "asVariable": unary { $0.asVariable() },

    // Parts and wholes.
    "columns": tensor { try $0.tensor(0).columns($0.range("range")) },
    "sliced": tensor { try $0.tensor(0).sliced(axis: $0.integer("axis"), $0.range("range")) },
    "concatenated": tensor { try concatenated($0.tensors(), axis: $0.integer("axis")) },
    "concatenatedColumns": binary { $0.concatenatedColumns($1) },
    "stacked": tensor { try stacked($0.tensors(), axis: $0.integer("axis")) },
    "gathered": tensor { try $0.tensor(0).gathered(at: $0.indices(1)) },
    "selectingRows": tensor { try $0.tensor(0).selectingRows(at: $0.indices(1)) },
    "selectingElements": tensor { try $0.tensor(0).selectingElements(at: $0.indices(1).values) },
    "scatteringRows": tensor {
        try $0.tensor(0).scatteringRows(at: $0.indices(1), count: $0.integer("count"))
    },

    // What other packages bring along.
    "custom": binary { Tensor.applying(ProductWithSquare(), to: [$0, $1]) },

    // From whole numbers and bytes.
    "oneHot": tensor { try $0.indices(0).oneHot(depth: $0.integer("depth")) },
    "floats": tensor { try $0.indices(0).floats() },
    "scaled": tensor { try $0.bytes(0).scaled(by: $0.float("scale")) },
]

func unary(_ function: @escaping @Sendable (Tensor) -> Tensor) -> Function {
    { [.tensor(function(try $0.tensor(0)))] }
}

func binary(_ function: @escaping @Sendable (Tensor, Tensor) -> Tensor) -> Function {
    { [.tensor(function(try $0.tensor(0), try $0.tensor(1)))] }
}

func tensor(_ function: @escaping @Sendable (Arguments) throws -> Tensor) -> Function {
    { [.tensor(try function($0))] }
}
