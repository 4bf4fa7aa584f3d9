"""Nothing public may be forgotten by the oracle."""

import pathlib
import re

from support import check, expect

ROOT = pathlib.Path(__file__).parents[3]

FUNCTION = re.compile(r"^ *public (?:static )?func (\w+)[^{]*-> [^{]*\b(?:Tensor|IndexTensor)\b[^{]*\{", re.MULTILINE)
PROPERTY = re.compile(r"^ *public (?:static )?var (\w+): (?:Tensor|IndexTensor)\b", re.MULTILINE)
TYPE = re.compile(r"^public struct (\w+)[^{]*\b(?:Module|Optimizer)\b[^{]*\{", re.MULTILINE)

# How tensors come to be, which every program shows; what is no operation; and what a choice of optimizers makes.
EXEMPT = {"tensor", "callAsFunction", "AnyOptimizer"}


@check
def nothing_of_autograd_is_left_out(tools):
    """Every public function that makes a tensor, and every module, is named in the oracle's sources."""
    oracle = "".join(path.read_text() for path in sorted((ROOT / "Tests/Interop/AutogradOracle").glob("*.swift")))
    named = set(re.findall(r"\w+", re.sub(r'"[^"\n]*"|//.*', "", oracle)))
    public = set()
    for path in sorted((ROOT / "Sources/Autograd").rglob("*.swift")):
        text = path.read_text()
        for pattern in [FUNCTION, PROPERTY, TYPE]:
            public.update(pattern.findall(text))
        if path.parent.name == "Distributions":
            public.update(re.findall(r"^public struct (\w+)", text, re.MULTILINE))
    missing = sorted(public - named - EXEMPT)
    expect(len(public) > 30, f"only {sorted(public)} were found")
    expect(not missing, f"never called: {', '.join(missing)}")
    return f"{len(public)} functions and modules"
