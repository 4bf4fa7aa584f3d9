"""Replays good games of MinAtar in the published package and records what was seen, for `make test`.

    python make_played_fixtures.py

Random play never gets to a cleared wall, a fifth wave or a sixth diver. The actions, one digit each, were found once by
trying plans on copies of the simulator; they are kept in the files that this script completes.
"""

import json
import pathlib

from reference import Variant, fingerprint, observed

FOLDER = pathlib.Path(__file__).parent.parent / "EnvironmentsTests" / "Fixtures" / "PlayedGames"
OPTIONS = {"sticky": ("sticky_action_prob", float), "ramping": ("difficulty_ramping", lambda text: text == "true")}


def replay(environment, seed, actions):
    """Yields what each reset and step gave, as `reference.play` does."""
    observation, _ = environment.reset(seed=seed)
    yield None, observed(observation)
    for action in actions:
        observation, reward, terminated, truncated, _ = environment.step(action)
        yield action, observed(observation), float(reward), bool(terminated), bool(truncated)
        if terminated:
            observation, _ = environment.reset()
            yield None, observed(observation)


for file in sorted(FOLDER.glob("*.json")):
    record = json.loads(file.read_text())
    options = {OPTIONS[key][0]: OPTIONS[key][1](text) for key, text in record["settings"].items()}
    environment = Variant(record["environment"], options=options).make()
    moments = list(replay(environment, record["seed"], map(int, record["actions"])))
    steps = [moment for moment in moments if moment[0] is not None]
    record["game"] = {
        "seed": record["seed"], "ends": sum(moment[3] for moment in steps),
        "reward": sum(moment[2] for moment in steps), "fingerprint": fingerprint(moments),
    }
    file.write_text(json.dumps(record, separators=(",", ":")) + "\n")
    print(file.stem, record["game"])
