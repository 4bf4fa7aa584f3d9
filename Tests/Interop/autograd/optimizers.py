"""Optimizers, step by step along the same gradients."""

import numpy as np
import torch

from oracle import decode, encode
from support import check, expect

from . import drawing
from .drawing import chance, number
from .graphs import Comparison

STEPS = 20
CASES = 8
SHAPES = [(33, 17), (17,), (1,), (3, 2, 5), (64, 65), (0, 4)]


def sgd(random):
    settings = {"learningRate": number(random, 3e-3, 0.1), "momentum": number(random, 0, 0.95) * chance(random, 0.7)}
    return settings, lambda p: torch.optim.SGD(p, lr=settings["learningRate"], momentum=settings["momentum"])


def adam(random):
    settings = {"learningRate": number(random, 3e-3, 0.1), "beta1": float(random.choice([0.9, 0.8, 0.5])),
                "beta2": float(random.choice([0.999, 0.99, 0.9])), "epsilon": float(random.choice([1e-8, 1e-5, 1e-3]))}
    return settings, lambda p: torch.optim.Adam(
        p, lr=settings["learningRate"], betas=(settings["beta1"], settings["beta2"]), eps=settings["epsilon"])


# From a generator: the settings, and PyTorch's optimizer of parameters.
OPTIMIZERS = {"SGD": sgd, "Adam": adam}


def truth(make, parameters, gradients, limit):
    """Every parameter after every step, and the norms of the gradients before they were cut."""
    parameters = [torch.from_numpy(p).double().requires_grad_() for p in parameters]
    optimizer = make(parameters)
    seen, norms = [], []
    for step in gradients:
        for parameter, gradient in zip(parameters, step):
            parameter.grad = torch.from_numpy(gradient).double()
        norms.append(float(torch.nn.utils.clip_grad_norm_(parameters, np.inf if limit is None else limit)))
        optimizer.step()
        seen += [parameter.detach().numpy().copy() for parameter in parameters]
    return seen, [np.array(norms)]


@check
def optimizers_are_pytorchs(tools):
    """20 steps along the same gradients, some cut by their global norm: every parameter after every step."""
    comparison = Comparison(tools.oracles)
    there = set(tools.oracles.catalog()["optimizers"])
    expect(there == set(OPTIMIZERS), f"not in both tables: {', '.join(sorted(there ^ set(OPTIMIZERS)))}")
    for name, draw in OPTIMIZERS.items():
        random = np.random.default_rng([tools.seed, *name.encode()])
        for _ in range(CASES):
            settings, make = draw(random)
            parameters = [drawing.floats(random, shape, (-1, 1)) for shape in SHAPES]
            # Of very different sizes, with zeros: what an epsilon is for.
            gradients = [
                [np.float32(random.normal() ** 2) * np.asarray(random.normal(size=shape) * (random.random(shape) > 0.1),
                                                               np.float32) for shape in SHAPES]
                for _ in range(STEPS)]
            limit = number(random, 5, 100) if chance(random, 0.5) else None
            request = {
                "name": name, "settings": settings, "parameters": [encode(p) for p in parameters],
                "gradients": [[encode(g) for g in step] for step in gradients],
                **({} if limit is None else {"globalNorm": limit})}

            def answer(oracle):
                answer = oracle.ask(optimizer=request)
                seen = [decode(p) for step in answer["parameters"] for p in step]
                return seen, [np.array(answer["norms"])]

            comparison.case(name, f"{name} {settings}", truth(make, parameters, gradients, limit), answer)
    return comparison.conclude(f"{len(OPTIMIZERS)} optimizers, {STEPS} steps")
