"""Operations of images. Ours have channels last, PyTorch's first."""

import numpy as np
import torch
from torch.nn import functional as F

from .drawing import Draw, Need, chance, integer
from .operations import Operation

ACTIVATIONS = {"identity": lambda x: x, "relu": torch.relu, "tanh": torch.tanh}


def channels_first(x):
    return x.movedim(-1, 1)


def channels_last(x):
    return x.movedim(1, -1)


def sides(padding, shape, kernel, stride, dilation):
    """The pixels put above, below, to the left and to the right of images [batch, height, width, channels]."""
    if padding is None:
        return [0, 0, 0, 0]
    if padding == "same":
        found = []
        for size, k, s, d in zip(shape[1:3], kernel, stride, dilation):
            total = max((-(-size // s) - 1) * s + (k - 1) * d + 1 - size, 0)
            found += [total // 2, total - total // 2]
        return found
    return [padding[0], padding[0], padding[1], padding[1]] if len(padding) == 2 else padding


def padded(x, padding, kernel, stride, dilation=(1, 1), value=0.0):
    """Channels first, with pixels of a value around."""
    top, bottom, left, right = sides(padding, x.shape, kernel, stride, dilation)
    return F.pad(channels_first(x), (left, right, top, bottom), value=value)


def convolved(x, weight, bias=None, *, stride, dilation, activation, padding=None, hasBias=False):
    kernel = weight.shape[:2]
    y = F.conv2d(padded(x, padding, kernel, stride, dilation), weight.permute(3, 2, 0, 1).contiguous(), bias, tuple(stride), 0,
                 tuple(dilation))
    return ACTIVATIONS[activation](channels_last(y))


def convolved_bytes(x, weight, bias=None, *, scale, **settings):
    return convolved(x.to(weight.dtype) * scale, weight, bias, **settings)


def max_pooled(x, kernel, stride=None, padding=None):
    stride = stride or kernel
    return channels_last(F.max_pool2d(padded(x, padding, kernel, stride, value=-torch.inf), kernel, stride))


def average_pooled(x, kernel, counting, stride=None, padding=None):
    stride = stride or kernel
    sums = F.avg_pool2d(padded(x, padding, kernel, stride), kernel, stride, divisor_override=1)
    # How many pixels of each window count: those of the image, or all.
    ones = padded(torch.ones_like(x), padding, kernel, stride, value=1.0 if counting else 0.0)
    return channels_last(sums / F.avg_pool2d(ones, kernel, stride, divisor_override=1))


def resized(x, size, interpolation):
    mode = "nearest" if interpolation == "nearest" else "bilinear"
    corners = {} if mode == "nearest" else {"align_corners": interpolation == "bilinearWithCorners"}
    return channels_last(F.interpolate(channels_first(x), size=tuple(size), mode=mode, **corners))


# Shapes of images with the settings of a window that fits.


def images(random, channels=(1, 2, 3, 4, 8, 16, 17, 32, 33), limit=6000):
    while True:
        shape = (int(random.choice([1, 2, 3, 5])), integer(random, 1, 20), integer(random, 1, 20),
                 int(random.choice(channels)))
        if np.prod(shape) <= limit:
            return (0, *shape[1:]) if chance(random, 0.04) else shape


def a_padding(random, kernel, most=None):
    """A setting for it; for pooling at most half a window."""
    most = most or [min(k, 3) for k in kernel]
    kind = integer(random, 0, 3)
    if kind == 0:
        return {}
    if kind == 1:
        return {"padding": "same"}
    if kind == 2:
        return {"padding": [integer(random, 0, most[0]), integer(random, 0, most[1])]}
    return {"padding": [integer(random, 0, most[axis]) for axis in (0, 0, 1, 1)]}


def pair(random, sizes):
    """Mostly the same twice."""
    first = int(random.choice(sizes))
    return [first, first if chance(random, 0.7) else int(random.choice(sizes))]


def fits(shape, kernel, stride, dilation, padding):
    top, bottom, left, right = sides(padding.get("padding"), shape, kernel, stride, dilation)
    reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilation)]
    return shape[1] + top + bottom >= reach[0] and shape[2] + left + right >= reach[1]


def a_convolution(random, shape):
    kernel, stride = pair(random, [1, 2, 3, 3, 3, 4, 5, 8]), pair(random, [1, 1, 1, 2, 3, 4])
    dilation = pair(random, [1, 1, 1, 1, 2])
    padding = a_padding(random, kernel)
    if not fits(shape, kernel, stride, dilation, padding):
        return None
    outputs = int(random.choice([1, 2, 3, 8, 16, 17, 32, 33]))
    settings = {"stride": stride, "dilation": dilation, "activation": str(random.choice(list(ACTIVATIONS))), **padding}
    needs = [Need((*kernel, shape[3], outputs), domain=(-0.5, 0.5))]
    if chance(random, 0.7):
        needs.append(Need((outputs,)))
        settings["hasBias"] = True
    return Draw(needs, settings)


def a_byte_convolution(random, shape):
    draw = a_convolution(random, shape)
    if draw is not None:
        draw.attributes["scale"] = float(np.float32(1 / 255))
    return draw


def a_pooling(random, shape):
    kernel = pair(random, [1, 2, 2, 3, 3, 5])
    stride = pair(random, [1, 2, 2, 3])
    settings = {"kernel": kernel} if chance(random, 0.3) else {"kernel": kernel, "stride": stride}
    padding = a_padding(random, kernel, [k // 2 for k in kernel])
    if not fits(shape, kernel, settings.get("stride", kernel), [1, 1], padding):
        return None
    return Draw(attributes={**settings, **padding})


def an_average_pooling(random, shape):
    draw = a_pooling(random, shape)
    if draw is not None:
        draw.attributes["counting"] = chance(random, 0.5)
    return draw


def a_division(random, shape):
    return Draw(attributes={"size": [integer(random, 1, size) for size in shape[1:3]]})


def a_size(random, shape):
    kind = str(random.choice(["nearest", "bilinear", "bilinearWithCorners"]))
    return Draw(attributes={"size": [integer(random, 1, 25), integer(random, 1, 25)], "interpolation": kind})


IMAGES = {"shape": images, "second": False, "graphs": False}

Operation("convolved", convolved, a_convolution, **IMAGES)
Operation("convolvedBytes", convolved_bytes, a_byte_convolution, kind="uint8", **IMAGES)
Operation("maxPooled", max_pooled, a_pooling, **IMAGES)
Operation("averagePooled", average_pooled, an_average_pooling, **IMAGES)
Operation("averagePooledTo", lambda x, size: channels_last(F.adaptive_avg_pool2d(channels_first(x), size)), a_division,
          **IMAGES)
Operation("globalAveragePooled", lambda x: x.mean((1, 2)), **IMAGES)
Operation("resized", resized, a_size, **IMAGES)
