"""The benchmarks of `autograd.py` in JAX, compiled.

    python jax_cpu.py [--quick] [BENCHMARK…]

`jit` is one compiled call an update, with donated parameters and optimizer state: 20 calls one after the other, waited
for at the end, per update. (Waiting for each costs half as much again.) `scan` is one compiled `lax.scan` over 100
updates with a batch of its own each, per update.
"""

import argparse

import jax
import jax.numpy as jnp
import numpy as np
import optax
from timing import FULL, QUICK, measure, wanted

UPDATES, CALLS = 100, 20


def layers(key, *sizes):
    """Weights [inputs, outputs] and biases, as PyTorch begins."""
    parameters = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        key, first, second = jax.random.split(key, 3)
        bound = inputs**-0.5
        parameters.append((
            jax.random.uniform(first, (inputs, outputs), minval=-bound, maxval=bound),
            jax.random.uniform(second, (outputs,), minval=-bound, maxval=bound)))
    return parameters


def perceptron(parameters, x, activation=jax.nn.relu):
    for weight, bias in parameters[:-1]:
        x = activation(x @ weight + bias)
    weight, bias = parameters[-1]
    return x @ weight + bias


def kernel(key, height, width, inputs, outputs):
    bound = (height * width * inputs)**-0.5
    first, second = jax.random.split(key)
    return (jax.random.uniform(first, (height, width, inputs, outputs), minval=-bound, maxval=bound),
            jax.random.uniform(second, (outputs,), minval=-bound, maxval=bound))


def convolve(parameters, x, stride):
    """relu of a convolution, [rows, height, width, channels]."""
    weight, bias = parameters
    y = jax.lax.conv_general_dilated(x, weight, (stride, stride), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))
    return jax.nn.relu(y + bias)


def time_updates(benchmark, update, state, batches, seconds, scan=True):
    """Times `update`, of a state and a batch, called alone and in a scan over `batches`."""
    state = jax.device_put(state)
    batch = jax.tree.map(lambda x: x[0], batches)
    alone = jax.jit(update, donate_argnums=0)
    current = jax.tree.map(jnp.copy, state)

    def call():
        nonlocal current
        for _ in range(CALLS):
            current, loss = alone(current, batch)
        jax.block_until_ready((current, loss))

    measure(benchmark, "jit", call, seconds, CALLS)
    if not scan:
        return
    many = jax.jit(lambda state, batches: jax.lax.scan(update, state, batches), donate_argnums=0)
    current = jax.tree.map(jnp.copy, state)

    def call_many():
        nonlocal current
        current, losses = many(current, batches)
        jax.block_until_ready((current, losses))

    measure(benchmark, f"scan over {UPDATES}", call_many, seconds, UPDATES)


def dqn_update(network, rate, prepare=lambda x: x):
    """An update of DQN: the new state, and the loss."""
    optimizer = optax.chain(optax.clip_by_global_norm(10), optax.adam(rate))

    def update(state, batch):
        parameters, target, moments = state
        observations, actions, rewards, discounts, next_observations = batch
        targets = rewards + discounts * network(target, prepare(next_observations)).max(1)

        def loss_of(parameters):
            values = jnp.take_along_axis(network(parameters, prepare(observations)), actions[:, None], 1)[:, 0]
            return optax.huber_loss(values, targets).mean()

        loss, gradients = jax.value_and_grad(loss_of)(parameters)
        change, moments = optimizer.update(gradients, moments, parameters)
        return (optax.apply_updates(parameters, change), target, moments), loss

    return update, optimizer


def time_dqn(benchmark, network, parameters, observations, actions, rate, seconds, scan=True, **settings):
    """`observations`: two arrays [updates, rows, …]."""
    update, optimizer = dqn_update(network, rate, **settings)
    random = np.random.default_rng(1)
    shape = observations[0].shape[:2]
    batches = (observations[0], random.integers(0, actions, shape), random.standard_normal(shape, np.float32),
               np.full(shape, 0.99, np.float32), observations[1])
    state = parameters, jax.tree.map(jnp.copy, parameters), optimizer.init(parameters)
    time_updates(benchmark, update, state, jax.device_put(batches), seconds, scan)


def dqn(seconds):
    random = np.random.default_rng(2)
    observations = [random.standard_normal((UPDATES, 64, 4), np.float32) for _ in range(2)]
    time_dqn("dqn-update", perceptron, layers(jax.random.key(1), 4, 64, 64, 2), observations, 2, 1e-3, seconds)


def dqn_minatar(seconds):
    def network(parameters, x):
        convolution, dense = parameters
        return perceptron(dense, convolve(convolution, x, 1).reshape(len(x), -1))

    parameters = (kernel(jax.random.key(1), 3, 3, 4, 16), layers(jax.random.key(2), 1024, 128, 6))
    random = np.random.default_rng(2)
    frames = [random.integers(0, 2, (1, 32, 10, 10, 4)).astype(np.float32) for _ in range(2)]
    # No scan: within a loop XLA's convolutions take three times as long here.
    time_dqn("dqn-minatar-update", network, parameters, frames, 6, 2.5e-4, seconds, scan=False)


def dqn_nature(seconds):
    def network(parameters, x):
        first, second, third, dense = parameters
        x = convolve(third, convolve(second, convolve(first, x, 4), 2), 1)
        return perceptron(dense, x.reshape(len(x), -1))

    keys = jax.random.split(jax.random.key(1), 4)
    parameters = (kernel(keys[0], 8, 8, 4, 32), kernel(keys[1], 4, 4, 32, 64), kernel(keys[2], 3, 3, 64, 64),
                  layers(keys[3], 3136, 512, 6))
    random = np.random.default_rng(2)
    frames = [random.integers(0, 256, (1, 32, 84, 84, 4), np.uint8) for _ in range(2)]
    time_dqn("dqn-nature-update", network, parameters, frames, 6, 1e-4, seconds, scan=False,
             prepare=lambda bytes: bytes.astype(jnp.float32) * (1 / 255))


def lstm(seconds):
    keys = jax.random.split(jax.random.key(1), 3)
    parameters = tuple(
        jax.random.uniform(key, shape, minval=-128**-0.5, maxval=128**-0.5)
        for key, shape in zip(keys, [(128, 512), (128, 512), (512,)]))
    inputs = jax.random.normal(jax.random.key(2), (32, 16, 128))

    def summed(parameters, inputs):
        of_input, of_state, bias = parameters
        # The inputs' share of all steps at once, as cuDNN does.
        shares = inputs @ of_input + bias

        def step(state, share):
            hidden, cell = state
            i, f, g, o = jnp.split(share + hidden @ of_state, 4, 1)
            cell = jax.nn.sigmoid(f) * cell + jax.nn.sigmoid(i) * jnp.tanh(g)
            hidden = jax.nn.sigmoid(o) * jnp.tanh(cell)
            return (hidden, cell), hidden

        _, outputs = jax.lax.scan(step, (jnp.zeros((16, 128)), jnp.zeros((16, 128))), shares)
        return outputs.sum()

    gradient = jax.jit(jax.value_and_grad(summed))
    measure("lstm", "jit", lambda: jax.block_until_ready(gradient(parameters, inputs)), seconds)


def act(seconds):
    parameters = layers(jax.random.key(1), 4, 64, 64, 2)
    observation = np.random.default_rng(1).standard_normal((1, 4), np.float32)
    choose = jax.jit(lambda parameters, x: perceptron(parameters, x).argmax(1)[0])
    measure("act", "jit", lambda: int(choose(parameters, observation)), seconds)


def ppo(seconds):
    optimizer = optax.chain(optax.clip_by_global_norm(0.5), optax.adam(3e-4, eps=1e-5))

    def update(state, batch):
        parameters, moments = state
        observations, actions, old, advantages, returns = batch
        normalized = (advantages - advantages.mean()) / (advantages.std(ddof=1) + 1e-8)

        def loss_of(parameters):
            actor, critic = parameters
            logarithms = jax.nn.log_softmax(perceptron(actor, observations, jnp.tanh))
            ratio = jnp.exp(jnp.take_along_axis(logarithms, actions[:, None], 1)[:, 0] - old)
            policy = jnp.maximum(-normalized * ratio, -normalized * ratio.clip(0.8, 1.2)).mean()
            entropy = -(jnp.exp(logarithms) * logarithms).sum(1).mean()
            value = jnp.square(perceptron(critic, observations, jnp.tanh)[:, 0] - returns).mean()
            return policy - 0.01 * entropy + 0.5 * value

        loss, gradients = jax.value_and_grad(loss_of)(parameters)
        change, moments = optimizer.update(gradients, moments, parameters)
        return (optax.apply_updates(parameters, change), moments), loss

    parameters = layers(jax.random.key(1), 4, 64, 64, 2), layers(jax.random.key(2), 4, 64, 64, 1)
    random = np.random.default_rng(2)
    shape = UPDATES, 256
    batches = (random.standard_normal((*shape, 4), np.float32), random.integers(0, 2, shape),
               np.full(shape, -0.69, np.float32), random.standard_normal(shape, np.float32),
               random.standard_normal(shape, np.float32))
    state = parameters, optimizer.init(parameters)
    time_updates("ppo-minibatch", update, state, jax.device_put(batches), seconds)


def sac(seconds):
    optimizer = optax.adam(3e-4)

    def sample(actor, observations, key):
        mean, log_deviation = jnp.split(perceptron(actor, observations), 2, 1)
        log_deviation = log_deviation.clip(-20, 2)
        noise = jax.random.normal(key, mean.shape)
        before = mean + jnp.exp(log_deviation) * noise
        logarithm = -0.5 * noise**2 - log_deviation - 0.9189385
        logarithm = logarithm - 2 * (0.6931472 - before - jax.nn.softplus(-2 * before))
        return jnp.tanh(before), logarithm.sum(1, keepdims=True)

    def values(critics, observations, actions):
        inputs = jnp.concatenate([observations, actions], 1)
        return [perceptron(critic, inputs) for critic in critics]

    def stepped(parameters, gradients, moments):
        change, moments = optimizer.update(gradients, moments, parameters)
        return optax.apply_updates(parameters, change), moments

    def update(state, batch):
        actor, critics, targets, log_alpha, moments, key = state
        observations, actions, rewards, discounts, next_observations = batch
        key, first, second = jax.random.split(key, 3)
        alpha = jnp.exp(log_alpha)
        next_actions, logarithm = sample(actor, next_observations, first)
        best = jnp.minimum(*values(targets, next_observations, next_actions))
        goal = rewards + discounts * (best - alpha * logarithm)

        def critic_loss(critics):
            return sum(jnp.square(value - goal).mean() for value in values(critics, observations, actions))

        loss, gradients = jax.value_and_grad(critic_loss)(critics)
        critics, critic_moments = stepped(critics, gradients, moments[0])

        def actor_loss(actor):
            chosen, logarithm = sample(actor, observations, second)
            return (alpha * logarithm - jnp.minimum(*values(critics, observations, chosen))).mean(), logarithm

        (_, logarithm), gradients = jax.value_and_grad(actor_loss, has_aux=True)(actor)
        actor, actor_moments = stepped(actor, gradients, moments[1])
        gradient = jax.grad(lambda log_alpha: -(log_alpha * (logarithm - 1)).mean())(log_alpha)
        log_alpha, alpha_moments = stepped(log_alpha, gradient, moments[2])
        targets = jax.tree.map(lambda target, source: target + 0.005 * (source - target), targets, critics)
        return (actor, critics, targets, log_alpha, (critic_moments, actor_moments, alpha_moments), key), loss

    keys = jax.random.split(jax.random.key(1), 4)
    actor = layers(keys[0], 3, 256, 256, 2)
    critics = [layers(key, 4, 256, 256, 1) for key in keys[1:3]]
    log_alpha = jnp.zeros(())
    moments = tuple(optimizer.init(parameters) for parameters in (critics, actor, log_alpha))
    state = actor, critics, jax.tree.map(jnp.copy, critics), log_alpha, moments, keys[3]
    random = np.random.default_rng(2)
    shape = UPDATES, 256
    batches = (random.standard_normal((*shape, 3), np.float32), random.uniform(-1, 1, (*shape, 1)).astype(np.float32),
               random.standard_normal((*shape, 1), np.float32), np.full((*shape, 1), 0.99, np.float32),
               random.standard_normal((*shape, 3), np.float32))
    time_updates("sac-update", update, state, jax.device_put(batches), seconds)


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
