"""How layers begin: the distribution that PyTorch's functions of the same name draw from."""

import numpy as np

from oracle import decode
from support import check, expect

SIZES = [(64, 32), (17, 200), (1, 64), (300, 300)]


def drawn(oracle, inputs, outputs, settings, seed):
    """A linear layer's weight and bias."""
    request = {"name": "linear", "settings": {"inputs": inputs, "outputs": outputs, "activation": "identity", "gain": 1,
                                              **settings},
               "seed": seed, "noise": 0, "inputs": [], "weights": [], "describe": True}
    named = {one["name"]: decode(one["numbers"]) for one in oracle.ask(module=request)["parameters"]}
    return named["weight"].astype(np.float64), named["bias"].astype(np.float64)


def expect_uniform(values, bound, place):
    """Kolmogorov and Smirnov's distance from the uniform distribution over ± bound, at a level of one in a million."""
    values = np.sort(values.ravel())
    expect(np.abs(values).max() <= bound, f"{place}: {values[0]} ... {values[-1]} beyond {bound}")
    n = len(values)
    distance = np.abs((values + bound) / (2 * bound) - (np.arange(n) + 0.5) / n).max() + 0.5 / n
    limit = np.sqrt(-np.log(0.5e-6) / (2 * n))
    expect(distance < limit, f"{place}: not uniform within {bound}, distance {distance:.3f} above {limit:.3f}")


def expect_orthonormal(weight, gain, place):
    """Rows or columns, whichever are fewer."""
    few = weight if weight.shape[0] <= weight.shape[1] else weight.T
    products = few @ few.T / gain**2
    off = np.abs(products - np.eye(len(few))).max()
    expect(off < 1e-5, f"{place}: products are off by {off:.2g}")


@check
def initializers_draw_as_pytorchs(tools):
    _, oracle = next(iter(tools.oracles))
    layers = 0
    for inputs, outputs in SIZES:
        for seed in range(5):
            place = f"{inputs}×{outputs}, seed {seed}"
            weight, bias = drawn(oracle, inputs, outputs, {"initializer": "uniformFanIn"}, seed)
            expect_uniform(weight, inputs**-0.5, f"uniformFanIn's weight, {place}")
            expect_uniform(bias, inputs**-0.5, f"uniformFanIn's bias, {place}")
            weight, bias = drawn(oracle, inputs, outputs, {"initializer": "orthogonal", "gain": 1.5}, seed)
            expect_orthonormal(weight, 1.5, f"orthogonal's weight, {place}")
            expect(not bias.any(), f"orthogonal's bias, {place}, is not zero")
            weight, bias = drawn(oracle, inputs, outputs, {"initializer": "zeros"}, seed)
            expect(not weight.any() and not bias.any(), f"zeros, {place}, are not zero")
            layers += 3
    return f"{layers} layers"
