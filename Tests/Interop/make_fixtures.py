"""Records games of the published environments for `make test`, one file a variant.

    python make_fixtures.py [WORD]      # only variants whose title contains WORD

Gymnasium 1.3.0, MinAtar 1.0.15 and NumPy 2.4.6 made the committed files.
"""

import json
import pathlib
import sys

from reference import VARIANTS, fingerprint, play

FOLDER = pathlib.Path(__file__).parent.parent / "EnvironmentsTests" / "Fixtures" / "Games"
SEEDS = [*range(8), 12345, 2**32 - 1]
STEPS = 2000


def record(variant):
    """The games of one variant, as the Swift tests read them."""
    games, opening = [], []
    for seed in SEEDS:
        moments = list(play(variant, seed, STEPS))
        steps = [moment for moment in moments if moment[0] is not None]
        # Added up one after another, as the other side does it: `sum` in Python compensates for rounding.
        total = 0.0
        for moment in steps:
            total += moment[2]
        games.append({
            "seed": seed, "ends": sum(moment[3] or moment[4] for moment in steps), "reward": total,
            "fingerprint": fingerprint(moments),
        })
        opening = opening or [moment[1].tolist() for moment in moments[:12]]
    result = {
        "environment": variant.name, "settings": variant.settings, "steps": STEPS,
        "games": games, "opening": opening,
    }
    if variant.policy:
        result["policy"] = variant.policy
    return result


def write(folder, variants):
    """A file a variant whose title contains the word asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    for variant in variants:
        if len(sys.argv) > 1 and sys.argv[1] not in variant.title:
            continue
        recorded = record(variant)
        (folder / f"{variant.title}.json").write_text(json.dumps(recorded, separators=(",", ":")) + "\n")
        print(variant.title, recorded["games"][0])


if __name__ == "__main__":
    write(FOLDER, VARIANTS)
