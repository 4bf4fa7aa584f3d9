"""Every published environment against its package, to the last bit: 100 seeds, 5,000 steps each, through restarts."""

import concurrent.futures
import json
import os
import subprocess
import tempfile

import numpy as np

from reference import VARIANTS, play
from support import check, expect

SEEDS, STEPS = 100, 5000


def difference(rl, variant, seed, steps):
    """The first difference, as a sentence; nothing where there is none."""
    moments = list(play(variant, seed, steps))
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        for moment in moments:
            if moment[0] is not None:
                values = np.atleast_1d(moment[0])
                file.write(" ".join(repr(float(value)) if values.dtype.kind == "f" else str(value) for value in values))
                file.write("\n")
        file.flush()
        words = [rl, "trace", variant.name, "--seed", str(seed), "--actions", file.name]
        for name, value in variant.settings.items():
            words += ["--set", f"{name}={value}"]
        done = subprocess.run(words, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        return f"seed {seed}: {done.stderr.strip()}"
    lines = done.stdout.splitlines()
    if len(lines) != len(moments):
        return f"seed {seed}: {len(lines)} lines, expected {len(moments)}"
    for number, (text, moment) in enumerate(zip(lines, moments)):
        place = f"seed {seed}, line {number}"
        expected = moment[1]
        if expected.dtype == np.uint8 and expected.max() <= 1:
            # Hundreds of digits: compared as text, since reading them as numbers would take most of the time.
            head, _, rest = text.partition('"observation":[')
            seen, _, tail = rest.partition("]")
            if seen != binary(expected):
                return f"{place}: the observation differs"
            text = f'{head}"observation":[]{tail}'
            line = json.loads(text)
        else:
            line = json.loads(text)
            seen = np.atleast_1d(np.array(line["observation"], dtype=expected.dtype))
            if seen.tobytes() != expected.tobytes():
                return f"{place}: the observation is {seen[:8]}, expected {expected[:8]}"
        if (moment[0] is None) != ("reset" in line):
            return f"{place}: {text[:80]}"
        if moment[0] is not None:
            facts = (line["reward"], line["terminated"], line["truncated"])
            if facts != moment[2:]:
                return f"{place}: {facts}, expected {moment[2:]}"
    return None


def binary(bits):
    """Zeros and ones as the digits of a list."""
    digits = np.full(2 * bits.size - 1, ord(","), dtype=np.uint8)
    digits[::2] = bits + ord("0")
    return digits.tobytes().decode()


def compare(tools, variants):
    jobs = [(tools.rl, variant, seed, STEPS) for variant in variants for seed in range(SEEDS)]
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        for (_, variant, _, _), found in zip(jobs, pool.map(difference, *zip(*jobs), chunksize=4)):
            expect(found is None, f"{variant.title}: {found}")


def register(name):
    """A check for all variants of one environment."""

    def compares(tools):
        variants = [variant for variant in VARIANTS if variant.name == name]
        compare(tools, variants)
        return f"{len(variants)} variants, {SEEDS} seeds × {STEPS} steps each, no difference"

    compares.__name__ = f"{name} is the published one to the bit".replace(" ", "_")
    check(compares)


for name in dict.fromkeys(variant.name for variant in VARIANTS):
    register(name)
