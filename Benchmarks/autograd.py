"""Updates and forward passes of Autograd against PyTorch and JAX, in turns, on one core.

    python Benchmarks/autograd.py --rl .build/release/rl [--rounds 5] [--quick] [--only dqn-update lstm]

Every round runs `rl bench updates`, then PyTorch, then JAX, each alone in a process of its own. All sides take the
median of many repetitions after a warm-up, on data that is made once: no replay buffer, no environment. A ratio is a
peer's median over ours of the same round. All in float32.

What is timed, on every side:

dqn-update          DQN, 4-64-64-2 with relu, 64 rows: forward pass of the target network, its maximum, rewards +
                    discounts · maximum; forward pass, chosen values, mean Huber loss, gradients, clipping by global
                    norm 10, Adam.
dqn-minatar-update  The same for 10×10×4 floats, 32 rows, 6 actions: convolution 3×3 to 16, linear to 128, linear, relu
                    between.
dqn-nature-update   The same for 84×84×4 bytes, 32 rows, 6 actions: both batches scaled by 1/255, convolutions 8×8
                    stride 4 to 32, 4×4 stride 2 to 64, 3×3 to 64, linear to 512, linear, relu between.
lstm                LSTM of 128 units on 32 steps × 16 rows × 128 inputs from a zero state: forward pass, sum of all
                    outputs, gradients at its weights and biases.
act                 4-64-64-2 with relu on one observation that lies in the host language's array: the best action, read
                    back.
ppo-minibatch       PPO, actor 4-64-64-2 and critic 4-64-64-1 with tanh, 256 rows: normalised advantages, clipped ratio
                    (0.2), entropy (0.01), squared value error (0.5), gradients, clipping by global norm 0.5, Adam.
sac-update          SAC, actor 3-256-256-2 and two critics 4-256-256-1 with relu, 256 rows: critics' update towards the
                    target critics' minimum at freshly sampled next actions, actor's update, temperature's update, three
                    times Adam, target critics moved by 0.005. Noise is drawn within.
"""

import argparse
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
from importlib.metadata import version

PEERS = {"PyTorch": "pytorch.py", "JAX": "jax_cpu.py"}
BENCHMARKS = ["dqn-update", "dqn-minatar-update", "dqn-nature-update", "lstm", "act", "ppo-minibatch", "sac-update"]

# How many times as long a peer should take at least.
RATIO_BARS = {
    ("dqn-update", "PyTorch eager, fused Adam"): 15,
    ("dqn-update", "JAX jit"): 4,
    ("dqn-update", "JAX scan over 100"): 1.2,
    ("dqn-minatar-update", "PyTorch eager, fused Adam"): 5,
    ("dqn-nature-update", "PyTorch eager, fused Adam, channels-last"): 1.5,
    ("lstm", "PyTorch eager"): 3,
}
# What we should take at most, in µs.
TIME_BARS = {"dqn-update": 20, "act": 0.5}


def one_core():
    """JAX takes a second thread whatever its flags say: every side runs on the same single core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def environment():
    """One thread each, and OpenBLAS choosing for itself."""
    variables = dict(os.environ)
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "RL_KERNELS"):
        variables.pop(name, None)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        variables[name] = "1"
    variables["JAX_PLATFORMS"] = "cpu"
    variables["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    return variables


def lines_of(words):
    """The objects that a program prints, one a line."""
    done = subprocess.run(list(map(str, words)), env=environment(), capture_output=True, text=True, preexec_fn=one_core)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))} exited with {done.returncode}: {done.stderr.strip()[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def measure(rl, names, quick):
    """A round: medians in µs by benchmark, then by side."""
    medians = {name: {} for name in names}
    for line in lines_of([rl, "bench", "updates", "--json"]):
        if line["name"] in medians:
            medians[line["name"]]["rl"] = line["median"]
    for peer, script in PEERS.items():
        path = pathlib.Path(__file__).parent / "peers" / script
        for line in lines_of([sys.executable, path, *names, *(["--quick"] if quick else [])]):
            medians[line["name"]][f"{peer} {line['variant']}"] = line["median"]
    return medians


def machine():
    model = platform.processor()
    flags = ""
    if os.path.exists("/proc/cpuinfo"):
        information = dict(
            line.split(":", 1) for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if ":" in line)
        information = {key.strip(): value.strip() for key, value in information.items()}
        model = information.get("model name", model)
        flags = next((f", {name}" for name in ("avx512f", "avx2") if name in information.get("flags", "").split()), "")
    return f"{model or platform.machine()}{flags}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"


def figure(values, unit=""):
    """The median, and the range where there is one."""
    digits = lambda value: f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
    text = digits(statistics.median(values)) + unit
    return text if len(values) == 1 else f"{text} ({digits(min(values))} to {digits(max(values))})"


def row(*cells):
    name, side, time, ratio, bar, met = cells
    print(f"{name:<19} {side:<41} {time:<29} {ratio:<23} {bar:<9} {met}".rstrip(), flush=True)


def report(name, rounds):
    """The table's part for one benchmark; returns whether each bar is met."""
    ours = [round[name]["rl"] for round in rounds]
    met = []

    def verdict(holds):
        met.append(holds)
        return "met" if holds else "NOT met"

    limit = TIME_BARS.get(name)
    bar = ("", "") if limit is None else (f"≤ {limit} µs", verdict(statistics.median(ours) <= limit))
    row(name, "rl", figure(ours), "", *bar)
    for side in [side for side in rounds[0][name] if side != "rl"]:
        ratios = [round[name][side] / round[name]["rl"] for round in rounds]
        least = RATIO_BARS.get((name, side))
        bar = ("", "") if least is None else (f"≥ {least}×", verdict(statistics.median(ratios) >= least))
        row("", side, figure([round[name][side] for round in rounds]), figure(ratios, "×"), *bar)
    return met


def report_kernels(rounds):
    """The kernels beside the measured peak of one core; returns whether each bar is met."""
    lines = {}
    for line in (line for lines in rounds for line in lines):
        lines.setdefault(line["name"], []).append(line)
    print("\nkernels: the median of the rounds' medians, and the share of the peak measured beside it")
    shares = {}
    for name, seen in lines.items():
        share = statistics.median(line["share"] for line in seen) if "share" in seen[0] else None
        if share is not None and is_of_layers(name):
            shares[name] = share
            continue
        gflops = f"{statistics.median(line['gflops'] for line in seen):7.1f} GFLOP/s" if "gflops" in seen[0] else ""
        print(f"{name:<30} {figure([line['median'] for line in seen], ' µs'):<34} {gflops:<16} "
              + (f"{share:.0%}" if share is not None and name != "peak" else ""), flush=True)
    if not shares:
        return []
    median, lowest = statistics.median(shares.values()), min(shares, key=shares.get)
    met = [median >= 0.85, shares[lowest] >= 0.5]
    for text, holds in zip([f"products of layers' sizes ({len(shares)}), median {median:.1%} of the peak, bar ≥ 85 %",
                            f"the lowest of them, {lowest}, {shares[lowest]:.1%}, bar ≥ 50 %"], met):
        print(f"{text}: {'met' if holds else 'NOT met'}")
    return met


def is_of_layers(name):
    """Whether a line is a product, in any layout, with M of 8 to 256, K and N of 64 to 512."""
    sizes = re.fullmatch(r"(?:nn|nt|tn) (\d+)×(\d+)×(\d+)", name)
    if not sizes:
        return False
    m, k, n = map(int, sizes.groups())
    return 8 <= m <= 256 and 64 <= k <= 512 and 64 <= n <= 512


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rl", default=".build/release/rl")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="a tenth of the peers' repetitions")
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, metavar="BENCHMARK", help=", ".join(BENCHMARKS))
    parser.add_argument("--kernels", action="store_true", help="the kernel table as well")
    options = parser.parse_args()
    rl = os.path.abspath(options.rl)
    names = options.only or BENCHMARKS
    print(machine())
    print(f"torch {version('torch')}, jax {version('jax')}, optax {version('optax')}, one core; "
          f"{options.rounds} rounds of rl, PyTorch, JAX; time: the median of the rounds' medians, and their range")
    rounds, kernels = [], []
    for number in range(options.rounds):
        rounds.append(measure(rl, names, options.quick))
        if options.kernels:
            kernels.append(lines_of([rl, "bench", "kernels", "--json"]))
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
    missing = [name for name in names if any("rl" not in round[name] for round in rounds)]
    if missing:
        sys.exit(f"rl bench updates does not time {', '.join(missing)}")
    print()
    row("benchmark", "side", "time, µs", "ratio", "bar", "")
    met = [holds for name in names for holds in report(name, rounds)]
    if kernels:
        met += report_kernels(kernels)
    print(f"\n{sum(met)} of {len(met)} bars met")


if __name__ == "__main__":
    main()
