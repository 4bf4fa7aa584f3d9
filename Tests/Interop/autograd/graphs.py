"""Expression graphs: how they are written down for the oracle, and what PyTorch says of them."""

import dataclasses

import numpy as np
import torch

from oracle import Stopped, decode, encode
from support import expect

# The largest error that passes; see `error`.
TOLERANCE = 1e-5
# A case that PyTorch itself cannot compute better than this in float32 says nothing about us, and is left out.
FLOAT32_ERROR = 3e-6
# The same for our gradients in Float32 against central differences in Double, relative to the gradient's norm.
DOUBLE_TOLERANCE = 1e-4


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

    def all_results(self):
        return [self, *(Further(self, position) for position in range(1, self.operation.results))]

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
        # For each leaf that wants a gradient: the gradients of Σ direction · gradient are compared as well.
        self.directions = None
        # Whether our own evaluation in Double, which gradients can be checked against without PyTorch, is looked at.
        self.compares_double = False

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
            **({} if self.directions is None else {"directions": [encode(v) for v in self.directions]}),
            "compareWithDouble": self.compares_double,
        }

    def truth(self, precision=torch.float64, noise=None):
        """PyTorch's outputs, gradients and second derivatives. With noise, a generator and a size, every result is off by
        random factors within 1 ± size, and so is every gradient on its way back."""
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
            results = [y.to(precision) if y.is_floating_point() else y for y in results]
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
        first, second = [], []
        if terms and wanted:
            first = gradients(sum(terms), wanted, create_graph=self.directions is not None)
            if self.directions is not None:
                slope = sum((g * torch.from_numpy(v)).sum() for g, v in zip(first, self.directions))
                second = gradients(slope, wanted)
        return [[y.numpy(force=True) for y in tensors] for tensors in (outputs, first, second)]

    def answer(self, oracle):
        """The same of ours."""
        answer = oracle.ask(program=self.request())
        if any(not error <= DOUBLE_TOLERANCE for error in answer["doubleErrors"]):
            raise Stopped(f"the gradients are off from our own evaluation in Double by {answer['doubleErrors']}")
        return [[decode(y) for y in answer[part]] for part in ("outputs", "gradients", "secondDerivatives")]

    def __str__(self):
        leaves = ", ".join(
            ("×".join(map(str, leaf.array.shape)) or "scalar") + {"f": "", "i": " of int32", "u": " of bytes"}[
                leaf.array.dtype.kind] for leaf in self.leaves)
        return f"{'; '.join(map(str, self.steps))} on {leaves}"


def gradients(y, wanted, **settings):
    """Zeros where y does not depend on one."""
    if not y.requires_grad:
        return [torch.zeros_like(x) for x in wanted]
    found = torch.autograd.grad(y, wanted, allow_unused=True, **settings)
    return [torch.zeros_like(x) if g is None else g for x, g in zip(wanted, found)]


# An error is relative to a tensor's largest element, but to no less than this: sums may cancel.
LEAST = {"output": 1, "gradient": 0.25, "second derivative": 0.25}


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


def largest_error(ours, truth):
    """Over all outputs, gradients and so on."""
    return max((error(a, b, least) for least, mine, right in zip(LEAST.values(), ours, truth)
                for a, b in zip(mine, right)), default=0.0)


class Comparison:
    """Counts cases and collects what disagrees."""

    def __init__(self, oracles, tolerance=TOLERANCE):
        self.oracles, self.tolerance = oracles, tolerance
        self.cases, self.failed, self.worst, self.worst_name, self.problems = 0, 0, 0.0, "nothing", []
        self.left_out = 0

    def case(self, name, case, truth, answer, in_float32=None):
        """Compares for every instruction set. `truth` is lists of outputs, gradients and so on; `answer` makes the same
        of an oracle; `in_float32` is PyTorch's own in that precision."""
        if in_float32 is not None and not largest_error(in_float32, truth) <= FLOAT32_ERROR:
            self.left_out += 1
            return
        for kernels, oracle in self.oracles:
            self.cases += 1
            before = len(self.problems)
            try:
                ours = answer(oracle)
            except Stopped as stopped:
                self.problems.append(f"{case} [{kernels}]: {stopped}")
                ours = []
            for kind, mine, right in zip(LEAST, ours, truth):
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
        self.case(name, str(graph), graph.truth(), graph.answer, graph.truth(torch.float32))

    def conclude(self, words):
        """Raises where something disagreed, and says what was seen where nothing did."""
        shown = "".join(f"\n    {problem}" for problem in self.problems[:12])
        more = f"\n    and {len(self.problems) - 12} more" if len(self.problems) > 12 else ""
        expect(not self.problems, f"{self.failed} of {self.cases} cases disagree:{shown}{more}")
        expect(self.cases > 0, "there was no case")
        kept = self.cases // len(self.oracles.names.split())
        expect(self.left_out <= 0.05 * kept, f"{self.left_out} cases were left out, and only {kept} not")
        words += f", {self.left_out} ill-conditioned cases left out" if self.left_out else ""
        worst = f"largest error {self.worst:.1e} in {self.worst_name}"
        return f"{words}, {self.cases} cases on {self.oracles.names}, {worst}"
