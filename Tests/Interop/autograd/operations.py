"""Every operation of the oracle's table: how its operands are drawn, and what it is in PyTorch."""

import math

import numpy as np
import torch

from .drawing import Draw, Need, alone, beside, broadcast_partner, chance, integer, number, same

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
    second: whether it has a second derivative.
    double: whether our own evaluation in Double is the same function of every operand.
    kind, below: of the first operand; see `Need`.
    shape: draws the first operand's shape, instead of one with so many axes.
    """

    def __init__(self, name, function, draw=alone, domain=(-2, 2), accepts=(-math.inf, math.inf), ranks=(0, 5),
                 empty=True, graphs=True, second=True, double=True, results=1, kind="float32", below=0, shape=None):
        self.name, self.function, self.draw, self.domain, self.ranks = name, function, draw, domain, ranks
        self.accepts, self.empty, self.graphs, self.second, self.results = accepts, empty, graphs, second, results
        self.double, self.kind, self.below, self.shape = double, kind, below, shape
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



def compared(holds):
    return lambda x, y: holds(x, y).to(x.dtype)


Operation("isGreater", compared(torch.gt), beside)
Operation("isLess", compared(torch.lt), beside)
Operation("isEqual", compared(torch.eq), lambda random, shape: Draw([Need(shape, kind="whole")]), kind="whole",
          graphs=False)
Operation("isGreaterNumber", lambda x, number: (x > number).to(x.dtype), with_number(-1, 1))
Operation("isLessNumber", lambda x, number: (x < number).to(x.dtype), with_number(-1, 1))


def two_choices(random, shape):
    first = broadcast_partner(random, shape)
    return Draw([Need(first), Need(broadcast_partner(random, np.broadcast_shapes(shape, first)))])


Operation("select", lambda mask, a, b: torch.where(mask != 0, a, b), two_choices, kind="mask")
Operation("straightThrough", lambda x, smooth: x.detach() + smooth - smooth.detach(), same)

# Each element.

Operation("negative", torch.neg)
Operation("exp", torch.exp, accepts=(-10, 3))
Operation("log", torch.log, **POSITIVE_ONLY)
Operation("tanh", torch.tanh)
Operation("relu", torch.relu)
Operation("sigmoid", torch.sigmoid, domain=(-4, 4))
Operation("squared", torch.square)
Operation("squareRoot", torch.sqrt, **POSITIVE_ONLY)
# Not torch.abs, whose second derivative is a kind of zeros that later brings PyTorch down.
Operation("absolute", lambda x: x * x.sign().detach())
Operation("expMinusOne", torch.expm1, accepts=(-10, 3))
Operation("logOnePlus", torch.log1p, domain=(-0.7, 3), accepts=(-0.8, 50))
Operation("sin", torch.sin)
Operation("cos", torch.cos)
Operation("softplus", torch.nn.functional.softplus, domain=(-4, 4))
Operation("logSigmoid", torch.nn.functional.logsigmoid, domain=(-4, 4))
Operation("normalDistribution", torch.special.ndtr)
Operation("gelu", torch.nn.functional.gelu)
Operation("silu", torch.nn.functional.silu)
Operation("softsign", torch.nn.functional.softsign)
# PyTorch's second derivative at 0 is that of the other side.
Operation("elu", lambda x, alpha: torch.where(x > 0, x, alpha * torch.expm1(x)),
          lambda random, shape: Draw(attributes={"alpha": number(random, 0.3, 1.5)}), accepts=(-10, 10))
Operation("leakyRelu", lambda x, slope: torch.nn.functional.leaky_relu(x, slope),
          lambda random, shape: Draw(attributes={"slope": number(random, 0, 0.5)}))


def an_exponent(random, shape):
    exponent = number(random, -3, 3) if chance(random, 0.5) else float(random.choice([-2, -1, 0, 0.5, 1, 2, 3, 4]))
    return Draw(attributes={"exponent": exponent})


Operation("raised", lambda x, exponent: x ** exponent, an_exponent, domain=POSITIVE, accepts=(0.2, 5))
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


def as_rows(x):
    """The last axis is the columns, all others together are the rows."""
    return x.reshape(math.prod(x.shape[:-1]), x.shape[-1] if x.dim() else 1)


def product(random, shape, transposed=False):
    """One matrix for all rows, or one for each matrix of a batch."""
    inner, columns = shape[-1], int(random.choice([1, 2, 3, 4, 16, 17, 33, 64, 70]))
    matrix = (columns, inner) if transposed else (inner, columns)
    return Draw([Need(shape[:-2] + matrix if len(shape) > 2 and chance(random, 0.5) else matrix)])


def transposed_product(random, shape):
    columns = int(random.choice([1, 2, 3, 4, 16, 17, 33, 64, 70]))
    batched = len(shape) > 2 and chance(random, 0.5)
    return Draw([Need((*shape[:-1], columns) if batched else (math.prod(shape[:-1]), columns))])


def matmul(x, y):
    return x @ y if y.dim() > 2 else torch.atleast_2d(x) @ y


Operation("matmul", matmul, product, ranks=(1, 4))
Operation("matmulTransposed", lambda x, y: matmul(x, y.mT), lambda random, shape: product(random, shape, True),
          ranks=(1, 4))
Operation("transposedMatmul", lambda x, y: x.mT @ y if y.dim() > 2 else as_rows(x).mT @ y, transposed_product,
          ranks=(1, 4))

# Reductions.

Operation("sum", torch.sum)
Operation("mean", torch.mean, empty=False)
Operation("rowSum", lambda x: as_rows(x).sum(-1))
Operation("rowMean", lambda x: as_rows(x).mean(-1), empty=False)
Operation("rowMax", lambda x: as_rows(x).max(-1).values, empty=False)
Operation("rowArgmax", lambda x: as_rows(x).argmax(-1).int(), empty=False, graphs=False)


def an_axis(random, shape):
    """One of at least one element, counted from the first or from the last."""
    axes = [axis for axis, size in enumerate(shape) if size > 0]
    if not axes:
        return None
    axis = int(random.choice(axes))
    return Draw(attributes={"axis": axis - len(shape) if chance(random, 0.5) else axis})


def a_reduction(random, shape):
    draw = an_axis(random, shape)
    if draw is not None:
        draw.attributes["keeping"] = chance(random, 0.5)
    return draw


Operation("sumAlong", lambda x, axis, keeping: x.sum(axis, keepdim=keeping), a_reduction, ranks=(1, 5))
Operation("meanAlong", lambda x, axis, keeping: x.mean(axis, keepdim=keeping), a_reduction, ranks=(1, 5))
Operation("maxAlong", lambda x, axis, keeping: x.max(axis, keepdim=keeping).values, a_reduction, ranks=(1, 5))
Operation("minAlong", lambda x, axis, keeping: x.min(axis, keepdim=keeping).values, a_reduction, ranks=(1, 5))
Operation("argmax", lambda x, axis: x.argmax(axis).int(), an_axis, ranks=(1, 5), graphs=False)
Operation("logSumExp", lambda x: as_rows(x).logsumexp(-1), empty=False)


def a_delta(random, shape):
    return Draw(attributes={"delta": number(random, 0.3, 1.5)})


Operation("huberMean", lambda x, delta: torch.nn.functional.huber_loss(x, torch.zeros_like(x), delta=delta), a_delta,
          empty=False)
Operation("squaredMean", lambda x: x.square().mean(), empty=False)


def a_scan(random, shape):
    draw = an_axis(random, shape)
    if draw is not None:
        draw.attributes["reversed"] = chance(random, 0.5)
    return draw


Operation("cumulativeSum",
          lambda x, axis, reversed: x.flip(axis).cumsum(axis).flip(axis) if reversed else x.cumsum(axis), a_scan,
          ranks=(1, 5))


def some_samples(random, shape):
    """Samples of each row, and levels of each row or of all."""
    if shape[0] == 0:
        return None
    levels = Need((shape[0] if chance(random, 0.5) else 1, shape[1]), kind="mask" if chance(random, 0.1) else "level")
    return Draw([Need((shape[0], integer(random, 1, 20))), levels],
                {"threshold": 0.0 if chance(random, 0.2) else number(random, 0.3, 1.5)})


def quantile_huber_loss(x, samples, levels, threshold):
    u = samples[:, None, :] - x[:, :, None]
    huber = u.abs() if threshold == 0 else torch.nn.functional.huber_loss(
        u, torch.zeros_like(u), delta=threshold, reduction="none")
    return ((levels.detach()[:, :, None] - (u.detach() < 0).to(x.dtype)).abs() * huber).mean(2).sum(1)


Operation("quantileHuberLoss", quantile_huber_loss, some_samples, ranks=(2, 2), empty=False, second=False,
          double=False, graphs=False)


Operation("quantileMidpoints", lambda x: (torch.arange(x.numel(), dtype=x.dtype) + 0.5) / max(x.numel(), 1), graphs=False)


def a_smaller_shape(random, shape):
    """One that is repeated to this one."""
    sizes = [1 if chance(random, 0.5) else size for size in shape]
    return Draw(attributes={"shape": sizes[integer(random, 0, len(sizes)):] if chance(random, 0.4) else sizes})


Operation("summed", lambda x, shape: x.sum_to_size(shape), a_smaller_shape)

# Probabilities.


def a_choice(random, shape):
    return Draw([Need(shape[:-1], kind="int32", below=shape[-1])]) if shape[-1] > 0 else None


def chosen(x, index):
    return as_rows(x).gather(1, index.long().reshape(-1, 1)).squeeze(1)


Operation("softmax", lambda x: x.softmax(-1), ranks=(1, 5))
Operation("logSoftmax", lambda x: x.log_softmax(-1), ranks=(1, 5))
Operation("crossEntropy",
          lambda x, index: torch.nn.functional.cross_entropy(as_rows(x), index.long().reshape(-1), reduction="none"),
          a_choice, ranks=(1, 5))
# Of what is not negative, so that the sum does not cancel.
Operation("crossEntropyOfProbabilities",
          lambda x, targets: -as_rows(targets * x.log_softmax(-1)).sum(-1),
          lambda random, shape: Draw([Need(shape, domain=(0.05, 1), accepts=(0, 2))]), ranks=(1, 5))

# Shapes.


def a_larger_shape(random, shape):
    sizes = [integer(random, 0, 5) if size == 1 and chance(random, 0.5) else size for size in shape]
    while len(sizes) < 6 and chance(random, 0.3):
        sizes.insert(0, integer(random, 1, 3))
    return Draw(attributes={"shape": sizes})


def another_shape(random, shape):
    """The same number of elements, with the axes in another order, some joined, ones put between."""
    sizes = [int(size) for size in random.permutation(shape)] if shape else []
    while len(sizes) > 1 and chance(random, 0.5):
        at = integer(random, 0, len(sizes) - 2)
        sizes[at:at + 2] = [sizes[at] * sizes[at + 1]]
    while len(sizes) < 8 and chance(random, 0.4):
        sizes.insert(integer(random, 0, len(sizes)), 1)
    return Draw(attributes={"shape": sizes})


def an_order(random, shape):
    return Draw(attributes={"axes": [int(axis) for axis in random.permutation(len(shape))]})


Operation("broadcast", lambda x, shape: x.expand(shape), a_larger_shape)
Operation("reshaped", lambda x, shape: x.reshape(shape), another_shape)
Operation("flattened", lambda x: x.reshape(-1))
Operation("column", lambda x: x.reshape(-1, 1))
Operation("permuted", lambda x, axes: x.permute(axes), an_order, ranks=(0, 6))
Operation("transposed", lambda x: x.mT, ranks=(2, 5))
Operation("stopGradient", torch.detach)
Operation("asVariable", torch.detach)

# Parts and wholes.


def a_part(random, size):
    return sorted(integer(random, 0, size) for _ in range(2))


def a_slice(random, shape):
    axis = integer(random, -len(shape), len(shape) - 1)
    return Draw(attributes={"axis": axis, "range": a_part(random, shape[axis])})


def sliced(x, axis, range):
    return x.narrow(axis, range[0], range[1] - range[0])


def some_along(random, shape):
    """None to three more, which differ along the axis."""
    axis = integer(random, -len(shape), len(shape) - 1)
    others = []
    for _ in range(integer(random, 0, 3)):
        sizes = list(shape)
        sizes[axis] = integer(random, 0, 9)
        others.append(Need(tuple(sizes)))
    return Draw(others, {"axis": axis})


def some_same(random, shape):
    axis = integer(random, -len(shape) - 1, len(shape))
    return Draw([Need(shape) for _ in range(integer(random, 0, 3))], {"axis": axis})


Operation("columns", lambda x, range: sliced(x, -1, range),
          lambda random, shape: Draw(attributes={"range": a_part(random, shape[-1])}), ranks=(1, 5))
Operation("sliced", sliced, a_slice, ranks=(1, 5))
Operation("concatenated", lambda *all, axis: torch.cat(all, axis), some_along, ranks=(1, 5))
Operation("concatenatedColumns", lambda x, y: torch.cat([x, y], -1),
          lambda random, shape: Draw([Need((*shape[:-1], integer(random, 0, 20)))]), ranks=(1, 5))
Operation("stacked", lambda *all, axis: torch.stack(all, axis), some_same, ranks=(0, 5))


def some_indices(random, count):
    return Need((integer(random, 0, 20) if count > 0 else 0,), kind="int32", below=count)


def a_scatter(random, shape):
    count = integer(random, 1, 9)
    return Draw([Need((math.prod(shape[:-1]),), kind="int32", below=count)], {"count": count})


def scattering_rows(x, index, count):
    return x.new_zeros(count, x.shape[-1]).index_add(0, index.long(), as_rows(x))


Operation("gathered", chosen, a_choice, ranks=(1, 5))
Operation("selectingRows", lambda x, index: as_rows(x)[index.long()],
          lambda random, shape: Draw([some_indices(random, math.prod(shape[:-1]))]), ranks=(1, 5))
Operation("selectingElements", lambda x, index: x.reshape(-1)[index.long()],
          lambda random, shape: Draw([some_indices(random, math.prod(shape))]))
Operation("scatteringRows", scattering_rows, a_scatter, ranks=(1, 5))

# What other packages bring along.

Operation("custom", lambda x, y: x * y * y, same, second=False)

# From whole numbers and bytes.

Operation("oneHot", lambda x, depth: torch.nn.functional.one_hot(x.long(), depth).double(),
          lambda random, shape: Draw(attributes={"depth": integer(random, 7, 12)}), kind="int32", below=7)
Operation("floats", lambda x: x.double(), kind="int32", below=1000)
Operation("scaled", lambda x, scale: x.double() * scale,
          lambda random, shape: Draw(attributes={"scale": number(random, 0.001, 1)}), kind="uint8")
