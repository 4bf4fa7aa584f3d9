"""Autograd against PyTorch: the same expressions on both sides, ours in Float32, PyTorch's in float64 as the truth."""

import torch

torch.set_num_threads(1)

from . import checks, completeness, distributions, expressions, images, initializers, modules, networks, optimizers, special  # noqa: E402, F401
