"""Records fingerprints of the transition models that published environments hold (`P`), for `make test`."""

import json
import pathlib

import numpy as np

from reference import VARIANTS, hashed

FILE = pathlib.Path(__file__).parent.parent / "EnvironmentsTests" / "Fixtures" / "Models.json"


def shares(probabilities):
    """Probabilities of things with names, as whole numbers of 10⁻¹²: those of equal things added, none of 0."""
    total = {}
    for name, probability in probabilities:
        total[name] = total.get(name, 0.0) + probability
    return [(*name, round(share * 1e12)) for name, share in sorted(total.items()) if share > 0]


models = []
for variant in VARIANTS:
    environment = variant.make().unwrapped
    # A fickle passenger changes more than `P` knows.
    if not hasattr(environment, "P") or getattr(environment, "fickle_passenger", False) or variant.plans:
        continue
    numbers = [len(environment.P), len(environment.P[0])]
    for state, share in shares(((state,), p) for state, p in enumerate(environment.initial_state_distrib)):
        numbers += [state, share]
    for state in environment.P:
        for action in environment.P[state]:
            numbers += [state, action]
            for successor, reward, terminated, share in shares(
                ((int(successor), float(reward), bool(terminated)), p)
                for p, successor, reward, terminated in environment.P[state][action]
            ):
                numbers += [successor, int(np.float64(reward).view(np.int64)), int(terminated), share]
    models.append({
        "environment": variant.name, "settings": variant.settings,
        "fingerprint": hashed(np.array(numbers, dtype=np.int64).tobytes()),
    })
FILE.write_text("[\n" + ",\n".join(json.dumps(model, separators=(",", ":")) for model in models) + "\n]\n")
print(len(models), "models")
