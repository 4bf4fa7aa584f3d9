"""Checks `rl` against the tools its users come from: Gymnasium, MinAtar, the safetensors package, pandas, PyTorch.

    python run.py --rl PATH [--oracle PATH] [--only WORD] [--seed N]

Every check prints a line; the last line is "N passed, M failed", and a failure makes the exit status 1.
"""

import argparse
import pathlib
import sys
import tempfile
import time
import traceback

import environments  # noqa: F401
import atari  # noqa: F401
import runs  # noqa: F401
import autograd  # noqa: F401
from support import CHECKS, Failure, Tools


def main():
    parser = argparse.ArgumentParser(description="Checks rl against Gymnasium, MinAtar, safetensors, pandas and PyTorch.")
    parser.add_argument("--rl", required=True, type=pathlib.Path, help="the rl program")
    parser.add_argument("--oracle", type=pathlib.Path, help="AutogradOracle; beside rl if nothing is said")
    parser.add_argument("--only", default="", help="only checks whose name contains this")
    parser.add_argument("--seed", type=int, default=1, help="of the random cases for PyTorch; another draws others")
    arguments = parser.parse_args()
    rl = arguments.rl.resolve()
    oracle = (arguments.oracle or rl.parent / "AutogradOracle").resolve()
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        tools = Tools(str(rl), str(oracle), pathlib.Path(folder), arguments.seed)
        for function in CHECKS:
            name = function.__name__.replace("_", " ")
            if arguments.only not in name:
                continue
            start = time.perf_counter()
            try:
                seen = function(tools)
                print(f"passed: {name} ({seen}; {time.perf_counter() - start:.1f} s)", flush=True)
                passed += 1
            except Failure as failure:
                print(f"FAILED: {name}: {failure}", flush=True)
                failed += 1
            except Exception as error:
                place = traceback.extract_tb(error.__traceback__)[1]
                print(f"FAILED: {name}: {type(error).__name__} at line {place.lineno} of {place.filename}: {error}",
                      flush=True)
                failed += 1
        tools.oracles.close()
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
