"""Steps of environments against Gymnasium, gymnax and the MinAtar package, in turns.

    python Benchmarks/environments.py --rl .build/release/rl [--rounds 5] [--quick]

Every round runs `rl bench environments`, then each peer, alone in a process of its own; all sides take the median of many
repetitions with random actions that are made beforehand, and restart episodes. A ratio is our steps a second over the peer's of
the same round. `rl` and the peers run on one core unless a line says otherwise; gymnax is also measured with every core, since
JAX takes them by itself. Gymnasium's CartPole computes in Float64, as `rl` does; gymnax's in Float32.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

from autograd import environment, figure, machine, one_core

PEER = pathlib.Path(__file__).parent / "peers" / "environments.py"
ENVIRONMENTS = [
    # name, settings, rows
    ("CartPole-v1", [], "1,1024"),
    ("CartPole-v1", ["arithmetic=float32"], "1024"),
    ("Acrobot-v1", [], "64"),
    ("MinAtar/Breakout-v1", [], "64,2048"),
    ("MinAtar/Breakout-v1", ["sticky=0", "limit=1000"], "64,2048"),
]
# What is compared: our side (name, settings, rows; 0 is one environment by itself), the peer's (label, name, rows), and how many
# times as fast we should be at least.
COMPARISONS = [
    (("CartPole-v1", "", 0), ("Gymnasium", "CartPole-v1", 0), 50),
    (("Acrobot-v1", "", 0), ("Gymnasium", "Acrobot-v1", 0), 50),
    (("CartPole-v1", "", 1024), ("Gymnasium", "CartPole-v1", 1024), 2),
    (("CartPole-v1", "", 1024), ("gymnax", "CartPole-v1", 1024), 2),
    (("CartPole-v1", "", 1024), ("gymnax, all cores", "CartPole-v1", 1024), None),
    (("CartPole-v1", "arithmetic=float32", 1024), ("Gymnasium", "CartPole-v1", 1024), 4),
    (("CartPole-v1", "arithmetic=float32", 1024), ("gymnax", "CartPole-v1", 1024), 4),
    (("CartPole-v1", "arithmetic=float32", 1024), ("gymnax, all cores", "CartPole-v1", 1024), None),
    (("MinAtar/Breakout-v1", "", 64), ("gymnax, all cores", "Breakout-MinAtar", 64), 4),
    (("MinAtar/Breakout-v1", "", 2048), ("gymnax, all cores", "Breakout-MinAtar", 2048), 4),
    (("MinAtar/Breakout-v1", "sticky=0 limit=1000", 64), ("gymnax", "Breakout-MinAtar", 64), None),
    (("MinAtar/Breakout-v1", "sticky=0 limit=1000", 2048), ("gymnax", "Breakout-MinAtar", 2048), None),
    (("MinAtar/Breakout-v1", "", 64), ("MinAtar", "breakout", 0), 40),
    (("MinAtar/Breakout-v1", "", 2048), ("MinAtar", "breakout", 0), 40),
]


def lines_of(words, all_cores=False):
    variables = environment()
    if all_cores:
        variables.pop("XLA_FLAGS")
    done = subprocess.run(
        list(map(str, words)), env=variables, capture_output=True, text=True,
        preexec_fn=None if all_cores else one_core)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))} exited with {done.returncode}: {done.stderr.strip()[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def measure(rl, quick):
    """A round: steps a second by side."""
    seconds = 0.3 if quick else 2
    rates = {}
    for name, settings, rows in ENVIRONMENTS:
        words = [rl, "bench", "environments", "--only", name, "--rows", rows, "--seconds", seconds, "--json"]
        for line in lines_of(words + [word for setting in settings for word in ("--set", setting)]):
            rates[name, " ".join(settings), line["rows"]] = line["stepsPerSecond"]
    for label, peer, all_cores in [
        ("Gymnasium", "gymnasium", False), ("MinAtar", "minatar", False), ("gymnax", "gymnax", False),
        ("gymnax, all cores", "gymnax", True),
    ]:
        for line in lines_of([sys.executable, PEER, peer, *(["--quick"] if quick else [])], all_cores):
            rates[label, line["name"], line["rows"]] = line["stepsPerSecond"]
    return rates


def described(name, settings, rows):
    kind = "alone" if rows == 0 else f"{rows} rows"
    return f"{name}{' ' + settings if settings else ''}, {kind}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rl", required=True, type=pathlib.Path, help="the rl program")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="short repetitions, to try the script")
    arguments = parser.parse_args()
    print(machine(), flush=True)
    rounds = []
    for number in range(arguments.rounds):
        rounds.append(measure(arguments.rl.resolve(), arguments.quick))
        print(f"round {number + 1} of {arguments.rounds}", file=sys.stderr, flush=True)
    missed = 0
    print(f"{'rl':<52} {'million steps/s':<22} {'peer':<28} {'million steps/s':<22} {'ratio':<24} bar")
    for ours, peer, bar in COMPARISONS:
        own = [round[ours] / 1e6 for round in rounds]
        other = [round[peer] / 1e6 for round in rounds]
        ratios = [a / b for a, b in zip(own, other)]
        verdict = ""
        if bar is not None:
            holds = statistics.median(ratios) >= bar
            missed += not holds
            verdict = f"≥ {bar}×  {'met' if holds else 'NOT met'}"
        print(f"{described(*ours):<52} {figure(own):<22} {peer[0]:<28} {figure(other):<22} {figure(ratios, '×'):<24} {verdict}"
              .rstrip())
    print(f"{missed} bars missed" if missed else "all bars met")


if __name__ == "__main__":
    main()
