import Autograd

typealias Function = @Sendable (Arguments) throws -> [Value]

/// Every operation that a program can name. The first inputs are the operands; what is no tensor is an attribute.
let operationTable: [String: Function] = [
    // Pairs of elements.
    "add": binary { $0 + $1 },
    "subtract": binary { $0 - $1 },
    "multiply": binary { $0 * $1 },
    "divide": binary { $0 / $1 },
    "minimum": binary { minimum($0, $1) },
    "maximum": binary { maximum($0, $1) },
    "multipliedAdding": tensor { try $0.tensor(0).multiplied(by: $0.tensor(1), adding: $0.tensor(2)) },

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
    "clamped": tensor { try $0.tensor(0).clamped(to: $0.attributes.range("range")) },
    "plusNumber": tensor { try $0.tensor(0) + $0.attributes.float("number") },
    "numberPlus": tensor { try $0.attributes.float("number") + $0.tensor(0) },
    "minusNumber": tensor { try $0.tensor(0) - $0.attributes.float("number") },
    "numberMinus": tensor { try $0.attributes.float("number") - $0.tensor(0) },
    "timesNumber": tensor { try $0.tensor(0) * $0.attributes.float("number") },
    "numberTimes": tensor { try $0.attributes.float("number") * $0.tensor(0) },
    "overNumber": tensor { try $0.tensor(0) / $0.attributes.float("number") },
    "numberOver": tensor { try $0.attributes.float("number") / $0.tensor(0) },

    // Products.
    "matmul": binary { matmul($0, $1) },

    // Reductions.
    "sum": unary { $0.sum() },
    "mean": unary { $0.mean() },
    "rowSum": unary { $0.rowSum() },
    "rowMean": unary { $0.rowMean() },
    "rowMax": unary { $0.rowMax() },
    "rowArgmax": { [.indices(try $0.tensor(0).rowArgmax(), shape: [try $0.tensor(0).rows])] },
    "logSumExp": unary { $0.logSumExp() },
    "huberMean": tensor { try $0.tensor(0).huberMean(delta: $0.attributes.float("delta")) },
    "squaredMean": unary { $0.squaredMean() },

    // Probabilities.
    "softmax": unary { $0.softmax() },
    "logSoftmax": unary { $0.logSoftmax() },
    "categoricalLogProbability": tensor { try $0.tensor(0).categoricalLogProbability(of: $0.indices(1)) },
    "categoricalEntropy": unary { $0.categoricalEntropy() },

    // Shapes and indices.
    "gathered": tensor { try $0.tensor(0).gathered(at: $0.indices(1)) },
    "selectingRows": tensor { try $0.tensor(0).selectingRows(at: $0.indices(1)) },
    "selectingElements": tensor { try $0.tensor(0).selectingElements(at: $0.indices(1)) },
    "columns": tensor {
        let ends = try $0.attributes.integers("range")
        return try $0.tensor(0).columns(ends[0]..<ends[1])
    },
    "concatenatedColumns": binary { $0.concatenatedColumns($1) },
    "reshaped": tensor { try $0.tensor(0).reshaped(Shape($0.attributes.integers("shape"))) },
    "column": unary { $0.column },
    "stopGradient": unary { $0.stopGradient() },
]

private func unary(_ function: @escaping @Sendable (Tensor) -> Tensor) -> Function {
    { [.tensor(function(try $0.tensor(0)))] }
}

private func binary(_ function: @escaping @Sendable (Tensor, Tensor) -> Tensor) -> Function {
    { [.tensor(function(try $0.tensor(0), try $0.tensor(1)))] }
}

private func tensor(_ function: @escaping @Sendable (Arguments) throws -> Tensor) -> Function {
    { [.tensor(try function($0))] }
}
