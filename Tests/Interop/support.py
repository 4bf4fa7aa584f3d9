"""What the checks share: how they are registered, how they fail, the programs under test."""

import json
import subprocess

from oracle import Oracles

CHECKS = []


def check(function):
    """Registers a check: it takes the tools, raises on failure and returns a few words on what it saw."""
    CHECKS.append(function)
    return function


class Failure(Exception):
    """A check did not hold."""


def expect(condition, sentence):
    if not condition:
        raise Failure(sentence)


class Tools:
    """The programs under test, a folder to work in, and the seed of random cases."""

    def __init__(self, rl, oracle, folder, seed):
        self.rl, self.folder, self.seed, self.run_folder = rl, folder, seed, None
        self.oracles = Oracles(oracle)

    def call(self, *arguments):
        words = [self.rl, *map(str, arguments)]
        done = subprocess.run(words, cwd=self.folder, capture_output=True, text=True, timeout=600)
        expect(done.returncode == 0, f"{' '.join(words)} exited with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def trace(self, environment, seed, actions, settings=()):
        """The lines of `rl trace`, as objects."""
        path = self.folder / "actions.txt"
        path.write_text("".join(f"{action}\n" for action in actions))
        pairs = [word for setting in settings for word in ("--set", setting)]
        text = self.call("trace", environment, "--seed", seed, "--actions", path, "--state", *pairs)
        return [json.loads(line) for line in text.splitlines()]

    def run(self):
        """The folder of one short run, made when first asked for."""
        if self.run_folder is None:
            self.call("run", "dqn", "CartPole-v1", "--steps", 3000, "--seed", 3, "--name", "interop", "--quiet",
                      "--eval-every", 1000, "--eval-episodes", 4)
            self.run_folder = self.folder / "results" / "interop" / "3"
            expect(self.run_folder.is_dir(), f"there is no {self.run_folder}")
        return self.run_folder
