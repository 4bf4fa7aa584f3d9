"""The convolution layer and whole networks, written down again after their papers."""

import numpy as np
import torch

from . import drawing, images
from .drawing import chance, integer, number
from .modules import Module, a_batch, an_activation, an_initializer


def convolution(random):
    while True:
        shape = images.images(random)
        draw = images.a_convolution(random, shape)
        if draw is not None:
            break
    kernel = draw.others[0].shape[:2]
    settings = {key: value for key, value in draw.attributes.items() if key != "hasBias"}
    settings.update(inputs=shape[3], outputs=draw.others[0].shape[3], kernel=list(kernel), **an_initializer(random),
                    bytes=chance(random, 0.3), scale=float(np.float32(1 / 255)))
    return settings, [an_image_batch(random, shape, settings["bytes"])]


def an_image_batch(random, shape, bytes):
    return np.asarray(random.integers(0, 256, shape), np.uint8) if bytes else drawing.floats(random, shape, (-2, 2))


def as_floats(settings, p, x):
    precision = next(iter(p.values())).dtype
    return x.to(precision) * settings["scale"] if settings["bytes"] else x


def run_convolution(settings, p, x):
    window = {key: settings[key] for key in ("stride", "dilation", "activation", "padding") if key in settings}
    return images.convolved(as_floats(settings, p, x), p["weight"], p["bias"], **window)


Module("convolution", convolution, run_convolution)

# Networks as nested lists of layers, each a function of the parameters by name, a name to begin with, and x.


def conv(channels, kernel, stride=1, padding=None, activation="relu"):
    def run(p, name, x):
        weight = p[f"{name}weight"]
        assert weight.shape == (*square(kernel), x.shape[-1], channels), f"{name}weight is {weight.shape}"
        return images.convolved(
            x, weight, p[f"{name}bias"], stride=square(stride), dilation=[1, 1], activation=activation, padding=padding)

    return run


def square(size):
    return [size, size] if isinstance(size, int) else list(size)


def linear(outputs, activation="relu"):
    def run(p, name, x):
        weight = p[f"{name}weight"]
        assert weight.shape[1] == outputs, f"{name}weight is {weight.shape}"
        return images.ACTIVATIONS[activation](x.reshape(len(x), weight.shape[0]) @ weight + p[f"{name}bias"])

    return run


def max_pooling(kernel, stride, padding=None):
    return lambda p, name, x: images.max_pooled(x, square(kernel), square(stride), padding)


def average(p, name, x):
    return x.mean((1, 2))


def relu(p, name, x):
    return x.relu()


def sequence(layers):
    def run(p, name, x):
        for index, layer in enumerate(layers):
            x = layer(p, f"{name}layers.{index}.", x)
        return x

    return run


def residual(*layers):
    """x plus what the layers make of it; where the shapes differ, x through a 1×1 convolution."""

    def run(p, name, x):
        y = sequence(layers)(p, f"{name}parts.0.", x)
        if y.shape != x.shape:
            steps = [-(-a // b) for a, b in zip(x.shape[1:3], y.shape[1:3])]
            x = conv(y.shape[3], 1, steps, activation="identity")(p, name, x)
        return x + y

    return run


def branches(*parts):
    """Side by side, their channels one behind the other."""
    return lambda p, name, x: torch.cat(
        [sequence(layers)(p, f"{name}parts.{index}.", x) for index, layers in enumerate(parts)], -1)


def impala_section(channels):
    def block():
        return residual(relu, conv(channels, 3, padding="same"),
                        conv(channels, 3, padding="same", activation="identity"))

    return [conv(channels, 3, padding="same", activation="identity"), max_pooling(3, 2, "same"), block(), block()]


def inception_module(narrow, reduced3, wide3, reduced5, wide5, pooled):
    return branches(
        [conv(narrow, 1)], [conv(reduced3, 1), conv(wide3, 3, padding="same")],
        [conv(reduced5, 1), conv(wide5, 5, padding="same")], [max_pooling(3, 1, "same"), conv(pooled, 1)])


def squeeze_block(channels, stride):
    return [residual(conv(channels // 2, 1, stride), conv(channels // 4, 1), conv(channels // 2, (3, 1), padding="same"),
                     conv(channels // 2, (1, 3), padding="same"), conv(channels, 1, activation="identity")), relu]


# By name: an observation's shape, and the hidden layers.
NETWORKS = {
    # Young and Tian 2019.
    "minatar": ((10, 10, 4), [conv(16, 3), linear(128)]),
    # Mnih et al. 2013.
    "nips": ((28, 36, 4), [conv(16, 8, 4), conv(32, 4, 2), linear(256)]),
    # Mnih et al. 2015.
    "nature": ((44, 36, 4), [conv(32, 8, 4), conv(64, 4, 2), conv(64, 3), linear(512)]),
    # Espeholt et al. 2018, the deep one.
    "impala": ((17, 20, 3), [*impala_section(16), *impala_section(32), *impala_section(32), relu, linear(256)]),
    # Simonyan and Zisserman 2014, small.
    "vgg": ((16, 19, 3), [layer for channels in (16, 32, 64) for layer in (
        conv(channels, 3, padding="same"), conv(channels, 3, padding="same"), max_pooling(2, 2))] + [linear(256)]),
    # Szegedy et al. 2014, small.
    "inception": ((16, 17, 3), [
        conv(16, 3, padding="same"), max_pooling(3, 2, "same"), inception_module(16, 24, 32, 4, 8, 8),
        inception_module(32, 32, 48, 8, 24, 16), max_pooling(3, 2, "same"), average]),
    # Gholami et al. 2018, small.
    "squeezenext": ((20, 21, 3), [
        conv(32, 5, 2, "same"), max_pooling(3, 2, "same"), *squeeze_block(32, 1), *squeeze_block(32, 1),
        *squeeze_block(64, 2), *squeeze_block(64, 1), conv(64, 1), average]),
}


def network(random):
    name = str(random.choice([*NETWORKS, "mlp", "auto"]))
    if name in NETWORKS:
        shape = list(NETWORKS[name][0])
    else:
        shape = [[5], [3, 4, 2], [2, 9]][integer(random, 0, 2)] if name == "mlp" else [[7], [10, 10, 4]][integer(random, 0, 1)]
    settings = {"network": name, "input": shape, "outputs": integer(random, 1, 18), "hidden": [17, 32],
                "activation": "tanh", "bytes": chance(random, 0.3), "scale": float(np.float32(1 / 255))}
    return settings, [an_image_batch(random, (integer(random, 1, 3), *shape), settings["bytes"])]


def run_network(settings, p, x):
    name, x = settings["network"], as_floats(settings, p, x)
    if name == "auto":
        name = "minatar" if len(settings["input"]) == 3 else "mlp"
    hidden = NETWORKS[name][1] if name in NETWORKS else [
        linear(width, settings["activation"]) for width in settings["hidden"]]
    return sequence([*hidden, linear(settings["outputs"], "identity")])(p, "", x)


Module("network", network, run_network, noise=0.02)


def layer_stack(random):
    shape = [integer(random, 1, 9), integer(random, 1, 9), integer(random, 1, 5)]
    channels = integer(random, 1, 9)
    return {"input": shape, "channels": channels}, [a_batch(random, *shape)]


Module("layerStack", layer_stack, lambda settings, p, x: sequence(
    [conv(settings["channels"], 3, padding="same"), average, linear(settings["channels"], "tanh")])(p, "", x))
