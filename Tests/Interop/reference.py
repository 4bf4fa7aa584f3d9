"""The published environments that `rl` must equal, and how both sides play them."""

import dataclasses
import functools
import struct

import gymnasium
import minatar.gym
import numpy as np
from gymnasium.envs.toy_text.frozen_lake import generate_random_map

# The v0 games of MinAtar are asked for on purpose.
gymnasium.logger.min_level = gymnasium.logger.ERROR

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
    # Whether the actions are the best ones by the environment's own model: random ones reach few goals.
    plans: bool = False

    @functools.cached_property
    def policy(self):
        """The action for every observation; None where actions are pseudo-random."""
        return best_actions(self.make()) if self.plans else None

    @property
    def title(self):
        return self.name.replace("/", "-") + (f"-{self.label}" if self.label else "")

    def make(self):
        return gymnasium.make(self.name, disable_env_checker=True, **self.options)


CLASSIC_CONTROL = [
    Variant("CartPole-v1"),
    Variant("CartPole-v1", {"suttonBartoReward": "true"}, {"sutton_barto_reward": True}, "sutton-barto"),
    Variant("CartPole-v1", {"limit": "15"}, {"max_episode_steps": 15}, "limit"),
    Variant("MountainCar-v0"),
    Variant("MountainCar-v0", {"limit": "0"}, {"max_episode_steps": -1}, "no-limit"),
    Variant("MountainCarContinuous-v0"),
    Variant("MountainCarContinuous-v0", {"goalVelocity": "0.02"}, {"goal_velocity": 0.02}, "goal-velocity"),
    Variant("MountainCarContinuous-v0", {"limit": "77"}, {"max_episode_steps": 77}, "limit"),
    Variant("Acrobot-v1"),
    Variant("Acrobot-v1", {"limit": "33"}, {"max_episode_steps": 33}, "limit"),
    Variant("Pendulum-v1"),
    Variant("Pendulum-v1", {"gravity": "9.81"}, {"g": 9.81}, "gravity"),
    Variant("Pendulum-v1", {"limit": "50"}, {"max_episode_steps": 50}, "limit"),
]

TOY_TEXT = [
    Variant("FrozenLake-v1"),
    Variant("FrozenLake-v1", {"slippery": "false"}, {"is_slippery": False}, "dry"),
    Variant("FrozenLake-v1", {"successRate": "0.8"}, {"success_rate": 0.8}, "success-0.8"),
    Variant("FrozenLake-v1", {"successRate": "0"}, {"success_rate": 0.0}, "success-0"),
    Variant("FrozenLake-v1", {"successRate": "1"}, {"success_rate": 1.0}, "success-1"),
    Variant(
        "FrozenLake-v1", {"rewardSchedule": "[10, -5.5, -0.1]"}, {"reward_schedule": (10, -5.5, -0.1)}, "rewards"),
    Variant("FrozenLake-v1", {"map": "FSFFS/FFHFF/SFFFG"}, {"desc": ["FSFFS", "FFHFF", "SFFFG"]}, "map"),
    Variant(
        "FrozenLake-v1", {"map": "random", "size": "6", "frozenShare": "0.7", "mapSeed": "3"},
        {"desc": generate_random_map(6, 0.7, 3)}, "random"),
    Variant("FrozenLake-v1", {"map": "random", "mapSeed": "42"}, {"desc": generate_random_map(seed=42)}, "random-8x8"),
    Variant("FrozenLake-v1", {"limit": "7"}, {"max_episode_steps": 7}, "limit"),
    Variant("FrozenLake8x8-v1"),
    Variant("FrozenLake8x8-v1", {"slippery": "no", "limit": "0"}, {"is_slippery": False, "max_episode_steps": -1}, "dry"),
    Variant("FrozenLake8x8-v1", label="best", plans=True),
    Variant("CliffWalking-v1"),
    Variant("CliffWalking-v1", {"limit": "60"}, {"max_episode_steps": 60}, "limit"),
    Variant("CliffWalkingSlippery-v1"),
    Variant("CliffWalkingSlippery-v1", label="best", plans=True),
    Variant("Taxi-v4"),
    Variant("Taxi-v4", {"rainy": "true"}, {"is_rainy": True}, "rainy"),
    Variant("Taxi-v4", {"ficklePassenger": "true"}, {"fickle_passenger": True}, "fickle"),
    Variant(
        "Taxi-v4",
        {"rainy": "on", "rainyProbability": "0.55", "ficklePassenger": "on", "fickleProbability": "0.9", "limit": "0"},
        {"is_rainy": True, "rainy_probability": 0.55, "fickle_passenger": True, "fickle_probability": 0.9,
         "max_episode_steps": -1},
        "rainy-fickle"),
    Variant("Taxi-v4", label="best", plans=True),
    Variant(
        "Taxi-v4", {"rainy": "true", "ficklePassenger": "true"}, {"is_rainy": True, "fickle_passenger": True},
        "rainy-fickle-best", plans=True),
    Variant("Taxi-v4", {"limit": "30"}, {"max_episode_steps": 30}, "limit"),
    Variant("Blackjack-v1"),
    Variant("Blackjack-v1", {"natural": "true", "sab": "false"}, {"natural": True, "sab": False}, "natural"),
    Variant("Blackjack-v1", {"natural": "true"}, {"natural": True}, "natural-sab"),
    Variant("Blackjack-v1", {"sab": "false"}, {"sab": False}, "plain"),
    Variant("Blackjack-v1", {"limit": "1"}, {"max_episode_steps": 1}, "limit"),
]

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
    """Pseudo-random actions that both languages make alike; those of boxes lie up to a quarter beyond the bounds, and
    where there are none, beyond -10 and 10."""
    generator = seed % 2**32
    actions = []
    for _ in range(steps):
        generator = (1664525 * generator + 1013904223) % 2**32
        if isinstance(space, gymnasium.spaces.Discrete):
            actions.append((generator >> 16) % int(space.n))
        else:
            low, high = max(float(space.low[0]), -10.0), min(float(space.high[0]), 10.0)
            share = (generator >> 8) / 2**24
            actions.append(np.array([low + (high - low) * (1.5 * share - 0.25)], dtype=np.float32))
    return actions


def best_actions(environment):
    """An action for every state, by value iteration over the environment's own model `P`."""
    model = environment.unwrapped.P
    values = np.zeros(len(model))
    rows = [
        (state, action, *outcome)
        for state in model for action in model[state] for outcome in model[state][action]
    ]
    state, action, probability, successor, reward, terminated = (np.array(column) for column in zip(*rows))
    for _ in range(2000):
        backups = np.zeros((len(model), len(model[0])))
        np.add.at(backups, (state, action), probability * (reward + 0.99 * ~terminated * values[successor]))
        values = backups.max(axis=1)
    return [int(best) for best in backups.argmax(axis=1)]


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
        if variant.policy:
            action = variant.policy[observation]
        observation, reward, terminated, truncated, _ = environment.step(action)
        yield action, observed(observation), float(reward), bool(terminated), bool(truncated)
        if terminated or truncated:
            observation, _ = environment.reset()
            yield None, observed(observation)


def fingerprint(moments):
    """The hash of everything seen."""
    data = bytearray()
    for moment in moments:
        data += moment[1].tobytes()
        if moment[0] is not None:
            data += struct.pack("<d??", *moment[2:])
    return hashed(data)


def hashed(data):
    """FNV-1a, 64 bits."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return format(value, "x")
