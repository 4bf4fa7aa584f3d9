"""Stable-Baselines3's PPO on CartPole-v1: the other peer of `ppo.py`.

    python sb3_ppo.py [--steps 20480] [--threads 1] [--seed 1]

Steps a second from the first environment step to the end of the last update, as a line of JSON. `--threads 0` leaves
torch's threads as they are without a word.
"""

import argparse
import json
import time

import torch
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import DummyVecEnv


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=20_480)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    # The same as experiments/speed/ppo-cartpole.yaml. Its orthogonal weights and Adam's epsilon 1e-5 are defaults there.
    model = PPO(
        "MlpPolicy", make_vec_env("CartPole-v1", 4, vec_env_cls=DummyVecEnv), learning_rate=lambda left: 2.5e-4 * left,
        n_steps=128, batch_size=128, n_epochs=4, gamma=0.99, gae_lambda=0.95, clip_range=0.2, clip_range_vf=0.2,
        ent_coef=0.01, vf_coef=0.5, max_grad_norm=0.5, seed=options.seed, device="cpu",
        policy_kwargs={"net_arch": {"pi": [64, 64], "vf": [64, 64]}, "activation_fn": torch.nn.Tanh})
    start = time.perf_counter()
    model.learn(options.steps)
    rate = model.num_timesteps / (time.perf_counter() - start)
    print(json.dumps({"name": "cartpole", "threads": torch.get_num_threads(), "stepsPerSecond": rate}), flush=True)


if __name__ == "__main__":
    main()
