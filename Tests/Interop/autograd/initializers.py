"""How layers begin: the distributions that PyTorch's functions of the same names draw from."""

import math

import numpy as np

from oracle import decode
from support import check, expect

SEEDS = 3
# A linear layer's fans, in and out, and a convolution's of 5×5 from 8 to 16 channels.
FANS = [(64, 32), (17, 200), (300, 300), (200, 400)]


def normal_below(x):
    return 0.5 * (1 + math.erf(x / math.sqrt(2)))


def uniform(bound):
    return lambda x: (x + bound) / (2 * bound) if abs(x) <= bound else math.nan


def normal(deviation):
    return lambda x: normal_below(x / deviation)


def truncated(deviation):
    """Of the numbers below x; none lies beyond two deviations."""
    low = normal_below(-2)
    return lambda x: (normal_below(x / deviation) - low) / (1 - 2 * low) if abs(x) <= 2 * deviation else math.nan


# By name: settings, and from the fans, in and out, what part of the numbers lies below x.
INITIALIZERS = [
    ("uniform", {"bound": 0.25}, lambda i, o: uniform(0.25)),
    ("uniformFanIn", {}, lambda i, o: uniform(i**-0.5)),
    ("normal", {"deviation": 0.5}, lambda i, o: normal(0.5)),
    ("truncatedNormal", {"deviation": 0.5}, lambda i, o: truncated(0.5)),
    ("kaimingUniform", {"gain": 2**0.5, "output": False}, lambda i, o: uniform((6 / i)**0.5)),
    ("kaimingUniform", {"gain": 1.0, "output": True}, lambda i, o: uniform((3 / o)**0.5)),
    ("kaimingNormal", {"gain": 2**0.5, "output": True}, lambda i, o: normal((2 / o)**0.5)),
    ("kaimingNormal", {"gain": 1.5, "output": False}, lambda i, o: normal(1.5 * i**-0.5)),
    ("xavierUniform", {"gain": 1.0}, lambda i, o: uniform((6 / (i + o))**0.5)),
    ("xavierNormal", {"gain": 1.5}, lambda i, o: normal(1.5 * (2 / (i + o))**0.5)),
]


def drawn(oracle, name, settings, fans, seed):
    numbers = oracle.ask(initializer={"name": name, "settings": settings, "count": math.prod(fans), "fanIn": fans[0],
                                      "fanOut": fans[1], "seed": seed})
    return decode(numbers["numbers"]).astype(np.float64)


def expect_distribution(values, below, place):
    """Kolmogorov and Smirnov's distance, at a level of one in a million."""
    n = len(values)
    parts = np.array([below(value) for value in np.sort(values)])
    distance = np.abs(parts - (np.arange(n) + 0.5) / n).max() + 0.5 / n
    limit = math.sqrt(-math.log(0.5e-6) / (2 * n))
    expect(distance < limit, f"{place}: not so distributed, the distance is {distance:.4f}, above {limit:.4f}")
    expect(len(np.unique(values)) > 0.99 * n, f"{place}: numbers occur again and again")


def expect_orthonormal(weight, gain, place):
    """Rows or columns, whichever are fewer."""
    few = weight if weight.shape[0] <= weight.shape[1] else weight.T
    off = np.abs(few @ few.T / gain**2 - np.eye(len(few))).max()
    expect(off < 1e-5, f"{place}: the products are off by {off:.2g}")


@check
def initializers_draw_as_pytorchs(tools):
    """Their distributions, by a test of Kolmogorov and Smirnov; orthogonal ones by their products."""
    _, oracle = next(iter(tools.oracles))
    there = set(tools.oracles.catalog()["initializers"])
    known = {name for name, _, _ in INITIALIZERS} | {"orthogonal", "constant"}
    expect(there == known, f"not in both tables: {', '.join(sorted(there ^ known))}")
    draws = 0
    for fans in FANS:
        for seed in range(tools.seed, tools.seed + SEEDS):
            for name, settings, below in INITIALIZERS:
                place = f"{name} {settings}, fans {fans}, seed {seed}"
                expect_distribution(drawn(oracle, name, settings, fans, seed), below(*fans), place)
            orthogonal = drawn(oracle, "orthogonal", {"gain": 1.5}, fans, seed).reshape(fans)
            expect_orthonormal(orthogonal, 1.5, f"orthogonal, fans {fans}, seed {seed}")
            # Uniformly distributed: no direction is preferred, so signs are as often positive as not.
            positive = (orthogonal > 0).mean()
            expect(abs(positive - 0.5) < 3 / math.sqrt(min(fans)), f"orthogonal: {positive:.2f} are positive")
            expect((drawn(oracle, "constant", {"value": 0.5}, fans, seed) == 0.5).all(), "constant is none")
            draws += len(INITIALIZERS) + 2
    return f"{len(known)} initializers, {draws} layers"
