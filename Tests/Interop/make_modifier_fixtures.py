"""Records games of Gymnasium's environments in Gymnasium's wrappers for `make test`, one file a wrapper.

    python make_modifier_fixtures.py [WORD]      # only those whose title contains WORD

Gymnasium 1.3.0, MinAtar 1.0.15 and NumPy 2.4.6 made the committed files.
"""

import dataclasses
import json
from collections.abc import Callable

import gymnasium
import numpy as np
from gymnasium import wrappers
from gymnasium.wrappers.utils import rescale_box

from make_fixtures import FOLDER, write
from reference import Variant


@dataclasses.dataclass(frozen=True)
class Modified(Variant):
    """A published environment in a wrapper; what is observed is made float32, as `rl` holds it, where `floats` says so."""

    wrap: Callable = None
    floats: bool = False

    def make(self):
        environment = self.wrap(super().make())
        return wrappers.DtypeObservation(environment, np.float32) if self.floats else environment


def noisy(environment):
    def add(observation):
        noise = environment.unwrapped.np_random.normal(0, 0.1, observation.shape)
        return (observation + noise).astype(np.float32)

    return wrappers.TransformObservation(environment, add, environment.observation_space)


VARIANTS = [
    Modified("Pendulum-v1", label="rescaled", wrap=lambda task: wrappers.RescaleAction(task, -1.0, 1.0)),
    Modified("MountainCarContinuous-v0", label="rescaled", wrap=lambda task: wrappers.RescaleAction(task, -0.3, 3.0)),
    Modified("Pendulum-v1", label="clipped", wrap=wrappers.ClipAction),
    Modified("FrozenLake-v1", label="one-hot", wrap=wrappers.FlattenObservation, floats=True),
    Modified("Blackjack-v1", label="one-hot", wrap=wrappers.FlattenObservation, floats=True),
    Modified("MinAtar/Breakout-v1", label="flattened", wrap=wrappers.FlattenObservation),
    Modified("Pendulum-v1", label="scaled-reward",
             wrap=lambda task: wrappers.TransformReward(task, lambda reward: reward * 0.1)),
    Modified("CartPole-v1", label="time", options={"max_episode_steps": 30}, floats=True,
             wrap=lambda task: wrappers.TimeAwareObservation(task, normalize_time=True)),
    Modified("CartPole-v1", label="steps", wrap=wrappers.TimeAwareObservation, floats=True),
    Modified("CartPole-v1", label="repeated", wrap=lambda task: wrappers.RepeatAction(task, 4)),
    Modified("Pendulum-v1", label="repeated", options={"max_episode_steps": 50},
             wrap=lambda task: wrappers.RepeatAction(task, 3)),
    Modified("CartPole-v1", label="noisy", wrap=noisy),
]


def rescaled_box():
    """Actions of a box whose numbers have bounds of their own, and what `RescaleAction` makes of them."""
    box = gymnasium.spaces.Box(np.float32([-2, 0, 1 / 3]), np.float32([2, 0.1, 5]))
    _, _, backward = rescale_box(box, -0.7, 1.3)
    actions = np.random.default_rng(0).uniform(-1, 2, (50, 3)).astype(np.float32)
    return {
        "low": box.low.tolist(), "high": box.high.tolist(), "bounds": [-0.7, 1.3],
        "actions": actions.tolist(), "meanings": [backward(action).tolist() for action in actions],
    }


if __name__ == "__main__":
    write(FOLDER.parent / "Modifiers", VARIANTS)
    (FOLDER.parent / "RescaledBox.json").write_text(json.dumps(rescaled_box(), separators=(",", ":")) + "\n")
