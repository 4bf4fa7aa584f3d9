"""Operations of random numbers and distributions, in PyTorch's terms, and whether samples are distributed as they say."""

import math

import numpy as np
import torch
from torch import distributions

from support import check, expect

from . import drawing, streams
from .drawing import Draw, Need, chance, integer, number
from .graphs import Graph
from .operations import OPERATIONS, Operation, as_rows

# Of each row: logits, and what is beside them, have a last axis of at least one choice.
ROWS = {"ranks": (2, 2), "graphs": False}


def a_stream(random, shape):
    """Where in which stream, also behind 2³⁴ words."""
    position = integer(random, 0, 2**40) if chance(random, 0.3) else integer(random, 0, 9)
    return Draw(attributes={"key": integer(random, 0, 2**53 - 1), "position": position})


def numbers(draw):
    """An operation that gives what a function of `streams` does."""

    def function(x, key, position, **settings):
        return torch.from_numpy(draw(key, position, x.numel(), **settings)).reshape(x.shape)

    return function


def with_probability(random, shape):
    draw = a_stream(random, shape)
    draw.attributes["probability"] = float(random.choice([0, 0.1, 0.25, 0.5, 0.9, 1]))
    return draw


def dropout(x, key, position, probability):
    if probability == 1:
        return x * 0
    kept = streams.mask(key, position, x.numel(), 1 - probability)
    return x * torch.from_numpy(kept).reshape(x.shape) / (1 - probability)


Operation("uniformNumbers", numbers(streams.uniform), a_stream, graphs=False)
Operation("normalNumbers", numbers(streams.normal), a_stream, graphs=False)
Operation("gumbelNumbers", numbers(streams.gumbel), a_stream, graphs=False)
Operation("randomMask", numbers(streams.mask), with_probability, graphs=False)
Operation("dropout", dropout, with_probability)

# One choice a row.


def of_choices(draw):
    """Only where there is a choice."""
    return lambda random, shape: draw(random, shape) if shape[-1] > 0 else None


def a_choice(random, shape):
    return Draw([Need(shape[:-1], kind="int32", below=shape[-1])])


def same(random, shape):
    return Draw([Need(shape)])


def alone(random, shape):
    return Draw()


def categorical(x):
    return distributions.Categorical(logits=as_rows(x), validate_args=False)


def log_probability(x, choices):
    return categorical(x).log_prob(choices.reshape(-1))


def divergence(x, y):
    return distributions.kl_divergence(categorical(x), categorical(y))


Operation("categoricalLogProbability", log_probability, of_choices(a_choice), ranks=(1, 3))
Operation("logitsLogProbability", log_probability, of_choices(a_choice), ranks=(1, 3))
Operation("categoricalEntropy", lambda x: categorical(x).entropy(), of_choices(alone), ranks=(1, 3))
Operation("logitsEntropy", lambda x: categorical(x).entropy(), of_choices(alone), ranks=(1, 3))
Operation("categoricalDivergence", divergence, of_choices(same), ranks=(2, 2))
Operation("categoricalProbabilities", lambda x: x.softmax(-1), of_choices(alone), ranks=(2, 2))
Operation("categoricalMode", lambda x: x.argmax(-1).int(), of_choices(alone), **ROWS)


def a_mask(random, rows, sizes):
    """Bytes with at least one choice allowed in each group of a row, and an allowed choice of each."""
    allowed = random.integers(0, 256, size=(rows, sum(sizes))) * random.integers(0, 2, size=(rows, sum(sizes)))
    choices = np.zeros((rows, len(sizes)), np.int32)
    for row in range(rows):
        start = 0
        for group, size in enumerate(sizes):
            part = allowed[row, start:start + size]
            part[random.integers(size)] = 1
            choices[row, group] = random.choice(np.flatnonzero(part))
            start += size
    return allowed.astype(np.uint8), choices


def masked(draw):
    """The mask as second operand, then the choices, or further logits."""

    def drawn(random, shape):
        allowed, choices = a_mask(random, shape[0], [shape[1]])
        others = {"choice": [Need(array=choices[:, 0])], "logits": [Need(shape)], "": []}[draw]
        return Draw([Need(array=allowed), *others])

    return of_choices(drawn)


def without(x, allowed, value):
    """PyTorch's derivatives know no logit of -∞; one that is as good as it leaves nothing in float64 either."""
    return torch.where(allowed.reshape(x.shape) != 0, x, value)


FAR = -1e4

Operation("maskedLogits", lambda x, allowed: without(x, allowed, -math.inf), masked(""), double=False,
          **ROWS)
Operation("maskedLogProbability", lambda x, allowed, choices: log_probability(without(x, allowed, FAR), choices),
          masked("choice"), **ROWS)
Operation("maskedEntropy", lambda x, allowed: categorical(without(x, allowed, FAR)).entropy(), masked(""), **ROWS)
Operation("maskedDivergence", lambda x, allowed, y: divergence(without(x, allowed, FAR), without(y, allowed, FAR)),
          masked("logits"), **ROWS)

# Several choices a row.


def groups(draw):
    """Sizes that make up the row, and what `draw` gives of them."""

    def drawn(random, shape):
        sizes, left = [], shape[1]
        while left > 0:
            sizes.append(integer(random, 1, min(left, 9)))
            left -= sizes[-1]
        return Draw(draw(random, shape, sizes), {"sizes": sizes}) if sizes else None

    return drawn


def each_group(function):
    """The sum of a function of each group's columns of all tensors but the choices, which have a column a group."""

    def summed(x, *others, sizes):
        start, sums = 0, torch.zeros(len(x), dtype=x.dtype)
        for group, size in enumerate(sizes):
            columns = slice(start, start + size)
            parts = [y[:, group] if y.dtype == torch.int32 else y[:, columns] for y in others]
            sums = sums + function(x[:, columns], *parts)
            start += size
        return sums

    return summed


def group_choices(random, shape, sizes):
    choices = random.integers(0, sizes, size=(shape[0], len(sizes)))
    return [Need(array=choices.astype(np.int32))]


def group_mask(random, shape, sizes):
    allowed, choices = a_mask(random, shape[0], sizes)
    return [Need(array=allowed), Need(array=choices)]


def group_modes(x, sizes):
    return torch.stack([part.argmax(1) for part in x.split(sizes, 1)], 1).int()


Operation("multiLogProbability", each_group(log_probability), groups(group_choices), **ROWS)
Operation("multiEntropy", each_group(lambda x: categorical(x).entropy()), groups(lambda random, shape, sizes: []), **ROWS)
Operation("multiDivergence", each_group(divergence), groups(lambda random, shape, sizes: [Need(shape)]), **ROWS)
Operation("multiMode", group_modes, groups(lambda random, shape, sizes: []), **ROWS)
Operation("multiMaskedLogProbability",
          each_group(lambda x, allowed, choices: log_probability(without(x, allowed, FAR), choices)), groups(group_mask),
          **ROWS)
Operation("multiMaskedEntropy", each_group(lambda x, allowed: categorical(without(x, allowed, FAR)).entropy()),
          groups(lambda random, shape, sizes: group_mask(random, shape, sizes)[:1]), **ROWS)

# Bits.


def bernoulli(x):
    return distributions.Bernoulli(logits=x, validate_args=False)


Operation("bernoulliLogProbability", lambda x, bits: bernoulli(x).log_prob(bits.detach()).sum(-1),
          lambda random, shape: Draw([Need(shape, kind="mask")]), ranks=(2, 2))
Operation("bernoulliEntropy", lambda x: bernoulli(x).entropy().sum(-1), ranks=(2, 2))
Operation("bernoulliDivergence", lambda x, y: distributions.kl_divergence(bernoulli(x), bernoulli(y)).sum(-1),
          of_choices(same), ranks=(2, 2))
Operation("bernoulliProbabilities", torch.sigmoid, ranks=(2, 2))
Operation("bernoulliMode", lambda x: (x > 0).to(x.dtype), **ROWS)

# Normal numbers, and their hyperbolic tangents.

DEVIATION = {"domain": (-1.5, 1), "accepts": (-3, 1.5)}


def deviations(random, shape):
    """One for each number, one for each column, or one for all."""
    return Need([shape, shape[-1:], ()][integer(random, 0, 2)], **DEVIATION)


def beside(*needs):
    return lambda random, shape: Draw([deviations(random, shape), *(need(random, shape) for need in needs)])


def other_mean(random, shape):
    return Need(shape)


def an_action(random, shape):
    return Need(shape, domain=(-0.97, 0.97), accepts=(-0.97, 0.97))


def gaussian(mean, log_deviation):
    return distributions.Normal(mean, log_deviation.expand(mean.shape).exp(), validate_args=False)


def squashed(mean, log_deviation):
    return distributions.TransformedDistribution(
        gaussian(mean, log_deviation), distributions.TanhTransform(), validate_args=False)


def gaussian_divergence(mean, log_deviation, other_mean, other_log_deviation):
    return distributions.kl_divergence(
        gaussian(mean, log_deviation), gaussian(other_mean, other_log_deviation)).sum(-1)


def noise_of(mean, key, position):
    return torch.from_numpy(streams.normal(key, position, mean.numel())).reshape(mean.shape).to(mean.dtype)


def gaussian_sample(mean, log_deviation, key, position):
    return mean + log_deviation.exp() * noise_of(mean, key, position)


def squashed_sample(mean, log_deviation, key, position):
    before = gaussian_sample(mean, log_deviation, key, position)
    action = before.tanh()
    slope = distributions.TanhTransform().log_abs_det_jacobian(before, action)
    return action, (gaussian(mean, log_deviation).log_prob(before) - slope).sum(-1)


def beside_stream(random, shape):
    draw = a_stream(random, shape)
    draw.others = [deviations(random, shape)]
    return draw


Operation("gaussianLogProbability", lambda mean, scale, x: gaussian(mean, scale).log_prob(x).sum(-1), beside(other_mean),
          ranks=(2, 2))
Operation("gaussianEntropy", lambda mean, scale: gaussian(mean, scale).entropy().sum(-1), beside(), ranks=(2, 2))
Operation("gaussianDivergence", gaussian_divergence, beside(other_mean, deviations), ranks=(2, 2))
Operation("gaussianMode", lambda mean, scale: mean, beside(), ranks=(2, 2))
Operation("gaussianSample", gaussian_sample, beside_stream, ranks=(2, 2))
Operation("squashedLogProbability", lambda mean, scale, x: squashed(mean, scale).log_prob(x).sum(-1), beside(an_action),
          ranks=(2, 2))
Operation("squashedDivergence", gaussian_divergence, beside(other_mean, deviations), ranks=(2, 2))
Operation("squashedMode", lambda mean, scale: mean.tanh(), beside(), ranks=(2, 2))
Operation("squashedSample", lambda *all, **stream: squashed_sample(*all, **stream)[0], beside_stream, ranks=(2, 2),
          second=False)
Operation("squashedSampleWithLogProbability", squashed_sample, beside_stream, ranks=(2, 2), second=False, results=2,
          graphs=False)

# Samples that have no formula: drawn often, and counted.

for name in ["categoricalSample", "multiSample", "bernoulliSample"]:
    Operation(name, None)

DRAWS = 50_000


def sampled(oracle, name, logits, **settings):
    """`DRAWS` samples of a row of logits."""
    graph = Graph()
    rows = np.broadcast_to(np.asarray(logits, np.float32), (DRAWS, len(logits)))
    graph.output(graph.step(OPERATIONS[name], [graph.leaf(rows)], {"key": 7, "position": 3, **settings}))
    return graph.answer(oracle)[0][0]


def expect_frequencies(samples, probabilities, place):
    """Within five standard deviations, and never where the probability is 0."""
    for choice, p in enumerate(probabilities):
        seen = (samples == choice).mean()
        expect(abs(seen - p) <= 5 * math.sqrt(p * (1 - p) / DRAWS), f"{place}: {choice} was drawn {seen:.4f}, not {p:.4f}")


@check
def samples_are_distributed_as_they_say(tools):
    """Frequencies of choices and bits; samples with a formula are compared number by number elsewhere."""
    count = 0
    random = np.random.default_rng([tools.seed, 5])
    for kernels, oracle in tools.oracles:
        for columns in [1, 2, 5, 17, 40]:
            logits = np.asarray(random.uniform(-3, 3, columns), np.float32)
            logits[random.random(columns) < 0.2] = -np.inf
            logits[integer(random, 0, columns - 1)] = 0.5
            place = f"{columns} choices [{kernels}]"
            samples = sampled(oracle, "categoricalSample", logits)
            expect_frequencies(samples, torch.from_numpy(logits).double().softmax(0).numpy(), place)
            sizes = [columns, 3, 1]
            further = np.concatenate([logits, [0, 1, -1, 2]]).astype(np.float32)
            samples = sampled(oracle, "multiSample", further, sizes=sizes)
            for group, part in enumerate(torch.from_numpy(further).double().split(sizes)):
                expect_frequencies(samples[:, group], part.softmax(0).numpy(), f"group {group} of {sizes} [{kernels}]")
            first, second = samples[:, 0] == np.argmax(logits), samples[:, 1] == 1
            together = (first & second).mean() - first.mean() * second.mean()
            expect(abs(together) < 0.01, f"{place}: groups are not drawn independently")
            bits = sampled(oracle, "bernoulliSample", np.where(np.isfinite(logits), logits, -20))
            for column, logit in enumerate(logits):
                p = 1 / (1 + math.exp(-logit)) if math.isfinite(logit) else 0.0
                expect_frequencies(bits[:, column], [1 - p, p], f"bit of {logit} [{kernels}]")
            count += 3
    return f"{count} distributions of {DRAWS:,} samples on {tools.oracles.names}"
