"""PPO in JAX with gymnax's environments, everything inside one compiled call: the peer of `ppo.py`.

    python jax_ppo.py cartpole|breakout [--steps 1024000] [--repeats 1] [--seed 1]
    python jax_ppo.py cartpole|breakout --learning 5      # what it learns, for seeds 1 to 5

Schulman et al. (2017), Algorithm 1, with the details that the field adds (Huang et al. 2022): orthogonal weights, Adam
with epsilon 1e-5, gradients clipped by their global norm, advantages normalised in each minibatch, the value's error
clipped, the learning rate annealed. Steps of environments, acting, advantages, epochs and minibatches are nested
`lax.scan`s. As usual in JAX, a time limit counts as an end and episodes restart within the step; `rl` bootstraps there.

A line of JSON: the median over repetitions of steps a second, from fresh weights to the last update; the seconds of
compiling apart. (The first repetition is as fast as the others.)
"""

import argparse
import functools
import json
import statistics
import time

import gymnax
import jax
import jax.numpy as jnp
import optax

# The same as experiments/speed/ppo-cartpole.yaml and ppo-minatar-breakout.yaml.
CONFIGURATIONS = {
    "cartpole": dict(environment="CartPole-v1", rows=4, length=128, epochs=4, minibatches=4, rate=2.5e-4,
                     activation=jnp.tanh, limit=500),
    "breakout": dict(environment="Breakout-MinAtar", rows=64, length=128, epochs=4, minibatches=8, rate=5e-3,
                     activation=jnp.tanh, limit=1000),
}
DISCOUNT, LAMBDA, CLIP, ENTROPY, VALUE, NORM = 0.99, 0.95, 0.2, 0.01, 0.5, 0.5


def layers(key, sizes, last):
    """Orthogonal weights [inputs, outputs], scaled by √2 and in the last layer by `last`; zero biases."""
    scales = [2**0.5] * (len(sizes) - 2) + [last]
    keys = jax.random.split(key, len(scales))
    return [(jax.nn.initializers.orthogonal(scale)(key, shape), jnp.zeros(shape[1]))
            for key, scale, shape in zip(keys, scales, zip(sizes, sizes[1:]))]


def perceptron(parameters, x, activation):
    for weight, bias in parameters[:-1]:
        x = activation(x @ weight + bias)
    weight, bias = parameters[-1]
    return x @ weight + bias


class PPO:
    """The functions of one configuration, for a number of updates."""

    def __init__(self, updates, environment, rows, length, epochs, minibatches, rate, activation, limit):
        self.environment, self.settings = gymnax.make(environment)
        self.updates, self.rows, self.length, self.epochs, self.minibatches = updates, rows, length, epochs, minibatches
        self.activation, self.limit = activation, limit
        # Adam counts minibatches; the rate falls from update to update, the first at the full one.
        schedule = lambda count: rate * (1 - count // (epochs * minibatches) / updates)
        self.optimizer = optax.chain(optax.clip_by_global_norm(NORM), optax.adam(schedule, eps=1e-5))

    def logits(self, parameters, observations):
        return perceptron(parameters[0], observations.reshape(len(observations), -1), self.activation)

    def values(self, parameters, observations):
        return perceptron(parameters[1], observations.reshape(len(observations), -1), self.activation)[:, 0]

    def start(self, key, rows):
        return jax.vmap(self.environment.reset, in_axes=(0, None))(jax.random.split(key, rows), self.settings)

    def step(self, key, state, actions):
        """What follows on the actions; `over` where an episode ended and the observation is another's first."""
        observations, state, rewards, terminated, truncated, _ = jax.vmap(
            self.environment.step, in_axes=(0, 0, 0, None))(
                jax.random.split(key, len(actions)), state, actions, self.settings)
        return observations, state, rewards, terminated | truncated

    def begin(self, key):
        key, actor, critic, reset = jax.random.split(key, 4)
        observations, state = self.start(reset, self.rows)
        inputs = observations[0].size
        parameters = (layers(actor, [inputs, 64, 64, self.environment.num_actions], 0.01),
                      layers(critic, [inputs, 64, 64, 1], 1.0))
        return parameters, self.optimizer.init(parameters), state, observations, jnp.zeros(self.rows), key

    def act(self, carry, _):
        """A step of every row, and what is remembered of it."""
        parameters, state, observations, sums, key = carry
        key, choice, draw = jax.random.split(key, 3)
        logits = self.logits(parameters, observations)
        actions = jax.random.categorical(choice, logits)
        logarithms = jnp.take_along_axis(jax.nn.log_softmax(logits), actions[:, None], 1)[:, 0]
        following, state, rewards, over = self.step(draw, state, actions)
        sums = sums + rewards
        remembered = (observations, actions, logarithms, self.values(parameters, observations), rewards, over)
        finished = jnp.where(over, sums, 0)
        return (parameters, state, following, jnp.where(over, 0, sums), key), (remembered, finished)

    def loss(self, parameters, batch):
        observations, actions, before, old, advantages, returns = batch
        advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
        logarithms = jax.nn.log_softmax(self.logits(parameters, observations))
        ratio = jnp.exp(jnp.take_along_axis(logarithms, actions[:, None], 1)[:, 0] - before)
        objective = jnp.minimum(ratio * advantages, ratio.clip(1 - CLIP, 1 + CLIP) * advantages).mean()
        entropy = -(jnp.exp(logarithms) * logarithms).sum(1).mean()
        values = self.values(parameters, observations)
        near = old + (values - old).clip(-CLIP, CLIP)
        error = jnp.maximum(jnp.square(values - returns), jnp.square(near - returns)).mean()
        return VALUE * error - objective - ENTROPY * entropy

    def learn(self, carry, batch):
        parameters, moments = carry
        loss, gradients = jax.value_and_grad(self.loss)(parameters, batch)
        change, moments = self.optimizer.update(gradients, moments, parameters)
        return (optax.apply_updates(parameters, change), moments), loss

    def epoch(self, batch, carry, key):
        """Everything remembered, in another order, in minibatches."""
        order = jax.random.permutation(key, self.rows * self.length)
        parts = jax.tree.map(lambda x: x[order].reshape(self.minibatches, -1, *x.shape[1:]), batch)
        return jax.lax.scan(self.learn, carry, parts)

    def update(self, carry, _):
        parameters, moments, state, observations, sums, key = carry
        (_, state, observations, sums, key), (remembered, finished) = jax.lax.scan(
            self.act, (parameters, state, observations, sums, key), length=self.length)
        seen, actions, logarithms, values, rewards, over = remembered

        def backwards(carry, step):
            advantage, following = carry
            value, reward, over = step
            going = DISCOUNT * ~over
            advantage = reward + going * following - value + LAMBDA * going * advantage
            return (advantage, value), advantage

        last = self.values(parameters, observations)
        _, advantages = jax.lax.scan(
            backwards, (jnp.zeros_like(last), last), (values, rewards, over), reverse=True)
        batch = (seen, actions, logarithms, values, advantages, advantages + values)
        batch = jax.tree.map(lambda x: x.reshape(-1, *x.shape[2:]), batch)
        key, shuffle = jax.random.split(key)
        (parameters, moments), losses = jax.lax.scan(
            functools.partial(self.epoch, batch), (parameters, moments), jax.random.split(shuffle, self.epochs))
        episodes = over.sum()
        return (parameters, moments, state, observations, sums, key), (finished.sum(), episodes, losses.mean())

    def train(self, key):
        """Parameters after all updates; for each update the sum of the returns, the number of episodes, the loss."""
        carry, told = jax.lax.scan(self.update, self.begin(key), length=self.updates)
        return carry[0], told

    def evaluate(self, parameters, key):
        """The return of 100 episodes, the best action taken."""
        key, reset = jax.random.split(key)
        observations, state = self.start(reset, 100)

        def step(carry, _):
            observations, state, running, sums, key = carry
            key, draw = jax.random.split(key)
            actions = self.logits(parameters, observations).argmax(1)
            observations, state, rewards, over = self.step(draw, state, actions)
            return (observations, state, running & ~over, sums + rewards * running, key), None

        carry = observations, state, jnp.ones(100, bool), jnp.zeros(100), key
        return jax.lax.scan(step, carry, length=self.limit)[0][3]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("configuration", choices=CONFIGURATIONS)
    parser.add_argument("--steps", type=int, default=1_024_000)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--learning", type=int, metavar="SEEDS")
    options = parser.parse_args()
    settings = CONFIGURATIONS[options.configuration]
    updates = options.steps // (settings["rows"] * settings["length"])
    steps = updates * settings["rows"] * settings["length"]
    ppo = PPO(updates, **settings)
    start = time.perf_counter()
    train = jax.jit(ppo.train).lower(jax.random.key(0)).compile()
    compiling = time.perf_counter() - start
    line = {"name": options.configuration, "steps": steps, "compileSeconds": compiling}
    if options.learning:
        evaluate = jax.jit(ppo.evaluate)
        for seed in range(1, options.learning + 1):
            start = time.perf_counter()
            parameters, (sums, episodes, _) = jax.block_until_ready(train(jax.random.key(seed)))
            seconds = time.perf_counter() - start
            returns = evaluate(parameters, jax.random.key(1000 + seed))
            # Returns while training, of each tenth of the updates.
            tenths = [float(a.sum() / b.sum()) for a, b in zip(jnp.array_split(sums, 10), jnp.array_split(episodes, 10))]
            print(json.dumps({**line, "seed": seed, "stepsPerSecond": steps / seconds, "greedyReturn": float(returns.mean()),
                              "trainingReturns": [round(value, 1) for value in tenths]}), flush=True)
        return
    rates = []
    for repeat in range(options.repeats):
        start = time.perf_counter()
        jax.block_until_ready(train(jax.random.key(options.seed + repeat)))
        rates.append(steps / (time.perf_counter() - start))
    print(json.dumps({**line, "stepsPerSecond": statistics.median(rates)}), flush=True)


if __name__ == "__main__":
    main()
