"""Expression graphs: how they are written down for the oracle, and what PyTorch says of them."""

import dataclasses

import numpy as np
import torch

from oracle import Stopped, decode, encode
from support import expect

# The largest error that passes; see `error`.
TOLERANCE = 1e-5


@dataclasses.dataclass(eq=False)
class Leaf:
    """Given numbers: float32, int32 or uint8."""

    array: np.ndarray
    gradient: bool = False


@dataclasses.dataclass(eq=False)
class Step:
    """An operation and its operands. It is its own result; of several results it is the first."""

    operation: object
    inputs: list
    attributes: dict

    def __str__(self):
        words = [f"{name}={value:.4g}" if isinstance(value, float) else f"{name}={value}"
                 for name, value in self.attributes.items()]
        return f"{self.operation.name}({', '.join(words)})"


@dataclasses.dataclass(eq=False)
class Further:
    """A result of a step after the first."""

    step: Step
    position: int


class Graph:
    """Leaves, steps in order, and the outputs with their weights: the loss is Σ weights · output."""

    def __init__(self):
        self.leaves, self.steps, self.outputs = [], [], []

    def leaf(self, array, gradient=False):
        self.leaves.append(Leaf(array, gradient))
        return self.leaves[-1]

    def step(self, operation, inputs, attributes):
        self.steps.append(Step(operation, inputs, attributes))
        return self.steps[-1]

    def output(self, node, weights=None):
        self.outputs.append((node, weights))

    def request(self):
        numbers, next_number = {}, 0
        for leaf in self.leaves:
            numbers[id(leaf)] = next_number
            next_number += 1
        for step in self.steps:
            numbers[id(step)] = next_number
            next_number += step.operation.results

        def number(node):
            return numbers[id(node.step)] + node.position if isinstance(node, Further) else numbers[id(node)]

        return {
            "leaves": [{"numbers": encode(leaf.array), "gradient": leaf.gradient} for leaf in self.leaves],
            "steps": [
                {"operation": step.operation.name, "inputs": [number(node) for node in step.inputs],
                 "attributes": step.attributes} for step in self.steps],
            "outputs": [
                {"value": number(node)} if weights is None else {"value": number(node), "weights": encode(weights)}
                for node, weights in self.outputs],
        }

    def truth(self, precision=torch.float64, noise=None):
        """PyTorch's outputs and gradients. With noise, a generator and a size, every result is off by random factors
        within 1 ± size, and so is every gradient on its way back."""
        values, wanted = {}, []
        for leaf in self.leaves:
            value = torch.from_numpy(leaf.array.copy())
            if value.is_floating_point():
                value = value.to(precision)
            if leaf.gradient:
                wanted.append(value.requires_grad_())
            values[id(leaf)] = (value,)

        def value_of(node):
            return values[id(node.step)][node.position] if isinstance(node, Further) else values[id(node)][0]

        for step in self.steps:
            results = step.operation.compute([value_of(node) for node in step.inputs], step.attributes)
            if noise is not None:
                generator, size = noise
                results = [
                    y * (1 + size * (2 * torch.rand(y.shape, generator=generator, dtype=y.dtype) - 1))
                    if y.is_floating_point() else y for y in results]
            values[id(step)] = results
        outputs = [value_of(node) for node, _ in self.outputs]
        terms = [
            (value * torch.from_numpy(weights)).sum()
            for value, (_, weights) in zip(outputs, self.outputs) if weights is not None]
        gradients = []
        if terms and wanted:
            loss = sum(terms)
            if loss.requires_grad:
                gradients = torch.autograd.grad(loss, wanted, allow_unused=True)
            else:
                gradients = [None] * len(wanted)
            gradients = [torch.zeros_like(x) if g is None else g for x, g in zip(wanted, gradients)]
        return [y.detach().numpy() for y in outputs], [g.numpy() for g in gradients]

    def answer(self, oracle):
        """Our outputs and gradients."""
        answer = oracle.ask(program=self.request())
        return [decode(y) for y in answer["outputs"]], [decode(g) for g in answer["gradients"]]

    def __str__(self):
        leaves = ", ".join(
            ("×".join(map(str, leaf.array.shape)) or "scalar") + {"f": "", "i": " of int32", "u": " of bytes"}[
                leaf.array.dtype.kind] for leaf in self.leaves)
        return f"{'; '.join(map(str, self.steps))} on {leaves}"


# An error is relative to a tensor's largest element, but to no less than this: sums may cancel.
LEAST = {"output": 1, "gradient": 0.25}


def error(ours, truth, least):
    """The largest difference of a tensor, relative to the tensor's largest element; to `least` where all are smaller.
    Infinite where the shapes differ, or one is not finite and the other is not the same."""
    if ours.shape != truth.shape:
        return np.inf
    if truth.size == 0:
        return 0.0
    if truth.dtype.kind != "f":
        return 0.0 if (ours == truth).all() else np.inf
    finite = np.isfinite(truth)
    if not np.array_equal(ours[~finite].astype(np.float64), truth[~finite].astype(np.float64), equal_nan=True):
        return np.inf
    if not np.isfinite(ours[finite]).all():
        return np.inf
    if not finite.any():
        return 0.0
    largest = np.abs(truth[finite]).max()
    return float(np.abs(ours[finite] - truth[finite]).max() / max(largest, least))


class Comparison:
    """Counts cases and collects what disagrees."""

    def __init__(self, oracles, tolerance=TOLERANCE):
        self.oracles, self.tolerance = oracles, tolerance
        self.cases, self.failed, self.worst, self.worst_name, self.problems = 0, 0, 0.0, "nothing", []

    def case(self, name, case, truth, answer, names=None):
        """Compares for every instruction set. `truth` is a pair of lists, outputs and gradients; `answer` makes the
        same of an oracle."""
        for kernels, oracle in self.oracles:
            self.cases += 1
            before = len(self.problems)
            try:
                ours = answer(oracle)
            except Stopped as stopped:
                self.problems.append(f"{case} [{kernels}]: {stopped}")
                ours = []
            for kind, mine, right in zip(["output", "gradient"], ours, truth):
                if len(mine) != len(right):
                    self.problems.append(f"{case} [{kernels}]: {len(mine)} {kind}s instead of {len(right)}")
                for position, (a, b) in enumerate(zip(mine, right)):
                    this = error(a, b, LEAST[kind])
                    if this > self.worst:
                        self.worst, self.worst_name = this, name
                    if not this <= self.tolerance:
                        shapes = "" if a.shape == b.shape else f", shape {a.shape} instead of {b.shape}"
                        self.problems.append(f"{case} [{kernels}]: {kind} {position} is off by {this:.2g}{shapes}")
            self.failed += len(self.problems) > before

    def graph(self, graph, name=None):
        name = name or graph.steps[-1].operation.name
        self.case(name, str(graph), graph.truth(), graph.answer)

    def conclude(self, words):
        """Raises where something disagreed, and says what was seen where nothing did."""
        shown = "".join(f"\n    {problem}" for problem in self.problems[:12])
        more = f"\n    and {len(self.problems) - 12} more" if len(self.problems) > 12 else ""
        expect(not self.problems, f"{self.failed} of {self.cases} cases disagree:{shown}{more}")
        expect(self.cases > 0, "there was no case")
        worst = f"largest error {self.worst:.1e} in {self.worst_name}"
        return f"{words}, {self.cases} cases on {self.oracles.names}, {worst}"
