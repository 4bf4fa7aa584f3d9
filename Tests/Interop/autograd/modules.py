"""Modules: made on our side from settings and a seed, computed again in PyTorch with the parameters that came of it."""

import numpy as np
import torch

from oracle import decode, encode
from support import check, expect

from . import drawing
from .drawing import integer, number
from .graphs import Comparison

CASES = 12
MODULES = {}


class Module:
    """A module of the oracle's table.

    draw: from a generator, the settings and the inputs (arrays).
    function: takes the settings, the parameters by name and the inputs, and returns PyTorch's outputs (a tuple).
    """

    def __init__(self, name, draw, function, noise=0.3):
        self.name, self.draw, self.function, self.noise = name, draw, function, noise
        assert name not in MODULES, name
        MODULES[name] = self

    def request(self, random):
        settings, inputs = self.draw(random)
        return {
            "name": self.name, "settings": settings, "seed": integer(random, 0, 2**40), "noise": self.noise,
            "inputs": [{"numbers": encode(x), "gradient": x.dtype == np.float32} for x in inputs], "weights": []}

    def truth(self, settings, parameters, inputs, weights, precision=torch.float64):
        """Outputs and gradients, at the parameters in their order and then at the inputs of floats."""
        leaves = {name: torch.from_numpy(value.copy()).to(precision).requires_grad_()
                  for name, value in parameters.items()}
        inputs = [torch.from_numpy(x.copy()) for x in inputs]
        inputs = [x.to(precision).requires_grad_() if x.is_floating_point() else x for x in inputs]
        outputs = self.function(settings, leaves, *inputs)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        if weights is None:
            return [y.detach().numpy() for y in outputs]
        loss = sum((y * torch.from_numpy(w)).sum() for y, w in zip(outputs, weights))
        wanted = [*leaves.values(), *(x for x in inputs if x.is_floating_point())]
        gradients = torch.autograd.grad(loss, wanted, allow_unused=True)
        gradients = [torch.zeros_like(x) if g is None else g for x, g in zip(wanted, gradients)]
        return [y.detach().numpy() for y in outputs], [g.numpy() for g in gradients]


def compare(comparison, module, random):
    request = module.request(random)
    settings, inputs = request["settings"], [decode(leaf["numbers"]) for leaf in request["inputs"]]
    _, oracle = next(iter(comparison.oracles))
    # Asked once for the parameters that the seed gives, and the outputs' shapes.
    described = oracle.ask(module=dict(request, describe=True))
    parameters = {named["name"]: decode(named["numbers"]) for named in described["parameters"]
                  if not named["name"].startswith("leaves.")}
    outputs = module.truth(settings, parameters, inputs, None)
    weights = [np.asarray(random.uniform(-1, 1, y.shape), np.float32) for y in outputs]
    request["weights"] = [encode(w) for w in weights]
    truth, in_float32 = (
        module.truth(settings, parameters, inputs, weights, precision) for precision in (torch.float64, torch.float32))

    def answer(oracle):
        answer = oracle.ask(module=dict(request, describe=False))
        return [decode(y) for y in answer["outputs"]], [decode(g) for g in answer["gradients"]]

    shapes = ", ".join("×".join(map(str, x.shape)) for x in inputs)
    comparison.case(module.name, f"{module.name} {settings} on {shapes}", truth, answer, in_float32)


@check
def modules_are_pytorchs(tools):
    """Layers and networks: outputs, gradients at every parameter and input, names and shapes of parameters."""
    comparison = Comparison(tools.oracles)
    there = set(tools.oracles.catalog()["modules"])
    expect(there == set(MODULES), f"not in both tables: {', '.join(sorted(there ^ set(MODULES)))}")
    for name, module in MODULES.items():
        random = np.random.default_rng([tools.seed, *name.encode()])
        for _ in range(CASES):
            compare(comparison, module, random)
    return comparison.conclude(f"{len(MODULES)} modules")


ACTIVATIONS = {"identity": lambda x: x, "relu": torch.relu, "tanh": torch.tanh}
INITIALIZERS = ["uniformFanIn", "orthogonal", "xavierNormal"]


def an_activation(random):
    return str(random.choice(list(ACTIVATIONS)))


def an_initializer(random):
    return {"initializer": str(random.choice(INITIALIZERS)), "gain": number(random, 0.5, 1.5)}


def a_batch(random, *sizes):
    """A matrix, now and then of no row."""
    return drawing.floats(random, (int(random.choice([0, 1, 2, 3, 17, 32])), *sizes), (-2, 2))


# Layers.


def linear(random):
    inputs, outputs = (int(random.choice(drawing.SIZES)) for _ in range(2))
    settings = {"inputs": inputs, "outputs": outputs, "activation": an_activation(random), **an_initializer(random)}
    return settings, [a_batch(random, inputs)]


# Weights lie [inputs, outputs] in memory.
Module("linear", linear,
       lambda settings, p, x: ACTIVATIONS[settings["activation"]](x @ p["weight"] + p["bias"]))


def embedding(random):
    settings = {"count": integer(random, 1, 9), "size": int(random.choice(drawing.SIZES))}
    shape = drawing.shape(random, (0, 3), limit=30)
    return settings, [np.asarray(random.integers(0, settings["count"], shape), np.int32)]


Module("embedding", embedding, lambda settings, p, index: p["weight"][index.long()])


def bilinear(random):
    first, second, outputs = (int(random.choice([1, 2, 3, 16, 17, 33])) for _ in range(3))
    rows = int(random.choice([0, 1, 2, 3, 17]))
    inputs = [drawing.floats(random, (rows, size), (-2, 2)) for size in (first, second)]
    return {"first": first, "second": second, "outputs": outputs}, inputs


Module("bilinear", bilinear,
       lambda settings, p, x, z: torch.nn.functional.bilinear(x, z, p["weight"], p["bias"]))

# Recurrent layers: PyTorch's own, step by step where rows start afresh.


def recurrent(states):
    def draw(random):
        inputs, units = (int(random.choice([1, 2, 5, 16, 17, 33, 64])) for _ in range(2))
        steps, rows = int(random.choice([1, 1, 2, 5, 9])), int(random.choice([1, 2, 3, 17]))
        state, starts = drawing.chance(random, 0.7), drawing.chance(random, 0.7)
        arrays = [drawing.floats(random, (steps, rows, inputs), (-2, 2))]
        if state:
            arrays += [drawing.floats(random, (rows, units), (-1, 1)) for _ in range(states)]
        if starts:
            arrays.append(np.asarray(random.integers(0, 4, (steps, rows)) == 0, np.uint8) * 255)
        # One step is given without its axis.
        alone = steps == 1 and drawing.chance(random, 0.5)
        if alone:
            arrays = [x[0] if x.ndim == 3 or x.dtype == np.uint8 else x for x in arrays]
        return {"inputs": inputs, "units": units, "state": state, "starts": starts, "alone": alone}, arrays

    return draw


def run_recurrent(kind):
    def run(settings, p, x, *rest):
        states = 2 if kind is torch.nn.LSTM else 1
        if settings["alone"]:
            x, *rest = [one.unsqueeze(0) if one is x or not one.is_floating_point() else one for one in (x, *rest)]
        layer = kind(settings["inputs"], settings["units"]).to(x.dtype)
        # Weights lie [inputs, outputs] in memory.
        parameters = {name: value.mT if value.dim() > 1 else value for name, value in p.items()}
        state = [x.new_zeros(x.shape[1], settings["units"]) for _ in range(states)]
        if settings["state"]:
            state = list(rest[:states])
        starts = rest[-1] if settings["starts"] else torch.zeros(x.shape[:2])
        outputs = []
        for inputs, start in zip(x, starts):
            keep = (start == 0).to(x.dtype)[:, None]
            before = [(keep * part)[None] for part in state]
            y, after = torch.func.functional_call(
                layer, parameters, (inputs[None], tuple(before) if states == 2 else before[0]))
            state = [part[0] for part in (after if states == 2 else (after,))]
            outputs.append(y[0])
        return tuple(state) if settings["alone"] else (torch.stack(outputs), *state)

    return run


Module("lstm", recurrent(2), run_recurrent(torch.nn.LSTM))
Module("gru", recurrent(1), run_recurrent(torch.nn.GRU))

# Normalization. Of fewer than four numbers, the gradient is little but rounding.


def normalized_rows(random):
    while True:
        shape = drawing.shape(random, (1, 4), empty=False)
        features = list(shape[integer(random, 0, len(shape) - 1):])
        if np.prod(features) > 3:
            return {"shape": features}, [drawing.floats(random, shape, (-2, 2))]


Module("layerNormalization", normalized_rows,
       lambda settings, p, x: torch.nn.functional.layer_norm(x, settings["shape"], p["weight"], p["bias"]))
Module("rmsNormalization", normalized_rows,
       lambda settings, p, x: torch.nn.functional.rms_norm(x, settings["shape"], p["weight"], eps=2.0 ** -23))


def channels_last(function):
    """A function of [batch, channels, …]."""
    return lambda x: function(x.movedim(-1, 1)).movedim(1, -1)


def normalized_groups(random):
    groups, size = int(random.choice([1, 2, 3, 8])), int(random.choice([1, 2, 3, 8, 17]))
    positions = drawing.shape(random, (0, 2), limit=60, empty=False) if size > 3 else (integer(random, 4, 9),)
    x = drawing.floats(random, (integer(random, 1, 4), *positions, groups * size), (-2, 2))
    return {"groups": groups, "channels": groups * size}, [x]


Module("groupNormalization", normalized_groups,
       lambda settings, p, x: channels_last(
           lambda x: torch.nn.functional.group_norm(x, settings["groups"], p["weight"], p["bias"]))(x))


def normalized_batch(random):
    channels = int(random.choice([1, 2, 3, 16, 17, 33]))
    positions = drawing.shape(random, (0, 2), limit=60, empty=False)
    return {"channels": channels, "momentum": number(random, 0.05, 0.5)}, [
        drawing.floats(random, (integer(random, 4, 7), *positions, channels), (-2, 2)) for _ in range(2)]


def run_batch_normalization(settings, p, x, z):
    """The first input while learning, the second by what was learned of it; then the running moments."""
    mean, variance = x.new_zeros(settings["channels"]), x.new_ones(settings["channels"])

    def normalize(training):
        return channels_last(lambda x: torch.nn.functional.batch_norm(
            x, mean, variance, p["weight"], p["bias"], training, settings["momentum"]))

    return normalize(True)(x), normalize(False)(z), mean.clone(), variance.clone()


Module("batchNormalization", normalized_batch, run_batch_normalization)

# Networks.


def multilayer_perceptron(random):
    sizes = [int(random.choice([1, 2, 5, 16, 33])) for _ in range(integer(random, 2, 7))]
    settings = {"sizes": sizes, "activation": an_activation(random), "outputActivation": an_activation(random),
                **an_initializer(random)}
    return settings, [a_batch(random, sizes[0])]


def run_multilayer_perceptron(settings, p, x):
    count = len(settings["sizes"]) - 1
    for index in range(count):
        name = settings["activation" if index < count - 1 else "outputActivation"]
        x = ACTIVATIONS[name](x @ p[f"layers.{index}.weight"] + p[f"layers.{index}.bias"])
    return x


Module("multilayerPerceptron", multilayer_perceptron, run_multilayer_perceptron)
