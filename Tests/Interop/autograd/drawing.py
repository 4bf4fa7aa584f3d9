"""Random shapes, operands and settings."""

import dataclasses
import math

import numpy as np


@dataclasses.dataclass
class Need:
    """An operand that an operation asks for beside its first."""

    shape: tuple = ()
    # The range its numbers are drawn from, and the range they may have where they come from another operation.
    domain: tuple = (-2, 2)
    accepts: tuple = (-math.inf, math.inf)
    # float32, int32 (below `below`), uint8, "mask" (floats of 0 and 1), "level" (floats between 0 and 1) or "whole"
    # (floats of few whole numbers: ties)
    kind: str = "float32"
    below: int = 0
    # These very numbers, instead of random ones.
    array: np.ndarray = None


@dataclasses.dataclass
class Draw:
    """What an operation makes of the shape of its first operand: the operands beside it, and its settings."""

    others: list = dataclasses.field(default_factory=list)
    attributes: dict = dataclasses.field(default_factory=dict)


def integer(random, low, high):
    """low ... high"""
    return int(random.integers(low, high + 1))


def chance(random, probability):
    return bool(random.random() < probability)


def number(random, low, high):
    """Uniform, and a number that float32 holds."""
    return float(np.float32(random.uniform(low, high)))


def floats(random, shape, domain):
    return np.asarray(random.uniform(*domain, size=shape), np.float32)


def operand(random, need):
    """An array as it is needed."""
    if need.array is not None:
        return need.array
    if need.kind == "int32":
        return np.asarray(random.integers(0, max(need.below, 1), size=need.shape), np.int32)
    if need.kind == "uint8":
        return np.asarray(random.integers(0, 256, size=need.shape), np.uint8)
    if need.kind == "mask":
        return np.asarray(random.integers(0, 2, size=need.shape), np.float32)
    if need.kind == "level":
        return floats(random, need.shape, (0, 1))
    if need.kind == "whole":
        return np.asarray(random.integers(-2, 3, size=need.shape), np.float32)
    return floats(random, need.shape, need.domain)


# Around the widths of vectors and tiles, so that every tail is met.
SIZES = [1, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 65]


def shape(random, ranks=(0, 5), limit=3000, empty=True):
    """Sizes of axes: `ranks` (lowest and highest), about `limit` elements at most; now and then all ones, or with an
    axis of no element."""
    rank = integer(random, *ranks)
    if chance(random, 0.08):
        return (1,) * rank
    sizes = [1] * rank
    for axis in random.permutation(rank):
        room = limit // int(np.prod(sizes))
        sizes[axis] = int(random.choice([size for size in SIZES if size <= room]))
    if empty and rank and chance(random, 0.07):
        sizes[integer(random, 0, rank - 1)] = 0
    return tuple(sizes)


def broadcast_partner(random, first, limit=6000, highest_rank=5):
    """A shape that NumPy's rules combine with the first: axes left out in front or added there, repeated on either
    side."""
    if chance(random, 0.25):
        return first
    other = []
    for size in first:
        if size == 1:
            other.append(int(random.choice([1, 2, 3, 5])))
        else:
            other.append(1 if chance(random, 0.35) else size)
    if chance(random, 0.4):
        other = other[integer(random, 0, len(other)):]
    elif len(other) < highest_rank and chance(random, 0.25):
        other = [integer(random, 1, 3)] + other
    if np.prod(np.broadcast_shapes(first, tuple(other))) > limit:
        return first
    return tuple(other)


# What `draw` of an operation can be, from the shape of its first operand.


def alone(random, shape):
    return Draw()


def beside(random, shape):
    """A second operand, broadcast."""
    return Draw([Need(broadcast_partner(random, shape))])


def same(random, shape):
    return Draw([Need(shape)])


def ending(draw, size):
    """Only where the last axis is at least so long."""
    return lambda random, shape: draw(random, shape) if shape and shape[-1] >= size else None
