"""The published environments that `rl` must equal, and how both sides play them."""

import dataclasses
import struct

import gymnasium
import minatar.gym
import numpy as np

# With Gymnasium 1 the package's names exist only after this call.
minatar.gym.register_envs()


@dataclasses.dataclass(frozen=True)
class Variant:
    """A published environment with settings, here (`settings`, as `--set` takes them) and there (`options`)."""

    name: str
    settings: dict = dataclasses.field(default_factory=dict)
    options: dict = dataclasses.field(default_factory=dict)
    # Tells variants of one environment apart in the names of files.
    label: str = ""

    @property
    def title(self):
        return self.name.replace("/", "-") + (f"-{self.label}" if self.label else "")

    def make(self):
        return gymnasium.make(self.name, disable_env_checker=True, **self.options)


CLASSIC_CONTROL = [
    Variant("CartPole-v1"),
    Variant("CartPole-v1", {"suttonBartoReward": "true"}, {"sutton_barto_reward": True}, "sutton-barto"),
    Variant("CartPole-v1", {"limit": "15"}, {"max_episode_steps": 15}, "limit"),
]

TOY_TEXT = []

MINATAR = [
    *(
        Variant(f"MinAtar/{game}-{version}")
        for game in ("Asterix", "Breakout", "Freeway", "Seaquest", "SpaceInvaders")
        for version in ("v0", "v1")
    ),
    *(
        Variant(f"MinAtar/{game}-v1", {"sticky": "0"}, {"sticky_action_prob": 0.0}, "not-sticky")
        for game in ("Asterix", "Breakout", "Freeway", "Seaquest", "SpaceInvaders")
    ),
    *(
        Variant(f"MinAtar/{game}-v1", {"ramping": "false"}, {"difficulty_ramping": False}, "not-ramping")
        for game in ("Asterix", "Seaquest", "SpaceInvaders")
    ),
    Variant(
        "MinAtar/Breakout-v1", {"sticky": "0", "limit": "20"},
        {"sticky_action_prob": 0.0, "max_episode_steps": 20}, "limit"),
]

VARIANTS = CLASSIC_CONTROL + TOY_TEXT + MINATAR


def actions_of(space, seed, steps):
    """Pseudo-random actions that both languages make alike; those of boxes lie up to a quarter beyond the bounds."""
    generator = seed % 2**32
    actions = []
    for _ in range(steps):
        generator = (1664525 * generator + 1013904223) % 2**32
        if isinstance(space, gymnasium.spaces.Discrete):
            actions.append((generator >> 16) % int(space.n))
        else:
            low, high = float(space.low[0]), float(space.high[0])
            share = (generator >> 8) / 2**24
            actions.append(np.array([low + (high - low) * (1.5 * share - 0.25)], dtype=np.float32))
    return actions


def observed(observation):
    """An observation as the array of scalars that `rl` holds it in."""
    if isinstance(observation, tuple) or np.isscalar(observation):
        return np.atleast_1d(np.array(observation, dtype=np.int32))
    if observation.dtype == np.bool_:
        return observation.astype(np.uint8).ravel()
    return observation.ravel()


def play(variant, seed, steps):
    """Yields what each reset and step gave: (None, observation) or (action, observation, reward, both flags)."""
    environment = variant.make()
    observation, _ = environment.reset(seed=seed)
    yield None, observed(observation)
    for action in actions_of(environment.action_space, seed, steps):
        observation, reward, terminated, truncated, _ = environment.step(action)
        yield action, observed(observation), float(reward), bool(terminated), bool(truncated)
        if terminated or truncated:
            observation, _ = environment.reset()
            yield None, observed(observation)


def fingerprint(moments):
    """FNV-1a, 64 bits, over everything seen."""
    value = 0xCBF29CE484222325
    for moment in moments:
        data = moment[1].tobytes()
        if moment[0] is not None:
            data += struct.pack("<d??", *moment[2:])
        for byte in data:
            value = (value ^ byte) * 0x100000001B3 % 2**64
    return format(value, "x")
