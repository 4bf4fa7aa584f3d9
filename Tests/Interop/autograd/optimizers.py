"""Optimizers, step by step along the same gradients."""

import numpy as np
import torch

from oracle import decode, encode
from support import check, expect

from . import drawing
from .drawing import chance, integer, number
from .graphs import Comparison

STEPS = 20
CASES = 12
SHAPES = [(33, 17), (17,), (1,), (3, 2, 5), (64, 65), (0, 4), (19,)]
NAMES = [f"layers.{index}.weight" for index in range(len(SHAPES) - 1)] + ["bias"]


class TensorFlowRMSProp(torch.optim.Optimizer):
    """What PyTorch has not: ε inside the root, and squares that begin with another number than 0."""

    def __init__(self, parameters, lr, alpha, eps, centered, momentum, weight_decay, initial, inside):
        super().__init__(parameters, {"lr": lr, "alpha": alpha, "eps": eps, "centered": centered, "momentum": momentum,
                                      "weight_decay": weight_decay, "initial": initial, "inside": inside})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state.update(square=torch.full_like(p, group["initial"]), mean=torch.zeros_like(p),
                                 velocity=torch.zeros_like(p))
                gradient = p.grad + group["weight_decay"] * p
                state["square"] = group["alpha"] * state["square"] + (1 - group["alpha"]) * gradient**2
                state["mean"] = group["alpha"] * state["mean"] + (1 - group["alpha"]) * gradient
                variance = state["square"] - (state["mean"]**2 if group["centered"] else 0)
                inside = group["inside"]
                root = (variance + group["eps"]).sqrt() if inside else variance.sqrt() + group["eps"]
                state["velocity"] = group["momentum"] * state["velocity"] + gradient / root
                p -= group["lr"] * state["velocity"]


def a_decay(random):
    return number(random, 0.01, 0.3) if chance(random, 0.5) else 0.0


def sgd(random):
    momentum = number(random, 0.3, 0.95) if chance(random, 0.7) else 0.0
    nesterov = momentum > 0 and chance(random, 0.5)
    settings = {"learningRate": number(random, 3e-3, 0.1), "momentum": momentum, "nesterov": nesterov,
                "dampening": number(random, 0, 0.5) if momentum > 0 and not nesterov else 0.0,
                "weightDecay": a_decay(random)}
    return settings, lambda p: torch.optim.SGD(
        p, lr=settings["learningRate"], momentum=momentum, nesterov=nesterov, dampening=settings["dampening"],
        weight_decay=settings["weightDecay"])


def rmsprop(random):
    settings = {
        "learningRate": number(random, 3e-3, 0.05), "smoothing": float(random.choice([0.99, 0.95, 0.5])),
        "epsilon": float(random.choice([1e-5, 1e-3, 1e-2])), "epsilonInside": chance(random, 0.5),
        "centred": chance(random, 0.5), "momentum": number(random, 0.3, 0.9) if chance(random, 0.5) else 0.0,
        "initialSquare": float(random.choice([0, 1])), "weightDecay": a_decay(random)}
    common = {"lr": settings["learningRate"], "alpha": settings["smoothing"], "eps": settings["epsilon"],
              "centered": settings["centred"], "momentum": settings["momentum"], "weight_decay": settings["weightDecay"]}
    if not settings["epsilonInside"] and settings["initialSquare"] == 0:
        return settings, lambda p: torch.optim.RMSprop(p, **common)
    return settings, lambda p: TensorFlowRMSProp(
        p, **common, initial=settings["initialSquare"], inside=settings["epsilonInside"])


def adam(random):
    settings = {
        "learningRate": number(random, 3e-3, 0.1), "beta1": float(random.choice([0.9, 0.8, 0.5])),
        "beta2": float(random.choice([0.999, 0.99, 0.9])), "epsilon": float(random.choice([1e-8, 1e-5, 1e-3])),
        "weightDecay": a_decay(random), "decoupled": chance(random, 0.5)}
    kind = torch.optim.AdamW if settings["decoupled"] else torch.optim.Adam
    return settings, lambda p: kind(
        p, lr=settings["learningRate"], betas=(settings["beta1"], settings["beta2"]), eps=settings["epsilon"],
        weight_decay=settings["weightDecay"])


def chosen(make):
    """One of the choices by name, which has a learning rate and is otherwise as it is usual."""

    def draw(random):
        rate = number(random, 3e-3, 0.05)
        return {"learningRate": rate}, lambda p: make(p, rate)

    return draw


# From a generator: the settings, and PyTorch's optimizer of parameters.
OPTIMIZERS = {
    "SGD": sgd, "RMSProp": rmsprop, "Adam": adam,
    "sgd": chosen(lambda p, rate: torch.optim.SGD(p, lr=rate)),
    "adam": chosen(lambda p, rate: torch.optim.Adam(p, lr=rate)),
    "adamw": chosen(lambda p, rate: torch.optim.AdamW(p, lr=rate)),
    "rmsprop": chosen(lambda p, rate: torch.optim.RMSprop(p, lr=rate)),
    "rmspropCentred": chosen(lambda p, rate: TensorFlowRMSProp(
        p, lr=rate, alpha=0.95, eps=1e-5, centered=True, momentum=0, weight_decay=0, initial=0, inside=True)),
}


def some_groups(random, settings):
    """Some parameters with a rate or decay of their own: for us by name, and for PyTorch for each parameter."""
    ours, theirs = [], [{} for _ in NAMES]
    candidates = [("layers", "", range(len(NAMES) - 1)), ("layers.2", "", [2]), ("", "bias", [len(NAMES) - 1]),
                  ("", "weight", range(len(NAMES) - 1))]
    for index in random.permutation(len(candidates))[:integer(random, 0, 2)]:
        prefix, suffix, parameters = candidates[index]
        group = {"prefix": prefix, "suffix": suffix}
        if chance(random, 0.6):
            group["learningRateFactor"] = number(random, 0.2, 2)
        if chance(random, 0.6):
            group["weightDecay"] = number(random, 0, 0.3)
        ours.append(group)
        for parameter in parameters:
            if "learningRateFactor" in group:
                theirs[parameter]["lr"] = settings["learningRate"] * group["learningRateFactor"]
            if "weightDecay" in group:
                theirs[parameter]["weight_decay"] = group["weightDecay"]
    return ours, theirs


def a_limit(random):
    """What is cut before each step, for us, and a function that cuts PyTorch's gradients and returns the norm."""
    limit = number(random, 5, 50)
    kind = random.choice(["", "globalNorm", "partNorm", "absoluteValue"])
    if kind == "globalNorm":
        return {kind: limit}, lambda p: torch.nn.utils.clip_grad_norm_(p, limit)
    if kind == "partNorm":
        return {kind: {"limit": limit, "part": "layers"}}, lambda p: torch.nn.utils.clip_grad_norm_(p[:-1], limit)

    def cut_values(p):
        norm = torch.nn.utils.get_total_norm([one.grad for one in p])
        torch.nn.utils.clip_grad_value_(p, limit / 20)
        return norm

    if kind == "absoluteValue":
        return {kind: limit / 20}, cut_values
    return {}, lambda p: torch.nn.utils.get_total_norm([one.grad for one in p])


def truth(make, groups, cut, parameters, gradients):
    """Every parameter after every step, and the norms of the gradients before they were cut."""
    parameters = [torch.from_numpy(p).double().requires_grad_() for p in parameters]
    optimizer = make([{"params": [p], **group} for p, group in zip(parameters, groups)])
    seen, norms = [], []
    for step in gradients:
        for parameter, gradient in zip(parameters, step):
            parameter.grad = torch.from_numpy(gradient).double()
        norms.append(float(cut(parameters)))
        optimizer.step()
        seen += [parameter.detach().numpy().copy() for parameter in parameters]
    return seen, [np.array(norms)]


@check
def optimizers_are_pytorchs(tools):
    """20 steps along the same gradients, with groups and clipping: every parameter after every step."""
    comparison = Comparison(tools.oracles)
    there = set(tools.oracles.catalog()["optimizers"])
    expect(there == set(OPTIMIZERS), f"not in both tables: {', '.join(sorted(there ^ set(OPTIMIZERS)))}")
    for name, draw in OPTIMIZERS.items():
        random = np.random.default_rng([tools.seed, *name.encode()])
        for _ in range(CASES):
            settings, make = draw(random)
            groups, theirs = some_groups(random, settings)
            limit, cut = a_limit(random)
            parameters = [drawing.floats(random, shape, (-1, 1)) for shape in SHAPES]
            # Of very different sizes, with zeros: what an epsilon is for.
            gradients = [
                [np.float32(random.normal() ** 2) * np.asarray(random.normal(size=shape) * (random.random(shape) > 0.1),
                                                               np.float32) for shape in SHAPES]
                for _ in range(STEPS)]
            request = {
                "name": name, "settings": settings, "groups": groups, "parameters": [encode(p) for p in parameters],
                "gradients": [[encode(g) for g in step] for step in gradients], **limit}

            def answer(oracle):
                answer = oracle.ask(optimizer=request)
                seen = [decode(p) for step in answer["parameters"] for p in step]
                return seen, [np.array(answer["norms"])]

            comparison.case(name, f"{name} {settings} {groups} {limit}",
                            truth(make, theirs, cut, parameters, gradients), answer)
    return comparison.conclude(f"{len(OPTIMIZERS)} optimizers, {STEPS} steps")
