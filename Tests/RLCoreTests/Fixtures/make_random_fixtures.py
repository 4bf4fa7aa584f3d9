"""Writes random.json: what numpy's generators give, for PCG64, MT19937, SeedSequence and RandomStreams to equal bit for
bit.

    python make_random_fixtures.py        # numpy 2.4.6 made the committed file
"""

import json
import pathlib
import random

import numpy as np

SEEDS = [0, 1, 42, 2**31, 2**32 - 1, 2**32, 2**40 + 7, 2**64 - 1]
SPAWN_KEYS = [[], [0], [1], [7, 2**32 - 1], [1, 2, 3, 4, 5]]
BOUNDS = [1, 2, 3, 10, 1000, 2**31, 2**31 + 1, 2**32 - 1, 2**32, 2**32 + 1, 2**40, 2**62, 3 * 2**61 + 1]
NORMALS = 200_000
PROBABILITIES = [[0.25, 0.75], [0.1] * 10, [0.0, 1.0, 0.0], [1 / 3, 1 / 3, 1 / 3], [0.7, 0.0, 0.2, 0.1]]


def call(generator, kind, argument=None):
    """One call of a generator and what it gave, as the Swift test reads it."""
    match kind:
        case "random":
            return {"call": kind, "number": float(generator.random())}
        case "uniform":
            return {"call": kind, "bounds": argument, "number": float(generator.uniform(*argument))}
        case "integers":
            return {"call": kind, "bound": argument, "integer": int(generator.integers(argument))}
        case "range":
            return {"call": kind, "range": argument, "integer": int(generator.integers(*argument))}
        case "choice":
            return {"call": kind, "bound": argument, "integer": int(generator.choice(argument))}
        case "weighted":
            picked = generator.choice(len(argument), p=argument)
            return {"call": kind, "probabilities": argument, "integer": int(picked)}


def mixed_calls(generator, picker, count):
    """Calls of every kind in an order that leaves unused halves waiting across the others."""
    calls = []
    for _ in range(count):
        kind = picker.choice(["random", "uniform", "integers", "integers", "range", "choice", "weighted"])
        argument = {
            "random": None,
            "uniform": picker.choice([[-0.6, -0.4], [-0.05, 0.05], [0.0, 1.0], [-3.5, 1e6]]),
            "integers": picker.choice(BOUNDS),
            "range": [picker.choice([-5, 0, 3]), picker.choice([4, 100, 2**33])],
            "choice": picker.choice([1, 2, 5, 77]),
            "weighted": picker.choice(PROBABILITIES),
        }[kind]
        calls.append(call(generator, kind, argument))
    return calls


def generator_of(seed, key):
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=tuple(key))))


def name_hash(name):
    """64-bit FNV-1a."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def sequences():
    for seed in SEEDS:
        for key in SPAWN_KEYS:
            sequence = np.random.SeedSequence(seed, spawn_key=tuple(key))
            bits = np.random.PCG64(sequence)
            yield {
                "seed": seed, "spawnKey": key,
                "words": [int(word) for word in sequence.generate_state(9)],
                "longWords": [int(word) for word in sequence.generate_state(5, np.uint64)],
                "raw": [int(word) for word in bits.random_raw(3)],
            }


def games():
    picker = random.Random(0)
    for seed in SEEDS:
        # Every bound several times in a row on one stream, then a mixture.
        generator = np.random.default_rng(seed)
        calls = [call(generator, "integers", bound) for bound in BOUNDS for _ in range(3)]
        yield {"seed": seed, "spawnKey": [], "calls": calls + mixed_calls(generator, picker, 60)}
    for key in SPAWN_KEYS[1:]:
        yield {"seed": 3, "spawnKey": key, "calls": mixed_calls(generator_of(3, key), picker, 30)}


def streams():
    for seed in [0, 5, 2**64 - 1]:
        for name in ["", "exploration", "environment", "replay", "init/été"]:
            low, high = name_hash(name) % 2**32, name_hash(name) >> 32
            bits = np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(low, high)))
            yield {"seed": seed, "name": name, "raw": [int(word) for word in bits.random_raw(3)]}


def normals():
    """Enough draws for every layer of the ziggurat and its tail, as the FNV-1a hash of their bytes."""
    for name, seed in [("pcg64", 0), ("pcg64", 2**40 + 7), ("mt19937", 5), ("mt19937", 2**32 - 1)]:
        bits = np.random.PCG64(seed) if name == "pcg64" else np.random.RandomState(seed)._bit_generator
        numbers = np.random.Generator(bits).standard_normal(NORMALS)
        value = 0xCBF29CE484222325
        for byte in numbers.tobytes():
            value = (value ^ byte) * 0x100000001B3 % 2**64
        yield {
            "generator": name, "seed": seed, "count": NORMALS, "first": numbers[:8].tolist(),
            "largest": float(np.abs(numbers).max()), "hash": value,
        }


fixtures = {
    "sequences": list(sequences()), "games": list(games()), "streams": list(streams()), "normals": list(normals()),
}
path = pathlib.Path(__file__).with_name("random.json")
path.write_text(json.dumps(fixtures, ensure_ascii=False, separators=(",", ":")).replace("},{", "},\n{") + "\n")
