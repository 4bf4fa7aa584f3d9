"""Numbers that are none: NaN and the infinities, zeros of either sign, the largest and the smallest."""

import numpy as np
import torch

from support import check

from .checks import weigh
from .graphs import Comparison, Graph
from .operations import OPERATIONS

SPECIAL = [np.nan, np.inf, -np.inf, 0.0, -0.0, 3e38, -3e38, 1e-38, -1e-38, 100.0, -100.0, 20.0, -20.0]

# Each element by itself, with the settings where there are any.
ELEMENTWISE = [
    ("negative", {}), ("exp", {}), ("log", {}), ("tanh", {}), ("relu", {}), ("sigmoid", {}), ("squared", {}),
    ("squareRoot", {}), ("absolute", {}), ("clamped", {"range": [-0.5, 1.0]}), ("timesNumber", {"number": 2.0}),
    ("plusNumber", {"number": 2.0}), ("numberOver", {"number": 2.0}), ("expMinusOne", {}), ("logOnePlus", {}),
    ("sin", {}), ("cos", {}), ("raised", {"exponent": 2.5}), ("raised", {"exponent": 3.0}),
    ("raised", {"exponent": -1.0}), ("raised", {"exponent": 0.5}), ("raised", {"exponent": 0.0}), ("softplus", {}),
    ("logSigmoid", {}), ("normalDistribution", {}), ("silu", {}),
    ("leakyRelu", {"slope": 0.1})]
PAIRS = ["add", "subtract", "multiply", "divide", "minimum", "maximum"]
# A row at a time.
ROWS = ["sum", "mean", "rowSum", "rowMean", "rowMax", "rowArgmax", "logSumExp", "softmax", "logSoftmax"]


def compare(comparison, name, arrays, attributes={}):
    """In PyTorch's float32: whether a result is infinite depends on the precision."""
    graph = Graph()
    step = graph.step(
        OPERATIONS[name], [graph.leaf(np.asarray(array, np.float32), True) for array in arrays], attributes)
    weigh(np.random.default_rng(1), graph, [step])
    case = f"{step} of {', '.join(str(np.asarray(array).tolist()) for array in arrays)}"
    comparison.case(name, case, graph.truth(torch.float32), graph.answer)


@check
def special_numbers_are_pytorchs(tools):
    """Values and gradients, alone and beside ordinary numbers, in the vectors and in their tails."""
    comparison = Comparison(tools.oracles)
    for name, attributes in ELEMENTWISE:
        for special in SPECIAL:
            compare(comparison, name, [[special]], attributes)
            compare(comparison, name, [[0.5] * 5 + [special] + [0.75] * 13], attributes)
    for name in PAIRS:
        for special in SPECIAL:
            for other in [0.5, 0.0, special, np.nan, np.inf, -np.inf]:
                compare(comparison, name, [[special], [other]])
                compare(comparison, name, [[other], [special]])
    for name in ROWS:
        for special in SPECIAL:
            for columns in [1, 3, 17, 40]:
                for at in {0, columns // 2, columns - 1}:
                    row = [0.25 * (column % 5) for column in range(columns)]
                    row[at] = special
                    compare(comparison, name, [[row, [0.5] * columns]])
    return comparison.conclude(f"{len(ELEMENTWISE) + len(PAIRS) + len(ROWS)} operations")
