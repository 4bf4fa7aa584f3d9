"""The checks."""

import pathlib
import re

import numpy as np

from support import check, expect

from . import drawing
from .drawing import Need
from .graphs import Comparison, Graph
from .operations import OPERATIONS

CASES = 40


def weights(random, y):
    """For a loss: between -1 and 1, none too near 0."""
    return np.asarray(random.uniform(0.2, 1, y.shape) * random.choice([-1, 1], y.shape), np.float32)


def weigh(random, graph, nodes):
    """Makes nodes the outputs, and the floats among them part of the loss."""
    for node in nodes:
        graph.output(node)
    values, _, _ = graph.truth()
    graph.outputs = [
        (node, weights(random, y) if y.dtype.kind == "f" else None) for node, y in zip(nodes, values)]


def choose_extras(random, graph, second, double):
    """With these probabilities, second derivatives are asked for, or our own evaluation in Double is."""
    wanted = [leaf for leaf in graph.leaves if leaf.gradient]
    if not wanted or all(weights is None for _, weights in graph.outputs):
        return
    if random.random() < second and all(step.operation.second for step in graph.steps):
        graph.directions = [drawing.floats(random, leaf.array.shape, (-1, 1)) for leaf in wanted]
    elif random.random() < double and all(step.operation.double for step in graph.steps):
        graph.compares_double = True


def single(random, operation):
    """A graph of one operation on random operands. Some gradients may be unwanted; now and then all are, or the
    operation is there twice, so that gradients add up."""
    while True:
        if operation.shape:
            shape = operation.shape(random)
        else:
            shape = drawing.shape(random, operation.ranks, empty=operation.empty)
        draw = operation.draw(random, shape)
        if draw is not None:
            break
    graph = Graph()
    none, all = random.random() < 0.1, random.random() < 0.6
    leaves = []
    ties = random.random() < 0.1
    for need in [Need(shape, operation.domain, kind=operation.kind, below=operation.below), *draw.others]:
        if ties and need.kind == "float32" and need.domain == (-2, 2):
            need.kind = "whole"
        leaf = graph.leaf(drawing.operand(random, need))
        leaf.gradient = leaf.array.dtype == np.float32 and not none and (all or random.random() < 0.5)
        leaves.append(leaf)
    times = 2 if random.random() < 0.3 else 1
    steps = [graph.step(operation, leaves, draw.attributes) for _ in range(times)]
    weigh(random, graph, [result for step in steps for result in step.all_results()])
    if none:
        graph.outputs = [(node, None) for node, _ in graph.outputs]
    # At a tie, differences have no derivative to find.
    choose_extras(random, graph, 0.4, 0 if ties else 0.1)
    return graph


@check
def operations_are_pytorchs(tools):
    """Every operation of the table on random operands: broadcast, empty, of length 1."""
    comparison = Comparison(tools.oracles)
    there = set(tools.oracles.catalog()["operations"])
    expect(there == set(OPERATIONS), f"not in both tables: {', '.join(sorted(there ^ set(OPERATIONS)))}")
    for name, operation in OPERATIONS.items():
        random = np.random.default_rng([tools.seed, *name.encode()])
        for _ in range(CASES if operation.function else 0):
            comparison.graph(single(random, operation))
    return comparison.conclude(f"{len(OPERATIONS)} operations")
