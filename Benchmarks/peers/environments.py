"""How fast the peers step their environments, with random actions that are made beforehand.

    python environments.py gymnasium|gymnax|minatar|ale [--quick] [NAME…]

gymnasium  `alone`: one environment as `gymnasium.make` gives it, restarted where an episode ends.
           `vector`: `gymnasium.make_vec` of so many rows, which restart by themselves.
gymnax     so many rows by `vmap`, 100 steps in a compiled `lax.scan`, observations carried from step to step; rows restart by
           themselves, as gymnax does it.
minatar    one `minatar.Environment`: `act`, `state`, restarted where an episode ends.
ale        `ale_py.vector_env.AtariVectorEnv`, 8 rows with its usual preprocessing, a thread for every core; rows restart by
           themselves.
"""

import argparse
import json
import statistics
import time


def rate(call, steps, seconds):
    """Steps a second, the median over repetitions of a call that takes so many steps."""
    call()
    call()
    rates = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(rates) < 5:
        start = time.perf_counter()
        call()
        rates.append(steps / (time.perf_counter() - start))
    return statistics.median(rates)


def tell(name, rows, figure):
    print(json.dumps({"name": name, "rows": rows, "stepsPerSecond": figure}), flush=True)


def gymnasium_rates(names, seconds):
    import gymnasium
    import numpy as np

    for name in names or ["CartPole-v1", "Acrobot-v1"]:
        environment = gymnasium.make(name)
        environment.reset(seed=0)
        actions = [environment.action_space.sample() for _ in range(2000)]

        def alone():
            for action in actions:
                _, _, terminated, truncated, _ = environment.step(action)
                if terminated or truncated:
                    environment.reset()

        tell(name, 0, rate(alone, len(actions), seconds))
    if not names or "CartPole-v1" in names:
        rows = 1024
        vector = gymnasium.make_vec("CartPole-v1", num_envs=rows, vectorization_mode="vector_entry_point")
        vector.reset(seed=0)
        batches = [np.random.default_rng(step).integers(2, size=rows) for step in range(97)]

        def together():
            for batch in batches:
                vector.step(batch)

        tell("CartPole-v1", rows, rate(together, rows * len(batches), seconds))


def gymnax_rates(names, seconds):
    import gymnax
    import jax

    for name, counts in {"CartPole-v1": [1024], "Breakout-MinAtar": [64, 2048]}.items():
        if names and name not in names:
            continue
        environment, parameters = gymnax.make(name)
        choices = environment.num_actions
        for rows in counts:
            key = jax.random.key(0)
            observations, state = jax.vmap(environment.reset, in_axes=(0, None))(
                jax.random.split(key, rows), parameters)
            actions = jax.random.randint(key, (100, rows), 0, choices)

            def step(carry, action):
                observations, state, key = carry
                key, draw = jax.random.split(key)
                observations, state, reward, terminated, truncated, _ = jax.vmap(environment.step, in_axes=(0, 0, 0, None))(
                    jax.random.split(draw, rows), state, action, parameters)
                return (observations, state, key), (reward, terminated, truncated)

            run = jax.jit(lambda carry: jax.lax.scan(step, carry, actions))
            carry = (observations, state, key)

            def call():
                nonlocal carry
                carry, rewards = run(carry)
                jax.block_until_ready((carry, rewards))

            tell(name, rows, rate(call, 100 * rows, seconds))


def minatar_rates(names, seconds):
    import numpy as np
    from minatar import Environment

    for name in names or ["breakout"]:
        environment = Environment(name)
        environment.seed(0)
        environment.reset()
        actions = np.random.default_rng(0).integers(6, size=5000).tolist()

        def alone():
            for action in actions:
                _, ended = environment.act(action)
                environment.state()
                if ended:
                    environment.reset()

        tell(name, 0, rate(alone, len(actions), seconds))


def ale_rates(names, seconds):
    import numpy as np
    from ale_py.vector_env import AtariVectorEnv

    rows = 8
    for name in names or ["pong"]:
        vector = AtariVectorEnv(name, num_envs=rows)
        vector.reset(seed=0)
        choices = vector.single_action_space.n
        batches = [np.random.default_rng(step).integers(choices, size=rows) for step in range(97)]

        def together():
            for batch in batches:
                vector.step(batch)

        tell(name, rows, rate(together, rows * len(batches), seconds))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer", choices=["gymnasium", "gymnax", "minatar", "ale"])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    peers = {"gymnasium": gymnasium_rates, "gymnax": gymnax_rates, "minatar": minatar_rates, "ale": ale_rates}
    peers[arguments.peer](arguments.names, 0.3 if arguments.quick else 2)
