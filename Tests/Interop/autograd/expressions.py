"""Random expression graphs of up to 20 operations."""

import numpy as np
import torch

from support import check

from . import drawing
from .checks import choose_extras, weigh
from .drawing import Need, chance, integer
from .graphs import Comparison, Graph, largest_error
from .operations import OPERATIONS

GRAPHS = 1000
HIGHEST_RANK = 5
MOST_ELEMENTS = 2000
LARGEST_NUMBER = 100

# A graph whose results move by more than this, when every result on the way is off by 1e-6 of itself, is left out:
# rounding would be seen in it, or it stands at a kink, where two sides may rightly differ. So is one that PyTorch
# itself cannot compute in float32 better than the last.
NOISE, MOST_MOVED, FLOAT32_ERROR = 1e-6, 1e-5, 1e-6


class Growth:
    """A graph that grows, with the value of every node, by which the next operation is chosen."""

    def __init__(self, random):
        self.random, self.graph, self.values, self.used = random, Graph(), [], set()

    def leaf(self, need):
        node = self.graph.leaf(drawing.operand(self.random, need), False)
        value = torch.from_numpy(node.array)
        if not value.is_floating_point():
            return node, value
        node.gradient = chance(self.random, 0.85)
        self.values.append((node, value.double()))
        return self.values[-1]

    def step(self, operation, inputs, attributes):
        """The new node with its value, or None where that would be too large, or not finite."""
        results = operation.compute([value for _, value in inputs], attributes)
        for y in results:
            # Rather no tensors of no element: what follows would be empty as well.
            most = max(MOST_ELEMENTS, *(value.numel() for _, value in inputs))
            if y.numel() > most or y.numel() == 0 or y.dim() > HIGHEST_RANK:
                return None
            if not torch.isfinite(y).all() or y.abs().max() > LARGEST_NUMBER:
                return None
        node = self.graph.step(operation, [node for node, _ in inputs], attributes)
        self.values.append((node, results[0]))
        self.used.update(id(node) for node, _ in inputs)
        return node, results[0]

    def pick(self):
        """Rather a node that nothing uses yet, so that the graph becomes deep."""
        unused = [pair for pair in self.values if id(pair[0]) not in self.used]
        pool = unused if unused and chance(self.random, 0.7) else self.values
        return pool[integer(self.random, 0, len(pool) - 1)]

    def within(self, pair, accepted, domain):
        """A node whose numbers are accepted: the same, or a sigmoid of it, stretched over the domain."""
        if pair[1].numel() == 0 or (pair[1].min() >= accepted[0] and pair[1].max() <= accepted[1]):
            return pair
        low, high = domain
        stretch, shift = float(np.float32(0.9 * (high - low))), float(np.float32(low + 0.05 * (high - low)))
        for name, attributes in [
                ("sigmoid", {}), ("timesNumber", {"number": stretch}), ("plusNumber", {"number": shift})]:
            pair = self.step(OPERATIONS[name], [pair], attributes)
        return pair

    def operand(self, need):
        """A node of the shape, where there is one, or a new leaf."""
        if need.kind == "float32":
            fitting = [pair for pair in self.values if tuple(pair[1].shape) == tuple(need.shape)]
            if fitting and chance(self.random, 0.7):
                return self.within(fitting[integer(self.random, 0, len(fitting) - 1)], need.accepts, need.domain)
        return self.leaf(need)

    def grow(self):
        """One more operation, and what brings its operands into its domain."""
        names = [name for name, operation in OPERATIONS.items() if operation.graphs and operation.function]
        operation = OPERATIONS[names[integer(self.random, 0, len(names) - 1)]]
        first = self.pick()
        shape = tuple(first[1].shape)
        if operation.kind != "float32":
            first = None
        if not operation.ranks[0] <= len(shape) <= operation.ranks[1]:
            return
        draw = operation.draw(self.random, shape)
        if draw is None:
            return
        if first is None:
            first = self.leaf(Need(shape, kind=operation.kind, below=operation.below))
        else:
            first = self.within(first, operation.accepts, operation.domain)
        inputs = [first, *map(self.operand, draw.others)]
        self.step(operation, inputs, draw.attributes)


def random_graph(random):
    size = integer(random, 2, 20)
    growth = Growth(random)
    for _ in range(integer(random, 1, 3)):
        growth.leaf(Need(drawing.shape(random, (0, HIGHEST_RANK), 300, empty=False)))
    growth.graph.leaves[0].gradient = True
    while len(growth.graph.steps) < size - 3:
        growth.grow()
    while len(growth.graph.steps) < 1:
        growth.grow()
    # What nothing uses is an output, but for some: they must not matter.
    unused = [step for step in growth.graph.steps if id(step) not in growth.used and step is not growth.graph.steps[-1]]
    weigh(random, growth.graph, [growth.graph.steps[-1], *(step for step in unused if chance(random, 0.6))])
    return growth.graph


def is_steady(graph, truth, seed):
    """Whether small errors on the way stay small."""
    if not largest_error(graph.truth(torch.float32), truth) <= FLOAT32_ERROR:
        return False
    generator = torch.Generator().manual_seed(seed)
    for _ in range(3):
        moved = graph.truth(noise=(generator, NOISE))
        for right, other in zip(sum(truth, []), sum(moved, [])):
            largest = max(np.abs(right).max(initial=0), 0.25)
            if not np.abs(right - other).max(initial=0) <= MOST_MOVED * largest:
                return False
    return True


@check
def random_expression_graphs_are_pytorchs(tools):
    """1,000 graphs of up to 20 operations: values, all gradients, and second derivatives of some."""
    random = np.random.default_rng([tools.seed, 20])
    comparison = Comparison(tools.oracles)
    graphs = steps = unsteady = 0
    names = set()
    while graphs < GRAPHS:
        graph = random_graph(random)
        choose_extras(random, graph, 0.3, 0.1)
        truth = graph.truth()
        if not is_steady(graph, truth, graphs):
            unsteady += 1
            continue
        graphs += 1
        steps += len(graph.steps)
        names.update(step.operation.name for step in graph.steps)
        comparison.case(f"a graph of {len(graph.steps)}", str(graph), truth, graph.answer)
    return comparison.conclude(
        f"{graphs} graphs of {steps} operations, {len(names)} different ones, {unsteady} ill-conditioned graphs left out")
