"""PPO against the same in JAX with gymnax's environments, compiled from end to end, and against Stable-Baselines3, in turns.

    python Benchmarks/ppo.py --rl .build/release/rl [--rounds 5] [--only cartpole|breakout|seeds] [--quick]
    python Benchmarks/ppo.py --rl .build/release/rl --all-cores-flags=--row-threads=2

cartpole   CartPole-v1, 4 rows × 128 steps, 4 epochs × 4 minibatches, two networks 64-64 with tanh:
           experiments/speed/ppo-cartpole.yaml.
breakout   MinAtar's Breakout as gymnax plays it, 64 rows × 128 steps, 4 epochs × 8 minibatches, two networks 64-64 with
           tanh on the 400 flattened inputs: experiments/speed/ppo-minatar-breakout.yaml.
seeds      Ten seeds of `cartpole` at once beside one: wall-clock of the whole command, starting up included, and the steps
           a second of all seeds together.

Every round runs each side alone in a process of its own, with the round's number as its seed. Steps a second are from the
first environment step to the last update, without evaluation, starting up or JAX's compiling, which is told apart.
`rl` and JAX run on one core and then with every core; Stable-Baselines3 with one thread of torch and with as many as it
takes by itself. A peer counts with the better of its two in that round. Stable-Baselines3 gets fewer steps, because it
is slow: every update does the same work. Both sides learn: `peers/jax_ppo.py --learning`, and for `rl`

    rl run experiments/speed/ppo-cartpole.yaml --steps 512000 --seeds 10 --eval-episodes 100 --name ppo-learning
    rl compare ppo-learning      # the interquartile mean over seeds of the last greedy evaluation, with its 95 % interval
"""

import argparse
import json
import os
import pathlib
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version

from autograd import environment, figure, machine, one_core

FOLDER = pathlib.Path(__file__).resolve().parent
EXPERIMENTS = {name: FOLDER.parent / "experiments" / "speed" / file
               for name, file in {"cartpole": "ppo-cartpole.yaml", "breakout": "ppo-minatar-breakout.yaml"}.items()}
# How many times a peer's steps a second we should make at least, with which of our two.
BARS = {
    ("cartpole", "JAX"): ("rl, one core", 2),
    ("cartpole", "Stable-Baselines3"): ("rl, one core", 60),
    ("breakout", "JAX"): ("rl, all cores", 2),
}
# Ten seeds on so many cores may take at most this many times what one seed and perfect sharing would.
SEEDS, SLACK = 10, 1.15


def output(words, all_cores=False, folder=None):
    """The objects that a program prints, one a line."""
    variables = environment()
    if all_cores:
        for name in ("XLA_FLAGS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
            variables.pop(name, None)
    words = list(map(str, words))
    done = subprocess.run(
        words, env=variables, cwd=folder, capture_output=True, text=True, preexec_fn=None if all_cores else one_core)
    if done.returncode != 0:
        sys.exit(f"{' '.join(words)} exited with {done.returncode}: {done.stderr.strip()[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def run(rl, name, *flags, steps=None, all_cores=False):
    """The summaries of `rl run`, one a seed, and the seconds that the command took."""
    words = [rl, "run", EXPERIMENTS[name], "--json", "--quiet", *flags]
    if steps is not None:
        words += ["--steps", steps]
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        lines = output(words, all_cores, folder)
        return [line["summary"] for line in lines], time.perf_counter() - start


def measure(rl, name, number, options):
    """A round: steps a second by side, and JAX's seconds of compiling."""
    rates = {}
    steps = ["--steps", options.steps] if options.steps else []
    for side, all_cores, flags in [("one core", False, []), ("all cores", True, options.all_cores_flags)]:
        summaries, _ = run(rl, name, "--seed", number, *flags, steps=options.steps, all_cores=all_cores)
        rates[f"rl, {side}"] = summaries[0]["stepsPerSecond"]
        line, = output([sys.executable, FOLDER / "peers" / "jax_ppo.py", name, "--seed", number, *steps], all_cores)
        rates[f"JAX, {side}"] = line["stepsPerSecond"]
        rates[f"compiling, {side}"] = line["compileSeconds"]
    if name == "cartpole":
        for side, threads in [("one thread", 1), ("its own threads", 0)]:
            words = [sys.executable, FOLDER / "peers" / "sb3_ppo.py", "--threads", threads, "--seed", number]
            line, = output([*words, "--steps", options.peer_steps], all_cores=True)
            rates[f"Stable-Baselines3, {side}"] = line["stepsPerSecond"]
    return rates


def report(name, rounds):
    """The table's part of one configuration; returns whether each bar is met."""
    print(f"\n{name}: steps a second, the median over rounds and the range")
    for side in rounds[0]:
        if not side.startswith("compiling"):
            print(f"  {side:<36} {figure([rates[side] for rates in rounds])}")
    seconds = [rates[side] for rates in rounds for side in rates if side.startswith("compiling")]
    print(f"  (JAX compiles for {figure(seconds, ' s')} before)")
    met = []
    for peer in ["JAX", "Stable-Baselines3"]:
        if not any(side.startswith(peer) for side in rounds[0]):
            continue
        best = [max(rate for side, rate in rates.items() if side.startswith(peer)) for rates in rounds]
        for ours in ["rl, one core", "rl, all cores"]:
            ratios = [rates[ours] / other for rates, other in zip(rounds, best)]
            verdict = ""
            side, least = BARS[name, peer]
            if side == ours:
                met.append(statistics.median(ratios) >= least)
                verdict = f"bar ≥ {least}×  {'met' if met[-1] else 'NOT met'}"
            print(f"  {ours} : {peer + ', the better':<32} {figure(ratios, '×'):<26} {verdict}".rstrip())
    return met


def measure_seeds(rl, number, options):
    """A round: seconds of one seed on one thread, seconds of ten at once, steps a second of the ten together."""
    _, one = run(rl, "cartpole", "--seed", number, "--threads", 1, steps=options.steps, all_cores=True)
    summaries, many = run(
        rl, "cartpole", "--seed", number, "--seeds", SEEDS, steps=options.steps, all_cores=True)
    return one, many, sum(summary["steps"] for summary in summaries) / many


def report_seeds(rounds):
    """Returns whether the bar is met."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    shares = [many / (one * SEEDS / min(cores, SEEDS)) for one, many, _ in rounds]
    met = statistics.median(shares) <= SLACK
    print(f"\nseeds: {SEEDS} at once on {cores} cores, the median over rounds and the range")
    print(f"  one seed, one thread                 {figure([one for one, _, _ in rounds], ' s')}")
    print(f"  {SEEDS} seeds                             {figure([many for _, many, _ in rounds], ' s')}")
    print(f"  steps a second of all together       {figure([rate for _, _, rate in rounds])}")
    print(f"  {SEEDS} seeds : {SEEDS} / cores × one seed      {figure(shares, '×'):<26} bar ≤ {SLACK}×  "
          f"{'met' if met else 'NOT met'}")
    return [met]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rl", default=".build/release/rl")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=["cartpole", "breakout", "seeds"])
    parser.add_argument("--steps", type=int, help="of `rl` and JAX, if not the experiments' own")
    parser.add_argument("--peer-steps", type=int, default=20_480, help="of Stable-Baselines3")
    parser.add_argument("--all-cores-flags", type=shlex.split, default=[], metavar="FLAGS",
                        help="what `rl run` is given beside the experiment where it may use every core")
    parser.add_argument("--quick", action="store_true", help="few steps and one round, to try the script")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.steps, options.peer_steps = 1, options.steps or 65_536, 2_048
    rl = os.path.abspath(options.rl)
    parts = options.only or ["cartpole", "breakout", "seeds"]
    print(machine())
    print(f"jax {version('jax')}, gymnax {version('gymnax')}, optax {version('optax')}, "
          f"stable-baselines3 {version('stable-baselines3')}, torch {version('torch')}; {options.rounds} rounds", flush=True)
    rounds = {part: [] for part in parts}
    for number in range(1, options.rounds + 1):
        for part in parts:
            if part == "seeds":
                rounds[part].append(measure_seeds(rl, number, options))
                one, many, rate = rounds[part][-1]
                told = f"one seed {one:.1f} s, {SEEDS} seeds {many:.1f} s, together {rate:,.0f} steps/s"
            else:
                rounds[part].append(measure(rl, part, number, options))
                rates = rounds[part][-1]
                told = "; ".join(f"{side} {rate:,.0f}" for side, rate in rates.items() if not side.startswith("compiling"))
                ours = max(rates["rl, one core"], rates["rl, all cores"])
                for peer in ["JAX", "Stable-Baselines3"]:
                    others = [rate for side, rate in rates.items() if side.startswith(peer)]
                    if others:
                        told += f"; ratio to {peer}, the better of each, {ours / max(others):.2f}"
            print(f"round {number}, {part}: {told}", flush=True)
    met = [holds for part in parts
           for holds in (report_seeds(rounds[part]) if part == "seeds" else report(part, rounds[part]))]
    print(f"\n{sum(met)} of {len(met)} bars met")


if __name__ == "__main__":
    main()
