"""Every operation of the oracle's table: how its operands are drawn, and what it is in PyTorch."""

import math

import numpy as np
import torch

from .drawing import Draw, Need, alone, beside, integer, number, same

OPERATIONS = {}


class Operation:
    """An operation of the table.

    function: takes PyTorch's tensors and the settings by name, and returns a tensor (or `results` of them).
    draw: from a generator and the shape of the first operand, what else it takes; None where the shape does not suit.
    domain: the range that the first operand's numbers are drawn from.
    accepts: the range they may have; in a random graph they come from other operations.
    ranks: the lowest and highest number of the first operand's axes.
    empty: whether operands of no element are tried.
    graphs: whether it takes part in random expression graphs.
    """

    def __init__(self, name, function, draw=alone, domain=(-2, 2), accepts=(-math.inf, math.inf), ranks=(0, 5),
                 empty=True, graphs=True, results=1, kind="float32"):
        self.name, self.function, self.draw, self.domain, self.ranks = name, function, draw, domain, ranks
        self.accepts, self.empty, self.graphs, self.results, self.kind = accepts, empty, graphs, results, kind
        assert name not in OPERATIONS, name
        OPERATIONS[name] = self

    def compute(self, values, attributes):
        """Its results, a tuple."""
        y = self.function(*values, **attributes)
        return y if isinstance(y, tuple) else (y,)


def with_number(low, high):
    return lambda random, shape: Draw(attributes={"number": number(random, low, high)})


POSITIVE = (0.3, 3)
POSITIVE_ONLY = {"domain": POSITIVE, "accepts": (0.2, 50)}

# Pairs of elements.


def beside_positive(random, shape):
    draw = beside(random, shape)
    draw.others[0].domain = draw.others[0].accepts = POSITIVE
    return draw


Operation("add", torch.add, beside)
Operation("subtract", torch.subtract, beside)
Operation("multiply", torch.multiply, beside)
Operation("divide", torch.divide, beside_positive)
Operation("minimum", torch.minimum, beside)
Operation("maximum", torch.maximum, beside)
Operation("multipliedAdding", lambda x, factor, addend: x * factor + addend,
          lambda random, shape: Draw([Need(shape), Need(shape)]))

# Each element.

Operation("negative", torch.neg)
Operation("exp", torch.exp, accepts=(-10, 3))
Operation("log", torch.log, **POSITIVE_ONLY)
Operation("tanh", torch.tanh)
Operation("relu", torch.relu)
Operation("sigmoid", torch.sigmoid, domain=(-4, 4))
Operation("squared", torch.square)
Operation("squareRoot", torch.sqrt, **POSITIVE_ONLY)
Operation("absolute", torch.abs)
Operation("plusNumber", lambda x, number: x + number, with_number(-2, 2))
Operation("numberPlus", lambda x, number: number + x, with_number(-2, 2))
Operation("minusNumber", lambda x, number: x - number, with_number(-2, 2))
Operation("numberMinus", lambda x, number: number - x, with_number(-2, 2))
Operation("timesNumber", lambda x, number: x * number, with_number(-2, 2))
Operation("numberTimes", lambda x, number: number * x, with_number(-2, 2))
Operation("overNumber", lambda x, number: x / number, with_number(0.5, 2))
Operation("numberOver", lambda x, number: number / x, with_number(0.5, 2), **POSITIVE_ONLY)


def a_range(random, shape):
    low = number(random, -1.5, 1)
    return Draw(attributes={"range": [low, low + number(random, 0, 2)]})


Operation("clamped", lambda x, range: torch.clamp(x, *range), a_range)

# Products.


def columns(random, shape):
    return Draw([Need((shape[-1], integer(random, 1, 70)))])


Operation("matmul", torch.matmul, columns, ranks=(2, 2))

# Reductions.

Operation("sum", torch.sum)
Operation("mean", torch.mean, empty=False)
Operation("rowSum", lambda x: x.sum(-1), ranks=(2, 2))
Operation("rowMean", lambda x: x.mean(-1), ranks=(2, 2), empty=False)
Operation("rowMax", lambda x: x.max(-1).values, ranks=(2, 2), empty=False)
Operation("rowArgmax", lambda x: x.argmax(-1).int(), ranks=(2, 2), empty=False, graphs=False)
Operation("logSumExp", lambda x: x.logsumexp(-1), ranks=(2, 2), empty=False)


def a_delta(random, shape):
    return Draw(attributes={"delta": number(random, 0.3, 1.5)})


Operation("huberMean", lambda x, delta: torch.nn.functional.huber_loss(x, torch.zeros_like(x), delta=delta), a_delta,
          empty=False)
Operation("squaredMean", lambda x: x.square().mean(), empty=False)

# Probabilities.


def a_choice(random, shape):
    return Draw([Need(shape[:-1], kind="int32", below=shape[-1])])


def chosen(x, index):
    return x.gather(-1, index.long().unsqueeze(-1)).squeeze(-1)


Operation("softmax", lambda x: x.softmax(-1), ranks=(2, 5), empty=False)
Operation("logSoftmax", lambda x: x.log_softmax(-1), ranks=(2, 5), empty=False)
Operation("categoricalLogProbability", lambda x, index: chosen(x.log_softmax(-1), index), a_choice, ranks=(2, 2),
          empty=False)
Operation("categoricalEntropy", lambda x: torch.distributions.Categorical(logits=x).entropy(), ranks=(2, 2),
          empty=False)

# Shapes and indices.

Operation("gathered", chosen, a_choice, ranks=(2, 2), empty=False)
Operation("selectingRows", lambda x, index: x[index.long()],
          lambda random, shape: Draw([Need((integer(random, 0, 20),), kind="int32", below=shape[0])]), ranks=(2, 2),
          empty=False)
Operation("selectingElements", lambda x, index: x.reshape(-1)[index.long()],
          lambda random, shape: Draw(
              [Need((integer(random, 0, 20),), kind="int32", below=int(np.prod(shape)))]), empty=False)


def a_column_range(random, shape):
    low, high = sorted(integer(random, 0, shape[-1]) for _ in range(2))
    return Draw(attributes={"range": [low, high]})


Operation("columns", lambda x, range: x[..., range[0]:range[1]], a_column_range, ranks=(2, 2))
Operation("concatenatedColumns", lambda x, y: torch.cat([x, y], -1),
          lambda random, shape: Draw([Need(shape[:-1] + (integer(random, 0, 20),))]), ranks=(2, 2))


def another_shape(random, shape):
    """The same number of elements, with the axes in another order, some joined, ones put between."""
    sizes = list(random.permutation(shape)) if shape else []
    while len(sizes) > 1 and random.random() < 0.5:
        at = integer(random, 0, len(sizes) - 2)
        sizes[at:at + 2] = [sizes[at] * sizes[at + 1]]
    while len(sizes) < 4 and random.random() < 0.4:
        sizes.insert(integer(random, 0, len(sizes)), 1)
    return Draw(attributes={"shape": [int(size) for size in sizes]})


Operation("reshaped", lambda x, shape: x.reshape(shape), another_shape)
Operation("column", lambda x: x.reshape(-1, 1))
Operation("stopGradient", torch.detach)
