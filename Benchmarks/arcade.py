"""Steps of arcade games with the whole Atari protocol against the Arcade Learning Environment, in turns.

    python Benchmarks/arcade.py --rl .build/release/rl [--rounds 5] [--quick] [--games pong breakout]

Both sides: 8 rows on every core, 4 frames a step, the maximum of the last two, grey, 84 by 84 pixels, 4 pictures at once, 1 to 30
no-ops and fire at the start, the sign of rewards, random actions that are made beforehand, episodes restarted. The peer is
`ale_py.vector_env.AtariVectorEnv`, which runs the original cartridge and restarts in its own way; sticky actions and the ends of
lives are off, as they are there if nothing is said. Every round runs `rl bench environments`, then the peer, each alone in a
process of its own, and takes the median of many repetitions. A ratio is our steps a second over the peer's of the same round.
"""

import argparse
import pathlib
import statistics
import sys

from autograd import figure, machine
from environments import PEER, lines_of

ROWS, BAR = 8, 20
SETTINGS = ["sticky=0", "episodicLife=false"]


def measure(rl, games, quick, threads):
    """A round: steps a second by side and game."""
    seconds = 0.3 if quick else 3
    rates = {}
    for game in games:
        words = [rl, "bench", "environments", "--only", game, "--rows", ROWS, "--threads", threads, "--seconds", seconds, "--json"]
        words += [word for setting in SETTINGS for word in ("--set", setting)]
        for line in lines_of(words, all_cores=True):
            if line["rows"] == ROWS:
                rates["rl", game] = line["stepsPerSecond"]
        for line in lines_of([sys.executable, PEER, "ale", game, *(["--quick"] if quick else [])], all_cores=True):
            rates["ale", game] = line["stepsPerSecond"]
    return rates


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rl", required=True, type=pathlib.Path, help="the rl program")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--games", nargs="+", default=["pong", "breakout"])
    parser.add_argument("--threads", type=int, default=2, help="of rl; the peer takes a thread for every core")
    parser.add_argument("--quick", action="store_true", help="short repetitions, to try the script")
    arguments = parser.parse_args()
    print(machine(), flush=True)
    rounds = []
    for number in range(arguments.rounds):
        rounds.append(measure(arguments.rl.resolve(), arguments.games, arguments.quick, arguments.threads))
        print(f"round {number + 1} of {arguments.rounds}", file=sys.stderr, flush=True)
    missed = 0
    print(f"{'game, 8 rows':<20} {'rl, steps/s':<34} {'ale_py, steps/s':<30} {'ratio':<24} bar")
    for game in arguments.games:
        own = [round["rl", game] for round in rounds]
        other = [round["ale", game] for round in rounds]
        ratios = [a / b for a, b in zip(own, other)]
        holds = statistics.median(ratios) >= BAR
        missed += not holds
        print(f"{game:<20} {figure(own):<34} {figure(other):<30} {figure(ratios, '×'):<24} "
              f"≥ {BAR}×  {'met' if holds else 'NOT met'}")
    print(f"{missed} bars missed" if missed else "all bars met")


if __name__ == "__main__":
    main()
