"""Talks with AutogradOracle: a JSON object a line there and back."""

import base64
import json
import os
import subprocess
import tempfile

import numpy as np

# From the highest to the lowest; each processor has the ones below its own.
INSTRUCTION_SETS = ["avx512", "avx2", "baseline"]


class Stopped(Exception):
    """The oracle refused a request, or stopped at it; says why."""


def encode(array):
    array = np.asarray(array)
    return {"shape": list(array.shape), "type": str(array.dtype), "data": base64.b64encode(array.tobytes()).decode()}


def decode(numbers):
    return np.frombuffer(base64.b64decode(numbers["data"]), numbers["type"]).reshape(numbers["shape"])


class Oracle:
    """One process, started again when it stopped."""

    def __init__(self, path, kernels):
        self.path, self.kernels, self.process = path, kernels, None

    def start(self):
        self.errors = tempfile.TemporaryFile("w+")
        environment = {**os.environ, "RL_KERNELS": self.kernels, "SWIFT_BACKTRACE": "enable=no"}
        self.process = subprocess.Popen(
            [self.path], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True)

    def ask(self, **request):
        """The answer, as an object; raises `Stopped`."""
        if self.process is None:
            self.start()
        try:
            self.process.stdin.write(json.dumps(request, separators=(",", ":")) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self.process.wait()
            self.errors.seek(0)
            said = [line.strip() for line in self.errors if line.strip()]
            code, self.process = self.process.returncode, None
            raise Stopped(f"stopped with {code}: {said[0] if said else 'not a word'}")
        answer = json.loads(line)
        if "error" in answer:
            raise Stopped(answer["error"])
        return answer

    def close(self):
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait()


class Oracles:
    """One for every instruction set that this machine has."""

    def __init__(self, path):
        self.path, self.all = path, None

    def __iter__(self):
        """Pairs of an instruction set and its oracle, the highest first."""
        if self.all is None:
            candidates = [(name, Oracle(self.path, name)) for name in INSTRUCTION_SETS]
            self.all = [(name, one) for name, one in candidates if one.ask(catalog=True)["instructionSet"] == name]
        return iter(self.all)

    @property
    def names(self):
        return " ".join(name for name, _ in self)

    def catalog(self):
        """What can be asked for: names of operations, modules, optimizers."""
        return next(iter(self))[1].ask(catalog=True)

    def close(self):
        for _, oracle in self.all or []:
            oracle.close()
