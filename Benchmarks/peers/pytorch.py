"""The benchmarks of `autograd.py` in PyTorch, eagerly, as CleanRL and Stable-Baselines3 write them.

    python pytorch.py [--quick] [BENCHMARK…]

Batches are made once and lie ready as tensors. `fused Adam` is `torch.optim.Adam(fused=True)`, `default Adam` what it
is without a word.
"""

import argparse
import copy

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from timing import FULL, QUICK, measure, wanted

torch.set_num_threads(1)
torch.manual_seed(1)

OPTIMIZERS = {"fused Adam": {"fused": True}, "default Adam": {}}


def perceptron(*sizes, activation=nn.ReLU):
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), activation()]
    return nn.Sequential(*layers[:-1])


def batch_of(observations, next_observations, actions):
    rows = len(observations)
    return (observations, torch.randint(actions, (rows, 1)), torch.randn(rows), torch.full((rows,), 0.99),
            next_observations)


def dqn_update(network, batch, rate, prepare=lambda x: x, **settings):
    """An update of DQN as a function without arguments."""
    target = copy.deepcopy(network)
    optimizer = torch.optim.Adam(network.parameters(), lr=rate, **settings)
    observations, actions, rewards, discounts, next_observations = batch

    def update():
        with torch.no_grad():
            targets = rewards + discounts * target(prepare(next_observations)).max(1).values
        values = network(prepare(observations)).gather(1, actions).squeeze(1)
        loss = F.huber_loss(values, targets)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 10)
        optimizer.step()

    return update


def dqn(seconds):
    for name, settings in OPTIMIZERS.items():
        batch = batch_of(torch.randn(64, 4), torch.randn(64, 4), 2)
        update = dqn_update(perceptron(4, 64, 64, 2), batch, 1e-3, **settings)
        measure("dqn-update", f"eager, {name}", update, seconds)


def dqn_minatar(seconds):
    for layout, memory in {"": torch.contiguous_format, ", channels-last": torch.channels_last}.items():
        network = nn.Sequential(
            nn.Conv2d(4, 16, 3), nn.ReLU(), nn.Flatten(), nn.Linear(16 * 8 * 8, 128), nn.ReLU(), nn.Linear(128, 6))
        frames = [torch.randint(2, (32, 4, 10, 10)).float().to(memory_format=memory) for _ in range(2)]
        update = dqn_update(network.to(memory_format=memory), batch_of(*frames, 6), 2.5e-4, fused=True)
        measure("dqn-minatar-update", f"eager, fused Adam{layout}", update, seconds)


def dqn_nature(seconds):
    network = nn.Sequential(
        nn.Conv2d(4, 32, 8, 4), nn.ReLU(), nn.Conv2d(32, 64, 4, 2), nn.ReLU(), nn.Conv2d(64, 64, 3), nn.ReLU(),
        nn.Flatten(), nn.Linear(64 * 7 * 7, 512), nn.ReLU(), nn.Linear(512, 6)).to(memory_format=torch.channels_last)
    # Bytes as a replay buffer holds them, [rows, height, width, channels].
    frames = [torch.randint(256, (32, 84, 84, 4), dtype=torch.uint8).permute(0, 3, 1, 2) for _ in range(2)]
    update = dqn_update(
        network, batch_of(*frames, 6), 1e-4, prepare=lambda bytes: bytes.float().mul_(1 / 255), fused=True)
    measure("dqn-nature-update", "eager, fused Adam, channels-last", update, seconds)


def lstm(seconds):
    network = nn.LSTM(128, 128)
    inputs = torch.randn(32, 16, 128)
    state = torch.zeros(1, 16, 128), torch.zeros(1, 16, 128)

    def run():
        network.zero_grad()
        outputs, _ = network(inputs, state)
        outputs.sum().backward()

    measure("lstm", "eager", run, seconds)


def act(seconds):
    network = perceptron(4, 64, 64, 2)
    observation = np.random.randn(1, 4).astype(np.float32)

    @torch.inference_mode()
    def choose():
        return int(network(torch.from_numpy(observation)).argmax(1))

    measure("act", "eager, inference mode", choose, seconds)


def ppo(seconds):
    actor, critic = perceptron(4, 64, 64, 2, activation=nn.Tanh), perceptron(4, 64, 64, 1, activation=nn.Tanh)
    parameters = [*actor.parameters(), *critic.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=3e-4, eps=1e-5, fused=True)
    rows = 256
    observations, actions = torch.randn(rows, 4), torch.randint(2, (rows,))
    old, advantages, returns = torch.full((rows,), -0.69), torch.randn(rows), torch.randn(rows)

    def update():
        normalized = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
        logarithms = actor(observations).log_softmax(1)
        ratio = (logarithms.gather(1, actions.unsqueeze(1)).squeeze(1) - old).exp()
        policy = torch.max(-normalized * ratio, -normalized * ratio.clamp(0.8, 1.2)).mean()
        entropy = -(logarithms.exp() * logarithms).sum(1).mean()
        value = F.mse_loss(critic(observations).squeeze(1), returns)
        loss = policy - 0.01 * entropy + 0.5 * value
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 0.5)
        optimizer.step()

    measure("ppo-minibatch", "eager, fused Adam", update, seconds)


def sac(seconds):
    actor = perceptron(3, 256, 256, 2)
    critics = nn.ModuleList([perceptron(4, 256, 256, 1) for _ in range(2)])
    targets = copy.deepcopy(critics).requires_grad_(False)
    log_alpha = torch.zeros(1, requires_grad=True)
    actor_optimizer, critic_optimizer, alpha_optimizer = (
        torch.optim.Adam(parameters, lr=3e-4, fused=True)
        for parameters in (actor.parameters(), critics.parameters(), [log_alpha]))
    rows = 256
    observations, next_observations = torch.randn(rows, 3), torch.randn(rows, 3)
    actions, rewards, discounts = torch.rand(rows, 1) * 2 - 1, torch.randn(rows, 1), torch.full((rows, 1), 0.99)
    source, destination = list(critics.parameters()), list(targets.parameters())

    def sample(observations):
        """Actions [rows, 1] squashed by tanh, and their log-probabilities [rows, 1]."""
        mean, log_deviation = actor(observations).chunk(2, 1)
        log_deviation = log_deviation.clamp(-20, 2)
        noise = torch.randn_like(mean)
        before = mean + log_deviation.exp() * noise
        logarithm = -0.5 * noise.square() - log_deviation - 0.9189385
        # log(1 - tanh² x) without its cancellation.
        logarithm = logarithm - 2 * (0.6931472 - before - F.softplus(-2 * before))
        return before.tanh(), logarithm.sum(1, keepdim=True)

    def values(critics, observations, actions):
        inputs = torch.cat([observations, actions], 1)
        return [critic(inputs) for critic in critics]

    def update():
        alpha = log_alpha.detach().exp()
        with torch.no_grad():
            next_actions, logarithm = sample(next_observations)
            best = torch.min(*values(targets, next_observations, next_actions))
            goal = rewards + discounts * (best - alpha * logarithm)
        loss = sum(F.mse_loss(value, goal) for value in values(critics, observations, actions))
        critic_optimizer.zero_grad()
        loss.backward()
        critic_optimizer.step()

        critics.requires_grad_(False)
        chosen, logarithm = sample(observations)
        loss = (alpha * logarithm - torch.min(*values(critics, observations, chosen))).mean()
        actor_optimizer.zero_grad()
        loss.backward()
        actor_optimizer.step()
        critics.requires_grad_(True)

        # The target entropy is minus the number of actions.
        loss = -(log_alpha * (logarithm.detach() - 1)).mean()
        alpha_optimizer.zero_grad()
        loss.backward()
        alpha_optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(destination, source, 0.005)

    measure("sac-update", "eager, fused Adam", update, seconds)


BENCHMARKS = {
    "dqn-update": dqn, "dqn-minatar-update": dqn_minatar, "dqn-nature-update": dqn_nature, "lstm": lstm, "act": act,
    "ppo-minibatch": ppo, "sac-update": sac,
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("benchmarks", nargs="*")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    for function in wanted(BENCHMARKS, options.benchmarks).values():
        function(QUICK if options.quick else FULL)
